"""A person who is, or was, everything at one customer."""

from __future__ import annotations

from django.contrib.admin.models import LogEntry
from django.utils import timezone

from authorizations.models import Assignment, Person, Product
from customers import emails
from customers.actions.correct import correct_customer
from customers.actions.own_account import change_name
from customers.models import AdminInvitation, CorrectionRequest, Customer
from notifications import outbox, rendering
from notifications.models import Email, Suppression
from reseller_console.accounts.models import User
from tests.personas import make_member

ADDRESS = "Wilhelmina.OQuist@Lost.example"
NAME = "Wilhelmina O'Quist"
NEEDLES = ("wilhelmina", "quist", "lost.example")
WHY = "asked on the phone"


def put(draft) -> Email:
    """Store an email as one that was written and sent."""
    email = outbox.post(**draft)
    written = rendering.write(email)
    email.subject, email.text, email.html = written.subject, written.text, written.html
    email.sent_at = timezone.now()
    email.save()
    return email


def be_contact(make_customer, ops) -> Customer:
    """Return a customer whose contact she is, with her name corrected once."""
    customer = make_customer(
        contact_first_name="Wilhelmina", contact_last_name="Quist", contact_email=ADDRESS
    )
    correct_customer(
        customer,
        changes={"contact_last_name": "O'Quist"},
        reason="A letter was missing",
        by=ops,
        day=customer.reseller.day(),
    )
    customer.refresh_from_db()
    return customer


def be_admin(customer: Customer, vip_terms) -> User:
    """Make her a VIP admin beside another one; return her account."""
    person = make_member(customer, ADDRESS, "Wilhelmina Quist", accepts=vip_terms)
    change_name(person, name=NAME, by=person)
    person.refresh_from_db()
    make_member(customer, "other@customer.example", "Other Admin")
    return person


def be_written_to(customer: Customer, person: User, vip_terms) -> None:
    """Store emails to her and about her."""
    told = emails.acceptance_draft(customer, vip_terms, by=person, to=customer.managed_by)
    assert NAME in put(told).text
    for number, draft in enumerate(
        emails.drafts_to_vip_admins(
            customer, template="admin_welcome", key="k", context={"member_path": "/"}
        )
    ):
        put(draft | {"key": f"k{number}:{draft['to_address']}"})


def be_licensed(customer: Customer, product: Product) -> None:
    """Let her have had a license."""
    licensed = Person(
        reseller=customer.reseller, customer=customer, name=NAME, address=ADDRESS.lower()
    )
    licensed.derive_keys()
    licensed.save()
    now = timezone.now()
    Assignment.objects.create(
        reseller=customer.reseller,
        customer=customer,
        product=product,
        person=licensed,
        assigned_at=now,
        stands_at=now,
        ended_at=now,
        ended_because="taken_back",
    )


def be_invited(customer: Customer) -> None:
    """Let her have accepted an invitation as VIP admin."""
    AdminInvitation.objects.create(
        reseller=customer.reseller,
        customer=customer,
        version=1,
        first_name="Wilhelmina",
        last_name="O'Quist",
        address=ADDRESS,
        address_key=ADDRESS.lower(),
        token_hash="x",
        sent_by=customer.managed_by,
        sent_on=customer.invited_on,
        expires_on=customer.invited_on,
        used_at=timezone.now(),
    )


def be_talked_about(customer: Customer, ops: User) -> None:
    """Name her in a request, in what a mail server said, and in the log of the admin."""
    CorrectionRequest.objects.create(
        reseller=customer.reseller,
        customer=customer,
        note=f"{NAME} ({ADDRESS}) has left.",
        asked_by=customer.managed_by,
    )
    Suppression.objects.create(
        reseller=customer.reseller,
        address=ADDRESS,
        address_key=ADDRESS.lower(),
        reason="hard_bounce",
        words=f"550 <{ADDRESS}> unknown",
        since_at=timezone.now(),
    )
    LogEntry.objects.create(user=ops, action_flag=2, object_repr=NAME, change_message=ADDRESS)
