"""Changing what was already there: an order's lines, its notes, the stock on a shelf."""

from standin.commerce import order_payloads, shelves
from standin.commerce.ordering import line_of
from standin.commerce.refusals import Refusal
from standin.commerce.statuses import settled_status, why_not_editable
from standin.commerce.telling import archive_when_done, tell_order
from standin.world import Location, Order, OrderLine, Shop, Variant, World


def edit_order(world: World, shop: Shop, order: Order, line_id: int, quantity: int) -> Order:
    """Set the current quantity of a line; less is restocked, more is committed without asking whether it is there.

    Less leaves the line's `quantity` as it was; more raises it. Refusal when the order is cancelled or archived, the
    line is not there, nothing would change, or fewer units would be left than were shipped.
    """
    if reasons := why_not_editable(order):
        raise Refusal(reasons[0])
    line = order.line(line_id)
    if line is None:
        raise Refusal(f"{order.name} has no line {line_id}")
    kept = line.fulfilled_quantity - line.returned_quantity
    if quantity < kept:
        raise Refusal(f"{kept} units of this line were shipped and cannot be edited away")
    delta = quantity - line.current_quantity
    if not delta:
        raise Refusal("There is nothing to change")
    if delta < 0:
        shelves.release(world, shop, line, -delta)
        line.removed_quantity -= delta
    else:
        line.quantity += delta
        shelves.commit(world, shop, line, delta, shelves.selling_locations(shop))
    _tell_edit(world, shop, order, line, delta)
    return order


def add_to_order(world: World, shop: Shop, order: Order, variant: Variant, quantity: int) -> Order:
    """One more line, as an edit or an exchange adds it; committed without asking whether it is there.

    Refusal when the order is cancelled or archived, or for less than one unit.
    """
    if reasons := why_not_editable(order):
        raise Refusal(reasons[0])
    if quantity < 1:
        raise Refusal("An order needs at least one unit of what is added")
    line = line_of(shop, variant, quantity)
    order.lines.append(line)
    shelves.commit(world, shop, line, quantity, shelves.selling_locations(shop))
    _tell_edit(world, shop, order, line, quantity)
    return order


def delete_order(world: World, shop: Shop, order: Order) -> None:
    """Delete an order for good. Refusal unless it is cancelled or archived."""
    if not order.cancelled_at and not order.closed_at:
        raise Refusal("Only cancelled or archived orders can be deleted")
    shop.remove_order(order)
    world.emit(shop, "orders/delete", {"id": order.id})


def restock(world: World, shop: Shop, variant: Variant, quantity: int, location: Location | None = None) -> None:
    """Put fresh units on a shelf, at the default location unless told; a negative quantity takes some away.

    Refusal when the variant's stock is not counted.
    """
    place = location or shop.primary_location
    if not shelves.receive(world, shop, variant.id, quantity, place.id):
        raise Refusal(f"The stock of {shop.product_of(variant).title} is not counted")


def _tell_edit(world: World, shop: Shop, order: Order, line: OrderLine, delta: int) -> None:
    order.edited = True
    order.financial_status = settled_status(order)
    archive_when_done(world, order)
    tell_order(world, shop, order, "orders/updated")
    world.emit(shop, "orders/edited", order_payloads.order_edit(order, shop.next_id(), line, delta))
