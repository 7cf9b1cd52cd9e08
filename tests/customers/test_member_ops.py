"""What ops do about VIP admins and terms, by verbs and in the Django admin."""

from __future__ import annotations

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from customers.actions.member_accounts import close_account, end_membership, reopen_account
from customers.admins.memberships import admins_of
from customers.admins.recipients import vip_admins
from customers.models import CustomerEvent, Membership
from notifications.models import Email
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import VipTerms
from tests import personas
from tests.admin.forms import note
from tests.counting import counted
from tests.personas import day_of


@pytest.fixture
def desk(login, ops):
    """Ops, signed in."""
    return login(ops)


def events(customer):
    return list(
        CustomerEvent.objects.filter(customer=customer)
        .order_by("pk")
        .values_list("kind", flat=True)
        .exclude(kind="customer_viewed")
    )


def act(client, model, name, *rows, **more):
    data = {"action": name, ACTION_CHECKBOX_NAME: [row.pk for row in rows], **more}
    return client.post(reverse(f"admin:{model}_changelist"), data, follow=True)


def said(answer):
    return " ".join(str(message) for message in answer.context["messages"])


def of(user):
    return Membership.objects.get(user=user)


def test_ending_the_last_membership_sends_emails_to_the_contact_again(
    customer, vera, ops, pinned_today
):
    assert end_membership(of(vera), by=ops, day=day_of(of(vera), pinned_today)) is False
    assert [row.address for row in vip_admins(customer)] == [customer.contact_email]
    assert events(customer) == ["admin_removed", "no_admin_left"]
    email = Email.objects.get(template="admin_removed")
    assert (email.to_address, email.context["removed_by"]) == (vera.email, "")


def test_ending_one_of_two_leaves_the_other(customer, vera, viktor, ops, pinned_today):
    assert end_membership(of(vera), by=ops, day=day_of(of(vera), pinned_today)) is True
    assert events(customer) == ["admin_removed"]


def test_closing_an_account_counts_for_every_customer(customer, vera, olaf, vip_terms, ops, login):
    theirs = of(olaf).customer
    Membership.objects.create(reseller=theirs.reseller, customer=theirs, user=vera)
    browser = login(vera)
    assert browser.get(customer.get_member_url()).status_code == 200
    assert close_account(vera, by=ops) == [customer]
    assert browser.get(customer.get_member_url()).status_code == 302
    assert events(customer) == ["member_account_closed", "no_admin_left"]
    assert events(theirs) == ["member_account_closed"]
    reopen_account(User.objects.get(pk=vera.pk), by=ops)
    assert [row.user for row in admins_of(customer)] == [vera]
    assert events(customer)[-1] == "member_account_reopened"


@pytest.mark.parametrize("who", ["alice", "vera"])
def test_only_ops_do_this_and_only_to_members(who, request, vera, bob, ops, pinned_today):
    by = request.getfixturevalue(who)
    for refused in (
        lambda: end_membership(of(vera), by=by, day=day_of(of(vera), pinned_today)),
        lambda: close_account(vera, by=by),
        lambda: reopen_account(vera, by=by),
        lambda: close_account(bob, by=ops),
    ):
        with pytest.raises(ActionRefused) as caught:
            refused()
        assert caught.value.code in ("not_ops", "not_member")
    vera.refresh_from_db()
    assert vera.is_active


def test_ops_see_admins_and_acceptances_of_a_customer(desk, customer, vera):
    path = reverse("admin:customers_customer_change", args=[customer.pk])
    page = desk.get(path).content.decode()
    assert "Accepted VIP terms" in page
    assert "VIP for tests, version 1" in page
    assert "Vera Vaher" in page
    assert "token_hash" not in page


def test_ops_are_warned_when_a_customer_loses_its_last_admin(desk, customer, vera, viktor):
    first = act(desk, "customers_membership", "end_memberships", of(viktor))
    assert "has no VIP admin now" not in said(first)
    second = act(desk, "accounts_user", "deactivate_accounts", vera)
    assert "has no VIP admin now" in said(second)
    assert customer.contact_email in said(second)
    vera.refresh_from_db()
    assert not vera.is_active
    act(desk, "accounts_user", "reactivate_accounts", vera)
    assert [row.user for row in admins_of(customer)] == [vera]


def test_ops_see_one_members_customers_and_which_hang_on_that_account(
    desk, customer, vera, viktor, make_customer, ops
):
    alone = make_customer(name="Hangs on Vera")
    personas.make_member(alone, vera.email, vera.name)
    former = make_customer(name="Served before")
    personas.make_member(former, vera.email, vera.name)
    Membership.objects.filter(customer=former).update(removed_at=timezone.now(), removed_by=ops)
    page = desk.get(reverse("admin:accounts_user_change", args=[vera.pk])).content.decode()
    rows = {
        name: next(row for row in page.split("<tr") if f">{name}</a>" in row)
        for name in (customer.name, alone.name, former.name)
    }
    assert 'alt="True"' in rows[customer.name]
    assert 'alt="False"' in rows[alone.name]
    assert "alt=" not in rows[former.name] or 'alt="None"' in rows[former.name]
    assert reverse("admin:customers_customer_change", args=[alone.pk]) in rows[alone.name]
    assert alone.vip_id in rows[alone.name]
    answer = act(desk, "accounts_user", "deactivate_accounts", vera)
    assert f"Hangs on Vera ({alone.vip_id}) has no VIP admin now" in said(answer)
    assert customer.vip_id not in said(answer)


def test_people_who_serve_no_customer_have_no_such_list(desk, alice, ops, vera):
    for person in (alice, ops):
        path = reverse("admin:accounts_user_change", args=[person.pk])
        assert "Customers of this VIP admin" not in desk.get(path).content.decode()
    assert desk.get(reverse("admin:accounts_user_add")).status_code == 200
    members = desk.get(reverse("admin:accounts_user_changelist"), {"kind__exact": "member"})
    assert vera.email in members.content.decode()
    assert alice.email not in members.content.decode()


def test_a_members_page_costs_the_same_for_many_customers(desk, customer, vera, make_customer):
    path, counts = reverse("admin:accounts_user_change", args=[vera.pk]), []
    desk.get(path)  # what Django remembers of its models is asked for once
    for more in (0, 5):
        for _ in range(more):
            personas.make_member(make_customer(), vera.email, vera.name)
        with counted() as queries:
            desk.get(path)
        counts.append(len(queries))
    assert counts[0] == counts[1], counts


def test_publishing_asks_once_more_and_says_how_many_have_to_accept(
    desk, customer, vera, olaf, vip_terms
):
    drafted = act(desk, "tenancy_vipterms", "new_draft", vip_terms)
    assert "Done: 1." in said(drafted)
    draft = VipTerms.objects.get(version=2)
    asked = act(desk, "tenancy_vipterms", "publish", draft)
    assert "2 customers will have to accept it." in asked.content.decode()
    draft.refresh_from_db()
    assert draft.published_at is None
    published = act(desk, "tenancy_vipterms", "publish", draft, confirmed="1")
    assert "version 2 is in force; 2 customers have to accept it." in said(published)
    draft.refresh_from_db()
    assert draft.published_at is not None
    assert "in force" in LogEntry.objects.order_by("-pk").first().change_message


def words(*texts, program=None, initial=()):
    data = {
        "texts-TOTAL_FORMS": str(len(texts)),
        "texts-INITIAL_FORMS": str(len(initial)),
        "texts-MIN_NUM_FORMS": "0",
        "texts-MAX_NUM_FORMS": "9",
    }
    if program:
        data["program"] = str(program.pk)
    for number, (language, body) in enumerate(texts):
        data |= {f"texts-{number}-language": language, f"texts-{number}-body": body}
        if number < len(initial):
            data |= {f"texts-{number}-id": str(initial[number].pk)}
            data |= {f"texts-{number}-terms": str(initial[number].terms_id)}
    return data


def test_ops_write_the_first_version_and_edit_it_until_it_is_published(desk, ops, program):
    add = reverse("admin:tenancy_vipterms_add")
    assert desk.get(add).status_code == 200
    assert desk.post(add, words(("en", "First."), program=program)).status_code == 302
    draft = VipTerms.objects.get()
    assert (draft.version, draft.texts.get().body) == (1, "First.")
    again = desk.post(add, words(("en", "Other."), program=program))
    assert "This program has a draft already." in again.content.decode()
    change = reverse("admin:tenancy_vipterms_change", args=[draft.pk])
    text = draft.texts.get()
    better = words(("en", "Better."), ("et", "Parem."), initial=[text])
    desk.post(change, better | note(desk, change))
    assert set(draft.texts.values_list("body", flat=True)) == {"Better.", "Parem."}
    act(desk, "tenancy_vipterms", "publish", draft, confirmed="1")
    late = desk.post(change, words(("en", "Too late."), ("et", "Hilja."), initial=[text]))
    assert late.status_code == 403
    page = desk.get(change).content.decode()
    assert "Better." in page
    assert "<textarea" not in page


def test_without_english_words_ops_read_why_nothing_was_published(desk, program):
    draft = personas.make_vip_terms(program, published=False)
    draft.texts.update(language="et")
    answer = act(desk, "tenancy_vipterms", "publish", draft, confirmed="1")
    assert "The English text is missing." in said(answer)
    draft.refresh_from_db()
    assert draft.published_at is None
