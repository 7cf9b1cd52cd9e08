"""Which rows of the nights have been kept long enough, so that nothing is told twice.

The ledger is what keeps a notice from going out again. A row of it goes only where its subject
cannot owe anything any more; how the ladders find subjects says what that is
(`authorizations.night.ladders`).
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from authorizations.models import NightlyRun, Notice, PurchaseAuthorization
from authorizations.night.due import FINISHED


def notices(before: dt.datetime) -> QuerySet[Notice]:
    """Return the notices owed before an instant that nobody waits for and that cannot come again.

    A purchase authorization owes nothing once it is ordered or cancelled, and never stops being
    looked at before that. A term is looked at while its renewal is shown, and afterwards
    until a night has run: so the newest finished night has to be younger.
    """
    day = before.date()
    told = Notice.objects.filter(owed_on__lt=day).exclude(
        pk__in=Notice.objects.untold().values("pk")
    )
    unresolved = PurchaseAuthorization.objects.unresolved().filter(pk=OuterRef("authorization"))
    nights = NightlyRun.objects.filter(FINISHED, reseller=OuterRef("reseller"), for_day__gt=day)
    of_purchases = Q(authorization__isnull=False) & ~Exists(unresolved)
    of_terms = (
        Q(authorization__isnull=True, anniversary_on__lt=day)
        & (Q(customer__renewal_on__isnull=True) | ~Q(customer__renewal_on=F("anniversary_on")))
        & Exists(nights)
    )
    return told.filter(of_purchases | of_terms)


def nights(before: dt.datetime) -> QuerySet[NightlyRun]:
    """Return the nights begun before an instant, but for the newest finished one of a reseller.

    What is owed after missed nights is counted from that one.
    """
    newer = NightlyRun.objects.filter(
        FINISHED, reseller=OuterRef("reseller"), for_day__gt=OuterRef("for_day")
    )
    return NightlyRun.objects.filter(Exists(newer), started_at__lt=before)
