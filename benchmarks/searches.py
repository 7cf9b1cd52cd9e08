"""The bar of searching: forty questions chosen to hurt."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from benchmarks.bars import Line, Run, bar, ratio_line
from benchmarks.browser import LIST, Browser
from benchmarks.seed import Tenant
from benchmarks.timing import interleave
from customers.models import Customer

# What was planted in the names: in one customer, 1 in a thousand, 5 % and 12 % of them.
_PLANTED = ("quixotry", "foundry", "holding", "group")
_NOWHERE = ("xyzzyplugh", "zq", "ÿÿÿ", "zzzzzzzz 99999999", "龘")
_EVERYWHERE = ("example", "a", "e", "contact", "office", "university", "1")
_SHORT = ("un", "qu", "12", "7x", "ö", "мо", "京", "東京")
_WILDCARDS = ("%", "_", "\\", "%_%_%_%", "100%")
_SCRIPTS = ("московский университет", "大学", "대학교", "جامعة", "Πανεπιστήμιο")
_TWO_WORDS = ("group university", "foundry holding", "group 777", "e quixotry", "a e")


def questions(tenant: Tenant) -> list[str]:
    """Return forty searches: for nothing, one, few, many, in all scripts, and by number."""
    rows = Customer.objects.filter(reseller=tenant.reseller).order_by("name_sort", "id")
    first, last = rows.first(), rows.last()
    assert first and last
    fixed = (_PLANTED, _NOWHERE, _EVERYWHERE, _SHORT, _WILDCARDS, _SCRIPTS, _TWO_WORDS)
    return [*(q for group in fixed for q in group), first.name, last.vip_id[:12].lower()]


@bar("B8", "no search is much slower than the list, most are as quick")
def searches_or_list(run: Run) -> Iterator[Line]:
    """Compare the slowest and the usual of forty searches with the list without any."""
    browser = Browser(run.tenants.big.asker)
    asked = questions(run.tenants.big)
    pages = [browser.page(f"{LIST}?{urlencode({'q': q})}") for q in asked]
    plain, *found = interleave([browser.page(), *pages], rounds=run.samples, warm_up=2)
    by_speed = sorted(zip(found, asked, strict=True), key=lambda pair: pair[0].median)
    slowest, slowest_q = by_speed[-1]
    slow = ", ".join(f"“{q}” {taken.median / plain.median:.1f}" for taken, q in by_speed[:-6:-1])
    yield ratio_line(
        "B8", (f"slowest search “{slowest_q}”", slowest), ("list", plain), 10, f"slowest: {slow}"
    )
    usual, usual_q = by_speed[len(by_speed) // 2]
    yield ratio_line("B8", (f"median search “{usual_q}”", usual), ("list", plain), 1.3)
