"""A partner's products, read page by page or by id."""

from collections.abc import Iterable, Iterator

from occhub.shopify.client import Store
from occhub.shopify.types import PartnerProduct


def list_products(store: Store) -> Iterator[PartnerProduct]:
    """Every product of the store with all its variants, a page at a time."""
    raise NotImplementedError


def read_product(store: Store, product_id: str) -> PartnerProduct | None:
    """One product with all its variants, or None when it is gone."""
    raise NotImplementedError


def read_products(store: Store, ids: Iterable[str]) -> dict[str, PartnerProduct | None]:
    """Products by id with all their variants; None where one is gone."""
    raise NotImplementedError
