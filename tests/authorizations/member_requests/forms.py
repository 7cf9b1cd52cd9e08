"""The form of a request, filled in."""

from __future__ import annotations

import uuid


def form(*lines: tuple[object, str], **more: object) -> dict[str, object]:
    """Return the form with these lines of product and number, as a browser sends it."""
    return {
        "key": str(uuid.uuid4()),
        "product": [str(product.pk) for product, _ in lines],
        "quantity": [number for _, number in lines],
        "po_number": "",
    } | more
