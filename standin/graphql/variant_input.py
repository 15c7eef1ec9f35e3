"""What product mutations may say of a variant: checking it, and doing it."""

import re
from decimal import Decimal
from typing import Any

from standin.graphql.registry import Call
from standin.world import InventoryItem, Product, Variant, payloads

ZERO = Decimal("0.00")

Problem = tuple[list[str], str, str]

ITEM_FIELDS = {
    "tracked": "tracked",
    "requiresShipping": "requires_shipping",
    "harmonizedSystemCode": "harmonized_system_code",
    "countryCodeOfOrigin": "country_code_of_origin",
    "provinceCodeOfOrigin": "province_code_of_origin",
    "cost": "cost",
}
VARIANT_FIELDS = {
    "price": "price",
    "compareAtPrice": "compare_at_price",
    "barcode": "barcode",
    "taxable": "taxable",
    "inventoryPolicy": "inventory_policy",
    "requiresComponents": "requires_components",
    "position": "position",
}
FILLED = ("price", "taxable", "inventoryPolicy", "requiresComponents", "position", "tracked", "requiresShipping")


def problems_of(row: dict[str, Any]) -> list[Problem]:
    """What is wrong with a variant's plain fields: path below the row, message, code."""
    found: list[Problem] = []
    for name in ("price", "compareAtPrice"):
        if row.get(name) is not None and row[name] < 0:
            found.append(([name], "Price must be greater than or equal to 0", "GREATER_THAN_OR_EQUAL_TO"))
    item = row.get("inventoryItem") or {}
    code = item.get("harmonizedSystemCode")
    if code and not re.fullmatch(r"\d{6,13}", code.replace(".", "")):
        path = ["inventoryItem", "harmonizedSystemCode"]
        found.append((path, "Harmonized System Code must be a number between 6 and 13 digits", "INVALID_INPUT"))
    if item.get("cost") is not None and item["cost"] < 0:
        found.append((["inventoryItem", "cost"], "Cost must be greater than or equal to 0", "INVALID_INPUT"))
    weight = ((item.get("measurement") or {}).get("weight") or {}).get("value")
    if weight is not None and weight < 0:
        path = ["inventoryItem", "measurement", "weight"]
        found.append((path, "Weight must be greater than or equal to 0", "INVALID_INPUT"))
    return found


def write_variant(call: Call, variant: Variant, item: InventoryItem, row: dict[str, Any]) -> None:
    """Put a row's plain fields into a variant and its inventory item, and tell the app when the item changed."""
    for name, attribute in VARIANT_FIELDS.items():
        if name in row and not (row[name] is None and name in FILLED):
            setattr(variant, attribute, row[name])
    given = row.get("inventoryItem") or {}
    for holder in (given, row):
        if "sku" in holder:
            variant.sku = holder["sku"]
    before = {slot: getattr(item, slot) for slot in (*ITEM_FIELDS.values(), "weight_value", "weight_unit")}
    for name, attribute in ITEM_FIELDS.items():
        if name in given and not (given[name] is None and name in FILLED):
            setattr(item, attribute, given[name])
    weight = (given.get("measurement") or {}).get("weight")
    if weight:
        item.weight_value, item.weight_unit = weight["value"], weight["unit"]
    if any(getattr(item, slot) != value for slot, value in before.items()):
        call.world.touch(call.shop, item)
        call.world.emit(call.shop, "inventory_items/update", payloads.inventory_item(item))


def new_variant(call: Call, product: Product, chosen: list[tuple[str, str]], position: int) -> Variant:
    """A fresh, untracked variant of a product, stocked with nothing at the default location."""
    shop, now = call.shop, call.now
    variant = Variant(
        shop.next_id(), product.id, shop.next_id(), now, now, price=ZERO, position=position, selected_options=chosen
    )
    item = InventoryItem(variant.item_id, variant.id, now, now, tracked=False)
    shop.add_variant(product, variant, item)
    call.world.level_at(shop, item, shop.primary_location.id)
    call.world.emit(shop, "inventory_items/create", payloads.inventory_item(item))
    return variant


def delete_variant(call: Call, product: Product, variant: Variant) -> None:
    """Delete a variant with its stock and tell the app."""
    item = call.shop.item_of(variant)
    call.shop.remove_variant(product, variant)
    call.world.emit(call.shop, "inventory_items/delete", {"id": item.id, "admin_graphql_api_id": item.gid})
