"""Replace a person's address and names in whatever text is stored, by the database itself.

Columns are found from the models, so that a new one is not forgotten. The audits are the
database's own to change (`console_erase_in_audits`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.apps import apps
from django.db import connection, models

from authorizations.persons.found import Found
from customers.models import CorrectionRequest
from notifications.models import Email
from reseller_console.accounts.models import Erasure
from reseller_console.lib import privileges
from reseller_console.tenancy.models import VipTermsText

NAME = "Erased person"
_TEXT = (models.CharField, models.TextField, models.JSONField)


def erase_texts(found: Found, erasure: Erasure) -> None:
    """Replace the address everywhere, and the names where the person is known."""
    for model, field in _columns():
        _replace(model, field, found.addresses, erasure.placeholder, where="true", values=())
    vip_ids = [customer.vip_id for customer in found.customers]
    customers = [customer.pk for customer in found.customers]
    near: dict[type[models.Model], tuple[str, list[str] | list[int]]] = {
        Email: ("about", vip_ids),
        CorrectionRequest: ("customer_id", customers),
    }
    for model, field in _columns():
        if model in near:
            column, ids = near[model]
            where = f"({column} = ANY (%s) OR reseller_id = ANY (%s))"
            values = (ids, found.resellers)
            _replace(model, field, found.names, NAME, where=where, values=values)
    _erase_in_audits(found, erasure, customers)


def _erase_in_audits(found: Found, erasure: Erasure, customers: list[int]) -> None:
    account = found.account.pk if found.account else None
    lists = [found.addresses, found.names, account, customers, found.resellers]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT console_erase_in_audits"
            "(%s, %s::text[], %s::text[], %s::bigint, %s::bigint[], %s::bigint[])",
            [erasure.pk, *lists],
        )


def _columns() -> Iterator[tuple[type[models.Model], models.Field]]:
    """Yield every column of text that the application may write; published terms never change."""
    for model in apps.get_models():
        kept = model is VipTermsText or "UPDATE" not in privileges.expected(model._meta.db_table)
        if kept:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, _TEXT) and not field.generated and not field.choices:
                yield model, field


def _replace(
    model: type[models.Model],
    field: models.Field,
    words: Sequence[str],
    placeholder: str,
    *,
    where: str,
    values: Sequence[list[int] | list[str]],
) -> None:
    quote = connection.ops.quote_name
    table, column = quote(model._meta.db_table), quote(str(field.column))
    kind = "jsonb" if isinstance(field, models.JSONField) else "text"
    text = f"regexp_replace({column}::text, console_erasing_pattern(%s::text[]), %s, 'gi')"
    most = getattr(field, "max_length", None) or 2**30
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = left({text}, {most})::{kind}"
            f" WHERE {where} AND {column}::text ~* console_erasing_pattern(%s::text[])",
            [list(words), placeholder, *values, list(words)],
        )
