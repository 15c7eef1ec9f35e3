"""The trace of every bag, both ways: from our orders to the customers they are for, and back."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from occhub.database import rows
from occhub.orders.models import Allocation, MasterLine, MasterPart, PartnerOrder, PartnerOrderLine


class Behind(NamedTuple):
    """A customer's line behind a line of ours: units still wanted of it, wanted no more, and units that never came."""

    order_id: int
    name: str
    units: int
    spare: int
    short: int


class Ahead(NamedTuple):
    """Where bags of a customer's line stand: a window, the partner's name for it, units, and those that never came."""

    window_id: int
    name: str
    units: int
    short: int


def customers_behind(line_ids: Collection[int]) -> dict[int, list[Behind]]:
    """By line of ours, the customers' lines behind it, the oldest order first."""
    asked = set(line_ids)
    served = Allocation.select(Allocation.order_line).where(Allocation.line << sorted(asked))
    query = (
        Allocation.select(
            Allocation.line,
            Allocation.order_line,
            PartnerOrder.id,
            PartnerOrder.hub_order_name,
            Allocation.units,
            Allocation.short,
            PartnerOrderLine.wanted,
        )
        .join(PartnerOrderLine)
        .join(PartnerOrder)
        .where(Allocation.order_line << served)
        .order_by(PartnerOrder.ordered_at, Allocation.id)
    )
    behind: dict[int, list[Behind]] = defaultdict(list)
    kept: dict[int, int] = defaultdict(int)
    for line_id, order_line, order_id, name, units, short, wanted in rows(query):
        # A customer's bags may stand on several orders; what he wants no more is spare on the last of them.
        wanted_here = min(units, max(0, wanted - kept[order_line]))
        kept[order_line] += wanted_here
        if line_id in asked:
            behind[line_id].append(Behind(order_id, name, wanted_here, units - wanted_here, short))
    return behind


def orders_ahead(order_line_ids: Collection[int]) -> dict[int, list[Ahead]]:
    """By customer's line, the windows on which its bags stand, the oldest first."""
    query = (
        Allocation.select(
            Allocation.order_line,
            MasterPart.master,
            MasterPart.order_name,
            Allocation.units,
            Allocation.short,
            MasterPart.order_cancelled_at,
        )
        .join(MasterLine)
        .join(MasterPart)
        .where(Allocation.order_line << list(order_line_ids))
        .order_by(Allocation.id)
    )
    ahead: dict[int, list[Ahead]] = defaultdict(list)
    for line_id, master_id, name, units, short, cancelled_at in rows(query):
        stands = 0 if cancelled_at is not None else units
        ahead[line_id].append(Ahead(master_id, name or "open order", stands, short + units - stands))
    return ahead
