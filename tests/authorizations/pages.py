"""Pages about purchases: how they are read, and many purchases at once."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict

from authorizations.models import AuthorizationLine, PurchaseAuthorization
from authorizations.rules import rollup
from authorizations.rules.dates import born_with


def page(response) -> str:
    return response.content.decode()


def words(response) -> str:
    """Return what is read on the page: no tags, blanks collapsed."""
    main = page(response).split("<main", 1)[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def section(response, heading: str) -> str:
    """Return the words of one section."""
    for part in page(response).split("<section")[1:]:
        if f">{heading}</h2>" in part:
            return " ".join(re.sub(r"<[^>]+>", " ", part.split("</section>")[0]).split())
    return ""


def many(customer, product, count: int, *, created_on: dt.date) -> None:
    """Give the customer many PAs at once, the quick way."""
    day = customer.reseller.day(created_on)
    dates = asdict(born_with(created_on, terms=day.terms, anniversary=None, day=None))
    made = PurchaseAuthorization.objects.bulk_create(
        PurchaseAuthorization(
            reseller=customer.reseller,
            customer=customer,
            number=f"PA-{customer.pk % 10_000:04}{n:04}",
            created_on=created_on,
            **dates,
        )
        for n in range(count)
    )
    AuthorizationLine.objects.bulk_create(
        AuthorizationLine(reseller=customer.reseller, authorization=pa, product=product, quantity=1)
        for pa in made
    )
    rollup.refresh(customer.reseller, day=day, customer_ids=[customer.pk])
