"""What one license of a product is."""

from django.db.models import TextChoices
from django.utils.functional import classproperty
from django.utils.translation import gettext_lazy as _


class Unit(TextChoices):
    """The license unit of the price list."""

    USER = "user", _("Named user")
    DEVICE = "device", _("Device")
    SERVER = "server", _("Server")
    PACK = "pack", _("Credit pack")
    TRANSACTION = "transaction", _("Transaction")

    @classproperty
    def CONSUMABLES(cls) -> tuple[str, ...]:
        """Units that are used up and bought again: never by PA, never renewed."""
        return (Unit.PACK, Unit.TRANSACTION)

    @property
    def given_to_people(self) -> bool:
        """Whether a person is given a license by name; the others belong to machines."""
        return self is Unit.USER
