"""Letters about a purchase authorization."""

from __future__ import annotations

from authorizations.models import PurchaseAuthorization


def facts(authorization: PurchaseAuthorization) -> dict[str, object]:
    """Return what a letter about a PA may say, frozen at the time of the event."""
    dates = ("created_on", "due_on", "suspends_on", "lapses_on", "counts_to")
    return {
        "pa_number": authorization.number,
        "po_number": authorization.po_number,
        "months": authorization.months,
        "days": authorization.days,
        "straight_to_lapse": authorization.lapses_straight,
        "lines": [
            {"quantity": line.quantity, "product": line.product.name}
            for line in authorization.lines.all()
        ],
    } | {name: getattr(authorization, name).isoformat() for name in dates}


def products_in_words(lines: list[tuple[str, int]]) -> str:
    """Return lines as "5 × Acrobat Pro, 2 × Photoshop", for one-line summaries."""
    return ", ".join(f"{quantity} × {name}" for name, quantity in lines)
