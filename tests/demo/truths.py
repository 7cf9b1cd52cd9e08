"""What is true of everything that is told to have happened: each a name and its exceptions.

They look at every row of every table, whichever of them the demonstration fills.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from django.apps import apps
from django.db.models import DateField, DateTimeField, F, Max, Min, Model, Q, QuerySet
from django.utils import timezone

from authorizations.models import Assignment, OrderLine, PurchaseAuthorization
from customers.models import Customer, CustomerEvent, Invitation, Membership, TermsAcceptance
from notifications.models import Email
from reseller_console.accounts.models import User
from reseller_console.lib.clock import date_of
from reseller_console.tenancy.models import Reseller
from tests.demo.giving import given_before_bought, given_without_terms

APPS = ("authorizations", "customers", "notifications", "accounts", "tenancy")
# Days and instants that say what is to come.
AHEAD = {
    *("not_before_at", "leased_until_at", "expires_on", "invitation_expires_on"),
    *("due_on", "suspends_on", "lapses_on", "counts_to", "usable_until_on", "return_until_on"),
    *("anniversary_on", "custom_anniversary_on", "first_anniversary_on", "renews_on"),
    *("no_products_from_on", "pending_until_on", "past_due_from_on", "past_due_until_on"),
    *("renewal_on", "next_renewal_on", "requested_until_on", "starts_on", "retired_on", "day"),
    *("products_from_on", "past_due_again_from_on", "past_due_again_until_on"),
    *("renewed_anniversary_on", "renewed_from_on"),
}
# Who acted, and when: every reference to an account, by model.
ACTS = {
    "accounts.AccessAttempt": [("by", "at")],
    "accounts.Erasure": [("by", "erased_at")],
    "accounts.TeamEvent": [("by", "at")],
    "accounts.CalendarFeed": [("user", "created_at")],
    "accounts.ColleagueInvitation": [("sent_by", "sent_at")],
    "authorizations.Assignment": [("assigned_by", "assigned_at"), ("ended_by", "ended_at")],
    "authorizations.Order": [("recorded_by", "recorded_at")],
    "authorizations.OrderReport": [("uploaded_by", "uploaded_at"), ("asked_by", "asked_at")],
    "authorizations.RenewalContact": [("sent_by", "sent_at")],
    "authorizations.ReturnedLine": [("recorded_by", "recorded_at")],
    "authorizations.PurchaseAuthorization": [
        ("created_by", "created_at"),
        ("requested_by", "created_at"),
        ("cancelled_by", "cancelled_at"),
    ],
    "customers.AdminInvitation": [("sent_by", "sent_at")],
    "customers.CorrectionRequest": [("asked_by", "asked_at"), ("closed_by", "closed_at")],
    "customers.Customer": [("invited_by", "created_at"), ("managed_by", "created_at")],
    "customers.CustomerEvent": [("by", "at")],
    "customers.Invitation": [("sent_by", "sent_at")],
    "customers.Membership": [("user", "joined_at"), ("removed_by", "removed_at")],
    "customers.TermsAcceptance": [("accepted_by", "accepted_at")],
}
# References to whom something was done to.
SUFFERED = {"accounts.TeamEvent.colleague", "accounts.ColleagueInvitation.user"}


def models() -> Iterator[type[Model]]:
    for label in APPS:
        yield from apps.get_app_config(label).get_models()


def moment_of(reseller: Reseller | None) -> dt.datetime:
    """Return the end of the reseller's day; now, where that is still to come."""
    zone = reseller.time_zone if reseller else "UTC"
    today = reseller.today() if reseller else max(row.today() for row in Reseller.objects.all())
    now = timezone.now()
    if date_of(now, zone) == today:
        return now
    return dt.datetime.combine(today + dt.timedelta(days=2), dt.time(), dt.UTC)


def in_the_future() -> list[str]:
    """What is told of a day or an instant that is still to come."""
    found = []
    for model in models():
        theirs = "reseller" in {field.name for field in model._meta.fields}
        for field in model._meta.fields:
            if not isinstance(field, DateField) or field.name in AHEAD:
                continue
            for reseller in Reseller.objects.all():
                rows = model._default_manager.order_by().exclude(**{field.name: None})
                newest = (rows.filter(reseller=reseller) if theirs else rows).aggregate(
                    newest=Max(field.name)
                )["newest"]
                if newest is None:
                    continue
                if isinstance(field, DateTimeField):
                    late = newest > moment_of(reseller) or (
                        theirs and date_of(newest, reseller.time_zone) > reseller.today()
                    )
                else:
                    late = newest > reseller.today()
                if late:
                    found.append(f"{model.__name__}.{field.name} of {reseller}: {newest}")
    return found


def acts() -> Iterator[tuple[str, int, dt.datetime, dt.datetime]]:
    """Yield, for each kind of act, who did it, and the first and the last time."""
    for label, pairs in ACTS.items():
        for who, at in pairs:
            rows = apps.get_model(label)._default_manager.order_by().exclude(**{who: None})
            spans = rows.values(who).annotate(first=Min(at), last=Max(at))
            for row in spans.values_list(who, "first", "last"):
                yield f"{label}.{who}", *row


def references_not_listed() -> list[str]:
    """References to accounts of which nobody has said what they mean."""
    known = {f"{label}.{who}" for label, pairs in ACTS.items() for who, _at in pairs} | SUFFERED
    return [
        name
        for model in models()
        for field in model._meta.fields
        if field.related_model is User
        and (name := f"{model._meta.label}.{field.name}") not in known
    ]


def acted_before_joining() -> list[str]:
    """Who did something before joining, or after leaving."""
    people = User.objects.in_bulk()
    found = []
    for name, who, first, last in acts():
        user = people[who]
        gone = user.deactivated_at
        if user.joined_at is None or first < user.joined_at or (gone and last > gone):
            found.append(f"{name}: {user}")
    return found


def acted_for_strangers() -> list[str]:
    """VIP admins who did something for a customer before they joined its admins."""
    since = {(row.customer_id, row.user_id): row.joined_at for row in Membership.objects.all()}
    members = User.objects.filter(kind=User.Kind.MEMBER)
    rows = [
        *Assignment.objects.values_list("customer", "assigned_by", "assigned_at"),
        *TermsAcceptance.objects.values_list("customer", "accepted_by", "accepted_at"),
        *PurchaseAuthorization.objects.exclude(requested_by=None).values_list(
            "customer", "requested_by", "created_at"
        ),
        *CustomerEvent.objects.filter(by__in=members).values_list("customer", "by", "at"),
    ]
    return [str(row) for row in rows if row[2] < since.get((row[0], row[1]), timezone.now())]


def last_acts() -> dict[int, dt.datetime]:
    last: dict[int, dt.datetime] = {}
    for name, who, _first, at in acts():
        # Whose customer it is has done nothing by that.
        if name != "customers.Customer.managed_by":
            last[who] = max(at, last.get(who, at))
    return last


def sign_ins() -> list[str]:
    """Who did something after the last sign-in; who came but never signed in, or the reverse."""
    last = last_acts()
    return [
        str(user)
        for user in User.objects.all()
        if (user.last_login is None) != (user.joined_at is None)
        or (user.last_login and user.last_login < last.get(user.pk, user.joined_at))
        or (user.last_login and user.deactivated_at and user.last_login > user.deactivated_at)
        or (user.joined_at and user.joined_at < user.created_at)
    ]


def emails_out_of_order() -> QuerySet:
    """An email is queued, sent, delivered and opened or sent back, in this order."""
    after = [("sent_at", "queued_at"), ("delivered_at", "sent_at"), ("bounced_at", "sent_at")]
    after += [("opened_at", "delivered_at"), ("complained_at", "delivered_at")]
    after += [(name, "queued_at") for name in ("failed_at", "unknown_at", "skipped_at")]
    wrong = Q()
    for later, earlier in after:
        wrong |= Q(**{f"{later}__lt": F(earlier)})
        if earlier != "queued_at":
            wrong |= Q(**{f"{later}__isnull": False, f"{earlier}__isnull": True})
    return Email.objects.filter(wrong)


def links_used_unread() -> QuerySet:
    """Who follows the link of an email has opened it by then."""
    return Invitation.objects.exclude(used_at=None).filter(
        Q(used_at__lt=F("sent_at"))
        | Q(email__opened_at=None)
        | Q(email__opened_at__gt=F("used_at"))
        | Q(used_at__gt=F("superseded_at"))
    )


def told_to_nobody_yet() -> list[str]:
    """Emails to somebody who was neither the contact nor a VIP admin by then."""
    contacts = dict(Customer.objects.values_list("vip_id", "contact_email"))
    joined = {
        (customer, email): at
        for customer, email, at in Membership.objects.values_list(
            "customer__vip_id", "user__email", "joined_at"
        )
    }
    team = set(User.objects.exclude(reseller=None).values_list("email", flat=True))
    return [
        f"{template} to {to} of {about}"
        for template, about, to, at in Email.objects.exclude(about="").values_list(
            "template", "about", "to_address", "queued_at"
        )
        if to not in team
        and contacts[about] != to
        and joined.get((about, to), at + dt.timedelta(1)) > at
    ]


def purchases_out_of_order() -> list[str]:
    """PAs that are ordered, cancelled or returned before they were created or ordered."""
    rows = PurchaseAuthorization.objects.filter(
        Q(cancelled_at__lt=F("created_at"))
        | Q(order__recorded_at__lt=F("created_at"))
        | Q(order__ordered_on__lt=F("created_on"))
        | Q(created_at__lt=F("customer__created_at"))
    )
    lines = OrderLine.objects.filter(order__recorded_at__lt=F("customer__created_at"))
    return [str(row) for row in (*rows, *lines)]


def days_unlike_instants() -> list[str]:
    """Days that are not those of their instants on the reseller's calendar."""
    pairs = (
        (PurchaseAuthorization, "created_on", "created_at"),
        (OrderLine, "order__recorded_on", "order__recorded_at"),
        (Invitation, "sent_on", "sent_at"),
        (Customer, "invited_on", "created_at"),
    )
    return [
        f"{model.__name__}.{at}: {instant} is not {day}"
        for model, on, at in pairs
        for day, instant, zone in model._default_manager.values_list(on, at, "reseller__time_zone")
        if date_of(instant, zone) != day
    ]


def accepted_before_published() -> QuerySet:
    """VIP terms that were accepted before they were published."""
    return TermsAcceptance.objects.filter(accepted_at__lt=F("terms__published_at"))


TRUTHS: tuple[Callable[[], list[str] | QuerySet], ...] = (
    references_not_listed,
    in_the_future,
    acted_before_joining,
    acted_for_strangers,
    sign_ins,
    emails_out_of_order,
    links_used_unread,
    told_to_nobody_yet,
    purchases_out_of_order,
    days_unlike_instants,
    accepted_before_published,
    given_without_terms,
    given_before_bought,
)


def lies() -> dict[str, list[str]]:
    """Return what is not so, a few examples each; empty when everything is true."""
    exceptions = {truth.__name__: [str(row) for row in truth()] for truth in TRUTHS}
    return {name: [str(len(rows)), *rows[:4]] for name, rows in exceptions.items() if rows}
