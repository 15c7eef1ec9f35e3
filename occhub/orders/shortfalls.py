"""Bags that a placed order will never bring: wanted again by themselves, unless the owner wants no others for them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from peewee import JOIN, Case, fn

from occhub.database import rows, write
from occhub.errors import Conflict, NotFound
from occhub.orders import statuses
from occhub.orders.history import tell
from occhub.orders.models import Allocation, MasterLine, MasterOrder, MasterPart, PartnerOrderLine
from occhub.orders.steering import keep


def shortfalls(line_ids: Collection[int]) -> dict[int, int]:
    """By line of a placed order: bags that fell short and for which customers still wait, ordered again or to be."""
    units: dict[int, int] = defaultdict(int)
    for line_id, _, missing in _missing(line_ids):
        units[line_id] += missing
    return units


def close(master: MasterOrder, line_id: int, *, as_of: datetime) -> int:
    """The owner wants no other bags for those that fell short on this line; answers how many. Raises a HubError.

    They are his customers' no more: refunded, or served from his shelf. Those still wanted are not touched.
    """
    line = (
        MasterLine.select().join(MasterPart).where((MasterLine.id == line_id) & (MasterPart.master == master)).first()
    )
    if line is None:
        raise NotFound("There is no such line.")
    with write():
        missing = _missing([line_id])
        if not missing:
            raise Conflict("Nobody waits for these bags any more.")
        for _, order_line_id, units in missing:
            customers = PartnerOrderLine.get_by_id(order_line_id)
            keep(customers, as_of, choice=customers.choice, waived=customers.waived + units)
        closed = sum(units for _, _, units in missing)
        tell(master, f"You closed what was short: {closed} x {line.mapping.title} are not ordered again.", as_of=as_of)
        lines = PartnerOrderLine.select(PartnerOrderLine.order).where(
            PartnerOrderLine.id << [order_line_id for _, order_line_id, _ in missing]
        )
        statuses.refresh({order_id for (order_id,) in rows(lines)})
    return closed


def _missing(line_ids: Collection[int]) -> list[tuple[int, int, int]]:
    """(line of ours, customer's line, bags): no more than the customer still wants and no placed order has."""
    placed = statuses.placed_units().alias("placed")
    cancelled = MasterPart.order_cancelled_at.is_null(False)
    lost = Allocation.short + Case(None, [(cancelled, Allocation.units)], 0)
    needed = PartnerOrderLine.wanted - fn.COALESCE(placed.c.units, 0)
    query = (
        Allocation.select(Allocation.line, Allocation.order_line, lost, needed)
        .join(MasterLine)
        .join(MasterPart)
        .switch(Allocation)
        .join(PartnerOrderLine)
        .join(placed, JOIN.LEFT_OUTER, on=(placed.c.order_line_id == PartnerOrderLine.id))
        .where(Allocation.line.in_(list(line_ids)) & (lost > 0) & (needed > 0))
        .order_by(Allocation.id)
    )
    return [(line, order_line, min(short, missing)) for line, order_line, short, missing in rows(query)]
