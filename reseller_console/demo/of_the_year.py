"""The year of a customer: who orders, renews, returns and is notified, in every way there is.

Each case has `COPIES` customers or more; `tests/demo/test_year.py` counts them.
"""

from __future__ import annotations

import datetime as dt

from authorizations.models import Order, Product
from authorizations.rules.discount import LEVELS
from notifications.delivery import Delivery
from reseller_console.demo.asking import Lines
from reseller_console.demo.beginning import COPIES, Scenario, customer, holder
from reseller_console.demo.life import Life
from reseller_console.demo.teller import Teller
from reseller_console.tenancy.models import Segment

# A customer and its order of 15 days ago or less, which can be returned.
Bought = tuple[Life, Order]


def direct_orders(teller: Teller) -> None:
    """Orders without PA: the first purchase, beside a PA, and of what no PA is for."""
    for _ in range(COPIES):
        life = customer(teller, 200)
        life.order_directly(teller.ago(150), teller.lines(life))

        life = holder(teller, teller.ago(-150))
        life.order_directly(teller.ago(60), teller.lines(life))

        life = holder(teller, teller.ago(-220))
        details = life.customer
        packs = teller.books.without_authorization(details.segment, tuple(details.offerings))
        life.order_directly(teller.ago(45), dict.fromkeys(packs[:1] or [_usual(life)], 2))


def orders_recorded_late(teller: Teller) -> None:
    """Written down long after their date: of a PA, one that was overdue, and a first direct one."""
    for _ in range(COPIES):
        life = customer(teller)
        life.order(
            [teller.authorize(life, teller.ago(60))], teller.ago(50), recorded_on=teller.ago(8)
        )

        life = customer(teller)
        life.order_directly(teller.ago(40), teller.lines(life), recorded_on=teller.ago(9))


def renewals(teller: Teller) -> None:
    """Renewed in part, completed with less, in full, and with more and other products."""
    for days_ahead in (20, -10):
        anniversary = teller.ago(-days_ahead)
        for completes in (False, True) * COPIES:
            life = holder(teller, anniversary)
            part = {
                product: max(1, n - 1) for product, n in _at_least_two(life, anniversary).items()
            }
            life.renew(teller.ago(4), part, completes=completes)
        for _ in range(COPIES):
            life = holder(teller, anniversary)
            life.renew(teller.ago(4), life.to_renew(anniversary))
        life = holder(teller, anniversary)
        more = {product: number + 3 for product, number in life.to_renew(anniversary).items()}
        life.renew(teller.ago(4), more | {_usual(life): 7})


def _at_least_two(life: Life, anniversary: dt.date) -> Lines:
    """Make sure a part can be left over: a second order where there is only one license."""
    rest = life.to_renew(anniversary)
    if max(rest.values()) < 2:
        start = life.authorizations[0].created_on + dt.timedelta(days=60)
        life.order_directly(start, dict.fromkeys(rest, 4))
    return life.to_renew(anniversary)


def renewals_that_moved_the_date(teller: Teller) -> None:
    """Everything renewed before the date, which moved on the day; some returned afterwards."""
    anniversary = teller.ago(8)
    for returned in (False, True) * COPIES:
        life = holder(teller, anniversary)
        order = life.renew(teller.ago(12), life.to_renew(anniversary))
        if returned:
            life.give_back(order, teller.ago(2))


def returns(teller: Teller) -> None:
    """A part, a part twice, and all of an order of each kind, inside its return window."""
    for buy in (_by_authorization, _directly, _as_renewal):
        for _ in range(COPIES):
            life, order = buy(teller)
            life.give_back(order, teller.ago(5), quantity=1)

            life, order = buy(teller)
            life.give_back(order, teller.ago(6), quantity=2)
            life.give_back(order, teller.ago(3), quantity=1)

            life, order = buy(teller)
            life.give_back(order, teller.ago(4))


def _by_authorization(teller: Teller) -> Bought:
    life = customer(teller)
    authorization = teller.authorize(life, teller.ago(20), {_usual(life): 12})
    return life, life.order([authorization], teller.ago(13))


def _directly(teller: Teller) -> Bought:
    life = customer(teller)
    return life, life.order_directly(teller.ago(13), {_usual(life): 9})


def _as_renewal(teller: Teller) -> Bought:
    anniversary = teller.ago(-12)
    life = holder(teller, anniversary)
    lines = {product: number + 4 for product, number in life.to_renew(anniversary).items()}
    return life, life.renew(teller.ago(9), lines)


def _usual(life: Life) -> Product:
    """Return the first product that the customer can have any number of."""
    details = life.customer
    offered = life.books.products_for(details.segment, tuple(details.offerings))
    return min(offered, key=lambda row: row.minimum_quantity)


def orders_for_several(teller: Teller) -> None:
    """One order for several customers: of PAs, bought directly, and as renewal."""
    for buy in (_order_authorization, _order_directly, _order_renewal):
        order = None
        for _ in range(COPIES):
            order = buy(teller, order)


def _order_authorization(teller: Teller, order: Order | None) -> Order:
    life = customer(teller)
    return life.order([teller.authorize(life, teller.ago(18))], teller.ago(9), order=order)


def _order_directly(teller: Teller, order: Order | None) -> Order:
    life = customer(teller)
    return life.order_directly(teller.ago(30), teller.lines(life), order=order)


def _order_renewal(teller: Teller, order: Order | None) -> Order:
    anniversary = teller.ago(-18)
    life = holder(teller, anniversary)
    return life.renew(teller.ago(6), life.to_renew(anniversary), order=order)


def renewal_contacts(teller: Teller) -> None:
    """Notified of the renewal: the email arrived, was opened, or came back; once or twice."""
    for _ in range(COPIES):
        for became in (Delivery.DELIVERED, Delivery.OPENED, Delivery.BOUNCED):
            anniversary = teller.ago(-28)
            life = holder(teller, anniversary)
            if became is Delivery.OPENED:
                life.notify(teller.ago(20), anniversary, became=Delivery.DELIVERED)
            life.notify(teller.ago(5), anniversary, became=became)


def discount_levels(teller: Teller) -> None:
    """Every level by a single order, and the highest by the term before."""
    for least in LEVELS:
        for _ in range(COPIES):
            life = customer(teller, 220, segment=Segment.COMMERCIAL.value)
            first = teller.authorize(life, teller.ago(200), {_usual(life): least})
            life.order([first], teller.ago(195))


def renewals_of_each_week(teller: Teller) -> None:
    """Something to renew in each week the workbench shows; ordered long ago."""
    day = teller.books.day
    first, last = day.ready_span()[0], day.upcoming_span()[1]
    for weeks in range((last - first).days // 7 + 1):
        for days in range(COPIES):
            holder(teller, first + dt.timedelta(days=7 * weeks + days))


def original_days(teller: Teller) -> None:
    """Anniversary dates on day 29, 30 and 31, in months that have such a day and in others."""
    for day_of_month in (29, 30, 31):
        for copies in range(COPIES):
            start = _day_before(teller.ago(60 + 31 * copies), day_of_month)
            life = customer(teller, (teller.today - start).days + 12)
            life.order([teller.authorize(life, start)], start + dt.timedelta(days=4))


def _day_before(date: dt.date, day_of_month: int) -> dt.date:
    while date.day != day_of_month:
        date -= dt.timedelta(days=1)
    return date


OF_THE_YEAR: tuple[Scenario, ...] = (
    direct_orders,
    orders_recorded_late,
    renewals,
    renewals_that_moved_the_date,
    returns,
    orders_for_several,
    renewal_contacts,
    discount_levels,
    renewals_of_each_week,
    original_days,
)
