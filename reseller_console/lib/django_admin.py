"""What the apps' admins have in common: they show facts, act through verbs, and stay quick."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Field, ForeignKey, Model, Q, QuerySet, TextChoices
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from reseller_console.lib.admin_choices import SearchedSelect
from reseller_console.lib.lost_updates import GuardedAdmin
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.typed_text import check_characters, check_lines, check_plain_address

MOST_COUNTED = 10_000
# Where a request carries why the verb has refused what it asks for.
REFUSAL = "reseller_console.refusal"


class QuickPaginator(Paginator):
    """Never counts a whole table: the planner's estimate where nothing is filtered, else a cap.

    Beyond 10,000 rows people filter or search; the pages after them are not offered.
    """

    object_list: QuerySet

    @cached_property
    def count(self) -> int:
        """Return how many rows there are, about."""
        rows = self.object_list
        if not rows.query.where and (estimate := _estimate(rows.model)) > MOST_COUNTED:
            return estimate
        return rows.order_by()[:MOST_COUNTED].count()


def _estimate(model: type[Model]) -> int:
    # What the planner knows of a table is in a catalog that no model has.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass",
            [model._meta.db_table],
        )
        return cursor.fetchone()[0]


class FactsAdmin(GuardedAdmin):
    """A table of facts: looked at, not typed into and never deleted.

    Subclasses open what can be changed, and change it through the verb that everyone else
    uses. A verb's refusal is shown as its sentence; nothing is changed then.
    """

    list_per_page = 50
    list_max_show_all = 50
    show_full_result_count = False
    paginator = QuickPaginator
    actions_on_bottom = False
    show_facets = admin.ShowFacets.NEVER
    # The pages of the console are the resellers'; ops have none of their own there.
    view_on_site = False

    # Fields that a search compares as a whole, in capitals: numbers and VIP IDs. Django's own
    # comparison without case would read the whole table.
    whole: tuple[str, ...] = ()

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Return the form's field; what ops type is judged as everybody's text is."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if type(field) is forms.CharField:
            lines = isinstance(field.widget, forms.Textarea)
            field.validators.append(check_lines if lines else check_characters)
        elif type(field) is forms.EmailField:
            field.validators.append(check_plain_address)
        return field

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Return the field of a foreign key: a search, wherever what it leads to is searched."""
        searched = self.admin_site._registry.get(db_field.remote_field.model)
        if searched is not None and searched.get_search_fields(request):
            kwargs.setdefault("widget", SearchedSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Return what the search box looks into."""
        return self.whole or tuple(self.search_fields)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Return the rows of one whole number, or what Django finds."""
        term = search_term.strip().upper()
        if not self.whole or not term:
            return super().get_search_results(request, queryset, search_term)
        condition = Q()
        for field in self.whole:
            condition |= Q(**{field: term})
        return queryset.filter(condition), False

    def has_add_permission(self, request: HttpRequest, *args: object) -> bool:
        """Return False: facts come from verbs."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return False: facts are looked at."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return False: no fact is ever lost."""
        return False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """Show or save; a refusal rolls everything back and is read at its field, or above.

        The form is then judged once more, with the refusal, so that what was typed stays.
        """
        for _attempt in range(2):
            try:
                return super().changeform_view(request, object_id, form_url, extra_context)
            except ActionRefused as refusal:
                request.META[REFUSAL] = refusal
        self.message_user(request, str(request.META[REFUSAL]), messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """Return the form; it knows what the verb has refused."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.refusal = request.META.get(REFUSAL)
        return form

    def carry_out(
        self, request: HttpRequest, rows: Iterable[Model], act: Callable[..., object]
    ) -> None:
        """Run a verb on each row; say for how many it worked, and why not for the others.

        Raises PermissionDenied for staff who may look but are not ops.
        """
        if not request.user.is_superuser:
            raise PermissionDenied
        done = 0
        for row in rows:
            try:
                act(row)
            except ActionRefused as refusal:
                self.message_user(request, f"{row}: {refusal}", messages.ERROR)
            else:
                done += 1
        if done:
            self.message_user(request, _("Done: %(count)d.") % {"count": done}, messages.SUCCESS)


class CorrectableAdmin(FactsAdmin):
    """Facts that ops, and no one else, may correct through a verb."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return whether this person is ops."""
        return request.user.is_superuser


class StateFilter(admin.SimpleListFilter):
    """A state that the list is annotated with, by the rules every page uses."""

    states: type[TextChoices]
    annotation: str

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """Return the states."""
        return [(state.value, str(state.label)) for state in self.states]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Return the rows in the chosen state."""
        if self.value() not in self.states.values:
            return queryset
        return queryset.filter(**{self.annotation: self.value()})


class EditableAdmin(FactsAdmin):
    """Settings of the program, which ops type in themselves; never deleted either."""

    def has_add_permission(self, request: HttpRequest, *args: object) -> bool:
        """Return whether this person may add one, by Django's permissions."""
        return admin.ModelAdmin.has_add_permission(self, request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return whether this person may change one, by Django's permissions."""
        return admin.ModelAdmin.has_change_permission(self, request, obj)


class FactsInline(admin.TabularInline):
    """Rows that belong to the one that is shown; looked at only."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return False: facts come from verbs."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return False: facts are looked at."""
        return False
