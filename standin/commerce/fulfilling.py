"""Goods leaving the house, wholly or in part, and a shipment that is called back."""

from collections.abc import Sequence

from standin.commerce import order_payloads, shelves
from standin.commerce.refusals import Refusal
from standin.commerce.statuses import fulfillment_status
from standin.commerce.telling import archive_when_done, tell_order
from standin.world import Fulfillment, FulfillmentLine, Order, Shop, Tracking, World


def fulfil_order(
    world: World,
    shop: Shop,
    order: Order,
    lines: Sequence[tuple[int, int]] | None = None,
    tracking: Tracking | None = None,
) -> Fulfillment:
    """Ship (line id, units) pairs, by default everything left; committed goes down with it.

    Refusal when the order is cancelled, nothing is left, or more of a line is asked for than is left.
    """
    wanted = _wanted(order, lines)
    now = world.now()
    shipment = Fulfillment(
        shop.next_id(),
        order.id,
        f"{order.name}-F{len(order.fulfillments) + 1}",
        now,
        now,
        tracking_info=[tracking] if tracking else [],
    )
    for line_id, units in wanted.items():
        line = order.line(line_id)
        assert line
        taken = shelves.take_out(world, shop, line, units)
        line.fulfilled_quantity += units
        shipment.lines.append(FulfillmentLine(shop.next_id(), line_id, units, taken))
        shipment.location_id = shipment.location_id or next(iter(taken), None)
    order.fulfillments.append(shipment)
    archive_when_done(world, order)
    done = fulfillment_status(order) == "FULFILLED"
    tell_order(world, shop, order, "orders/fulfilled" if done else "orders/partially_fulfilled", "orders/updated")
    world.emit(shop, "fulfillments/create", order_payloads.fulfillment(order, shipment))
    return shipment


def track_fulfilment(world: World, shop: Shop, order: Order, shipment: Fulfillment, tracking: Tracking) -> Fulfillment:
    """Give a shipment one more parcel number. Refusal when it was cancelled."""
    if shipment.status != "SUCCESS":
        raise Refusal("A cancelled fulfilment has no parcels")
    shipment.tracking_info.append(tracking)
    _tell_shipment(world, shop, order, shipment)
    return shipment


def cancel_fulfilment(world: World, shop: Shop, order: Order, shipment: Fulfillment) -> Fulfillment:
    """Call a shipment back: its units are committed again. Refusal when it was before, or units of it came back."""
    if shipment.status != "SUCCESS":
        raise Refusal("This fulfilment was cancelled before")
    shipped = {each.line_id: each.quantity for each in shipment.lines}
    if any(line.fulfilled_quantity - shipped.get(line.id, 0) < line.returned_quantity for line in order.lines):
        raise Refusal("Units of this fulfilment were returned")
    shipment.status, shipment.display_status = "CANCELLED", "CANCELED"
    for each in shipment.lines:
        line = order.line(each.line_id)
        assert line
        line.fulfilled_quantity -= each.quantity
        shelves.put_back(world, shop, line, each.taken_from)
    archive_when_done(world, order)
    _tell_shipment(world, shop, order, shipment)
    return shipment


def _wanted(order: Order, lines: Sequence[tuple[int, int]] | None) -> dict[int, int]:
    if order.cancelled_at:
        raise Refusal("A cancelled order cannot be shipped")
    if lines is None:
        wanted = {line.id: line.unfulfilled_quantity for line in order.lines if line.unfulfilled_quantity}
    else:
        wanted = merged(order, lines)
    for line_id, units in wanted.items():
        line = order.line(line_id)
        if line is None or units > line.unfulfilled_quantity:
            raise Refusal(f"Only {line.unfulfilled_quantity if line else 0} units are left to ship of line {line_id}")
    if not wanted:
        raise Refusal(f"Nothing of {order.name} is left to ship")
    return wanted


def merged(order: Order, lines: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Units by line id, rows of one line added up. Refusal for a line that is not there or a quantity below 1."""
    units: dict[int, int] = {}
    for line_id, quantity in lines:
        if order.line(line_id) is None:
            raise Refusal(f"{order.name} has no line {line_id}")
        if quantity < 1:
            raise Refusal("A quantity must be at least 1")
        units[line_id] = units.get(line_id, 0) + quantity
    return units


def _tell_shipment(world: World, shop: Shop, order: Order, shipment: Fulfillment) -> None:
    shipment.updated_at = world.now()
    tell_order(world, shop, order, "orders/updated")
    world.emit(shop, "fulfillments/update", order_payloads.fulfillment(order, shipment))
