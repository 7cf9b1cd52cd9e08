"""Rows of other tables in the Django admin: found by a search, never listed all.

With two thousand resellers a list of them in a filter or a form is longer than all the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

MOST_SHOWN = 10
_LONGEST_ID = 18


class NamedFilter(admin.SimpleListFilter):
    """Rows of what has a name: the one that is called so, else those whose name contains it."""

    template = "admin/named_filter.html"
    # The foreign key, set by `named`; what it leads to has a `name`.
    path: str

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        column = model._meta.get_field(self.path)
        self.title = column.verbose_name
        super().__init__(request, params, model, model_admin)
        self.rows: QuerySet = column.related_model._default_manager.order_by("name")
        self.name = str(self.value() or "").replace("\0", "").strip()
        self.kept: list[tuple[str, str]] = []

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """Return nothing: nobody reads a list of all."""
        return []

    def has_output(self) -> bool:
        """Return True: there is always a field to type a name into."""
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Return what belongs to the rows that were found."""
        if not self.name:
            return queryset
        return queryset.filter(**{f"{self.path}__in": self._found.values("pk")})

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Yield a way back to all, and the first that were found, by name."""
        own = str(self.parameter_name)
        rest = changelist.get_query_string(remove=[own])
        pairs = QueryDict(rest.removeprefix("?")).lists()
        self.kept = [(key, text) for key, texts in pairs for text in texts]
        if not self.name:
            return
        yield {"selected": False, "query_string": rest, "display": _("All")}
        for name in self._found.values_list("name", flat=True)[:MOST_SHOWN]:
            path = changelist.get_query_string({own: name})
            yield {"selected": name == self.name, "query_string": path, "display": name}

    @property
    def _found(self) -> QuerySet:
        exactly = self.rows.filter(name=self.name)
        return exactly if exactly.exists() else self.rows.filter(name__icontains=self.name)


def named(path: str) -> type[NamedFilter]:
    """Return the filter for a foreign key of the listed model."""
    kind = type(f"{path.title()}Filter", (NamedFilter,), {"path": path, "parameter_name": path})
    return cast("type[NamedFilter]", kind)


class SearchedSelect(AutocompleteSelect):
    """A row found by typing; without JavaScript the number of the row is typed.

    What stands in `noscript` is sent after the select, so its value is the one that counts.
    """

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the ID; for what cannot be one, an ID that no row has."""
        sent = str(super().value_from_datadict(data, files, name) or "").strip()
        fits = sent.isascii() and sent.isdecimal() and len(sent) <= _LONGEST_ID
        return sent if fits or not sent else "0"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the select, and beside it the field that is only there without JavaScript."""
        remote = self.field.remote_field.model._meta
        path = reverse(f"{self.admin_site.name}:{remote.app_label}_{remote.model_name}_changelist")
        return format_html(
            '{}<noscript><input type="text" inputmode="numeric" name="{}" value="{}"'
            ' aria-label="{}"> <a href="{}">{}</a></noscript>',
            *(super().render(name, value, attrs, renderer), name, "" if value is None else value),
            *(
                _("ID"),
                path,
                _("Find the ID in the list: it is part of the address of each row's page."),
            ),
        )
