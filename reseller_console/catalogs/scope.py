"""What is translated: the pages of members, whatever strangers meet, and every email.

The pages of resellers and ops are English. A template is translated when it is named here or
is a part of one that is; a Python module, unless it is named here: a sentence too many in a
catalog is harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

TEMPLATES = (
    "*.html",
    "account/**/*",
    "authorizations/product_options.html",
    "components/*",
    "customers/invitation*",
    "customers/landing*",
    "errors/*",
    "help/member*",
    "email/**/*",
    "member/**/*",
)

_PART = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"'#]+)""")

# What Django says about passwords and empty fields, in the words the rest of the page uses:
# its own translations call things by other names. Message, plural, and the context if any.
BORROWED = (
    ("This field is required.", ""),
    ("Enter a valid email address.", ""),
    ("You must type the same password each time.", ""),
    ("The password is too similar to the %(verbose_name)s.", ""),
    ("This password is too common.", ""),
    (
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    ("Your password can’t be a commonly used password.", ""),
    ("Your password can’t be too similar to your other personal information.", ""),
    (
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
    ),
    # Months that Estonians shorten otherwise, or not at all.
    ("Feb.", "", "abbrev. month"),
    ("March", "", "abbrev. month"),
)

PACKAGES = ("authorizations", "customers", "notifications", "reseller_console")

# Modules whose sentences only resellers, ops and developers read.
ENGLISH_ONLY = (
    "**/django_admin/*",
    "*/management/commands/*",
    "*/migrations/*",
    "authorizations/actions/cancel.py",
    "authorizations/actions/erase.py",
    "authorizations/actions/correct_order.py",
    "authorizations/actions/give_back.py",
    "authorizations/actions/notify_renewal.py",
    "authorizations/actions/order.py",
    "authorizations/actions/placing.py",
    "authorizations/actions/reconcile.py",
    "authorizations/actions/redate.py",
    "authorizations/actions/renew.py",
    "authorizations/calendar_feed/*",
    "authorizations/forms/calendar_feed.py",
    "authorizations/forms/notify_renewal.py",
    "authorizations/forms/direct.py",
    "authorizations/forms/give_back.py",
    "authorizations/forms/losing.py",
    "authorizations/forms/order.py",
    "authorizations/forms/renewal_order.py",
    "authorizations/forms/renewals_order.py",
    "authorizations/forms/reports.py",
    "authorizations/models/nights.py",
    "authorizations/models/orders.py",
    "authorizations/models/products.py",
    "authorizations/models/reports.py",
    "authorizations/program_terms/*",
    "authorizations/reconciling/*",
    "authorizations/renewing/*",
    "authorizations/rules/discount.py",
    "authorizations/views/calendar_feed.py",
    "authorizations/views/cancel.py",
    "authorizations/orders/*",
    "authorizations/views/create.py",
    "authorizations/views/notify_renewal.py",
    "authorizations/views/direct.py",
    "authorizations/views/give_back.py",
    "authorizations/views/order.py",
    "authorizations/views/renewal_order.py",
    "authorizations/views/renewals_order.py",
    "authorizations/views/reports.py",
    "authorizations/workbench/*",
    "authorizations/views/order_many.py",
    "authorizations/views/orders.py",
    "authorizations/worklist/*",
    "customers/actions/correct.py",
    "customers/actions/import_rows.py",
    "customers/actions/invitation.py",
    "customers/actions/invite.py",
    "customers/actions/manager.py",
    "customers/actions/member_accounts.py",
    "customers/actions/offerings.py",
    "customers/actions/returned.py",
    "customers/actions/team.py",
    "customers/organization/addresses.py",
    "customers/organization/countries.py",
    "customers/as_of.py",
    "customers/customer_list/export.py",
    "customers/forms/address.py",
    "customers/forms/correction.py",
    "customers/forms/correction_request.py",
    "customers/forms/invite.py",
    "customers/forms/manager.py",
    "customers/forms/many.py",
    "customers/forms/team.py",
    "customers/importing/*",
    "customers/invitations/reasons.py",
    "customers/invitations/status.py",
    "reseller_console/accounts/models/attempts.py",
    "reseller_console/accounts/models/calendar_feeds.py",
    "reseller_console/accounts/models/erasures.py",
    "reseller_console/lib/admin_choices.py",
    "reseller_console/lib/form_values.py",
    "reseller_console/lib/lists/screen.py",
    "reseller_console/lib/lost_updates.py",
    "customers/models/corrections.py",
    "customers/models/customers.py",
    "customers/models/events.py",
    "customers/models/invitations.py",
    "customers/models/memberships.py",
    "customers/invitations/returned.py",
    "customers/customer_list/columns.py",
    "customers/customer_list/screen.py",
    "customers/customer_list/sorting.py",
    "customers/customer_list/values.py",
    "customers/standing.py",
    "customers/standing_reasons.py",
    "customers/views/invitation.py",
    "customers/views/invite.py",
    "customers/views/manager.py",
    "customers/views/offerings.py",
    "customers/views/team.py",
    "notifications/actions.py",
    "notifications/mailbox/pages.py",
    "notifications/models.py",
    "reseller_console/accounts/actions/*",
    "reseller_console/accounts/activity.py",
    "reseller_console/accounts/membership.py",
    "reseller_console/accounts/signing_in/reset_links.py",
    "reseller_console/admin_site.py",
    "reseller_console/demo/*",
    "reseller_console/help.py",
    "reseller_console/launcher/*",
    "reseller_console/lib/django_admin.py",
    "reseller_console/tenancy/models/programs.py",
    "reseller_console/tenancy/models/resellers.py",
    "reseller_console/tenancy/models/submissions.py",
    "reseller_console/tenancy/models/vip_terms.py",
    "reseller_console/tenancy/models/windows.py",
)


def templates(root: Path) -> Iterator[Path]:
    """Yield the templates that are translated, with those they are made of, in order."""
    folder = root / "templates"
    waiting = [path for pattern in TEMPLATES for path in folder.glob(pattern) if path.is_file()]
    found: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in found and path.is_file():
            found.add(path)
            waiting += [folder / name for name in _PART.findall(path.read_text())]
    yield from sorted(found)


def modules(root: Path) -> Iterator[Path]:
    """Yield the Python modules that are translated, in order."""
    english = {path for pattern in ENGLISH_ONLY for path in root.glob(pattern)}
    for package in PACKAGES:
        yield from sorted(set((root / package).rglob("*.py")) - english)
