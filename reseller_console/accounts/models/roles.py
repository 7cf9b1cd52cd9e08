"""What a colleague at a reseller may do."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.functional import classproperty
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """One role each; every reseller has exactly one primary admin."""

    VIEWER = "viewer", _("Viewer")
    MANAGER = "manager", _("Account manager")
    ADMIN = "admin", _("Reseller admin")
    PRIMARY = "primary", _("Primary admin")

    @classproperty
    def WRITERS(cls) -> tuple[str, ...]:
        """Roles that may change customers and purchase authorizations."""
        return (Role.MANAGER, Role.ADMIN, Role.PRIMARY)

    @classproperty
    def TEAM_ADMINS(cls) -> tuple[str, ...]:
        """Roles that may change the team and *Managed by*."""
        return (Role.ADMIN, Role.PRIMARY)

    @classproperty
    def INVITED(cls) -> tuple[str, ...]:
        """Roles an admin may give; the primary admin's is handed over."""
        return (Role.VIEWER, Role.MANAGER, Role.ADMIN)
