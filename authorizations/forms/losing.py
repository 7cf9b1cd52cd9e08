"""The question who loses a license, as a dialog puts it."""

from __future__ import annotations

from django.utils.translation import ngettext

from authorizations.licenses.choosing import Question


def who_loses(question: Question) -> str:
    """Return the question about one product: how many people lose theirs."""
    return ngettext(
        "%(product)s: %(number)d person loses the license",
        "%(product)s: %(number)d people lose their licenses",
        question.number,
    ) % {"product": question.product.name, "number": question.number}
