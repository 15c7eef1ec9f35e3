"""Reading variants: lists, look-ups, what they cost and how many can be sold."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLResolveInfo

from standin.graphql.connections import Connection, connection
from standin.graphql.products import count, money
from standin.graphql.registry import Call, field, query
from standin.graphql.search import search
from standin.world import InventoryItem, Product, Variant

SORTS: dict[str, Callable[[Variant], Any]] = {
    "ID": lambda variant: variant.id,
    "POSITION": lambda variant: variant.position,
    "SKU": lambda variant: (variant.sku or "").casefold(),
    "TITLE": lambda variant: variant.title.casefold(),
    "NAME": lambda variant: variant.title.casefold(),
}


@query("productVariants")
def product_variants(
    info: GraphQLResolveInfo, *, query: str | None = None, sort_key: str = "ID", **page: Any
) -> Connection:
    """All variants of the store."""
    call: Call = info.context
    sort = SORTS.get(sort_key)
    if sort is None:
        call.world.report.missing("ProductVariantSortKeys", sort_key, call.operation)
    return connection(search(call, call.shop.variants.values(), query), sort=sort or SORTS["ID"], **page)


@query("productVariantsCount")
def product_variants_count(info: GraphQLResolveInfo, *, query: str | None = None, limit: int = 10_000) -> Any:
    """How many variants a search finds."""
    call: Call = info.context
    return count(sum(1 for _ in search(call, call.shop.variants.values(), query)), limit)


@field("ProductVariant", "product")
def product_of(variant: Variant, info: GraphQLResolveInfo) -> Product:
    """The product it belongs to."""
    found: Product = info.context.shop.product_of(variant)
    return found


@field("ProductVariant", "inventoryItem")
def item_of(variant: Variant, info: GraphQLResolveInfo) -> InventoryItem:
    """The thing on the shelf."""
    found: InventoryItem = info.context.shop.inventory_items[variant.item_id]
    return found


@field("ProductVariant", "inventoryQuantity")
def inventory_quantity(variant: Variant, info: GraphQLResolveInfo) -> int:
    """Units available over all locations."""
    item: InventoryItem = info.context.shop.inventory_items[variant.item_id]
    return item.available


@field("ProductVariant", "sellableOnlineQuantity")
def sellable_online(variant: Variant, info: GraphQLResolveInfo) -> int:
    """Units available at locations that fulfil online orders."""
    places = info.context.shop.locations
    levels = [level for level in item_of(variant, info).levels.values() if level.is_active]
    return sum(level.available for level in levels if places[level.location_id].fulfills_online_orders)


@field("ProductVariant", "availableForSale")
def available_for_sale(variant: Variant, info: GraphQLResolveInfo) -> bool:
    """Whether a customer could buy it now."""
    item = item_of(variant, info)
    return not item.tracked or variant.inventory_policy == "CONTINUE" or item.available > 0


@field("ProductVariant", "displayName")
def display_name(variant: Variant, info: GraphQLResolveInfo) -> str:
    """Product and variant title."""
    return f"{product_of(variant, info).title} - {variant.title}"


@field("ProductVariant", "selectedOptions")
def selected_options(variant: Variant, info: GraphQLResolveInfo) -> list[dict[str, str]]:
    """Its value for each option."""
    return [{"name": name, "value": value} for name, value in variant.selected_options]


@field("ProductVariant", "media")
def media(variant: Variant, info: GraphQLResolveInfo, **page: Any) -> Connection:
    """Its own pictures, out of the product's."""
    pictures = product_of(variant, info).media
    return connection([each for each in pictures if each.id in variant.media_ids], **page)


@field("ProductVariant", "contextualPricing")
def contextual_pricing(variant: Variant, info: GraphQLResolveInfo, *, context: dict[str, Any]) -> dict[str, Any]:
    """The retail price: no store here runs B2B."""
    rule = {"minimum": 1, "increment": 1, "maximum": None, "is_default": True}
    price, before = money(variant.price, info.context), money(variant.compare_at_price, info.context)
    return {"price": price, "compare_at_price": before, "quantity_rule": rule}
