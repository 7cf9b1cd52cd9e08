"""Ready-made terms of a program, and the verb that puts them in force."""

from __future__ import annotations

import datetime as dt

from reseller_console.tenancy.models import Program, ProgramTerms

# Rules section 2; what is not named here is the model's default.
PRESETS = {
    "30 days": {"order_due_days": 30, "suspended_after_days": 60, "upcoming_days": 59},
    "14 days": {"order_due_days": 14, "suspended_after_days": 44, "upcoming_days": 15},
}


def apply_preset(program: Program, *, preset: str, today: dt.date) -> ProgramTerms:
    """Put a preset in force from `today` on; purchases keep the dates they were born with.

    Terms that begin on that very day are replaced. Raises KeyError for an unknown preset.
    """
    return ProgramTerms.objects.update_or_create(
        program=program, effective_on=today, defaults=PRESETS[preset]
    )[0]
