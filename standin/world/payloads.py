"""Webhook bodies of catalogue and stock, in the REST shape Shopify sends: numeric ids, money as strings."""

from datetime import datetime

from standin.world.catalogue import Product, Variant
from standin.world.shop import Shop
from standin.world.stock import InventoryItem, InventoryLevel


def moment(at: datetime | None) -> str | None:
    """A time as webhooks write it."""
    return at.isoformat(timespec="seconds") if at else None


def product(shop: Shop, product: Product) -> dict[str, object]:
    """Body of products/create and products/update."""
    return {
        "id": product.id,
        "admin_graphql_api_id": product.gid,
        "title": product.title,
        "body_html": product.description_html,
        "vendor": product.vendor,
        "product_type": product.product_type,
        "handle": product.handle,
        "status": product.status.lower(),
        "tags": ", ".join(product.tags),
        "created_at": moment(product.created_at),
        "updated_at": moment(product.updated_at),
        "published_at": moment(min(product.published.values(), default=None)),
        "template_suffix": product.template_suffix,
        "options": [
            {
                "id": option.id,
                "product_id": product.id,
                "name": option.name,
                "position": option.position,
                "values": [value.name for value in option.values],
            }
            for option in product.options
        ],
        "images": [
            {"id": media.id, "product_id": product.id, "position": position, "src": media.url, "alt": media.alt}
            for position, media in enumerate(product.media, 1)
        ],
        "variants": [variant(shop, each) for each in product.variants],
    }


def variant(shop: Shop, variant: Variant) -> dict[str, object]:
    """A variant inside a product's body."""
    item = shop.item_of(variant)
    return {
        "id": variant.id,
        "product_id": variant.product_id,
        "admin_graphql_api_id": variant.gid,
        "title": variant.title,
        "price": f"{variant.price:.2f}",
        "compare_at_price": None if variant.compare_at_price is None else f"{variant.compare_at_price:.2f}",
        "sku": variant.sku,
        "barcode": variant.barcode,
        "position": variant.position,
        "taxable": variant.taxable,
        "inventory_policy": variant.inventory_policy.lower(),
        "inventory_item_id": variant.item_id,
        "inventory_quantity": item.available,
        "created_at": moment(variant.created_at),
        "updated_at": moment(variant.updated_at),
    }


def inventory_level(level: InventoryLevel) -> dict[str, object]:
    """Body of inventory_levels/update, /connect and /disconnect."""
    return {
        "inventory_item_id": level.item_id,
        "location_id": level.location_id,
        "available": level.available,
        "updated_at": moment(level.updated_at),
        "admin_graphql_api_id": level.gid,
    }


def inventory_item(item: InventoryItem) -> dict[str, object]:
    """Body of inventory_items/create and inventory_items/update."""
    return {
        "id": item.id,
        "admin_graphql_api_id": item.gid,
        "tracked": item.tracked,
        "requires_shipping": item.requires_shipping,
        "cost": None if item.cost is None else f"{item.cost:.2f}",
        "country_code_of_origin": item.country_code_of_origin,
        "harmonized_system_code": item.harmonized_system_code,
        "created_at": moment(item.created_at),
        "updated_at": moment(item.updated_at),
    }
