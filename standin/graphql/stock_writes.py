"""Setting stock: inventorySetQuantities with its compare-and-set, inventoryActivate."""

from typing import Any
from urllib.parse import urlsplit

from graphql import GraphQLResolveInfo

from standin.graphql.registry import Call, Refused, mutation, payload, user_error
from standin.world import AdjustmentGroup, InventoryChange, number_of

BOUND = 1_000_000_000
ADJUSTMENTS_KEPT = 200
REASONS = frozenset(
    (
        "correction",
        "cycle_count_available",
        "damaged",
        "movement_canceled",
        "movement_created",
        "movement_received",
        "movement_updated",
        "other",
        "promotion",
        "quality_control",
        "received",
        "reservation_created",
        "reservation_deleted",
        "reservation_updated",
        "restock",
        "safety_stock",
        "shrinkage",
    )
)

Row = dict[str, Any]


@mutation("inventorySetQuantities")
def set_quantities(info: GraphQLResolveInfo, *, input: dict[str, Any]) -> dict[str, object]:
    """Set `available` or `on_hand`: all rows or, when one is wrong or stale, none. A null group: nothing changed."""
    call: Call = info.context
    rows: list[Row] = input["quantities"]
    if any("changeFromQuantity" not in row for row in rows):
        call.violation("changeFromQuantity missing", "inventorySetQuantities")
        raise Refused(
            "InventoryQuantityInput must include the following argument: changeFromQuantity.",
            "INVALID_FIELD_ARGUMENTS",
        )
    errors = _wrong_input(input) or _twins(rows)
    errors = errors or [error for index, row in enumerate(rows) for error in _wrong_row(call, input, row, index)]
    if errors:
        return payload(user_errors=errors)
    changes = [change for row in rows for change in _set(call, input["name"], row)]
    if not changes:
        return payload()
    shop = call.shop
    group = AdjustmentGroup(shop.next_id(), call.now, input["reason"], input.get("referenceDocumentUri"), changes)
    shop.adjustments[group.id] = group
    if len(shop.adjustments) > ADJUSTMENTS_KEPT:
        del shop.adjustments[next(iter(shop.adjustments))]
    return payload(inventory_adjustment_group=group)


@mutation("inventoryActivate")
def activate(
    info: GraphQLResolveInfo,
    *,
    inventory_item_id: str,
    location_id: str,
    available: int | None = None,
    on_hand: int | None = None,
    **_: Any,
) -> dict[str, object]:
    """Stock an item at a location; where it is stocked already a quantity is refused, and the level shown."""
    call: Call = info.context
    item = call.shop.inventory_items.get(number_of(inventory_item_id, "InventoryItem"))
    if item is None:
        return payload(user_errors=[user_error(["inventoryItemId"], "The product couldn't be found.")])
    location = call.shop.locations.get(number_of(location_id, "Location"))
    if location is None or not location.is_active:
        return payload(user_errors=[user_error(["locationId"], "The location couldn't be found.")])
    quantity = available if available is not None else on_hand
    level = item.levels.get(location.id)
    if level is not None and level.is_active:
        message = "Not allowed to set available quantity when the item is already active at the location."
        errors = [] if quantity is None else [user_error(["available"], message)]
        return payload(inventory_level=level, user_errors=errors)
    level = call.world.level_at(call.shop, item, location.id)
    level.is_active = True
    if quantity:
        call.world.move_stock(call.shop, item, location.id, available=quantity - level.available)
    return payload(inventory_level=level)


def _wrong_input(given: dict[str, Any]) -> list[dict[str, object]]:
    document = given.get("referenceDocumentUri")
    if given["name"] not in ("available", "on_hand"):
        message = "The quantity name must be either 'available' or 'on_hand'."
        return [user_error(["input", "name"], message, "INVALID_NAME")]
    if given["reason"] not in REASONS:
        message = f"The specified reason is invalid. Must be one of: {', '.join(sorted(REASONS))}."
        return [user_error(["input", "reason"], message, "INVALID_REASON")]
    if document is not None and not urlsplit(document).scheme:
        message = "The specified reference document is invalid."
        return [user_error(["input", "referenceDocumentUri"], message, "INVALID_REFERENCE_DOCUMENT")]
    return []


def _wrong_row(call: Call, given: dict[str, Any], row: Row, index: int) -> list[dict[str, object]]:
    def wrong(name: str, message: str, code: str) -> list[dict[str, object]]:
        return [user_error(["input", "quantities", str(index), name], message, code)]

    shop, quantity = call.shop, row["quantity"]
    item = shop.inventory_items.get(number_of(row["inventoryItemId"], "InventoryItem"))
    place = number_of(row["locationId"], "Location")
    if item is None:
        return wrong("inventoryItemId", "The specified inventory item could not be found.", "INVALID_INVENTORY_ITEM")
    if place not in shop.locations or not shop.locations[place].is_active:
        return wrong("locationId", "The specified location could not be found.", "INVALID_LOCATION")
    if shop.variants[item.variant_id].requires_components:
        message = "The specified inventory item is not allowed to be adjusted via API."
        return wrong("inventoryItemId", message, "NON_MUTABLE_INVENTORY_ITEM")
    if quantity > BOUND:
        return wrong("quantity", f"The quantity can't be higher than {BOUND:,}.", "INVALID_QUANTITY_TOO_HIGH")
    if quantity < -BOUND:
        return wrong("quantity", f"The quantity can't be lower than -{BOUND:,}.", "INVALID_QUANTITY_TOO_LOW")
    if quantity < 0 and given["name"] == "on_hand":
        return wrong("quantity", "The quantity can't be negative.", "INVALID_QUANTITY_NEGATIVE")
    level = item.levels.get(place)
    standing = getattr(level, given["name"]) if level else 0
    if row["changeFromQuantity"] not in (None, standing):
        message = "The changeFromQuantity argument no longer matches the persisted quantity."
        return wrong("changeFromQuantity", message, "CHANGE_FROM_QUANTITY_STALE")
    return []


def _twins(rows: list[Row]) -> list[dict[str, object]]:
    seen: set[tuple[str, str]] = set()
    errors = []
    for index, row in enumerate(rows):
        pair = (row["inventoryItemId"], row["locationId"])
        if pair in seen:
            message = "The combination of inventoryItemId and locationId must be unique."
            path = ["input", "quantities", str(index), "locationId"]
            errors.append(user_error(path, message, "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"))
        seen.add(pair)
    return errors


def _set(call: Call, name: str, row: Row) -> list[InventoryChange]:
    """Setting on_hand moves available by the difference, and the other way round."""
    item = call.shop.inventory_items[number_of(row["inventoryItemId"], "InventoryItem")]
    place = number_of(row["locationId"], "Location")
    level = call.world.level_at(call.shop, item, place)
    return call.world.move_stock(call.shop, item, place, available=row["quantity"] - getattr(level, name))
