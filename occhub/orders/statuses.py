"""The word on a customer's order, derived from its units (R12); no work is ever chosen by it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from peewee import JOIN, SQL, Case, Select, chunked, fn

from occhub.database import WholeSelect, rows
from occhub.orders.models import (
    CANCELLED,
    CREATED,
    FAILED,
    FREEZING,
    OPEN,
    PENDING,
    PLACED,
    Allocation,
    MasterLine,
    MasterPart,
    PartnerOrder,
    PartnerOrderLine,
)

ROWS = 500  # in one statement: SQLite takes 32,766 values at most
UNKNOWN_GOODS = (
    "This was sold as the partner's, but is linked to none of his coffees: open the line and say which it is, "
    "or leave it out."
)


@dataclass(frozen=True)
class LineFacts:
    """A line as the status needs it; `standing` are units read back from the partner's store."""

    wanted: int
    standing: int
    is_orphan: bool
    failure: str


def derive(cancelled: bool, lines: Collection[LineFacts]) -> tuple[str, str]:
    """The status and, for `failed`, the reason."""
    if cancelled or not any(line.wanted for line in lines):
        return CANCELLED, ""
    open_lines = [line for line in lines if line.standing < line.wanted]
    if not open_lines:
        return CREATED, ""
    for line in open_lines:
        if line.failure or line.is_orphan:
            return FAILED, line.failure or UNKNOWN_GOODS
    return PENDING, ""


def refresh(order_ids: Collection[int]) -> None:
    """Derive the status of these orders anew; call inside `write()`."""
    for ids in chunked(sorted(order_ids), ROWS):
        these = among(ids)
        facts, changed = _facts(these), defaultdict(list)
        gone = PartnerOrder.cancelled_at.is_null(False) | PartnerOrder.gone_at.is_null(False)
        query = PartnerOrder.select(PartnerOrder.id, gone, PartnerOrder.status, PartnerOrder.failure)
        for order_id, is_gone, *before in rows(query.where(PartnerOrder.id.in_(these))):
            now = derive(bool(is_gone), facts.get(order_id, []))
            if now != tuple(before):
                changed[now].append(order_id)
        for (status, failure), which in changed.items():
            PartnerOrder.update(status=status, failure=failure).where(PartnerOrder.id.in_(among(which))).execute()


def among(ids: Iterable[int]) -> SQL:
    """These ids for `in_`, written out: to build a statement with hundreds of marks takes longer than to run it."""
    return SQL(f"({', '.join(str(int(number)) for number in ids)})")


def refresh_parts(part_ids: Collection[int]) -> None:
    """Derive the status of every order with units on these parts; call inside `write()`."""
    refresh(orders_on_parts(part_ids))


def orders_on_parts(part_ids: Collection[int]) -> set[int]:
    """The customers' orders with units on these parts."""
    query = (
        PartnerOrderLine.select(PartnerOrderLine.order)
        .join(Allocation)
        .join(MasterLine)
        .where(MasterLine.part.in_(list(part_ids)))
        .distinct()
    )
    return {order_id for (order_id,) in rows(query)}


def placed_units() -> WholeSelect:
    """Query: (order line id, units) that stand on placed orders."""
    placed = (MasterPart.state == PLACED) & MasterPart.order_cancelled_at.is_null()
    query = Allocation.select(Allocation.order_line, fn.SUM(Allocation.units).alias("units"))
    return query.join(MasterLine).join(MasterPart).where(placed).group_by(Allocation.order_line)


def _standing_units(orders: SQL) -> Select:
    """Query: (order line, units) of these orders that stand read back on the partner's store.

    What is read back of a line belongs to the oldest first: who buys the same coffee later takes nothing from them.
    """
    ours = PartnerOrderLine.select(PartnerOrderLine.id).where(PartnerOrderLine.order.in_(orders))
    theirs = Allocation.alias()
    lines = theirs.select(theirs.line).where(theirs.order_line.in_(ours))
    up_to_here = fn.SUM(Allocation.units).over(partition_by=[Allocation.line], order_by=[Allocation.order_line])
    each = (
        Allocation.select(Allocation.order_line, Allocation.units, (up_to_here - MasterLine.confirmed).alias("beyond"))
        .join(MasterLine)
        .join(MasterPart)
        .where(Allocation.line.in_(lines) & MasterPart.state.in_((OPEN, FREEZING, PLACED)))
        .where(MasterPart.order_cancelled_at.is_null())
        .alias("each")
    )
    missing = Case(None, [(each.c.beyond <= 0, 0), (each.c.beyond < each.c.units, each.c.beyond)], each.c.units)
    return (
        Select([each], [each.c.order_line_id, fn.SUM(each.c.units - missing).alias("units")])
        .where(each.c.order_line_id.in_(ours))
        .group_by(each.c.order_line_id)
    )


def _facts(orders: SQL) -> dict[int, list[LineFacts]]:
    standing = _standing_units(orders).alias("standing")
    query = (
        PartnerOrderLine.select(
            PartnerOrderLine.order,
            PartnerOrderLine.wanted,
            fn.COALESCE(standing.c.units, 0),
            PartnerOrderLine.mapping,
            PartnerOrderLine.failure,
        )
        .join(standing, JOIN.LEFT_OUTER, on=(standing.c.order_line_id == PartnerOrderLine.id))
        .where(PartnerOrderLine.order.in_(orders))
    )
    facts: dict[int, list[LineFacts]] = {}
    for order_id, wanted, units, mapping_id, failure in rows(query):
        facts.setdefault(order_id, []).append(LineFacts(wanted, units, mapping_id is None, failure))
    return facts
