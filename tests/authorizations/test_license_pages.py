"""The member's pages about licenses: who has one, give, take back, choose who waits."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import uuid
from urllib.parse import urlencode

import pytest

from authorizations.actions.assign import assign, take_back
from authorizations.actions.order import record_order
from authorizations.licenses import export as people_export
from authorizations.licenses.lists import ROWS
from authorizations.models import Assignment, Person
from reseller_console.lib.lists import words as search
from tests import personas
from tests.counting import counted
from tests.personas import day_of

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}
TODAY = dt.date(2026, 3, 2)


@pytest.fixture
def path(customer, photoshop):
    """Return a function that gives an address below the product's page."""
    return lambda rest="", product=photoshop: (
        f"{customer.get_member_url()}products/{product.pk}/{rest}"
    )


@pytest.fixture
def people_path(customer):
    """Return a function that gives an address below the people's page."""
    return lambda rest="": f"{customer.get_member_url()}people/{rest}"


def words(response) -> str:
    """Return what is read on the page: no tags, blanks collapsed."""
    text = response.content.decode()
    main = text.split("<main", 1)[-1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def key() -> dict[str, object]:
    return {"key": str(uuid.uuid4())}


def holders() -> list[str]:
    held = Assignment.objects.held().select_related("person").in_queue()
    return [row.person.name for row in held]


def ids(*names: str) -> list[str]:
    rows = Assignment.objects.held().filter(person__name__in=names)
    return [str(row.pk) for row in rows]


def many(customer, product, count: int, *, ended: bool = False) -> None:
    """Give many people a license, the quick way."""
    people = [
        Person(
            reseller_id=customer.reseller_id,
            customer=customer,
            name=f"Person {n:04}",
            address=f"p{n}@people.example",
        )
        for n in range(count)
    ]
    for person in people:
        person.derive_keys()
    Person.objects.bulk_create(people)
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    Assignment.objects.bulk_create(
        Assignment(
            reseller_id=customer.reseller_id,
            customer=customer,
            product=product,
            person=person,
            assigned_at=start + dt.timedelta(minutes=n),
            stands_at=start + dt.timedelta(minutes=n),
        )
        for n, person in enumerate(people)
    )


# --- The product's page


def test_the_page_says_who_has_a_license_and_how_many_are_free(login, vera, buy, give, path):
    buy(quantity=3)
    give("Ann", "Ben")
    shown = words(login(vera).get(path()))
    assert "Usable licenses 3 In use 2 Free 1" in shown
    assert "Who has a license 2" in shown
    assert "Ben ben@people.example Works" in shown and "Vera Vaher" in shown


def test_those_whose_license_waits_come_first_and_the_page_says_why(
    login, vera, buy, give, path, set_today
):
    paid = buy("2026-01-02", quantity=1)
    late = buy("2026-01-20", quantity=2)
    give("Ann", "Ben", on="2026-02-02")
    today = set_today("2026-02-03")
    record_order(
        [paid], number="A1", ordered_on=today, by=late.created_by, day=day_of([paid], today)
    )
    set_today("2026-03-22")
    shown = words(login(vera).get(path()))
    assert "The license of 1 person does not work at the moment." in shown
    assert f"2 licenses are suspended until {late.number} is ordered." in shown
    assert shown.index("Ben ben@people.example Suspended") < shown.index("Ann ann@people")
    assert "Choose who waits" in shown


def test_people_are_found_by_name_and_address(login, vera, buy, give, path):
    buy()
    give("Ann", "Ben")
    client = login(vera)
    for question in ("ann", "ANN@people", "Ánn people"):
        shown = words(client.get(path(), {"q": question}))
        assert "ann@people.example" in shown and "ben@people.example" not in shown
    assert "Nobody matches" in words(client.get(path(), {"q": "dora"}))


def test_the_list_is_paged_both_ways(login, vera, customer, photoshop, buy, path):
    buy(quantity=200)
    many(customer, photoshop, 2 * ROWS + 5)
    client = login(vera)
    first = client.get(path())
    assert "1 to 50 of 105" in words(first) and "Person 0104" in words(first)
    address = re.search(r'href="([^"]+)"[^>]*>Next', first.content.decode())[1]
    second = client.get(address.replace("&amp;", "&"))
    assert "51 to 100 of 105" in words(second) and "Person 0054" in words(second)
    last = client.get(path(), {"page": "last"})
    assert "56 to 105 of 105" in words(last)
    for cursor in ("x", "WyJsaW5lIiwwLCIyMDI2IiwxXQ", "'"):
        assert "1 to 50 of 105" in words(client.get(path(), {"after": cursor}))


def test_ended_licenses_say_until_when_and_why(login, vera, buy, give, path):
    buy()
    (ann,) = give("Ann")
    take_back([ann], by=vera, day=day_of([ann], TODAY))
    shown = words(login(vera).get(path(), {"show": "ended"}))
    assert "Who had a license" in shown
    assert "ann@people.example" in shown and "Taken back Vera Vaher" in shown
    assert "Nobody yet" in words(login(vera).get(path()))


def test_products_nobody_holds_are_not_found(login, vera, illustrator, customer, path):
    client = login(vera)
    assert client.get(path(product=illustrator)).status_code == 404
    assert (
        client.get(f"{customer.get_member_url()}products/99999999999999999999/").status_code == 404
    )


def test_the_file_is_read_in_batches_and_misses_nobody(
    login, vera, customer, photoshop, illustrator, buy, people_path, monkeypatch
):
    monkeypatch.setattr(people_export, "BATCH", 2)
    buy(quantity=9)
    buy(quantity=4, product=illustrator)
    many(customer, photoshop, 6)
    some = [("", f"p{n}@people.example") for n in (0, 1, 2, 5)]
    assign(customer, illustrator, people=some, by=vera, day=day_of(customer, TODAY))
    login_of_vera = login(vera)
    for q, numbers in (("", range(6)), ("?q=0003", [3])):
        text = login_of_vera.get(people_path(f"export.csv{q}")).getvalue().decode("utf-8-sig")
        found = [(row[0], row[2]) for row in csv.reader(io.StringIO(text, newline=""))]
        assert found[1:] == [
            (f"Person {n:04}", product)
            for n in numbers
            for product in ("Test Illustrator", "Test Photoshop")
            if product == "Test Photoshop" or n in {0, 1, 2, 5}
        ]


def test_products_for_machines_say_so(login, vera, buy, device, path):
    buy(product=device)
    shown = words(login(vera).get(path(product=device)))
    assert "not given to people by name" in shown and "Give a license" not in shown


@pytest.mark.parametrize("count", [3, 300])
def test_the_page_costs_the_same_for_few_and_for_many(
    login, vera, customer, photoshop, buy, path, people_path, count
):
    buy(quantity=400)
    many(customer, photoshop, count)
    client = login(vera)
    costs = {}
    for name, address in {
        "product": path(),
        "search": path("?q=person"),
        "ended": path("?show=ended"),
        "people": people_path(),
        "export": people_path("export.csv"),
    }.items():
        with counted() as queries:
            b"".join(client.get(address)) if name == "export" else client.get(address)
        costs[name] = len(queries)
    assert costs == PINNED


PINNED = {"product": 10, "search": 11, "ended": 10, "people": 12, "export": 8}


@pytest.mark.parametrize("gathered", [0, 1_000], ids=["read one by one", "gathered"])
@pytest.mark.parametrize("q", ["person 000", "00", "3", "p11@people", "person nobody", "%"])
def test_a_search_finds_the_same_whether_few_or_many_match(
    login, vera, customer, photoshop, buy, path, people_path, monkeypatch, q, gathered
):
    buy(quantity=20)
    many(customer, photoshop, 12)
    monkeypatch.setattr(search, "COUNTED_HITS", gathered)
    client, texts = login(vera), [f"person {n:04} p{n}@people.example" for n in range(12)]
    expected = {t[:11].title() for t in texts if all(word in t for word in q.split())}
    for address in (path(), people_path()):
        shown = words(client.get(f"{address}?{urlencode({'q': q})}"))
        assert set(re.findall(r"Person \d{4}", shown)) == expected


# --- Give


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "dialog"])
def test_somebody_is_given_a_license(login, vera, buy, path, headers):
    buy()
    client = login(vera)
    assert "licenses are free" in words(client.get(path("give/"), **headers))
    sent = key() | {"name": "Ann", "address": "ann@people.example"}
    response = client.post(path("give/"), sent, **headers)
    assert response.status_code == (204 if headers else 302)
    assert client.post(path("give/"), sent, **headers).status_code == response.status_code
    assert holders() == ["Ann"]
    assert "The license of Test Photoshop can be used now." in words(client.get(path()))


@pytest.mark.parametrize(
    ("name", "address", "sentence"),
    [
        ("Ann", "", "Enter an email address."),
        ("Ann", "ann", "This is not an email address."),
        ("<i>", "ann@people.example", "The characters &lt; and &gt; are not accepted"),
        ("Ben", "BEN@people.example", "has a license of Test Photoshop already."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(login, vera, buy, give, path, name, address, sentence):
    buy()
    give("Ben")
    sent = key() | {"name": name, "address": address}
    response = login(vera).post(path("give/"), sent)
    assert response.status_code == 422 and sentence in response.content.decode()
    assert "aria-invalid" in response.content.decode() and holders() == ["Ben"]


def test_the_last_license_was_given_to_somebody_else(login, vera, buy, give, path):
    buy(quantity=1)
    client = login(vera)
    client.get(path("give/"))
    give("Ann")
    sent = key() | {"name": "Ben", "address": "ben@people.example"}
    response = client.post(path("give/"), sent)
    assert response.status_code == 409
    assert "The only license of Test Photoshop is in use." in words(response)
    assert "The only license of Test Photoshop is in use." in words(client.get(path("give/")))


def test_nothing_new_is_given_while_terms_wait(login, vera, program, buy, path):
    buy()
    personas.make_vip_terms(program, version=2)
    client = login(vera)
    assert "The VIP terms have changed." in words(client.get(path("give/")))
    sent = key() | {"name": "Ben", "address": "ben@people.example"}
    assert client.post(path("give/"), sent).status_code == 409
    assert holders() == []


# --- Take back


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "dialog"])
def test_licenses_are_taken_back_after_naming_the_people(login, vera, buy, give, path, headers):
    buy()
    give("Ann", "Ben", "Cleo")
    client, chosen = login(vera), {"a": ids("Ann", "Ben")}
    shown = words(client.get(path("take-back/"), chosen, **headers))
    assert "These 2 people lose their licenses at once: Ann , ann@people.example Ben" in shown
    assert holders() == ["Ann", "Ben", "Cleo"]
    sent = key() | chosen
    for _ in range(2):
        response = client.post(path("take-back/"), sent, **headers)
        assert response.status_code == (204 if headers else 302)
    assert holders() == ["Cleo"]
    assert "2 licenses of Test Photoshop are free again." in words(client.get(path()))


@pytest.mark.parametrize("chosen", [[], ["x"], ["9" * 30], ["999999999"]])
def test_nobody_chosen_is_said(login, vera, buy, path, chosen):
    buy()
    client = login(vera)
    assert "Tick people in the list first." in words(client.get(path("take-back/"), {"a": chosen}))
    assert client.post(path("take-back/"), key() | {"a": chosen}).status_code == 409


def test_nobody_of_another_customer_loses_a_license(login, vera, olaf, buy, give, photoshop, path):
    buy()
    give("Ann")
    other = olaf.memberships.get().customer
    buy(of=other)
    theirs = f"{other.get_member_url()}products/{photoshop.pk}/take-back/"
    client = login(olaf)
    assert client.post(theirs, key() | {"a": ids("Ann")}).status_code == 409
    assert client.post(path("take-back/"), key() | {"a": ids("Ann")}).status_code == 404
    assert holders() == ["Ann"]


def test_everything_is_taken_back_from_somebody_who_leaves(
    login, vera, buy, give, illustrator, people_path
):
    buy()
    buy(product=illustrator)
    give("Ann", "Ben")
    give("Ann", product=illustrator)
    ann = Person.objects.get(name="Ann")
    client, address = login(vera), people_path(f"{ann.pk}/take-back/")
    shown = words(client.get(address))
    assert "Ann loses these at once: Test Illustrator Test Photoshop" in shown
    assert client.post(address, key()).status_code == 302
    assert holders() == ["Ben"]
    assert "Ann has no license." in words(client.get(address))
    assert client.get(people_path("999999/take-back/")).status_code == 404


# --- Choose who waits


@pytest.fixture
def one_waits(buy, give, alice, set_today):
    """Two people, one license that works; the calendar stays where the other one waits."""
    paid = buy("2026-01-02", quantity=1)
    buy("2026-01-20", quantity=2)
    give("Ann", "Ben", on="2026-02-02")
    today = set_today("2026-02-03")
    record_order([paid], number="A1", ordered_on=today, by=alice, day=day_of([paid], today))
    return set_today("2026-03-22")


def test_the_admin_chooses_who_waits(login, vera, path, photoshop, one_waits):
    client = login(vera)
    shown = client.get(path("choice/")).content.decode()
    assert "Choose 1 person whose license waits" in shown
    field, asked = f"last_{photoshop.pk}", {f"asked_{photoshop.pk}": "1"}
    response = client.post(path("choice/"), key() | asked | {field: ids("Ann", "Ben")})
    assert response.status_code == 422
    assert "Choose exactly 1 person; you have chosen 2." in words(response)
    response = client.post(path("choice/"), key() | asked | {field: ids("Ann")})
    assert response.status_code == 302
    assert holders() == ["Ben", "Ann"]
    assert "Ann ann@people.example Suspended" in words(client.get(path()))


def test_a_choice_made_from_an_old_list_is_shown_anew(login, vera, path, photoshop, one_waits):
    client = login(vera)
    sent = key() | {f"asked_{photoshop.pk}": "2", f"last_{photoshop.pk}": ids("Ann", "Ben")}
    response = client.post(path("choice/"), sent)
    assert response.status_code == 409
    assert "Choose 1 person whose license waits" in words(response)
    assert client.post(path("choice/"), key()).status_code == 409


def test_nobody_waits_while_all_licenses_work(login, vera, buy, give, path):
    buy()
    give("Ann")
    assert "Nobody has to wait" in words(login(vera).get(path("choice/")))


# --- By person


def test_the_people_page_says_who_has_what(
    login, vera, buy, give, illustrator, device, people_path
):
    buy(quantity=3)
    buy(product=illustrator)
    buy(product=device)
    give("Ann", "Ben")
    give("Ann", product=illustrator)
    shown = words(login(vera).get(people_path()))
    assert "Test Photoshop 3 2 1 0" in shown and "Not given to people by name 5 – – 0" in shown
    assert "Ann ann@people.example Test Illustrator since" in shown
    assert shown.index("Ann ann@") < shown.index("Ben ben@")
    found = words(login(vera).get(people_path(), {"q": "ben"}))
    assert "ben@people.example" in found and "ann@people.example" not in found


def test_the_people_page_remembers_who_had_what(login, vera, buy, give, people_path):
    buy()
    ann, _ben = give("Ann", "Ben")
    take_back([ann], by=vera, day=day_of([ann], TODAY))
    shown = words(login(vera).get(people_path(), {"show": "ended"}))
    assert "ann@people.example" in shown and "ben@people.example" not in shown
    assert "Taken back, Vera Vaher" in shown


def test_the_file_has_a_line_for_each_license_and_no_formulas(
    login, vera, customer, photoshop, buy, give, people_path
):
    buy()
    give("Ann")
    people = [("=1+1", "x@people.example")]
    assign(customer, photoshop, people=people, by=vera, day=day_of(customer, TODAY))
    response = login(vera).get(people_path("export.csv"))
    text = b"".join(response).decode()
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert text.startswith("\ufeff") and rows[0][:4] == ["Name", "Email", "Product", "License"]
    assert rows[1][0] == "'=1+1"
    assert rows[2][:4] == ["Ann", "ann@people.example", "Test Photoshop", "Works"]
    assert "licenses-2026-03-02.csv" in response["Content-Disposition"]
