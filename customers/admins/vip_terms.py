"""The VIP terms: which are in force, in which words, and whether a customer has accepted them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from customers.models import Customer, TermsAcceptance
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import VipTerms, VipTermsText

FALLBACK_LANGUAGE = "en"


def terms_in_force(customer: Customer) -> VipTerms | None:
    """Return the newest published terms of the customer's program; None before the first."""
    published = VipTerms.objects.filter(
        program_id=customer.reseller.program_id, published_at__isnull=False
    )
    return published.order_by("-version").first()


def text_of(terms: VipTerms, language: str) -> VipTermsText:
    """Return the terms' words in a language, else in English, else in any there are.

    Raises VipTermsText.DoesNotExist for terms without words, which cannot be published.
    """
    texts = {text.language: text for text in terms.texts.all()}
    for wanted in (language, FALLBACK_LANGUAGE):
        if wanted in texts:
            return texts[wanted]
    if not texts:
        raise VipTermsText.DoesNotExist(f"{terms} has no text.")
    return next(iter(texts.values()))


def acceptances_of(customer: Customer) -> list[TermsAcceptance]:
    """Return every version that was accepted for the customer, the newest first."""
    rows = TermsAcceptance.objects.filter(customer=customer).select_related("terms")
    return list(rows.order_by("-terms__version"))


def latest_acceptance(customer: Customer) -> TermsAcceptance | None:
    """Return the newest version that was accepted for the customer, by whom and when."""
    accepted = TermsAcceptance.objects.filter(customer=customer)
    return accepted.select_related("terms", "accepted_by").order_by("-terms__version").first()


def terms_to_accept(customer: Customer) -> VipTerms | None:
    """Return the terms in force while no one has accepted them for the customer, else None."""
    return waiting_terms([customer]).get(customer.pk)


def waiting_terms(customers: Iterable[Customer]) -> dict[int, VipTerms]:
    """Return what `terms_to_accept` says of several customers, by the customer's id.

    Customers without anything to accept are left out. One query.
    """
    accepted = TermsAcceptance.objects.filter(customer=OuterRef("customer_id"))
    newest = accepted.order_by("-terms__version").values("terms__version")[:1]
    found = VipTerms.objects.filter(published_at__isnull=False).annotate(
        customer_id=F("program__resellers__customers__pk")
    )
    found = found.filter(customer_id__in=[customer.pk for customer in customers])
    found = found.filter(version__gt=Coalesce(Subquery(newest), 0))
    # Of several that came since, the newest comes last and is the one in force.
    return {terms.customer_id: terms for terms in found.order_by("version")}


def refuse_until_accepted(customer: Customer) -> None:
    """Raise ActionRefused (code "terms") while new terms wait to be accepted."""
    if terms_to_accept(customer) is not None:
        raise ActionRefused(
            _(
                "The VIP terms have changed. Licenses can be given to people again once an admin"
                " has accepted the new version."
            ),
            code="terms",
        )
