"""Give people licenses, and take them back."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authorizations.actions.settle import tell
from authorizations.licenses.activity import AssignmentKind
from authorizations.licenses.people import Named, clean_address, clean_name, store_names
from authorizations.licenses.queue import Queue, queue_of
from authorizations.models import Assignment, Person, Product, PurchaseAuthorization
from authorizations.rules.status import Status
from customers.actions.as_admin import acting_as_admin
from customers.admins.vip_terms import refuse_until_accepted
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Day


def assign(
    customer: Customer,
    product: Product,
    *,
    people: Sequence[tuple[str, str]],
    by: User,
    day: Day,
) -> list[Assignment]:
    """Give each of these people, by name (may be blank) and address, a license; all or none.

    Anyone who is new becomes one of the customer's people; a name typed for a known address
    replaces the one before. Raises ActionRefused with code "not_admin", "terms",
    "not_given_to_people", "not_held", "none_free", "name" (field name), or "address" and
    "has_it" (field address).
    """
    with acting_as_admin(customer, by=by, day=day) as work:
        customer = work.customer
        refuse_until_accepted(customer)
        queue = queue_of(customer, product, day=day)
        refuse_unless_held(product, queue)
        named = [_cleaned(name, address) for name, address in people]
        _refuse_twice(customer, product, named)
        if queue.free < len(named):
            why = none_free(customer, product, queue, today=day.today)
            raise ActionRefused(why, code="none_free")
        given = give(customer, product, named, by=by)
        tell(work, AssignmentKind.GIVEN, product.name, [str(one) for one in named])
    return given


def give(
    customer: Customer, product: Product, people: Sequence[Named], *, by: User
) -> list[Assignment]:
    """Put people at the end of the queue; the caller has locked the customer and checked."""
    persons = _persons(customer, people)
    now = timezone.now()
    return Assignment.objects.bulk_create(
        Assignment(
            reseller_id=customer.reseller_id,
            customer=customer,
            product=product,
            person=persons[one.key],
            assigned_at=now,
            stands_at=now,
            assigned_by=by,
        )
        for one in people
    )


def take_back(assignments: Iterable[Assignment], *, by: User, day: Day) -> int:
    """Take the licenses of one customer's people back; return how many were.

    Those that have ended already are left alone. Raises ActionRefused with code "gone" when
    that is all of them, and with "not_admin".
    """
    chosen = list(assignments)
    customer = chosen[0].customer if chosen else None
    if customer is None:
        raise ActionRefused(_("Select at least one person who has a license."), code="gone")
    with acting_as_admin(customer, by=by, day=day) as work:
        held = Assignment.objects.held().filter(
            customer=customer, pk__in=[row.pk for row in chosen]
        )
        rows = list(held.select_related("person", "product").order_by("person__name_sort", "pk"))
        if not rows:
            raise ActionRefused(_("These licenses have been taken back already."), code="gone")
        end(rows, because=Assignment.Ended.TAKEN_BACK, by=by)
        names: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            names[row.product.name].append(str(row.person))
        for product, who in sorted(names.items()):
            tell(work, AssignmentKind.TAKEN, product, who)
    return len(rows)


def end(assignments: Sequence[Assignment], *, because: Assignment.Ended, by: User) -> None:
    """End assignments that are held; the caller has locked the customer."""
    ids = [row.pk for row in assignments]
    Assignment.objects.filter(pk__in=ids).update(
        ended_at=timezone.now(), ended_by=by, ended_because=because
    )


def refuse_unless_held(product: Product, queue: Queue) -> None:
    """Raise ActionRefused unless licenses of the product can be given to people at all."""
    if not product.given_to_people:
        raise ActionRefused(
            _("Licenses of %(product)s are not given to people by name.")
            % {"product": product.name},
            code="not_given_to_people",
        )
    if not queue.licenses:
        raise ActionRefused(
            _("There is no license of %(product)s.") % {"product": product.name}, code="not_held"
        )


def none_free(customer: Customer, product: Product, queue: Queue, *, today: dt.date) -> str:
    """Return why no license, or not enough of them, can be given out; and what would help."""
    said = []
    if queue.free:
        free = ngettext("Only %(n)d license is free.", "Only %(n)d licenses are free.", queue.free)
        said.append(free % {"n": queue.free})
    elif queue.usable:
        said.append(
            ngettext(
                "The only license of %(product)s is in use.",
                "All %(n)d licenses of %(product)s are in use.",
                queue.usable,
            )
            % {"n": queue.usable, "product": product.name}
        )
    if queue.suspended:
        said.append(until_ordered(customer, product, queue, today=today))
    return " ".join(said)


def until_ordered(customer: Customer, product: Product, queue: Queue, *, today: dt.date) -> str:
    """Return how many licenses are suspended and which PAs have to be ordered for them."""
    late = PurchaseAuthorization.objects.on(today).unresolved().filter(customer=customer)
    late = late.filter(status=Status.SUSPENDED, lines__product=product)
    numbers = late.order_by("created_on", "id").values_list("number", flat=True)
    return ngettext(
        "%(n)d license is suspended until %(number)s is ordered.",
        "%(n)d licenses are suspended until %(number)s is ordered.",
        queue.suspended,
    ) % {"n": queue.suspended, "number": ", ".join(numbers)}


def _cleaned(name: str, address: str) -> Named:
    """Return name and address in their stored form; raises ActionRefused at their field."""
    field = "name"
    try:
        stored = clean_name(name)
        field = "address"
        return Named(stored, clean_address(address))
    except ValidationError as error:
        raise ActionRefused(error.messages[0], field=field, code=field) from error


def _refuse_twice(customer: Customer, product: Product, people: Sequence[Named]) -> None:
    keys = [one.key for one in people]
    held = Assignment.objects.held().filter(
        customer=customer, product=product, person__address_key__in=keys
    )
    has_it = set(held.values_list("person__address_key", flat=True))
    for number, one in enumerate(people):
        if one.key in has_it or one.key in keys[:number]:
            raise ActionRefused(
                _("%(address)s has a license of %(product)s already.")
                % {"address": one.address, "product": product.name},
                field="address",
                code="has_it",
            )


def _persons(customer: Customer, people: Sequence[Named]) -> dict[str, Person]:
    """Return the customer's people by the key of their address; new ones are stored."""
    wanted = {one.key: one for one in people}
    known = Person.objects.filter(customer=customer, address_key__in=wanted)
    found = {person.address_key: person for person in known}
    renamed = []
    for key, person in found.items():
        name = wanted[key].name
        if name and name != person.name:
            person.name = name
            person.derive_keys()
            renamed.append(person)
    store_names(renamed)
    new = [
        one.as_person(customer.pk, customer.reseller_id)
        for key, one in wanted.items()
        if key not in found
    ]
    return found | {person.address_key: person for person in Person.objects.bulk_create(new)}
