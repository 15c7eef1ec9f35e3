"""What a store says of itself: name, money, zone, places and sales channels."""

from occhub.shopify.client import Store
from occhub.shopify.types import Location, ShopInfo


def read_shop(store: Store) -> ShopInfo:
    """The store's name, currency, time zone, plan and the scopes it has granted to us."""
    data = store.execute("shop", {})
    shop = data["shop"]
    return ShopInfo(
        name=shop["name"],
        domain=shop["myshopifyDomain"],
        currency=shop["currencyCode"],
        zone=shop["ianaTimezone"],
        scopes=frozenset(scope["handle"] for scope in data["currentAppInstallation"]["accessScopes"]),
        plan=shop["plan"]["publicDisplayName"],
    )


def list_locations(store: Store) -> list[Location]:
    """Every place where the store keeps stock, closed ones too."""
    return [Location(node["id"], node["name"], node["isActive"]) for node in store.walk("locations")]


def find_publication(store: Store) -> str | None:
    """The id of the online store's publication, or None when the store has no online store."""
    for node in store.walk("publications"):
        channels = (node["channels"] or {}).get("nodes", [])
        if any(channel["handle"] == "online_store" for channel in channels):
            return str(node["id"])
    return None
