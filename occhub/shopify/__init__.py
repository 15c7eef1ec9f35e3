"""The wall: the only package that knows GraphQL, HMACs, ids and tokens of Shopify."""

from occhub.shopify.client import Store
from occhub.shopify.gateway import close_gateway, open_gateway

__all__ = ["Store", "close_gateway", "open_gateway", "open_store"]


def open_store(shop: str) -> Store:
    """The store of this domain; its token is fetched when it is first needed. ValueError for any other text."""
    return Store(shop)
