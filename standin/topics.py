"""The webhook topics this world tells of, and the scopes that open them (2026-10 schema)."""

from collections.abc import Iterable

from standin.graphql.scopes import effective

COMPLIANCE_TOPICS = ("customers/data_request", "customers/redact", "shop/redact")

_ORDERS = ("read_orders", "read_marketplace_orders")
_CHANGED_ORDERS = (*_ORDERS, "read_buyer_membership_orders")
_STOCK = ("read_inventory",)
_ITEMS = ("read_inventory", "read_products")
_SHIPMENTS = ("read_fulfillments", "read_marketplace_orders")

# Any one of the scopes is enough; none at all is needed for an empty row.
SCOPES_OF_TOPIC: dict[str, tuple[str, ...]] = {
    "app/scopes_update": (),
    "app/uninstalled": (),
    "draft_orders/create": ("read_draft_orders",),
    "draft_orders/delete": ("read_draft_orders",),
    "draft_orders/update": ("read_draft_orders",),
    "fulfillments/create": _SHIPMENTS,
    "fulfillments/update": _SHIPMENTS,
    "inventory_items/create": _ITEMS,
    "inventory_items/delete": _ITEMS,
    "inventory_items/update": _ITEMS,
    "inventory_levels/update": _STOCK,
    "orders/cancelled": _CHANGED_ORDERS,
    "orders/create": _ORDERS,
    "orders/delete": _CHANGED_ORDERS,
    "orders/edited": _CHANGED_ORDERS,
    "orders/fulfilled": _CHANGED_ORDERS,
    "orders/paid": _ORDERS,
    "orders/partially_fulfilled": _CHANGED_ORDERS,
    "orders/updated": _CHANGED_ORDERS,
    "products/create": ("read_products",),
    "products/delete": ("read_products",),
    "products/update": ("read_products",),
    "refunds/create": _CHANGED_ORDERS,
}
NAME_OF_TOPIC = {topic.replace("/", "_").upper(): topic for topic in SCOPES_OF_TOPIC}


def may_hear(topic: str, granted: Iterable[str]) -> bool:
    """Whether these scopes open a topic."""
    needed = SCOPES_OF_TOPIC.get(topic, ())
    return not needed or not effective(granted).isdisjoint(needed)
