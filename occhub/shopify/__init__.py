"""The wall: the only package that knows GraphQL, HMACs, ids and tokens of Shopify."""

from occhub.settings import Settings
from occhub.shopify.client import Store


def open_gateway(settings: Settings) -> None:
    """Make the one pooled HTTP client; call once, when the process starts."""
    raise NotImplementedError


def close_gateway() -> None:
    """Close the pooled HTTP client; call when the process ends."""
    raise NotImplementedError


def open_store(shop: str) -> Store:
    """The store of this domain; its token is fetched when it is first needed."""
    raise NotImplementedError
