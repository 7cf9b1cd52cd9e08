"""Returns as they are recorded, without the verb: for tests about what follows from them."""

from __future__ import annotations

import itertools

from authorizations.models import OrderLine, ReturnedLine

_numbers = itertools.count(1)


def give_back(line: OrderLine, quantity: int | None = None) -> ReturnedLine:
    """Return licenses of an order line on the day of its order; all of them unless told."""
    number = f"RMA-{next(_numbers)}"
    return ReturnedLine.objects.create(
        reseller_id=line.reseller_id,
        order_line=line,
        quantity=line.quantity if quantity is None else quantity,
        number=number,
        number_key=number.lower(),
        returned_on=line.order.ordered_on,
    )
