"""Ready-made terms of a program (rules section 2); what is not named is the model's default."""

from __future__ import annotations

PRESETS = {
    "30 days": {"order_due_days": 30, "suspended_after_days": 60, "upcoming_days": 59},
    "14 days": {"order_due_days": 14, "suspended_after_days": 44, "upcoming_days": 15},
}
