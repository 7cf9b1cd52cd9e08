"""Rows as a bulk or a script stores them, without a verb."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from authorizations.models import (
    Assignment,
    AuthorizationLine,
    DroppedRenewal,
    Notice,
    Order,
    OrderLine,
    Person,
    Product,
    PurchaseAuthorization,
    ReturnedLine,
)
from authorizations.numbers import new_authorization_number
from customers.models import Customer, Membership, TermsAcceptance
from reseller_console.accounts.models import User
from tests import personas

D = dt.timedelta
TODAY = dt.date(2026, 3, 2)


@dataclass(frozen=True)
class Scene:
    """The rows a case is about."""

    customer: Customer
    other: Customer
    alice: User
    charlie: User
    vera: User


def pa(of: Customer, *, on: dt.date = TODAY, **facts) -> PurchaseAuthorization:
    """Store a PA as a bulk does, without a verb."""
    values = {
        "reseller": of.reseller,
        "customer": of,
        "number": new_authorization_number(),
        "created_on": on,
        "counts_to": on + D(365),
        "anniversary_day": on.day,
        "due_on": on + D(30),
        "suspends_on": on + D(60),
        "lapses_on": on + D(396),
        "usable_until_on": on + D(395),
    }
    return PurchaseAuthorization.objects.create(**values | facts)


def product(**facts) -> Product:
    values = {"name": f"Made {Product.objects.count()}", "family": "Test", "offering": "team"}
    return Product.objects.create(**values | facts)


def line(of: PurchaseAuthorization, quantity: int = 5, **facts) -> AuthorizationLine:
    return AuthorizationLine.objects.create(
        reseller=of.reseller, authorization=of, product=product(**facts), quantity=quantity
    )


def ordered(of: PurchaseAuthorization, *, on: dt.date = TODAY, **facts) -> OrderLine:
    """Store an order for the only line of a PA."""
    (wanted,) = of.lines.all()
    order = Order.objects.create(
        reseller=of.reseller,
        number=of.number,
        number_key=of.number,
        ordered_on=on,
        return_until_on=on + D(14),
        recorded_on=on,
    )
    PurchaseAuthorization.objects.filter(pk=of.pk).update(order=order)
    values = {
        "reseller": of.reseller,
        "order": order,
        "customer": of.customer,
        "product": wanted.product,
        "authorization": of,
        "quantity": wanted.quantity,
        "starts_on": of.created_on,
        "counts_to": of.counts_to,
        "usable_until_on": of.usable_until_on,
    }
    return OrderLine.objects.create(**values | facts)


def given(scene: Scene, *, to: Customer, **facts) -> Assignment:
    person = Person(reseller=to.reseller, customer=to, name="Ann", address="ann@x.example")
    person.derive_keys()
    person.save()
    return Assignment.objects.create(
        reseller=to.reseller, customer=scene.customer, person=person, product=product(**facts)
    )


def change(row: Model, **facts) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**facts)


def late(scene: Scene, days: int) -> None:
    line(pa(scene.customer, on=TODAY - D(days)))
    line(pa(scene.customer))


def join(customer: Customer, user: User) -> None:
    Membership.objects.create(reseller=customer.reseller, customer=customer, user=user)


def accept(scene: Scene, by: User, version: int = 2, published: bool = True) -> None:
    program = scene.customer.reseller.program
    TermsAcceptance.objects.create(
        reseller=scene.customer.reseller,
        customer=scene.customer,
        terms=personas.make_vip_terms(program, version=version, published=published),
        accepted_by=by,
        accepted_name="Somebody",
        language="en",
    )


def requested(scene: Scene, of: Customer) -> None:
    line(pa(of, requested_by=scene.vera, created_by=scene.vera))


def withdrawn(scene: Scene, at: D) -> None:
    change(scene.other, withdrawn_at=timezone.now() + at)
    line(pa(scene.other))


def accepted(scene: Scene, *, by_terms: bool) -> None:
    change(scene.other, accepted_at=timezone.now())
    join(scene.other, scene.vera)
    if by_terms:
        accept(replace(scene, customer=scene.other), scene.vera)


def changed(scene: Scene, **facts) -> None:
    made = pa(scene.customer)
    line(made)
    change(made, **facts)


def paid(scene: Scene, **facts) -> None:
    made = pa(scene.customer)
    line(made)
    change(ordered(made), **facts)


def paid_as(scene: Scene, on: dt.date = TODAY, **facts) -> None:
    made = pa(scene.customer)
    line(made)
    ordered(made, on=on, **facts)


def ended(scene: Scene, then: str | None) -> None:
    row, now = given(scene, to=scene.customer), timezone.now()
    change(row, ended_at=now, ended_because="cancelled")
    if then is None:
        change(row, ended_at=None, ended_because="")
    else:
        Assignment.objects.create(
            reseller=row.reseller, customer=row.customer, person=row.person, product=row.product
        )


def direct(scene: Scene, quantity: int) -> None:
    paying = ordered(pa_with_line(scene))
    paying.pk, paying.authorization, paying.quantity = None, None, quantity
    paying.save()


def reordered(scene: Scene, *, straight: bool) -> None:
    """Give a PA another order; undone before, its first one's line with it, that is no harm."""
    made = pa_with_line(scene)
    first, second = ordered(made), ordered(pa_with_line(scene))
    if not straight:
        first.delete()
        change(made, order=None)
        commit()
    change(made, order=second.order)
    first.pk, first.order = None, second.order
    first.save()


def pa_with_line(scene: Scene, on: dt.date = TODAY) -> PurchaseAuthorization:
    made = pa(scene.customer, on=on)
    line(made)
    return made


def told(scene: Scene, customer: Customer) -> None:
    Notice.objects.create(
        reseller=customer.reseller,
        customer=customer,
        authorization=pa_with_line(scene),
        kind="x",
        owed_on=TODAY,
    )


def other_member() -> User:
    return User.objects.create_user("new@x.example", "", name="New", joined_at=timezone.now())


def commit() -> None:
    """Check what is checked at the end of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def given_back(
    scene: Scene, quantity: int, *, number: str = "R-1", on: dt.date = TODAY, again: bool = False
) -> ReturnedLine:
    """Return licenses of an order of five, or of the one before."""
    bought = OrderLine.objects.latest("pk") if again else ordered(pa_with_line(scene))
    return ReturnedLine.objects.create(
        reseller=bought.reseller,
        order_line=bought,
        quantity=quantity,
        number=number,
        number_key=number.lower(),
        returned_on=on,
    )


def dropped(scene: Scene) -> DroppedRenewal:
    bought = ordered(pa_with_line(scene))
    return DroppedRenewal.objects.create(
        reseller=bought.reseller,
        order=bought.order,
        customer=scene.customer,
        product=bought.product,
        anniversary_on=TODAY,
        quantity=1,
    )
