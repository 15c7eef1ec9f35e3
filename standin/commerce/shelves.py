"""Units moving between the states of a shelf on behalf of order lines: committed, released, shipped, put back."""

from collections.abc import Iterable, Sequence

from standin.commerce.refusals import OutOfStock
from standin.world import InventoryItem, Location, OrderLine, Shop, Variant, World


def selling_locations(shop: Shop) -> list[Location]:
    """Where online orders are shipped from, the default location first."""
    return [place for place in shop.locations.values() if place.is_active and place.fulfills_online_orders]


def tracked_item(shop: Shop, variant_id: int | None) -> InventoryItem | None:
    """The shelf item behind a variant; None when the variant is gone or its stock is not counted."""
    variant = shop.variants.get(variant_id or 0)
    item = shop.item_of(variant) if variant else None
    return item if item and item.tracked else None


def require_stock(shop: Shop, lines: Iterable[tuple[Variant, int]], locations: Sequence[Location]) -> None:
    """OutOfStock when a variant with policy DENY has fewer units at these locations than all lines ask for."""
    asked: dict[int, int] = {}
    for variant, quantity in lines:
        asked[variant.id] = asked.get(variant.id, 0) + quantity
    for variant_id, quantity in asked.items():
        item = tracked_item(shop, variant_id)
        variant = shop.variants[variant_id]
        if item is None or variant.inventory_policy == "CONTINUE":
            continue
        there = sum(_available(item, location.id) for location in locations)
        if there < quantity:
            raise OutOfStock(f"{shop.product_of(variant).title} ({variant.title}): {there} left, {quantity} asked for")


def commit(world: World, shop: Shop, line: OrderLine, units: int, locations: Sequence[Location]) -> None:
    """Take units from available to committed: at the first location that has them all, else spread over several.

    What no location has goes below zero at the first one.
    """
    item = tracked_item(shop, line.variant_id)
    if item is None:
        return
    whole = next((place.id for place in locations if _available(item, place.id) >= units), None)
    if whole is not None:
        _commit_at(world, shop, item, line, whole, units)
        return
    for place in locations:
        here = min(units, max(0, _available(item, place.id)))
        _commit_at(world, shop, item, line, place.id, here)
        units -= here
    _commit_at(world, shop, item, line, locations[0].id if locations else shop.primary_location.id, units)


def commit_reserved(world: World, shop: Shop, line: OrderLine, location_id: int, units: int) -> None:
    """Turn units a draft holds at a location into committed ones of an order line."""
    item = tracked_item(shop, line.variant_id)
    if item is not None and units:
        world.move_stock(shop, item, location_id, reserved=-units, committed=units)
        line.committed[location_id] = line.committed.get(location_id, 0) + units


def release(world: World, shop: Shop, line: OrderLine, units: int) -> None:
    """Give committed units of a line back to available, each where it was taken."""
    for location_id, here in _uncommit(line, units).items():
        if item := _item(shop, line):
            world.move_stock(shop, item, location_id, available=here, committed=-here)


def take_out(world: World, shop: Shop, line: OrderLine, units: int) -> dict[int, int]:
    """Let committed units of a line leave the house; answers which shelves they left: location id -> units."""
    taken = _uncommit(line, units)
    for location_id, here in taken.items():
        if item := _item(shop, line):
            world.move_stock(shop, item, location_id, committed=-here)
    return taken


def put_back(world: World, shop: Shop, line: OrderLine, taken: dict[int, int]) -> None:
    """Undo `take_out`: the units are on their shelves again, committed to the line."""
    for location_id, here in taken.items():
        if item := _item(shop, line):
            world.move_stock(shop, item, location_id, committed=here)
            line.committed[location_id] = line.committed.get(location_id, 0) + here


def receive(world: World, shop: Shop, variant_id: int | None, units: int, location_id: int) -> bool:
    """Put units on a shelf as available; False, and nothing done, where no stock is counted."""
    item = tracked_item(shop, variant_id)
    if item is None:
        return False
    world.move_stock(shop, item, location_id, available=units)
    return True


def _item(shop: Shop, line: OrderLine) -> InventoryItem | None:
    variant = shop.variants.get(line.variant_id or 0)
    return shop.item_of(variant) if variant else None


def _available(item: InventoryItem, location_id: int) -> int:
    level = item.levels.get(location_id)
    return level.available if level and level.is_active else 0


def _commit_at(world: World, shop: Shop, item: InventoryItem, line: OrderLine, location_id: int, units: int) -> None:
    if units:
        world.move_stock(shop, item, location_id, available=-units, committed=units)
        line.committed[location_id] = line.committed.get(location_id, 0) + units


def _uncommit(line: OrderLine, units: int) -> dict[int, int]:
    taken = {}
    for location_id, held in list(line.committed.items()):
        here = min(units, held)
        if here:
            taken[location_id] = here
            units -= here
            line.committed[location_id] -= here
        if not line.committed[location_id]:
            del line.committed[location_id]
    return taken
