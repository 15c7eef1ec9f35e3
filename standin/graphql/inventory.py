"""Reading stock: locations, items, levels and their quantities."""

from typing import Any

from graphql import GraphQLResolveInfo

from standin.graphql.connections import Connection, connection
from standin.graphql.products import count, money
from standin.graphql.registry import Call, Refused, field, query
from standin.graphql.search import search
from standin.world import AdjustmentGroup, InventoryChange, InventoryItem, InventoryLevel, Location, number_of
from standin.world.stock import QUANTITY_NAMES


@query("locations")
def locations(
    info: GraphQLResolveInfo,
    *,
    include_inactive: bool = False,
    include_legacy: bool = False,
    query: str | None = None,
    sort_key: str = "NAME",
    **page: Any,
) -> Connection:
    """The store's locations; fulfilment services only with `includeLegacy`."""
    shown = [
        location
        for location in info.context.shop.locations.values()
        if (include_inactive or location.is_active) and (include_legacy or not location.is_fulfillment_service)
    ]
    return connection(shown, sort=lambda location: location.id if sort_key == "ID" else location.name, **page)


@query("location")
def location(info: GraphQLResolveInfo, *, id: str | None = None) -> Location | None:
    """A location by id; without one the default location."""
    call: Call = info.context
    return call.shop.primary_location if id is None else call.shop.locations.get(number_of(id, "Location"))


@query("inventoryItems")
def inventory_items(info: GraphQLResolveInfo, *, query: str | None = None, **page: Any) -> Connection:
    """All inventory items of the store."""
    call: Call = info.context
    found = search(call, call.shop.inventory_items.values(), query)
    return connection(found, sort=lambda item: item.id, **page)


@field("Location", "inventoryLevels")
def levels_of_location(
    location: Location,
    info: GraphQLResolveInfo,
    *,
    query: str | None = None,
    include_inactive: bool = False,
    **page: Any,
) -> Connection:
    """What lies at a location."""
    call: Call = info.context
    stocked = [item.levels.get(location.id) for item in call.shop.inventory_items.values()]
    levels = [level for level in stocked if level is not None and (level.is_active or include_inactive)]
    return connection(search(call, levels, query), sort=lambda level: level.item_id, **page)


@field("Location", "inventoryLevel")
def level_of_item(
    location: Location, info: GraphQLResolveInfo, *, inventory_item_id: str, include_inactive: bool = False
) -> InventoryLevel | None:
    """How many of one item lie there."""
    item = info.context.shop.inventory_items.get(number_of(inventory_item_id, "InventoryItem"))
    return _shown(item.levels.get(location.id), include_inactive) if item else None


@field("InventoryItem", "inventoryLevel")
def level_at(
    item: InventoryItem, info: GraphQLResolveInfo, *, location_id: str, include_inactive: bool = False
) -> InventoryLevel | None:
    """How many lie at a location; null where the item is not stocked."""
    return _shown(item.levels.get(number_of(location_id, "Location")), include_inactive)


@field("InventoryItem", "inventoryLevels")
def levels_of_item(
    item: InventoryItem,
    info: GraphQLResolveInfo,
    *,
    query: str | None = None,
    include_inactive: bool = False,
    **page: Any,
) -> Connection:
    """Where the item is stocked."""
    levels = [level for level in item.levels.values() if level.is_active or include_inactive]
    return connection(search(info.context, levels, query), sort=lambda level: level.location_id, **page)


@field("InventoryItem", "locationsCount")
def locations_count(item: InventoryItem, info: GraphQLResolveInfo) -> Any:
    """At how many locations it is stocked."""
    return count(sum(level.is_active for level in item.levels.values()))


@field("InventoryItem", "sku")
def sku(item: InventoryItem, info: GraphQLResolveInfo) -> str | None:
    """The SKU of its variant."""
    found: str | None = info.context.shop.variants[item.variant_id].sku
    return found


@field("InventoryItem", "variants")
def variants(item: InventoryItem, info: GraphQLResolveInfo, **page: Any) -> Connection:
    """The variant it stands behind."""
    return connection([info.context.shop.variants[item.variant_id]], **page)


@field("InventoryItem", "unitCost")
def unit_cost(item: InventoryItem, info: GraphQLResolveInfo) -> Any:
    """What a unit costs the store."""
    return money(item.cost, info.context)


@field("InventoryItem", "measurement")
def measurement(item: InventoryItem, info: GraphQLResolveInfo) -> dict[str, Any]:
    """Its weight."""
    return {"id": item.gid, "weight": {"value": item.weight_value, "unit": item.weight_unit}}


@field("InventoryLevel", "item")
def item_of(level: InventoryLevel, info: GraphQLResolveInfo) -> InventoryItem:
    """What is counted."""
    found: InventoryItem = info.context.shop.inventory_items[level.item_id]
    return found


@field("InventoryLevel", "location")
def location_of(level: InventoryLevel, info: GraphQLResolveInfo) -> Location:
    """Where it is counted."""
    found: Location = info.context.shop.locations[level.location_id]
    return found


@field("InventoryLevel", "quantities")
def quantities(level: InventoryLevel, info: GraphQLResolveInfo, *, names: list[str]) -> list[dict[str, Any]]:
    """The named quantities, in the order asked for."""
    unknown = [name for name in names if name not in QUANTITY_NAMES]
    if unknown:
        raise Refused(f"The following quantity names are invalid: {', '.join(unknown)}.", "INVALID_FIELD_ARGUMENTS")
    return [
        {
            "__typename": "InventoryQuantity",
            "id": f"{level.gid}&name={name}",
            "name": name,
            "quantity": getattr(level, name),
            "updated_at": level.updated_at,
        }
        for name in names
    ]


@field("InventoryAdjustmentGroup", "changes")
def changes(group: AdjustmentGroup, info: GraphQLResolveInfo, **_: Any) -> list[InventoryChange]:
    """Which quantities it moved."""
    return group.changes


@field("InventoryChange", "item")
def changed_item(change: InventoryChange, info: GraphQLResolveInfo) -> InventoryItem | None:
    """The item of a change."""
    found: InventoryItem | None = info.context.shop.inventory_items.get(change.item_id)
    return found


@field("InventoryChange", "location")
def changed_location(change: InventoryChange, info: GraphQLResolveInfo) -> Location | None:
    """The location of a change."""
    found: Location | None = info.context.shop.locations.get(change.location_id)
    return found


def _shown(level: InventoryLevel | None, include_inactive: bool) -> InventoryLevel | None:
    return level if level is not None and (level.is_active or include_inactive) else None
