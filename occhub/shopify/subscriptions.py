"""Webhook subscriptions that only one of the two roles needs; those of every store stand in shopify.app.toml."""

from collections.abc import Sequence

from occhub.shopify.client import Store
from occhub.shopify.errors import Rejected
from occhub.shopify.types import Subscription

_ORDER = ("id", "admin_graphql_api_id", "updated_at")
_PRODUCT = ("id", "admin_graphql_api_id", "updated_at")

# Topic -> the payload fields we ask for, ids and times: a payload is only a hint to read again by id. A period leads to
# a field within (https://shopify.dev/docs/apps/build/webhooks/customize/modify-payloads).
HUB_TOPICS: dict[str, tuple[str, ...]] = {
    "ORDERS_CREATE": _ORDER,
    "ORDERS_UPDATED": _ORDER,
    "ORDERS_PAID": _ORDER,
    "ORDERS_CANCELLED": _ORDER,
    "ORDERS_EDITED": ("order_edit.id", "order_edit.order_id", "order_edit.created_at"),
    "REFUNDS_CREATE": ("id", "order_id", "created_at"),
    "PRODUCTS_DELETE": ("id",),
}
PARTNER_TOPICS: dict[str, tuple[str, ...]] = {
    "PRODUCTS_CREATE": _PRODUCT,
    "PRODUCTS_UPDATE": _PRODUCT,
    "PRODUCTS_DELETE": ("id",),
    "INVENTORY_LEVELS_UPDATE": ("inventory_item_id", "location_id", "updated_at"),
    "INVENTORY_ITEMS_UPDATE": ("id", "admin_graphql_api_id", "updated_at"),
}


def list_subscriptions(store: Store) -> list[Subscription]:
    """Our subscriptions on the store, those of shopify.app.toml excepted: the API does not show them."""
    return [
        Subscription(node["id"], node["topic"], node["uri"], tuple(node["includeFields"]))
        for node in store.walk("subscriptions")
    ]


def subscribe(store: Store, topic: str, uri: str, fields: Sequence[str]) -> str:
    """Ask the store to tell us of the topic at the address; answers the subscription's id. Raises Rejected."""
    subscription = {"uri": uri, "format": "JSON", "includeFields": list(fields)}
    payload = store.change("subscribe", {"topic": topic, "subscription": subscription})
    return str(payload["webhookSubscription"]["id"])


def unsubscribe(store: Store, subscription_id: str) -> None:
    """End a subscription; one that is gone already is fine. Raises Rejected."""
    try:
        store.change("unsubscribe", {"id": subscription_id})
    except Rejected:
        if any(subscription.id == subscription_id for subscription in list_subscriptions(store)):
            raise
