"""Units and money going back: refunds, and the cancelling of a whole order."""

from collections.abc import Sequence
from decimal import Decimal

from standin.commerce import order_payloads, shelves
from standin.commerce.fulfilling import merged
from standin.commerce.refusals import Refusal
from standin.commerce.statuses import settled_status
from standin.commerce.telling import archive_when_done, tell_order
from standin.commerce.totals import current_totals
from standin.world import Order, OrderLine, Refund, RefundLine, Shop, World

RESTOCK_TYPES = ("CANCEL", "RETURN", "NO_RESTOCK")


def refund_order(
    world: World,
    shop: Shop,
    order: Order,
    lines: Sequence[tuple[int, int]],
    restock_type: str | None = None,
    note: str | None = None,
) -> Refund:
    """Take (line id, units) pairs back and return their price, as far as it was paid.

    CANCEL is for units not shipped yet (back to available), RETURN for shipped ones (back to available at the default
    location), NO_RESTOCK for either, unshipped first: they leave the books. None chooses as the admin does: unshipped
    units are cancelled, shipped ones returned. Refusal when there are not that many, or the type is none of these.
    """
    if order.cancelled_at:
        raise Refusal("A cancelled order cannot be refunded again")
    wanted = merged(order, lines)
    if not wanted:
        raise Refusal("A refund needs at least one line")
    if restock_type not in (None, *RESTOCK_TYPES):
        raise Refusal(f"There is no restock type {restock_type}")
    plan = [row for line_id, units in wanted.items() for row in _split(order, line_id, units, restock_type)]
    before = current_totals(order).total
    refund = _open_refund(world, shop, order, note)
    for line, units, kind, shipped in plan:
        refund.lines.append(_take_back(world, shop, line, units, kind, shipped))
    _pay_back(order, refund, before - current_totals(order).total)
    _tell_refund(world, shop, order, refund)
    return refund


def cancel_order(
    world: World, shop: Shop, order: Order, restock: bool = True, *, refund: bool = True, reason: str = "OTHER"
) -> Order:
    """Cancel an order of which nothing was shipped: its units go back to available, or leave the books.

    It is closed too. What was paid is given back unless `refund` is off. Refusal when it was cancelled before or a
    shipment stands.
    """
    if order.cancelled_at:
        raise Refusal("Order has already been cancelled")
    if order.shipments:
        raise Refusal("An order with shipped units cannot be cancelled")
    record = _open_refund(world, shop, order, None)
    for line in order.lines:
        if line.unfulfilled_quantity:
            kind = "CANCEL" if restock else "NO_RESTOCK"
            record.lines.append(_take_back(world, shop, line, line.unfulfilled_quantity, kind, shipped=False))
    if refund:
        _pay_back(order, record, order.total_received - order.total_refunded)
    if order.financial_status in ("PENDING", "AUTHORIZED"):
        order.financial_status = "VOIDED"
    order.cancelled_at = order.closed_at = world.now()
    order.cancel_reason = reason
    _tell_refund(world, shop, order, record, "orders/cancelled")
    return order


def _split(order: Order, line_id: int, units: int, restock_type: str | None) -> list[tuple[OrderLine, int, str, bool]]:
    """Rows (line, units, restock type, whether they were shipped) that make up the units of one line."""
    line = order.line(line_id)
    assert line
    unshipped, shipped = line.unfulfilled_quantity, line.fulfilled_quantity - line.returned_quantity
    left = {"CANCEL": unshipped, "RETURN": shipped}.get(restock_type or "", unshipped + shipped)
    if units > left:
        raise Refusal(f"Only {left} units of line {line_id} can be refunded this way")
    first = 0 if restock_type == "RETURN" else min(units, unshipped)
    rows = [(line, first, restock_type or "CANCEL", False), (line, units - first, restock_type or "RETURN", True)]
    return [row for row in rows if row[1]]


def _take_back(world: World, shop: Shop, line: OrderLine, units: int, kind: str, shipped: bool) -> RefundLine:
    home = None
    if shipped:
        line.returned_quantity += units
        place = shop.primary_location.id
        if kind == "RETURN" and shelves.receive(world, shop, line.variant_id, units, place):
            home = place
    else:
        home = next(iter(line.committed), None) if kind == "CANCEL" else None
        line.removed_quantity += units
        if kind == "CANCEL":
            shelves.release(world, shop, line, units)
        else:
            shelves.take_out(world, shop, line, units)
    return RefundLine(shop.next_id(), line.id, units, kind, home)


def _open_refund(world: World, shop: Shop, order: Order, note: str | None) -> Refund:
    now = world.now()
    refund = Refund(shop.next_id(), order.id, now, now, note=note)
    order.refunds.append(refund)
    return refund


def _pay_back(order: Order, refund: Refund, worth: Decimal) -> None:
    refund.amount = max(Decimal(0), min(worth, order.total_received - order.total_refunded))
    order.financial_status = settled_status(order)


def _tell_refund(world: World, shop: Shop, order: Order, refund: Refund, *topics: str) -> None:
    archive_when_done(world, order)
    world.emit(shop, "refunds/create", order_payloads.refund(order, refund))
    tell_order(world, shop, order, *topics, "orders/updated")
