"""The bars of the Customers page and of the renewal workbench."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.test import override_settings

from benchmarks import changelist
from benchmarks.bars import Line, Run, bar, ratio_line
from benchmarks.browser import LIST, RENEWALS, Browser, queries_of, recorded
from benchmarks.timing import interleave
from customers import tally
from reseller_console.accounts.models import User


def _named(run: Run) -> str:
    return f"{run.tenants.big.customers:,}"


@bar("B1", "the list is as quick for many customers as for 1,000")
def many_or_few(run: Run) -> Iterator[Line]:
    """Compare the first page of the largest tenant with that of the small one."""
    sides = [Browser(run.tenants.big.asker).page(), Browser(run.tenants.small.asker).page()]
    big, small = interleave(sides, rounds=run.samples)
    yield ratio_line("B1", (f"list, {_named(run)}", big), ("list, 1,000", small), 1.25)


@bar("B2", "the last page is as quick as the first")
def last_or_first(run: Run) -> Iterator[Line]:
    """Compare the two ends of the longest list."""
    browser = Browser(run.tenants.big.asker)
    sides = [browser.page(f"{LIST}?page=last"), browser.page()]
    last, first = interleave(sides, rounds=run.samples)
    yield ratio_line("B2", ("last page", last), ("first page", first), 1.3)


@bar("B3", "what Django adds to the SQL of the list is bounded")
def page_or_sql(run: Run) -> Iterator[Line]:
    """Compare the page with the statements it sends, sent again with nothing around them."""
    browser = Browser(run.tenants.big.asker)
    browser.get(LIST)
    with recorded() as statements:
        browser.get(LIST)

    def bare() -> None:
        with connection.cursor() as cursor:
            for sql, params in statements:
                cursor.execute(sql, params)
                if cursor.description:
                    cursor.fetchall()

    page, database = interleave([browser.page(), bare], rounds=run.samples)
    yield ratio_line("B3", ("list", page), ("its SQL alone", database), 12)


@bar("B4", "the list is far quicker than Django's default one")
def ours_or_default(run: Run) -> Iterator[Line]:
    """Compare with the default changelist over the same table, columns included."""
    ops, _ = User.objects.get_or_create(
        email="ops@bench.example", defaults={"is_staff": True, "is_superuser": True, "name": "Ops"}
    )
    with override_settings(ROOT_URLCONF="benchmarks.changelist"):
        sides = [Browser(run.tenants.big.asker).page(), Browser(ops).page(changelist.PATH)]
        ours, default = interleave(sides, rounds=run.samples)
    yield ratio_line("B4", ("list", ours), ("default changelist", default), 0.10)


@bar("B6", "the six counts of the rail cost little of the page")
def counts_or_page(run: Run) -> Iterator[Line]:
    """Compare the counts alone with the whole page they stand on."""
    reseller = run.tenants.big.reseller
    day = reseller.day()
    sides = [
        lambda: tally.rail_counts(reseller.pk, day),
        Browser(run.tenants.big.asker).page(),
    ]
    counts, page = interleave(sides, rounds=run.samples)
    yield ratio_line("B6", ("six counts", counts), ("list", page), 0.25)


@bar("B17", "a page sends as many statements for many rows as for few")
def statements_many_or_few(run: Run) -> Iterator[Line]:
    """Compare the number of statements, for many customers and for many rows on the page."""
    big, small, tiny = (
        queries_of(Browser(tenant.asker))
        for tenant in (run.tenants.big, run.tenants.small, run.tenants.tiny)
    )
    yield Line(
        "B17",
        f"list, {_named(run)}: {big} statements",
        f"list, 1,000: {small} statements",
        big / small,
        1.0,
        exactly=True,
    )
    yield Line(
        "B17",
        f"50 rows: {small} statements",
        f"10 rows: {tiny} statements",
        small / tiny,
        1.0,
        exactly=True,
    )


@bar("B20", "a piece of the page costs less than the page")
def piece_or_page(run: Run) -> Iterator[Line]:
    """Compare what HTMX asks for with the whole page: time, and bytes once packed."""
    import gzip

    browser = Browser(run.tenants.big.asker)
    htmx = {"HX-Request": "true", "HX-Target": "list"}
    piece, page = browser.page(LIST, **htmx), browser.page()
    pieces, pages = interleave([piece, page], rounds=run.samples)
    yield ratio_line("B20", ("fragment", pieces), ("page", pages), 0.85)
    sizes = [len(gzip.compress(side().content)) for side in (piece, page)]
    yield Line(
        "B20",
        f"fragment {sizes[0]:,} bytes packed",
        f"page {sizes[1]:,} bytes packed",
        sizes[0] / sizes[1],
        0.80,
    )


@bar("B26", "“Managed by me” is no slower than everybody's")
def mine_or_all(run: Run) -> Iterator[Line]:
    """Compare the list with the switch on and off."""
    browser = Browser(run.tenants.big.asker)
    sides = [browser.page(f"{LIST}?mine=1"), browser.page()]
    mine, everybody = interleave(sides, rounds=run.samples)
    yield ratio_line("B26", ("list, mine", mine), ("list", everybody), 1.1)


@bar("B30", "the renewal workbench is as quick for many customers as for 1,000")
def workbench_many_or_few(run: Run) -> Iterator[Line]:
    """Compare the renewals of the largest tenant with those of the small one, forecast included."""
    tenants = (run.tenants.big, run.tenants.small)
    sides = [Browser(tenant.asker).page(RENEWALS) for tenant in tenants]
    big, small = interleave(sides, rounds=run.samples)
    yield ratio_line("B30", (f"renewals, {_named(run)}", big), ("renewals, 1,000", small), 1.3)
    many, few = (queries_of(Browser(tenant.asker), RENEWALS) for tenant in tenants)
    yield Line(
        "B30",
        f"renewals, {_named(run)}: {many} statements",
        f"renewals, 1,000: {few} statements",
        many / few,
        1.0,
        exactly=True,
    )


# A day before which nearly every customer has changed since, one with a quarter, and two ahead.
_DATES = ("2025-04-01", "2025-12-02", "2026-09-02", "2027-02-20")
_LISTS = (
    *("/customers/?", "/customers/?page=last", "/customers/?show=past-due", "/customers/?mine=1"),
    *("/customers/?q=univ", "/orders/?", "/renewals/?", "/orders/history/?"),
)


@bar("B31", "a list as of another date costs little more than as of today")
def then_or_now(run: Run) -> Iterator[Line]:
    """Compare lists as of earlier and later dates with the same lists of today: the slowest.

    What is remembered of an earlier day is; the first look at it is told apart.
    """
    browser = Browser(run.tenants.big.asker)
    rounds = max(run.samples // 4, 4)
    found = []
    for path in _LISTS:
        for date in _DATES:
            sides = [browser.page(f"{path}&as_of={date}"), browser.page(path)]
            then, now = interleave(sides, rounds=rounds)
            found.append(ratio_line("B31", (f"{path} as of {date}", then), (path, now), 3.0))
    yield max(found, key=lambda line: line.ratio)
