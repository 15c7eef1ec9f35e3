"""Customers and merchants at work: buying, paying, cancelling, sending back, editing, shipping, selling, restocking."""

from typing import Any

from standin import commerce
from standin.control import picture
from standin.control.asking import Ask, Missing, Wrong, checked, find
from standin.world import Location, Order, OrderLine, Shop, Tracking, Variant

Json = dict[str, Any]


def order(ask: Ask) -> Json:
    """A customer buys."""
    shop = ask.shop
    lines = [(_variant(shop, row), checked(row, "quantity", int)) for row in _rows(ask, "lines")]
    status, test = ask.value("financial_status", str, "PAID"), ask.value("test", bool, False)
    percent = ask.value("discount_percent", int, 0)
    if not 0 <= percent <= 100:
        raise Wrong("discount_percent lies between 0 and 100")
    return picture.order(commerce.place_customer_order(ask.world, shop, lines, status, test, percent))


def pay(ask: Ask) -> Json:
    """The money comes in."""
    return picture.order(commerce.pay_order(ask.world, ask.shop, _order(ask)))


def cancel(ask: Ask) -> Json:
    """Cancel an order, its units back on the shelf unless told otherwise."""
    restock = ask.value("restock", bool, True)
    return picture.order(commerce.cancel_order(ask.world, ask.shop, _order(ask), restock))


def refund(ask: Ask) -> Json:
    """Take units back and return their price."""
    order = _order(ask)
    commerce.refund_order(ask.world, ask.shop, order, _units(ask, order), ask.value("restock_type", str, None))
    return picture.order(order)


def edit(ask: Ask) -> Json:
    """Set the current quantity of a line, or add one of another variant."""
    order = _order(ask)
    if "variant_id" in ask.given or "sku" in ask.given:
        variant = _variant(ask.shop, ask.given)
        return picture.order(commerce.add_to_order(ask.world, ask.shop, order, variant, ask.value("quantity", int)))
    line = _line(order, ask.given)
    return picture.order(commerce.edit_order(ask.world, ask.shop, order, line.id, ask.value("quantity", int)))


def fulfil(ask: Ask) -> Json:
    """Ship lines, by default everything left, with or without a parcel number."""
    order = _order(ask)
    lines = _units(ask, order) if "lines" in ask.given else None
    given = ask.value("tracking", dict, None)
    if strange := (given or {}).keys() - {"company", "number", "url"}:
        raise Wrong(f"unknown in tracking: {', '.join(sorted(strange))}")
    commerce.fulfil_order(ask.world, ask.shop, order, lines, Tracking(**given) if given else None)
    return picture.order(order)


def sell(ask: Ask) -> Json:
    """A sale over the counter."""
    return picture.order(commerce.sell_in_shop(ask.world, ask.shop, ask.variant(), ask.value("quantity", int)))


def restock_variant(ask: Ask) -> Json:
    """Fresh units on the shelf, at the default location unless told."""
    variant, place = ask.variant(), None
    if "location_id" in ask.given:
        place = find(ask.shop.locations, Location, _key(ask.given, "location_id"))
    commerce.restock(ask.world, ask.shop, variant, ask.value("quantity", int), place)
    return picture.variant(ask.shop, variant)


def _order(ask: Ask) -> Order:
    return ask.found(ask.shop.orders, Order)


def _units(ask: Ask, order: Order) -> list[tuple[int, int]]:
    return [(_line(order, row).id, checked(row, "quantity", int)) for row in _rows(ask, "lines")]


def _line(order: Order, row: Json) -> OrderLine:
    return find({line.id: line for line in order.lines}, OrderLine, _key(row, "line_id"))


def _variant(shop: Shop, row: Json) -> Variant:
    if "sku" not in row:
        return find(shop.variants, Variant, _key(row, "variant_id"))
    variant = shop.variant_by_sku(checked(row, "sku", str))
    if variant is None:
        raise Missing(f"no variant with the SKU {row['sku']}")
    return variant


def _rows(ask: Ask, name: str) -> list[Json]:
    rows = ask.value(name, list)
    if not all(isinstance(row, dict) for row in rows):
        raise Wrong(f"{name} must be a list of objects")
    return rows


def _key(row: Json, name: str) -> str | int:
    key = row.get(name)
    if not isinstance(key, str | int) or isinstance(key, bool):
        raise Wrong(f"{name} is missing, or not an id")
    return key
