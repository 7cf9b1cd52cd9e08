"""Customer details: its sections, its pages, who sees what, and what it costs."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict

import pytest
from django.utils import timezone

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.order import record_order
from authorizations.details.timeline import ROWS
from authorizations.models import AuthorizationLine, PurchaseAuthorization
from authorizations.rules import rollup
from authorizations.rules.dates import born_with
from customers.activity import CustomerKind
from customers.models import CustomerEvent
from notifications.models import Email
from tests.counting import counted
from tests.each import each
from tests.personas import day_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(make_customer, set_today, pinned_today):
    """A customer of long standing."""
    set_today("2025-01-01")
    customer = make_customer(name="Tähe Keemia OÜ", offerings=["team"])
    set_today(pinned_today)
    return customer


def page(response) -> str:
    return response.content.decode()


def words(response) -> str:
    """Return what is read on the page: no tags, blanks collapsed."""
    main = page(response).split("<main", 1)[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def section(response, heading: str) -> str:
    """Return the words of one section."""
    for part in page(response).split("<section")[1:]:
        if f">{heading}</h2>" in part:
            return " ".join(re.sub(r"<[^>]+>", " ", part.split("</section>")[0]).split())
    return ""


def many(customer, product, count: int, *, created_on: dt.date) -> None:
    """Give the customer many PAs at once, the quick way."""
    day = customer.reseller.day(created_on)
    dates = asdict(born_with(created_on, terms=day.terms, anniversary=None, day=None))
    made = PurchaseAuthorization.objects.bulk_create(
        PurchaseAuthorization(
            reseller=customer.reseller,
            customer=customer,
            number=f"PA-{customer.pk % 10_000:04}{n:04}",
            created_on=created_on,
            **dates,
        )
        for n in range(count)
    )
    AuthorizationLine.objects.bulk_create(
        AuthorizationLine(reseller=customer.reseller, authorization=pa, product=product, quantity=1)
        for pa in made
    )
    rollup.refresh(customer.reseller, day=day, customer_ids=[customer.pk])


# --- Sections


def test_customer_details_say_who_the_customer_is(login, alice, path_to):
    shown = section(login(alice).get(path_to()), "Customer details")
    for part in (
        "VIP ID",
        "Pikk 1 10123 Tallinn Estonia",
        "Vera Vaher",
        "Market segment Commercial",
        "Type Team Add enterprise",
        "Not set. The first purchase sets it",
        "Managed by Alice Adams",
        "VIP Invitation status Expired",
    ):
        assert part in shown


def test_a_customer_without_products_is_told_what_to_do_next(login, alice, bob, path_to):
    response = login(alice).get(path_to())
    assert "Create a purchase authorization" in section(response, "Products")
    assert not section(response, "Pending and Overdue License Authorizations")
    assert not section(response, "License Authorization History")
    assert "Nothing has been requested" in section(login(bob).get(path_to()), "Products")


@each(
    ("created_on", "state", "due"),
    [
        ("2026-03-02", "Pending", "1 Apr 2026 30 days left"),
        ("2026-02-01", "Pending", "3 Mar 2026 1 day left"),
        ("2026-01-31", "Pending", "2 Mar 2026 due today"),
        ("2026-01-30", "Overdue", "1 Mar 2026 1 day late"),
        ("2026-01-01", "Overdue", "31 Jan 2026 30 days late"),
        ("2025-12-31", "Suspended", "30 Jan 2026 31 days late"),
    ],
)
def test_what_awaits_its_order_says_when_it_is_due(
    login, alice, path_to, buy, created_on, state, due
):
    pa = buy(created_on, quantity=1_250)
    shown = section(login(alice).get(path_to()), "Pending and Overdue License Authorizations")
    for part in (pa.number, state, "1,250 Test Photoshop", due, "12 months", "365 days"):
        assert part in shown
    x = f'aria-label="Cancel {pa.number}"'
    assert (x in page(login(alice).get(path_to()))) == (state == "Pending")


def test_the_most_urgent_comes_first(login, alice, path_to, buy):
    numbers = [buy(on).number for on in ("2026-02-01", "2026-02-20", "2026-03-02")]
    shown = section(login(alice).get(path_to()), "Pending and Overdue License Authorizations")
    assert sorted(numbers, key=shown.index) == numbers


def test_a_lapsed_pa_is_history_and_nothing_else(login, alice, path_to, buy):
    pa = buy("2025-01-05")
    response = login(alice).get(path_to())
    assert not section(response, "Pending and Overdue License Authorizations")
    assert f"{pa.number} Lapsed" in section(response, "License Authorization History")
    assert "No products" in section(response, "Products")


def test_products_are_counted_once_each(login, alice, path_to, buy, pinned_today):
    first = buy("2026-01-05", quantity=3)
    record_order(
        [first], number="A1", ordered_on=pinned_today, by=alice, day=day_of([first], pinned_today)
    )
    buy("2026-02-20", quantity=4)
    shown = section(login(alice).get(path_to()), "Products")
    assert shown.endswith("Test Photoshop 7 0 4 0 3")


def test_the_history_has_every_state_and_says_why_there_is_no_x(
    login, alice, path_to, buy, pinned_today
):
    ordered, cancelled, pending = buy("2026-02-01"), buy("2026-02-02"), buy()
    record_order(
        [ordered],
        number="A1",
        ordered_on=pinned_today,
        by=alice,
        day=day_of([ordered], pinned_today),
    )
    cancel_authorization(cancelled, by=alice, day=day_of(cancelled, pinned_today))
    shown = section(login(alice).get(path_to()), "License Authorization History")
    assert f"{ordered.number} is ordered. Request a return authorization instead." in shown
    assert f"{cancelled.number} is cancelled already." in shown
    assert "A1 2 Mar 2026" in shown
    numbers = [pending.number, cancelled.number, ordered.number]
    assert sorted(numbers, key=shown.index) == numbers, "newest first"


def test_past_due_is_said_at_the_top(login, alice, path_to, buy):
    pa = buy("2026-01-30")
    assert f"{pa.number} is past due since 2 March 2026" in words(login(alice).get(path_to()))


def test_a_custom_anniversary_date_is_called_so(login, alice, make_customer):
    date = dt.date(2027, 6, 30)
    customer = make_customer(custom_anniversary_on=date, anniversary_on=date)
    shown = words(login(alice).get(customer.get_absolute_url()))
    assert "30 June 2027 custom, chosen at invitation" in shown


def test_what_was_typed_is_text_never_markup(login, alice, make_customer, buy, photoshop):
    customer = make_customer(name="<b>Bold & Co</b>", contact_last_name="<i>Vaher</i>")
    buy(of=customer, po_number="<u>1</u>")
    shown = page(login(alice).get(customer.get_absolute_url()))
    assert "&lt;b&gt;Bold &amp; Co&lt;/b&gt;" in shown
    assert not re.search(r"<(b|i|u)>", shown)


def test_activity_merges_deeds_and_emails_newest_first(login, alice, path_to, buy, pinned_today):
    pa = buy()
    cancel_authorization(pa, by=alice, day=day_of(pa, pinned_today))
    shown = section(login(alice).get(path_to()), "Activity")
    assert f"Alice Adams created {pa.number}: 5 × Test Photoshop" in shown
    assert shown.index("cancelled") < shown.index(f"created {pa.number}")
    assert shown.count("Queued") == Email.objects.count() == 2


# --- Pages of it


def test_the_history_is_paged_without_a_gap(login, alice, path_to, customer, photoshop):
    many(customer, photoshop, 120, created_on=dt.date(2026, 2, 1))
    client, seen, address = login(alice), [], path_to()
    while address:
        response = client.get(address)
        shown = section(response, "License Authorization History")
        seen += re.findall(r"PA-\d{8}(?= Pending)", shown)
        older = re.search(r'href="([^"]+history=[^"]+)#history"', page(response))
        address = older and older[1]
    assert len(seen) == len(set(seen)) == 120
    assert seen == sorted(seen, reverse=True)


def test_paging_in_place_brings_only_that_section(login, alice, path_to, customer, photoshop):
    many(customer, photoshop, 60, created_on=dt.date(2026, 2, 1))
    client = login(alice)
    older = re.search(r'hx-get="([^"]+history=[^"]+)"', page(client.get(path_to())))[1]
    headers = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "history"}
    shown = page(client.get(older, **headers))
    assert shown.strip().startswith('<section class="panel" id="history"')
    assert 'id="activity"' not in shown and "<!DOCTYPE" not in shown


def test_the_activity_is_paged_without_a_gap_even_at_one_instant(login, alice, customer, path_to):
    instant = timezone.now()
    for n in range(ROWS + 3):
        CustomerEvent.objects.create(
            reseller=customer.reseller,
            customer=customer,
            by=alice,
            kind=CustomerKind.RESENT,
            details={"email": f"e{n}@x.example"},
        )
        email = Email.objects.create(
            reseller=customer.reseller,
            key=f"test:{n}",
            template="test",
            about=customer.vip_id,
            subject=f"Subject {n}.",
            to_address="vera@x.example",
            not_before_at=instant,
        )
        Email.objects.filter(pk=email.pk).update(queued_at=instant)
    client, seen, address = login(alice), [], path_to()
    while address:
        response = client.get(address)
        shown = section(response, "Activity")
        seen += re.findall(r"e\d+@x\.example|Subject \d+\.", shown)
        older = re.search(r'href="([^"]+activity=[^"]+)#activity"', page(response))
        address = older and older[1]
    assert len(seen) == len(set(seen)) == 2 * (ROWS + 3)


@each("name", ["history", "activity"])
@each("cursor", ["x", "%00", "e30", "bm9uZXwxfDE=", "MjAyNnw5fDF8", "a" * 9000])
def test_a_cursor_that_is_none_means_the_first_page(login, alice, path_to, buy, name, cursor):
    pa = buy()
    response = login(alice).get(f"{path_to()}?{name}={cursor}")
    assert response.status_code == 200 and pa.number in page(response)


def test_the_page_costs_the_same_with_5_purchases_and_with_500(
    login, alice, make_customer, photoshop
):
    few, lots = make_customer(invited_on=dt.date(2025, 1, 1)), make_customer()
    client, counts, templates = login(alice), [], []
    many(few, photoshop, 5, created_on=dt.date(2026, 2, 1))
    many(lots, photoshop, 500, created_on=dt.date(2026, 2, 1))
    client.get(few.get_absolute_url())  # The stencils of rows are made now, and kept.
    for customer in (few, lots):
        with counted() as queries:
            response = client.get(customer.get_absolute_url())
        counts.append(len(queries))
        templates.append(len(response.templates))
    assert "The first 50 are shown" in page(client.get(lots.get_absolute_url()))
    # Session, person, reseller and terms 2, customer; link, open PAs 2, products 2, history 2,
    # deeds, emails.
    assert counts == [13, 13]
    assert templates[0] == templates[1]


# --- People


def test_a_viewer_sees_everything_and_can_press_nothing(login, bob, path_to, buy):
    pa = buy()
    shown = page(login(bob).get(path_to()))
    assert pa.number in shown
    for forbidden in ("authorizations/", "invitation/", "manager/", "offerings/", "orders/"):
        assert forbidden not in shown.split("<main")[1]


def test_only_admins_can_change_who_manages(login, alice, ada, path_to):
    assert path_to("manager/") not in page(login(alice).get(path_to()))
    assert path_to("manager/") in page(login(ada).get(path_to()))


def test_a_withdrawn_customer_can_only_be_invited_again(login, alice, make_customer):
    customer = make_customer(withdrawn_at=timezone.now(), no_products_from_on=None)
    shown = page(login(alice).get(customer.get_absolute_url()))
    assert "invitation/resend/" in shown and "authorizations/new/" not in shown
    assert "invitation/withdrawal/" not in shown


def test_withdrawing_is_offered_only_without_products(login, alice, path_to, buy, pinned_today):
    client = login(alice)
    assert "invitation/withdrawal/" in page(client.get(path_to()))
    buy()
    assert "invitation/withdrawal/" not in page(client.get(path_to()))


def test_outsiders_get_the_404_of_an_address_nobody_has(login, charlie, ops, path_to):
    client = login(charlie)
    known, unknown = client.get(path_to()), client.get(f"/customers/{'F' * 20}/")
    assert known.status_code == unknown.status_code == 404
    strip = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    assert strip.sub("", page(known)) == strip.sub("", page(unknown))
    for address in ("/customers/abc/", f"/customers/{'f' * 20}/", f"/customers/{'F' * 21}/"):
        assert client.get(address).status_code == 404
    assert login(ops).get(path_to()).status_code == 404


def test_anonymous_people_get_the_sign_in_page(client, path_to):
    response = client.get(path_to())
    assert response["Location"] == f"/accounts/login/?next={path_to()}"
