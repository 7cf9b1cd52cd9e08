"""Several customers by their VIP IDs, each of the person's own reseller."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.models import Customer, CustomerQuerySet
from customers.organization.vip_ids import VIP_ID_LENGTH, is_vip_id
from reseller_console.accounts import attempts


def own_customers(own: CustomerQuerySet, vip_ids: Sequence[str], *, most: int) -> list[Customer]:
    """Return the customers among the person's `own`, each once, in the order of their VIP IDs.

    Raises ValidationError for more than `most`; and for strange VIP IDs, which it names alike
    whether nobody has them or another reseller does.
    """
    wanted = list(dict.fromkeys(vip_ids))
    if len(wanted) > most:
        raise ValidationError(
            _("At most %(most)d customers at a time; these are %(count)d.")
            % {"most": most, "count": len(wanted)}
        )
    known = [vip_id for vip_id in wanted if is_vip_id(vip_id)]
    customers = {row.vip_id: row for row in own.filter(vip_id__in=known)}
    strange = [vip_id for vip_id in wanted if vip_id not in customers]
    if strange:
        attempts.tried(Customer, set(strange) & set(known), field="vip_id")
        raise ValidationError(_unknown(strange))
    return [customers[vip_id] for vip_id in wanted]


def _unknown(vip_ids: Sequence[str]) -> str:
    shown = ", ".join(vip_id[: VIP_ID_LENGTH + 1] for vip_id in vip_ids[:5])
    return ngettext(
        "This is not a VIP ID of your customers: %(shown)s.",
        "%(count)d of these are not VIP IDs of your customers, such as %(shown)s.",
        len(vip_ids),
    ) % {"shown": shown, "count": len(vip_ids)}
