"""Orders: the customers' on the hub, and ours at the partners."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from occhub.shopify.client import Store
from occhub.shopify.types import HubOrder, OrderStamp, PlacedOrder


def walk_orders(store: Store, since: datetime) -> Iterator[OrderStamp]:
    """The store's orders changed at or after `since`, newest change first, from the plain list (R6 step 2)."""
    raise NotImplementedError


def read_orders(store: Store, ids: Iterable[str]) -> dict[str, HubOrder | None]:
    """The customers' orders by id; None where Shopify shows none (deleted, or older than 60 days)."""
    raise NotImplementedError


def read_placed_orders(store: Store, ids: Iterable[str]) -> dict[str, PlacedOrder | None]:
    """Our orders at a partner by id, with their parcels; None where there is none any more."""
    raise NotImplementedError
