"""The form of Add Customer Organization, filled in."""

from __future__ import annotations

import uuid

PATH = "/customers/new/"
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}


def typed(**changes: object) -> dict[str, object]:
    """Return a complete form, as the last step sends it; None leaves a field out."""
    values: dict[str, object] = {
        "key": str(uuid.uuid4()),
        "step": "confirm",
        "go": "invite",
        "name": "Tähe Keemia OÜ",
        "segment": "COM",
        "offerings": ["team"],
        "country": "EE",
        "region": "",
        "city": "Tartu",
        "address_1": "Tähe 4",
        "address_2": "",
        "postal_code": "51010",
        "contact_first_name": "Tiina",
        "contact_last_name": "Tamm",
        "contact_email": "tiina@tahe.example",
        "language": "et",
    } | changes
    return {name: value for name, value in values.items() if value is not None}


def page(response) -> str:
    return response.content.decode()
