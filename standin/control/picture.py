"""The world's objects as JSON: everything they hold, dates in ISO form, money as strings."""

import dataclasses
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from standin.commerce.statuses import fulfillment_status, outstanding
from standin.commerce.totals import current_totals, draft_totals
from standin.world import Delivery, DraftOrder, Order, Product, Shop, Variant

LEFT_OUT = frozenset({"shipments"})


def plain(value: Any) -> Any:
    """Any object of the world: its fields and what it derives from them, all the way down."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _names(type(value))}
    return value


def order(order: Order) -> dict[str, Any]:
    """An order with its statuses and sums."""
    return {
        **plain(order),
        "fulfillment_status": fulfillment_status(order),
        "outstanding": plain(outstanding(order)),
        "totals": plain(current_totals(order)),
    }


def draft(draft: DraftOrder) -> dict[str, Any]:
    """A draft with its sums."""
    return {**plain(draft), "totals": plain(draft_totals(draft))}


def variant(shop: Shop, variant: Variant) -> dict[str, Any]:
    """A variant with its inventory item and, by location id, its stock."""
    item = shop.item_of(variant)
    return {
        **plain(variant),
        "item": {name: value for name, value in plain(item).items() if name != "levels"},
        "stock": {str(place): plain(level) for place, level in item.levels.items()},
    }


def product(shop: Shop, product: Product) -> dict[str, Any]:
    """A product with its variants and their stock."""
    return {**plain(product), "variants": [variant(shop, each) for each in product.variants]}


def delivery(delivery: Delivery) -> dict[str, Any]:
    """A webhook on its way, its body as text."""
    return {**plain(dataclasses.replace(delivery, body=b"")), "body": delivery.body.decode(errors="replace")}


@cache
def _names(kind: type) -> tuple[str, ...]:
    derived = [name for name in dir(kind) if isinstance(getattr(kind, name), property) and name not in LEFT_OUT]
    return (*(field.name for field in dataclasses.fields(kind)), *derived)
