"""How many days things are kept (docs/operating.md, "How long things are kept")."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from reseller_console.configuration.environment import env

# By name: the default, and the least that does no harm (docs/decisions/0009). 0 is forever.
DEFAULTS = {
    "email_words": (730, 90),
    "emails": (3653, 365),
    # Providers repeat a report for days; a copy has to be known again.
    "provider_reports": (8, 8),
    "customer_events": (3653, 90),
    "team_events": (3653, 90),
    # Lists of an earlier day are right for so long.
    "earlier_customers": (3653, 90),
    "earlier_authorizations": (3653, 90),
    "access_attempts": (730, 90),
    "admin_log": (3653, 90),
    # A term is looked at again for a month, and for as long as nights were missed.
    "notices": (1096, 400),
    "nights": (730, 60),
    # Who was notified of a renewal last; another notice is asked about for 7 days.
    "renewal_contacts": (1096, 30),
    # The orders stay; a report says which file they came in.
    "order_reports": (730, 30),
    # Where an account was signed in to within 30 days, limits on strangers do not apply to it.
    "sign_in_attempts": (90, 30),
    "correction_requests": (730, 30),
    # A form may lie open for as long as a session lasts.
    "forms": (30, 1),
    # Both counted from their own end.
    "sessions": (1, 1),
    "cache": (1, 1),
}


def retention() -> dict[str, int]:
    """Return how many days each kind of row is kept; 0 is forever.

    Raises ImproperlyConfigured for fewer days than a kind has to be kept.
    """
    lives = {}
    for name, (default, least) in DEFAULTS.items():
        variable = f"KEEP_{name.upper()}_DAYS"
        days = env.int(variable, default)
        if days != 0 and days < least:
            raise ImproperlyConfigured(
                f"{variable} is {days}; the minimum is {least}; 0 means forever."
            )
        lives[name] = days
    if lives["emails"] and not 0 < lives["email_words"] <= lives["emails"]:
        raise ImproperlyConfigured(
            "KEEP_EMAIL_WORDS_DAYS cannot be longer than KEEP_EMAILS_DAYS (0 means forever)."
        )
    return lives
