"""What a store says of itself: name, money, zone, places and sales channels."""

from occhub.shopify.client import Store
from occhub.shopify.types import Location, ShopInfo


def read_shop(store: Store) -> ShopInfo:
    """The store's name, currency, time zone, plan and the scopes it has granted to us."""
    raise NotImplementedError


def list_locations(store: Store) -> list[Location]:
    """Every place where the store keeps stock, closed ones too."""
    raise NotImplementedError


def find_publication(store: Store) -> str | None:
    """The id of the online store's publication, or None when the store has no online store."""
    raise NotImplementedError
