"""Columns that are compiled to SQL once, for lists whose SQL takes longer to write than to run."""

from __future__ import annotations

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model
from django.db.models.expressions import BaseExpression, RawSQL


def precompiled(column: BaseExpression, model: type[Model]) -> RawSQL:
    """Return an expression on rows of a model as its SQL, for `annotate`.

    It reads the row's own table and subqueries; what it says of other tables by joins of the
    outer query has no place in it.
    """
    query = model._default_manager.order_by().query
    expression = column.resolve_expression(query, allow_joins=False)
    sql, params = query.get_compiler(DEFAULT_DB_ALIAS).compile(expression)
    return RawSQL(sql, params, expression.output_field)  # noqa: S611 - compiled from an expression
