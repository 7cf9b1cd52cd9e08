"""The mailbox, where ops read what went out."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from customers.admins.links import path_for
from notifications.models import Email
from notifications.sending import sender
from reseller_console.lib.lists.keyset import Cursor
from tests.counting import counted
from tests.each import each

SECRET_PATH = path_for("0123456789ABCDEF0123", 3)


@pytest.fixture
def mailbox(ops, login):
    """Ops in their browser."""
    return login(ops)


def addresses(email: Email) -> list[str]:
    return ["/mailbox/", f"/mailbox/{email.pk}/", f"/mailbox/{email.pk}/html/"]


def test_ops_read_every_email(mailbox, put_email):
    for address in addresses(put_email()):
        assert mailbox.get(address).status_code == 200


@pytest.mark.parametrize("person", ["alice", "ada", "bob", "charlie"])
def test_colleagues_of_resellers_do_not(person, request, login, put_email):
    browser = login(request.getfixturevalue(person))
    assert [browser.get(a).status_code for a in addresses(put_email())] == [403, 403, 403]


def test_anonymous_people_are_asked_to_sign_in(put_email):
    for address in addresses(put_email()):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")


def test_there_is_no_mailbox_where_emails_leave_the_house(mailbox, put_email, settings):
    email = put_email()
    settings.MAIL_PROVIDER = "postmark"
    assert [mailbox.get(a).status_code for a in addresses(email)] == [404, 404, 404]


def test_nothing_is_changed_by_looking(mailbox, put_email):
    for address in addresses(put_email()):
        assert mailbox.post(address).status_code == 405


@pytest.mark.parametrize("pk", ["999999", "9999999999999999999999"])
def test_an_email_that_is_not_there_is_not_found(mailbox, pk):
    assert mailbox.get(f"/mailbox/{pk}/").status_code == 404
    assert mailbox.get(f"/mailbox/{pk}/html/").status_code == 404


def test_no_browser_keeps_an_email(mailbox, put_email):
    for address in addresses(put_email()):
        assert "no-store" in mailbox.get(address)["Cache-Control"]


def test_the_links_in_an_email_are_real(mailbox, put_email):
    email = put_email("customer_invited")
    sender.send_waiting()

    page = mailbox.get(f"/mailbox/{email.pk}/").content.decode()
    frame = mailbox.get(f"/mailbox/{email.pk}/html/").content.decode()
    assert f'href="{settings.CONSOLE_ORIGIN}{SECRET_PATH}"' in page
    assert f'href="{settings.CONSOLE_ORIGIN}{SECRET_PATH}"' in frame


def test_an_email_is_locked_into_its_frame(mailbox, put_email):
    frame = mailbox.get(f"/mailbox/{put_email().pk}/html/")
    policy = frame["Content-Security-Policy"]

    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; ")
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "frame-ancestors 'self'" in policy
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert frame["Referrer-Policy"] == "no-referrer"


def test_only_the_email_itself_has_another_policy(mailbox, put_email):
    page = mailbox.get(f"/mailbox/{put_email().pk}/")
    assert "unsafe" not in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    assert "style=" not in page.content.decode()


def test_an_email_with_markup_in_it_stays_an_email(mailbox, put_email):
    evil = "<script>alert(1)</script>"
    email = put_email(to_name=evil, context={**put_email().context, "organization": evil})
    for address in addresses(email):
        assert evil not in mailbox.get(address).content.decode()


def test_an_email_that_cannot_be_written_says_why(mailbox, put_email):
    email = put_email(context={})
    assert "cannot be written" in mailbox.get(f"/mailbox/{email.pk}/").content.decode()
    assert mailbox.get(f"/mailbox/{email.pk}/html/").status_code == 404
    assert "pa_created" in mailbox.get("/mailbox/").content.decode()


def test_an_email_whose_link_is_dead_is_shown_without_it(mailbox, put_email):
    context = {"link": {"secret_link": {"purpose": "nobody"}}}
    page = mailbox.get(f"/mailbox/{put_email('account_password_reset', context=context).pk}/")
    assert "no longer works" in page.content.decode()
    assert "[link]" in page.content.decode()


def subjects(answer) -> list[int]:
    return [int(pk) for pk in re.findall(r'href="/mailbox/(\d+)/"', answer.content.decode())]


def ways(answer) -> dict[str, str]:
    """Return the links below the list: their addresses by their words."""
    pager = answer.content.decode().partition('class="pager"')[2].partition("</nav>")[0]
    found = re.findall(r'href="([^"]*)"\s+hx-get="([^"]*)">([^<]+)</a>', pager)
    assert all(href == fetched for href, fetched, _ in found)
    return {words: unescape(href) for href, _, words in found}


@pytest.fixture
def three_a_page(monkeypatch):
    """A page of the mailbox has three emails."""
    monkeypatch.setattr("notifications.mailbox.pages.PAGE", 3)


def test_the_newest_email_comes_first_and_pages_meet(mailbox, put_email, three_a_page):
    put = [put_email().pk for _ in range(8)][::-1]
    first = mailbox.get("/mailbox/")
    second = mailbox.get(ways(first)["Older"])
    third = mailbox.get(ways(second)["Older"])

    assert subjects(first) + subjects(second) + subjects(third) == put
    assert list(ways(first)) == ["Older", "Last"]
    assert list(ways(second)) == ["First", "Newer", "Older", "Last"]
    assert list(ways(third)) == ["First", "Newer"]
    assert subjects(mailbox.get(ways(third)["Newer"])) == put[3:6]
    assert subjects(mailbox.get(ways(second)["Newer"])) == put[:3]
    assert ways(third)["First"] == "/mailbox/"
    last = mailbox.get(ways(first)["Last"])
    assert subjects(last) == put[5:]
    assert subjects(mailbox.get(ways(last)["Newer"])) == put[2:5]


@pytest.mark.parametrize(
    ("emails", "pages"), [(0, []), (1, [1]), (3, [3]), (4, [3, 1]), (7, [3, 3, 1])]
)
def test_there_are_as_many_pages_as_it_takes(mailbox, put_email, three_a_page, emails, pages):
    for _ in range(emails):
        put_email()
    shown, path = [], "/mailbox/"
    while path:
        page = mailbox.get(path)
        shown += [len(subjects(page))] if subjects(page) else []
        path = ways(page).get("Older")
    assert shown == pages


def test_emails_of_one_instant_stand_on_one_page_each(mailbox, put_email, three_a_page):
    put = [put_email().pk for _ in range(8)][::-1]
    Email.objects.update(queued_at=timezone.now())
    met, page = [], mailbox.get("/mailbox/")
    met += subjects(page)
    while "Older" in ways(page):
        page = mailbox.get(ways(page)["Older"])
        met += subjects(page)
    assert met == put


def test_a_search_goes_on_from_page_to_page(mailbox, put_email, three_a_page):
    put = [put_email(to_address=f"vera{n % 2}@x.example").pk for n in range(8)][::-1]
    first = mailbox.get("/mailbox/", {"q": "vera1"})
    second = mailbox.get(ways(first)["Older"])
    assert subjects(first) + subjects(second) == put[::2]
    assert ways(second)["First"] == "/mailbox/?q=vera1"


def test_the_email_a_page_begins_after_may_be_gone(mailbox, put_email, three_a_page):
    put = [put_email().pk for _ in range(5)][::-1]
    older = ways(mailbox.get("/mailbox/"))["Older"]
    Email.objects.filter(pk=put[2]).delete()
    assert subjects(mailbox.get(older)) == put[3:]
    Email.objects.filter(pk__in=put[3:]).delete()
    nothing = mailbox.get(older).content.decode()
    assert "Nothing further" in nothing
    assert '<a href="/mailbox/">To the first page</a>' in nothing


def rubbish() -> dict[str, str]:
    """Return what `after` and `before` may hold that is no place in the mailbox."""
    at = timezone.now()
    return {
        "blank": "",
        "a letter": "x",
        "a number, as it once was": "17",
        "a negative number": "-1",
        "a digit of another script": "٣",
        "a large number": "9" * 30,
        "NUL": "\x00",
        "half a character": "\udcff".encode("utf-8", "surrogatepass").decode("latin1"),
        "long": "A" * 5_000,
        "of another list": Cursor((at, 1), 0).encode("line"),
        "of another order": Cursor((1,), 0).encode("mailbox"),
        "no instant": Cursor(("yesterday", 1), 0).encode("mailbox"),
        "an instant nowhere": Cursor((at.replace(tzinfo=None), 1), 0).encode("mailbox"),
        "no id": Cursor((at, "1"), 0).encode("mailbox"),
        "an id too large": Cursor((at, 2**63), 0).encode("mailbox"),
    }


@pytest.mark.parametrize("name", ["after", "before"])
@pytest.mark.parametrize("what", rubbish())
def test_a_place_that_is_none_is_the_first_page(mailbox, put_email, three_a_page, name, what):
    put = [put_email().pk for _ in range(5)][::-1]
    assert subjects(mailbox.get("/mailbox/", {name: rubbish()[what]})) == put[:3]


def test_a_search_that_was_cut_says_so(mailbox, put_email):
    email, said = put_email(to_name="x" * 100), "Only the first 200 characters are used."
    for q, cut in (("x" * 100, False), ("y" * 200, False), ("y" * 201, True)):
        page = mailbox.get("/mailbox/", {"q": q})
        assert (said in page.content.decode()) is cut
        assert subjects(page) == ([email.pk] if q.startswith("x") else [])
        assert f'value="{q[:200]}"' in page.content.decode()


@each(
    ("words", "found"),
    [
        ("VERA@", True),
        ("vaher", True),
        ("0123456789abcdef", True),
        ("products added", True),
        ("added products", True),
        ("vaher added", True),
        ("licenses from today", True),
        ("added nobody", False),
        ("õpi &", True),
        ("pa-0123", True),
        ("%", False),
        ("\\", False),
        ("nobody", False),
        ("x" * 10_000, False),
        ("\x00", True),
    ],
)
def test_emails_are_found_by_whatever_they_say(mailbox, put_email, words, found):
    email = put_email(to_address="vera@customer.example")
    sender.send_waiting()
    assert subjects(mailbox.get("/mailbox/", {"q": words})) == ([email.pk] if found else [])


def test_a_fragment_is_the_list_alone(mailbox, put_email):
    put_email()
    answer = mailbox.get("/mailbox/", headers={"HX-Request": "true"}).content.decode()
    assert answer.lstrip().startswith("<section")
    assert "<html" not in answer


def test_the_list_costs_as_much_for_many_emails_as_for_few(mailbox, put_email):
    put_email()
    with counted(3):
        mailbox.get("/mailbox/")
    for _ in range(40):
        put_email()
    with counted(3):
        mailbox.get("/mailbox/")
