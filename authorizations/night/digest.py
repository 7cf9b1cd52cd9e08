"""The manager's morning digest: one email of the dates their customers came to.

It goes out at 07:00 of the reseller and tells what the ledger recorded since the last one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import override

from authorizations.models import Notice
from authorizations.night.ladders import LADDERS
from authorizations.rules.renewals import left_of
from customers.admins.recipients import responsible_managers
from notifications import outbox
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import Day, Reseller

MORNING = dt.time(7, 0)


def morning_of(time_zone: str, date: dt.date) -> dt.datetime:
    """Return the instant of 07:00 on `date` in an IANA time zone."""
    return dt.datetime.combine(date, MORNING, tzinfo=ZoneInfo(time_zone))


def post_digests(reseller: Reseller, *, day: Day) -> int:
    """Queue one digest for each manager with news; return how many were queued.

    What was skipped by the ledger, or resolved meanwhile, is left out and not looked at again.
    Running it again the same day adds nothing.
    """
    with transaction.atomic():
        untold = Notice.objects.untold().filter(reseller=reseller).order_by("pk")
        waiting = list(untold.select_for_update().values_list("pk", flat=True))
        fresh = list(
            Notice.objects.filter(pk__in=waiting)
            .filter(authorization__order__isnull=True, authorization__cancelled_at__isnull=True)
            .select_related("authorization", "customer__managed_by")
            .order_by("owed_on", "customer__name_sort", "pk")
        )
        by_manager = _sorted_out(reseller, _without_renewed(reseller, fresh))
        outbox.post_many(
            _draft(reseller, manager, notices, day=day) for manager, notices in by_manager.items()
        )
        Notice.objects.filter(pk__in=waiting).update(digested_on=day.today)
    return len(by_manager)


def _without_renewed(reseller: Reseller, notices: list[Notice]) -> list[Notice]:
    """Leave out the terms of which nothing is left to renew by now."""
    terms = [(row.customer_id, row.anniversary_on) for row in notices if row.anniversary_on]
    left = left_of(reseller, terms) if terms else {}
    return [
        row
        for row in notices
        if row.anniversary_on is None or (row.customer_id, row.anniversary_on) in left
    ]


def _sorted_out(reseller: Reseller, notices: list[Notice]) -> dict[User, list[Notice]]:
    """Give each notice to the colleague who is responsible; the primary admin for leavers."""
    found: dict[User, list[Notice]] = defaultdict(list)
    responsible = responsible_managers(reseller)
    for notice in notices:
        manager = responsible(notice.customer)
        if manager is not None:
            found[manager].append(notice)
    return found


def _is_requested(notice: Notice) -> bool:
    """Whether it is about what a VIP admin asked for, rather than what the manager created."""
    return notice.authorization is not None and notice.authorization.requested_by_id is not None


def _draft(reseller: Reseller, manager: User, notices: list[Notice], *, day: Day) -> outbox.Draft:
    with override(manager.language):
        titles = {kind.name: str(kind.digest) for ladder in LADDERS for kind in ladder.kinds}
    sections = [
        {
            "title": title,
            "rows": [
                {
                    "organization": notice.customer.name,
                    "vip_id": notice.customer.vip_id,
                    "pa_number": notice.authorization.number if notice.authorization else "",
                    "requested": _is_requested(notice),
                    "on": notice.owed_on.isoformat(),
                    "path": notice.customer.get_absolute_url(),
                }
                for notice in notices
                if notice.kind == kind
            ],
        }
        for kind, title in titles.items()
    ]
    first = min(row.pk for row in notices)
    orders = any(notice.authorization for notice in notices)
    return {
        "template": "manager_digest",
        "key": f"manager_digest:{manager.pk}:{day.today.isoformat()}:{first}",
        "to_address": manager.email,
        "to_name": manager.name,
        "language": manager.language,
        "context": {
            "manager_name": manager.name,
            "reseller_name": reseller.name,
            "on": day.today.isoformat(),
            "sections": [section for section in sections if section["rows"]],
            # Where most of it is settled: the orders to place, else what is to be renewed.
            "path": "/orders/?mine=1" if orders else "/customers/?show=ready&mine=1",
        },
        "reseller": reseller,
        "not_before": morning_of(reseller.time_zone, day.today),
    }
