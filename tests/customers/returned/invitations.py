"""Invitations that come back, and how their pages are read."""

from __future__ import annotations

from customers.actions.invitation import resend_invitation
from customers.models import Customer, Invitation
from notifications.models import Email
from notifications.sending import sender
from tests.personas import day_of

MAILGUN = "/anymail/mailgun/tracking/"


def page(answer) -> str:
    return answer.content.decode()


def invite(customer, alice, pinned_today) -> Email:
    """Send the customer's invitation; return the email."""
    resend_invitation(customer, by=alice, day=day_of(customer, pinned_today))
    sender.send_waiting()
    return Invitation.objects.in_force().get(customer=customer).email


def came_back(customer) -> bool:
    return Customer.objects.filter(pk=customer.pk).came_back().exists()
