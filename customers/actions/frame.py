"""The frame of every verb: it locks, and on leaving writes down what has happened.

    with acting_on([customer], by=user, day=day) as work:
        ...  # look again at the locked `work.customer`, refuse, write facts
        work.event(work.customer, CustomerKind.OFFERING_ADDED, offering=offering)

All of it is one transaction, so an ActionRefused leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import groupby

from django.db import transaction

from customers.emails import drafts_to_manager, drafts_to_vip_admins
from customers.models import Customer, CustomerEvent, CustomerKind
from notifications import outbox
from reseller_console.accounts.models import User
from reseller_console.lib.earlier import tell_day
from reseller_console.tenancy.models import Day, Reseller


class Work:
    """What one verb does to locked customers of one reseller: who, on which day, who is notified.

    The extension point for rules that apply to every action. `acting_on` may refuse on entering
    (a second factor, a reason the audit wants) and knows on leaving who did what to whom (undoing
    it).
    """

    def __init__(self, customers: Sequence[Customer], *, by: User | None, day: Day) -> None:
        self.customers = list(customers)
        # A person who creates an account by acting is set once it exists.
        self.by = by
        self.day = day
        self.events: list[CustomerEvent] = []
        self.drafts: list[outbox.Draft] = []

    @property
    def customer(self) -> Customer:
        """Return the customer of a verb that is about one."""
        (only,) = self.customers
        return only

    @property
    def reseller(self) -> Reseller:
        """Return the reseller of the customers."""
        return self.customers[0].reseller

    @property
    def ids(self) -> list[int]:
        """Return the ids of the customers."""
        return [customer.pk for customer in self.customers]

    def has_made(self, customer: Customer) -> None:
        """Add a customer that has just been stored, which no other transaction sees yet."""
        self.customers.append(customer)

    def event(self, customer: Customer, kind: str, /, **details: object) -> None:
        """Record what the acting user did to a customer."""
        self._note(customer, kind, details, by=self.by)

    def consequence(self, customer: Customer, kind: str, /, **details: object) -> None:
        """Record an automatic consequence, with no acting user."""
        self._note(customer, kind, details, by=None)

    def email(self, *drafts: outbox.Draft) -> None:
        """Queue emails; their facts are those of now."""
        self.drafts += drafts

    def email_vip_admins(
        self, customer: Customer, *, template: str, key: str, context: dict[str, object]
    ) -> None:
        """Queue an email to each VIP admin of a customer, once for each `key`."""
        self.email(*drafts_to_vip_admins(customer, template=template, key=key, context=context))

    def email_manager(
        self, customer: Customer, *, template: str, key: str, context: dict[str, object]
    ) -> None:
        """Queue an email to the person responsible for a customer, once for each `key`."""
        self.email(*drafts_to_manager(customer, template=template, key=key, context=context))

    def _note(
        self, customer: Customer, kind: str, details: dict[str, object], *, by: User | None
    ) -> None:
        self.events.append(
            CustomerEvent(
                reseller_id=customer.reseller_id,
                customer=customer,
                by=by,
                kind=kind,
                details=details,
            )
        )


Hook = Callable[[Work], None]
_entering: list[Hook] = []
_leaving: list[Hook] = []


def register(*, entering: Hook, leaving: Hook) -> None:
    """Let a layer above do its part whenever customers have been locked, and before leaving."""
    _entering.append(entering)
    _leaving.append(leaving)


@contextmanager
def acting_on(customers: Iterable[Customer], *, by: User | None, day: Day) -> Iterator[Work]:
    """Lock customers of one reseller for a verb; what it tells is stored on leaving.

    They come as they are now, in the order of their ids, with anniversary dates that have
    moved on by `day` and what the registered layers bring up to date. Always all of it, for
    verbs that cannot change purchases too: what layers add is one statement each, some 3 ms
    together for one customer and hardly more for 500. None are locked where customers are
    only to be made.
    """
    known = list(customers)
    with transaction.atomic():
        tell_day(day.today)
        work = Work(locked_all(known, day=day) if known else [], by=by, day=day)
        for customer in work.customers:
            customer.reseller = known[0].reseller
        if known:
            _run(_entering, work)
        yield work
        if work.customers:
            _run(_leaving, work)
        CustomerEvent.objects.bulk_create(work.events)
        if work.drafts:
            outbox.post_many(work.drafts)


@contextmanager
def acting_everywhere_on(customers: Iterable[Customer], *, by: User | None) -> Iterator[list[Work]]:
    """Do the same to customers of several resellers, each on its own reseller's today.

    Resellers are taken in the order of their ids, and so are the customers of each.
    """
    ordered = sorted(customers, key=lambda customer: (customer.reseller_id, customer.pk))
    with transaction.atomic(), ExitStack() as frames:
        works = []
        for _reseller, group in groupby(ordered, key=lambda customer: customer.reseller_id):
            some = list(group)
            frame = acting_on(some, by=by, day=some[0].reseller.day())
            works.append(frames.enter_context(frame))
        yield works


def locked_all(customers: Iterable[Customer], *, day: Day) -> list[Customer]:
    """Return several customers of one reseller, locked in the order of their ids.

    The fixed order is what keeps two orders over the same customers from a deadlock. An
    anniversary date that has moved on by `day` is written down first, and told.
    """
    ids = sorted({customer.pk for customer in customers})
    rows = Customer.objects.filter(pk__in=ids).order_by("pk").shown_on(day)
    found = list(rows.select_for_update())
    moved = [row for row in found if row.anniversary != row.anniversary_on]
    for row in moved:
        row.anniversary_on = row.anniversary
    Customer.objects.bulk_update(moved, ["anniversary_on"])
    CustomerEvent.objects.bulk_create(
        CustomerEvent(
            reseller_id=row.reseller_id,
            customer=row,
            kind=CustomerKind.ANNIVERSARY_MOVED,
            details={"date": str(row.anniversary_on)},
        )
        for row in moved
    )
    return found


def _run(hooks: Sequence[Hook], work: Work) -> None:
    for hook in hooks:
        hook(work)
