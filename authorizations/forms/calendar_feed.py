"""What a calendar feed contains."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from customers.standing import FILTERS
from reseller_console.accounts.models import CalendarFeed, User
from reseller_console.tenancy.forms import KeyedForm

# A blank choice would be none.
EVERYBODY = "all"


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
        choices=[(entry.slug or EVERYBODY, entry.label) for entry in FILTERS],
        help_text=gettext_lazy(
            "The filters of the Customers page. Customers are added to the calendar, and removed"
            " from it, as they enter and leave the filter."
        ),
        error_messages={"required": gettext_lazy("Choose a filter.")},
    )

    def __init__(self, data: dict | None = None, *, owner: User, feed: CalendarFeed | None) -> None:
        # A viewer manages nobody.
        usual = CalendarFeed.Scope.MANAGED if owner.may_write else CalendarFeed.Scope.EVERYTHING
        scope, show = (feed.scope, feed.show) if feed else (usual, "")
        super().__init__(data, initial={"scope": scope, "show": show or EVERYBODY})

    def clean_show(self) -> str:
        """Return the filter's slug; that of all customers is blank."""
        show: str = self.cleaned_data["show"]
        return "" if show == EVERYBODY else show
