"""No package is locked, or served from `static/vendor`, that a published advisory concerns."""

import re
from datetime import date
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from reseller_console.launcher.home import CHECKOUT

# Nothing is started here, unlike in the rest of this folder.
pytestmark = pytest.mark.core

FLOORS = CHECKOUT / "requirements-floors.txt"
VENDOR = CHECKOUT / "static" / "vendor"
SOURCES = sorted(CHECKOUT.glob("requirements*.in"))
LOCKS = sorted(CHECKOUT.glob("requirements*.lock"))

# `name>=1.2  # CVE-...: what it is`, with `# vendored ` before what pip does not know.
FLOOR = re.compile(r"^(?P<vendored># vendored )?(?P<name>[\w.-]+)>=(?P<least>\S+)  # (?P<why>.+)$")
CLEAN = re.compile(
    r"^# (?:vendored )?(?P<name>[\w.-]+): no known advisory as of (?P<day>[\d-]{10})$"
)
# A fix that was given no number is named by the address of its report.
ADVISORY = re.compile(
    r"CVE-\d{4}-\d{4,}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}|PYSEC-\d{4}-\d+|https://\S+"
)


def floors(*, vendored: bool = False) -> dict[str, tuple[Version, str]]:
    """Return the least version of each package, and why."""
    found = [FLOOR.match(line) for line in FLOORS.read_text().splitlines()]
    return {
        canonicalize_name(floor["name"]): (Version(floor["least"]), floor["why"])
        for floor in found
        if floor and bool(floor["vendored"]) is vendored
    }


def clean() -> dict[str, date]:
    """Return the packages that no advisory is known for, and the day somebody looked."""
    found = [CLEAN.match(line) for line in FLOORS.read_text().splitlines()]
    return {
        canonicalize_name(line["name"]): date.fromisoformat(line["day"]) for line in found if line
    }


def locked(lock: Path) -> dict[str, Version]:
    """Return the version of each package of a lock file."""
    pins = re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==([^\s;\\]+)", lock.read_text(), re.MULTILINE)
    return {canonicalize_name(name): Version(version) for name, version in pins}


def direct(source: Path) -> set[str]:
    """Return the packages that a source of a lock file names."""
    lines = [line.partition("#")[0].strip() for line in source.read_text().splitlines()]
    return {
        canonicalize_name(Requirement(line).name)
        for line in lines
        if line and not line.startswith("-")
    }


def vendored_versions() -> dict[str, Version]:
    """Return what `static/vendor/README.md` says is served, by the name of its npm package."""
    rows = re.findall(r"npm `([\w.-]+)` \| ([\d.]+) \|", (VENDOR / "README.md").read_text())
    return {canonicalize_name(name): Version(version) for name, version in rows}


def test_nothing_locked_is_below_its_floor() -> None:
    least = floors()
    below = [
        f"{lock.name}: {name} {version} is below {least[name][0]} ({least[name][1]})"
        for lock in LOCKS
        for name, version in locked(lock).items()
        if name in least and version < least[name][0]
    ]
    assert len(LOCKS) == len(SOURCES) == 5
    assert below == []


def test_nothing_vendored_is_below_its_floor() -> None:
    versions = vendored_versions()
    least = floors(vendored=True)
    assert set(versions) == set(least) | (set(versions) & set(clean()))
    assert [n for n, version in versions.items() if n in least and version < least[n][0]] == []


def test_vendored_files_are_the_versions_the_list_says() -> None:
    bootstrap = (VENDOR / "bootstrap" / "bootstrap.min.css").read_text()
    htmx = (VENDOR / "htmx" / "htmx.min.js").read_text()
    in_files = {
        "bootstrap": re.findall(r"Bootstrap +v([\d.]+)", bootstrap),
        "htmx-org": re.findall(r'\bversion:"([\d.]+)"', htmx),
    }
    assert in_files == {name: [str(version)] for name, version in vendored_versions().items()}


def test_each_floor_names_an_advisory_and_says_what_it_is() -> None:
    everything = floors() | floors(vendored=True)
    assert len(everything) > 20
    unnamed = [
        name
        for name, (_, why) in everything.items()
        if not ADVISORY.match(why) or len(ADVISORY.sub("", why).strip(" :")) < 10
    ]
    assert unnamed == []


def test_no_line_is_passed_over_for_how_it_is_written() -> None:
    lines = [line for line in FLOORS.read_text().splitlines() if line]
    meant = [line for line in lines if line[0] != "#" or ">=" in line or "no known" in line]
    assert [line for line in meant if not (FLOOR.match(line) or CLEAN.match(line))] == []


def test_each_package_we_name_has_a_floor_or_was_looked_up() -> None:
    looked_up = set(floors()) | set(clean())
    named = {source.name: direct(source) for source in SOURCES}
    forgotten = {name: sorted(packages - looked_up) for name, packages in named.items()}
    assert "django" in named["requirements.in"]
    assert {name: packages for name, packages in forgotten.items() if packages} == {}


def test_no_package_is_both_clean_and_not() -> None:
    assert set(floors()) & set(clean()) == set()
    assert set(floors(vendored=True)) & set(clean()) == set()


def test_no_line_is_about_a_package_that_is_gone() -> None:
    there = {name for lock in LOCKS for name in locked(lock)} | set(vendored_versions())
    lines = set(floors()) | set(floors(vendored=True)) | set(clean())
    assert sorted(lines - there) == []


def test_every_resolution_obeys_the_floors() -> None:
    for source in SOURCES:
        assert f"-c {FLOORS.name}" in source.read_text().splitlines(), source.name
