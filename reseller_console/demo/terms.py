"""The VIP terms of the demonstration: two versions, in each of the console's languages.

The words are in `vip_terms/<language>.txt`; the last paragraph came with version 2.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from reseller_console.tenancy.models import Program, VipTerms, VipTermsText

_WORDS = {
    path.stem: path.read_text(encoding="utf-8").strip()
    for path in sorted((Path(__file__).parent / "vip_terms").glob("*.txt"))
}
NEWEST_SINCE_DAYS = 20


def make_terms(program: Program, *, today: dt.date) -> list[VipTerms]:
    """Make both versions, the second published some days before `today`; return them, older first.

    A program that has terms keeps them.
    """
    known = list(program.vip_terms.filter(published_at__isnull=False).order_by("version"))
    if known:
        return known
    dates = (dt.date(2015, 1, 1), today - dt.timedelta(days=NEWEST_SINCE_DAYS))
    published = [dt.datetime.combine(date, dt.time(12), dt.UTC) for date in dates]
    made = []
    for version, published_at in enumerate(published, start=1):
        terms = VipTerms.objects.create(program=program, version=version)
        for language, words in _WORDS.items():
            body = words if version > 1 else words.rsplit("\n\n", 1)[0]
            VipTermsText.objects.create(terms=terms, language=language, body=body)
        terms.created_at = terms.published_at = published_at
        terms.save(update_fields=["created_at", "published_at"])
        made.append(terms)
    return made
