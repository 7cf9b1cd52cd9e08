"""Accept a new version of the VIP terms, and put one in force."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.actions.as_admin import acting_as_admin
from customers.actions.frame import Work
from customers.admins.vip_terms import FALLBACK_LANGUAGE, terms_in_force, text_of
from customers.emails import acceptance_drafts
from customers.models import Customer, CustomerKind, TermsAcceptance
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Day, Program, VipTerms, VipTermsText


def accept_terms(
    customer: Customer, *, terms: VipTerms, by: User, language: str, day: Day
) -> TermsAcceptance:
    """Accept the version that was shown in `language` for the customer, once.

    A second admin who accepts the same version finds the first one's acceptance. Raises
    ActionRefused with code "not_admin", or "terms" when a newer version is in force.
    """
    with acting_as_admin(customer, by=by, day=day) as work:
        customer = work.customer
        earlier = TermsAcceptance.objects.filter(customer=customer, terms=terms).first()
        if earlier is not None:
            return earlier
        if terms != terms_in_force(customer):
            raise ActionRefused(
                _("The terms have just changed. Read the new version and accept it."), code="terms"
            )
        acceptance = record_acceptance(work, terms, by=by, language=language)
        work.email(*acceptance_drafts(customer, terms, by=by))
    return acceptance


def record_acceptance(work: Work, terms: VipTerms, *, by: User, language: str) -> TermsAcceptance:
    """Write down that `by` accepted the terms for a locked customer, once for each version.

    `language` is that of the words that were shown.
    """
    customer = work.customer
    acceptance, made = TermsAcceptance.objects.get_or_create(
        customer=customer,
        terms=terms,
        defaults={
            "reseller_id": customer.reseller_id,
            "accepted_by": by,
            "accepted_name": str(by)[:100],
            "language": text_of(terms, language).language,
        },
    )
    if made:
        work.event(customer, CustomerKind.TERMS_ACCEPTED, version=terms.version)
    return acceptance


def publish_terms(terms: VipTerms, *, by: User) -> VipTerms:
    """Put a draft in force: from now on its words never change.

    Customers that accepted an older version go on with what is assigned and assign nothing
    new until an admin has accepted. Raises ActionRefused with code "not_ops", "published",
    "no_text" (no words in English) or "not_newest" (a newer version is in force).
    """
    _refuse_others(by)
    with transaction.atomic():
        _lock(terms.program)
        terms = VipTerms.objects.select_related("program").get(pk=terms.pk)
        if terms.published_at is not None:
            raise ActionRefused(_("This version has already been published."), code="published")
        english = terms.texts.filter(language=FALLBACK_LANGUAGE).first()
        if english is None or not english.body.strip():
            raise ActionRefused(
                _(
                    "The English text is missing. It is shown to everyone whose language has no"
                    " translation."
                ),
                code="no_text",
            )
        published = terms.program.vip_terms.filter(published_at__isnull=False)
        if published.filter(version__gt=terms.version).exists():
            raise ActionRefused(
                _("A newer version is in force. Make a new draft from it."), code="not_newest"
            )
        terms.published_at = timezone.now()
        terms.save(update_fields=["published_at"])
    return terms


def draft_terms(terms: VipTerms, *, by: User) -> VipTerms:
    """Return a new draft of the program with the words of `terms`, to be edited.

    Raises ActionRefused with code "not_ops", or "draft" while another draft waits.
    """
    _refuse_others(by)
    with transaction.atomic():
        _lock(terms.program)
        versions = terms.program.vip_terms.all()
        waiting = versions.filter(published_at__isnull=True).first()
        if waiting is not None:
            raise ActionRefused(
                _("Version %(version)d is a draft already. Edit that one.")
                % {"version": waiting.version},
                code="draft",
            )
        newest = versions.order_by("-version").values_list("version", flat=True)[0]
        draft = VipTerms.objects.create(program=terms.program, version=newest + 1)
        VipTermsText.objects.bulk_create(
            VipTermsText(terms=draft, language=text.language, body=text.body)
            for text in terms.texts.all()
        )
    return draft


def customers_to_accept(terms: VipTerms) -> int:
    """Return how many customers have accepted some version of the program's terms, not this."""
    customers = Customer.objects.filter(
        reseller__program_id=terms.program_id,
        accepted_at__isnull=False,
        withdrawn_at__isnull=True,
    )
    return customers.exclude(acceptances__terms__version__gte=terms.version).count()


def _lock(program: Program) -> None:
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)


def _refuse_others(by: User) -> None:
    if not by.is_superuser:
        raise ActionRefused(_("Only ops can publish terms."), code="not_ops")
