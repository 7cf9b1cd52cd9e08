"""Every address of the console, for everybody, read and sent: a route without a row fails."""

from __future__ import annotations

import copy
import datetime as dt
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

from authorizations.actions.assign import assign
from authorizations.actions.create import create_authorization
from authorizations.actions.order import record_order
from authorizations.actions.reconcile import upload_report
from authorizations.models import Product
from customers.actions.admins import AdminDetails, invite_admin
from customers.admins.links import token_for
from customers.models import Membership
from notifications.models import Email
from reseller_console.accounts import attempts
from reseller_console.accounts.models import AccessAttempt, User
from tests import personas
from tests.fingerprints import facts
from tests.personas import day_of
from tests.route_table import MEANINGS, PEOPLE, ROUTES

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


def walk(patterns: list, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str]]:
    """Yield name and pattern of every route."""
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", route
        else:
            inside = f"{entry.namespace}:" if entry.namespace else namespace
            yield from walk(entry.url_patterns, route, inside)


ALL = list(walk(get_resolver().url_patterns))
OWN = [(name, route) for name, route in ALL if not name.startswith("admin:")]
ADMIN = [(name, route) for name, route in ALL if name.startswith("admin:")]


# Routes are tried in so many tests, each with people and things of its own.
PARTS = 6


@pytest.fixture
def people(bob, alice, ada, charlie, sam, ops, olaf, vera, viktor, login):
    """Everybody with a browser of their own."""
    nobody = User.objects.create_user("nobody@console.example", personas.PASSWORD, name="Nobody")
    users = (bob, alice, ada, charlie, sam, ops, nobody, olaf, vera, viktor)
    # Each comes from an address of their own, so that nobody uses up the others' tries.
    browsers = (
        Client(),
        *(login(user, REMOTE_ADDR=f"192.0.2.{n}") for n, user in enumerate(users, 1)),
    )
    for browser in browsers:
        browser.raise_request_exception = False
    return dict(zip(PEOPLE, browsers, strict=True))


@pytest.fixture
def north_things(customer, make_customer, alice, ada, bob, vera, pinned_today):
    """What the addresses are about, all of it North's: the values for the routes' gaps."""
    waiting = make_customer()
    product = Product.objects.filter(offering="team", by_authorization=True)[0]
    terms = {"po_number": "", "by": alice, "day": day_of(alice, pinned_today)}
    lines = [(product, max(product.minimum_quantity, 5))]
    pending = create_authorization(customer, lines=lines, **terms)
    ordered = create_authorization(customer, lines=lines, **terms)
    order = record_order(
        [ordered],
        number="SO-7",
        ordered_on=pinned_today,
        by=alice,
        day=day_of([ordered], pinned_today),
    )
    people = [("Paul", "paul@customer.example")]
    (given,) = assign(customer, product, people=people, by=vera, day=day_of(customer, pinned_today))
    pia = AdminDetails("Pia", "Pärn", "pia@customer.example", "en")
    return {
        "vip_id": customer.vip_id,
        "pa_number": pending.number,
        "order_id": str(order.pk),
        "report_id": str(
            upload_report(
                alice.reseller, sender="D", file_name="d.csv", content=b"a;b", by=alice
            ).pk
        ),
        "colleague": str(bob.pk),
        "template": str(Email.objects.latest("pk").pk),
        "invitation": token_for(waiting.vip_id, 1),
        "membership": str(Membership.objects.get(customer=customer, user=vera).pk),
        "admin_invitation": str(
            invite_admin(customer, details=pia, by=vera, day=day_of(customer, pinned_today)).pk
        ),
        "version": "1",
        "product": str(product.pk),
        "person": str(given.person_id),
    }


def address(name: str, route: str, things: dict[str, str]) -> str:
    """Return a route's address about North's things."""
    pk = things["template"] if name.startswith("mailbox") else things["colleague"]
    token = things["invitation"] if name == "invitation_landing" else "no-such-link"
    filled = (
        route.replace("<vip_id:vip_id>", things["vip_id"])
        .replace("<pa_number:number>", things["pa_number"])
        .replace("<int:order_id>", things["order_id"])
        .replace("<int:report_id>", things["report_id"])
        .replace("<int:pk>", pk)
        .replace("<int:membership>", things["membership"])
        .replace("<int:invitation>", things["admin_invitation"])
        .replace("<int:version>", things["version"])
        .replace("<int:product_id>", things["product"])
        .replace("<int:person_id>", things["person"])
        .replace("<str:token>", token)
        .replace(
            "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", "password/reset/key/1-x/"
        )
    )
    assert "<" not in filled, f"{name}: no value for {filled}"
    return f"/{filled}"


def told(answer) -> str:
    """Return an answer in a word, for messages."""
    return f"{answer.status_code} {answer.headers.get('Location', '')}".strip()


def fits(answer, expected: str) -> bool:
    """Whether an answer is what the row says."""
    if expected == "sign-in":
        return answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
    return answer.status_code in MEANINGS[expected]


def test_every_route_has_a_row():
    assert {name for name, _route in OWN} == set(ROUTES)


@pytest.mark.parametrize("part", range(PARTS))
def test_everybody_gets_what_the_row_says(part, people, north_things, settings):
    settings.MAIL_PROVIDER = "mailbox"
    wrong = []
    for name, route in OWN[part::PARTS]:
        with undone(people) as browsers:
            path = address(name, route, north_things)
            wrong += [f"{path} {line}" for line in wrong_answers(name, path, browsers)]
    assert not wrong, "\n".join(wrong)


@contextmanager
def undone(people: dict[str, Client]) -> Iterator[dict[str, Client]]:
    """Give everybody's browser with cookies of its own; take back what is written meanwhile.

    The people and their things are the same for many routes: to make them takes long beside the
    requests of a route.
    """
    browsers = {person: copy.copy(browser) for person, browser in people.items()}
    for browser in browsers.values():
        browser.cookies = copy.deepcopy(browser.cookies)
    with transaction.atomic():
        yield browsers
        transaction.set_rollback(True)


def wrong_answers(name: str, path: str, people: dict[str, Client]) -> list[str]:
    """Ask for a route as everybody, and send to it; return what is not as its row says."""
    looking, sending = (row.split() for row in ROUTES[name])
    wrong = []
    before = facts()
    for person, browser in people.items():
        at = PEOPLE.index(person)
        answer = browser.get(path)
        if not fits(answer, looking[at]):
            wrong.append(f"{person} looking: {told(answer)} and not {looking[at]}")
        if person != "anonymous" and answer.headers.get("Cache-Control") != "no-store":
            wrong.append(f"{person} looking: a browser may store it")
        answer = browser.head(path)
        if not fits(answer, looking[at]):
            wrong.append(f"{person} asking for the head: {told(answer)} and not {looking[at]}")
        if (after := facts()) != before:
            wrong.append(f"{person} changed something by looking")
        before = after
    for person, browser in people.items():
        at = PEOPLE.index(person)
        answer = browser.post(path)
        if not fits(answer, sending[at]):
            wrong.append(f"{person} sending: {told(answer)} and not {sending[at]}")
        if (after := facts()) != before and sending[at] not in {"form", "elsewhere"}:
            wrong.append(f"{person} changed something without the right to")
        before = after
    return wrong


def test_whatever_an_address_names_is_known_to_be_somebodys():
    parts = {part for _name, route in OWN for part in re.findall(r"<(?:\w+:)?(\w+)>", route)}
    # Links are secrets, the versions of terms and the catalog of products are nobody's own.
    nobodys = {"token", "uidb36", "key", "version", "product_id"}
    assert parts - nobodys == {one.name for one in attempts._names}


def test_strange_methods_change_nothing(people, north_things, settings):
    settings.MAIL_PROVIDER = "mailbox"
    before = facts()
    for name, route in OWN:
        path = address(name, route, north_things)
        for method in ("PUT", "DELETE", "OPTIONS", "TRACE"):
            for person in ("anonymous", "ada"):
                answer = people[person].generic(method, path)
                assert answer.status_code < 500, f"{person} {method} {path}: {told(answer)}"
    assert facts() == before


ABOUT_NORTH = [
    (name, route)
    for name, route in OWN
    if "<vip_id:" in route or (name.startswith("team_") and "<" in route)
]
NOWHERE = {
    "vip_id": "F" * 20,
    "pa_number": "PA-00000000",
    "order_id": "999999999",
    "report_id": "999999999",
    "product": "999999999",
    "person": "999999999",
    "colleague": "999999999",
    "template": "999999999",
    "invitation": "x",
    "membership": "999999999",
    "admin_invitation": "999999999",
    "version": "999999999",
}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Target": "dialog"}])
def test_x01_outsiders_cannot_tell_what_is_anothers_from_what_is_nowhere(
    method, headers, people, north_things
):
    for name, route in ABOUT_NORTH:
        browser = people[outsider(name)]
        paths = [address(name, route, things) for things in (north_things, NOWHERE)]
        with left_by(outsider(name)) as traces:
            anothers = getattr(browser, method)(paths[0], headers=headers)
        assert len(traces) == 1, name
        with left_by(outsider(name)) as traces:
            nowhere = getattr(browser, method)(paths[1], headers=headers)
        assert not traces, name
        assert [anothers.status_code, nowhere.status_code] == [404, 404]
        # The address that was asked for comes back with the choice of a language.
        bodies = [
            _TOKEN.sub("", answer.content.decode()).replace(path, "")
            for path, answer in zip(paths, (anothers, nowhere), strict=True)
        ]
        assert bodies[0] == bodies[1], name
        assert north_things["vip_id"] not in bodies[0]
        unlike = {"Set-Cookie", "Content-Length", "X-Request-ID"}
        assert _without(anothers.headers, unlike) == _without(nowhere.headers, unlike)


@contextmanager
def left_by(person: str) -> Iterator[list[AccessAttempt]]:
    """Collect what was written down meanwhile about somebody who asked in vain."""
    found: list[AccessAttempt] = []
    # One row an hour for each thing: the tests are quicker.
    before = transaction.savepoint()
    yield found
    found += AccessAttempt.objects.select_related("by")
    transaction.savepoint_rollback(before)
    assert all(row.by.email.startswith(f"{person}@") for row in found)


def outsider(name: str) -> str:
    """Return who asks for a route in vain, though such routes are what they work with."""
    if name.startswith("member"):
        return "olaf"
    return "sam" if name.startswith("team") else "charlie"


def _without(headers, names: set[str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in names}


def test_only_ops_enter_the_admin(people, north_things):
    """Two of these people send to each route, in turn; all of them look."""
    outside = ("anonymous", "bob", "ada", "nobody")
    before = facts()
    for number, (_name, route) in enumerate(ADMIN):
        path = _admin_address(route)
        asking = {"get": outside, "post": outside[number % 2 :: 2]}
        for method, persons in asking.items():
            for person in persons:
                answer = getattr(people[person], method)(path)
                expected = "sign-in" if person == "anonymous" else "403"
                assert fits(answer, expected), f"{person} {method} {path}: {told(answer)}"
    assert facts() == before


def test_every_page_of_the_admin_opens_for_ops_or_says_no(people, north_things):
    for _name, route in ADMIN:
        answer = people["ops"].get(_admin_address(route))
        assert answer.status_code in {200, 301, 302, 400, 403, 404, 405}, told(answer)


def _admin_address(route: str) -> str:
    filled = re.sub(r"<path:\w+>", "1", route)
    filled = filled.replace("(?P<url>.*)$", "nowhere/").replace("^", "")
    return "/" + re.sub(r"\(\?P<app_label>(\w+)[^)]*\)/\$", r"\1/", filled)


def test_a_deactivated_colleague_is_out_at_the_next_request(people, alice, pinned_today):
    assert people["alice"].get("/customers/").status_code == 200
    User.objects.filter(pk=alice.pk).update(deactivated_at=dt.datetime.now(dt.UTC))
    assert fits(people["alice"].get("/customers/"), "sign-in")


SENT_BY_THOSE_SIGNED_IN = [
    (name, route)
    for name, route in OWN
    if ROUTES[name][1].startswith("sign-in")
    and "form" in ROUTES[name][1]
    and "account_" not in name
]


@pytest.mark.parametrize("part", range(PARTS))
def test_a_form_sent_without_a_session_acts_neither_then_nor_after_signing_in(
    part, people, north_things, ada, vera
):
    for name, route in SENT_BY_THOSE_SIGNED_IN[part::PARTS]:
        path = address(name, route, north_things)
        with undone(people) as browsers:
            send_and_sign_in(browsers["anonymous"], path, vera if is_of_members(path) else ada)


def is_of_members(path: str) -> bool:
    """Whether a route is one of the VIP admins'."""
    return path.startswith("/member/")


def send_and_sign_in(browser: Client, path: str, user: User) -> None:
    """Send a form as nobody, sign in and open it; nothing may be written by either."""
    before = facts()
    assert browser.post(path, {"key": str(uuid.uuid4()), "go": "invite"}).status_code == 302, path
    assert facts() == before, path
    browser.force_login(user)
    before = facts()
    answer = browser.get(path)
    assert answer.status_code in (200, 302), f"{path}: {told(answer)}"
    # Some dialogs find nothing left to do, and have no form.
    assert ('name="key"' in answer.text) == ("so nothing was saved" in answer.text), path
    assert facts() == before, path
