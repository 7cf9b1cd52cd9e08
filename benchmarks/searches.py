"""The bar of searching: forty questions chosen to hurt."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from authorizations.models import PurchaseAuthorization
from benchmarks.bars import Line, Run, bar, ratio_line
from benchmarks.browser import LIST, Browser
from benchmarks.names import WORDS
from benchmarks.seed import Tenant
from benchmarks.timing import interleave
from customers.models import Customer

_NOWHERE = ("xyzzyplugh", "zqzq", "ÿÿÿ", "zzzzzzzz 99999999", "龘")
_LETTERS = ("a", "e", "1", "ö", "un", "qu", "12", "7x")
_WILDCARDS = ("%", "_", "\\", "%_%_%_%", "100%")
_SCRIPTS = ("университет", "大学", "京", "جامعة", "Πανεπιστήμιο")
_TWO_WORDS = ("group university", "e quixotry")


def questions(tenant: Tenant) -> list[str]:
    """Return forty searches that are hard in different ways.

    For nothing, for one customer (by name, VIP ID, PA and PO number and email address), for
    the first and the last of the list, for 1 in a thousand, 5 % and 12 % of all, for one or
    two letters, for wildcards, in other scripts, for two words.
    """
    rows = Customer.objects.filter(reseller=tenant.reseller).order_by("name_sort", "id")
    first, last = rows.first(), rows.last()
    paper = PurchaseAuthorization.objects.filter(reseller=tenant.reseller).order_by("pk")[0]
    assert first and last
    one = ("quixotry", first.name, last.vip_id[:12].lower(), last.contact_email)
    papers = (paper.number, paper.po_number)
    return [*one, *papers, *(word.lower() for word in WORDS), *_FIXED]


_FIXED = (*_NOWHERE, *_LETTERS, *_WILDCARDS, *_SCRIPTS, *_TWO_WORDS)


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
