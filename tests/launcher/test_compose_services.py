"""What each service of the production shape has: secrets, mail, limits, the release, a proxy."""

import json
import re
from typing import Any

import pytest
import yaml

from reseller_console.launcher.home import CHECKOUT
from tests.launcher.test_compose import OURS, SECRETS, interpolated


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text()))


def test_every_secret_is_a_file_and_only_where_it_is_needed(compose: dict[str, Any]) -> None:
    wanted: set[str] = set()
    for name, service in compose["services"].items():
        words = json.dumps([service.get("environment"), service.get("command")])
        configs = [compose["configs"][one["source"]] for one in service.get("configs", [])]
        words += json.dumps([configs, service.get("healthcheck")])
        used = set(re.findall(rf"{SECRETS}/(\w+)", words))
        wanted |= used
        assert used == set(service.get("secrets", [])), name
        for variable, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|KEY|AUTH", variable):
                assert variable.endswith("_FILE") and value.startswith(SECRETS), variable
            assert not re.search(r"://[^/]*:[^/]*@", value), variable
    assert wanted == set(compose["secrets"])


def test_everybody_has_the_mail_settings(compose: dict[str, Any]) -> None:
    for name in OURS:
        assert compose["services"][name]["env_file"] == [{"path": "mail.env", "required": False}]


def test_nothing_takes_the_whole_machine(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        limits = service["deploy"]["resources"]["limits"]
        assert re.fullmatch(r"\d+[MG]", interpolated(limits["memory"])), name


def test_the_release_goes_into_the_image_and_from_there_into_every_line(
    compose: dict[str, Any],
) -> None:
    for name in OURS:
        arguments = compose["services"][name]["build"]["args"]
        assert arguments == {"CONSOLE_RELEASE": "${CONSOLE_RELEASE:-unknown}"}
        # One from outside would hide the image's own.
        assert "CONSOLE_RELEASE" not in compose["services"][name]["environment"]
    recipe = (CHECKOUT / "Dockerfile").read_text().rpartition("FROM ")[2]
    assert "ARG CONSOLE_RELEASE=unknown" in recipe
    assert "CONSOLE_RELEASE=$CONSOLE_RELEASE" in recipe


def test_the_proxy_is_an_example_that_nobody_gets_unasked(compose: dict[str, Any]) -> None:
    proxy = compose["services"]["proxy"]
    assert proxy["profiles"] == ["proxy"]
    assert not [name for name in compose["services"] if "proxy" in depends_on(compose, name)]
    rules = compose["configs"]["proxy"]["content"]
    assert "server-template web 8 web:8000" in rules
    assert "ssl crt /certificates/" in rules


def depends_on(compose: dict[str, Any], name: str) -> dict[str, Any]:
    return dict(compose["services"][name].get("depends_on", {}))
