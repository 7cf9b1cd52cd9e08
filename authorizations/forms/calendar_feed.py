"""What a calendar feed contains."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from customers.standing import FILTERS
from reseller_console.accounts.models import CalendarFeed, User
from reseller_console.tenancy.forms import KeyedForm


class ContentsForm(KeyedForm):
    """Whose customers, and which of them."""

    use_required_attribute = False

    scope = forms.ChoiceField(
        label=gettext_lazy("Whose customers"),
        choices=CalendarFeed.Scope.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whose customers.")},
    )
    show = forms.ChoiceField(
        label=gettext_lazy("Which of them"),
        choices=[(entry.slug, entry.label) for entry in FILTERS],
        required=False,
        help_text=gettext_lazy(
            "The filters of the Customers page. Who comes into a filter, or leaves it, comes into"
            " the calendar and leaves it."
        ),
    )

    def __init__(self, data: dict | None = None, *, owner: User, feed: CalendarFeed | None) -> None:
        # A viewer manages nobody.
        usual = CalendarFeed.Scope.MANAGED if owner.may_write else CalendarFeed.Scope.EVERYTHING
        chosen = {"scope": feed.scope, "show": feed.show} if feed else {"scope": usual}
        super().__init__(data, initial=chosen)
