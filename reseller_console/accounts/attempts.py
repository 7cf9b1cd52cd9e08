"""Who was refused what belongs to somebody else: noticed in one place, and written down.

What does not exist is no attempt: a mistyped VIP ID leaves no trace. What exists and
is another reseller's, or of an organization the person does not serve, does. Two ways lead here:

* the address: whatever a layer has said its addresses name (`names`) is looked up when the answer
  is 403 or 404, so that no view has to think of it
* a form or a verb that looks among one's own rows alone says what it did not find there (`tried`)

The rows are written once the answer is there, after the request's transaction has ended either
way; they change nothing of it. A person leaves one row an hour for each thing, and at most
`MOST_AN_HOUR`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, models, transaction
from django.http import HttpRequest
from django.utils import timezone

from reseller_console.accounts.models import AccessAttempt, AttemptKind, User

MOST_AN_HOUR = 100
MOST_AT_ONCE = 20
_LARGEST = 2**63 - 1

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tried:
    """Rows of a model that were asked for in vain; `refused` where they are known to be others'."""

    kind: AttemptKind
    model: type[models.Model]
    field: str
    values: tuple[object, ...]
    refused: bool = False


@dataclass(frozen=True)
class _Name:
    name: str
    model: type[models.Model]
    field: str
    pages: str


_names: list[_Name] = []
_serves: list[Callable[[User], set[int]]] = []
_noticed: ContextVar[list[Tried] | None] = ContextVar("attempts", default=None)


def names(name: str, model: type[models.Model], *, field: str = "pk", pages: str = "") -> None:
    """Say what a part of addresses names; of pages whose name begins with `pages`."""
    _names.append(_Name(name, model, field, pages))


def serving(customers: Callable[[User], set[int]]) -> None:
    """Say how to find the ids of the customers a person serves as VIP admin."""
    _serves.append(customers)


def tried(model: type[models.Model], values: Iterable[object], *, field: str = "pk") -> None:
    """Notice rows that a form did not find among the person's own; they may not exist at all."""
    _notice(Tried(AttemptKind.FIELD, model, field, _usable(model, field, values)))


def refused(row: models.Model) -> None:
    """Notice that somebody followed an invitation about `row` that is for another person."""
    _notice(Tried(AttemptKind.ACCEPTANCE, type(row), "pk", (row.pk,), refused=True))


@contextmanager
def noticing() -> Iterator[list[Tried]]:
    """Collect what is noticed meanwhile."""
    found: list[Tried] = []
    token = _noticed.set(found)
    try:
        yield found
    finally:
        _noticed.reset(token)


def in_address(request: HttpRequest) -> list[Tried]:
    """Return what the address of a request names."""
    match = request.resolver_match
    if match is None:
        return []
    return [
        Tried(AttemptKind.ADDRESS, one.model, one.field, _usable(one.model, one.field, [value]))
        for part, value in match.kwargs.items()
        for one in _names
        if one.name == part and (match.view_name or "").startswith(one.pages)
    ]


def write(request: HttpRequest, noticed: Iterable[Tried]) -> None:
    """Write down what exists and is not the person's; the answer stands whatever happens here."""
    user = request.user
    if not isinstance(user, User) or user.is_superuser:
        return
    try:
        with transaction.atomic():
            _write(request, user, noticed)
    except DatabaseError:
        logger.exception("An attempt could not be written down.")


def _write(request: HttpRequest, user: User, noticed: Iterable[Tried]) -> None:
    rows, by_address = [], False
    for one in noticed:
        if by_address and one.kind == AttemptKind.ADDRESS:
            # What lies below another's customer is another's as well.
            continue
        found = _others(user, one)
        by_address |= bool(found) and one.kind == AttemptKind.ADDRESS
        rows += found
    if not rows:
        return
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    left = MOST_AN_HOUR - AccessAttempt.objects.filter(by=user, hour=hour).count()
    match, address = request.resolver_match, _address_of(request)
    for row in rows:
        row.by, row.hour, row.address = user, hour, address
        row.where = (match.view_name or "")[:80] if match else ""
    AccessAttempt.objects.bulk_create(rows[: max(left, 0)], ignore_conflicts=True)


def _others(user: User, one: Tried) -> list[AccessAttempt]:
    """Return a row for each thing that exists and is not the person's."""
    if not one.values:
        return []
    columns = {field.attname for field in one.model._meta.concrete_fields}
    rows = one.model._base_manager.filter(**{f"{one.field}__in": one.values})
    found = rows.values("pk", *(columns & {"reseller_id", "customer_id"}))
    about = one.model._meta.label_lower
    return [
        AccessAttempt(
            kind=one.kind, about=about, target=row["pk"], reseller_id=row.get("reseller_id")
        )
        for row in found[:MOST_AT_ONCE]
        if one.refused or not _is_own(user, about, row)
    ]


def _is_own(user: User, about: str, row: dict) -> bool:
    if user.reseller_id is not None:
        return row.get("reseller_id") == user.reseller_id
    customer = row["pk"] if about == "customers.customer" else row.get("customer_id")
    return any(customer in customers(user) for customers in _serves)


def _usable(model: type[models.Model], field: str, values: Iterable[object]) -> tuple[object, ...]:
    """Return the values that the column can hold at all."""
    column = model._meta.pk if field == "pk" else model._meta.get_field(field)
    usable: list[object] = []
    for value in values:
        try:
            held = column.to_python(value)  # type: ignore[union-attr]
        except ValidationError:
            continue
        fits = not isinstance(held, int) or 0 <= held <= _LARGEST
        if held is not None and fits and "\0" not in str(held):
            usable.append(held)
    return tuple(usable)


def _address_of(request: HttpRequest) -> str | None:
    try:
        return get_adapter().get_client_ip(request)
    except PermissionDenied:
        return None


def _notice(one: Tried) -> None:
    noticed = _noticed.get()
    if noticed is not None and one.values:
        noticed.append(one)
