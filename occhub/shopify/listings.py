"""Products of ours on the hub: made or brought up to date by the partner product they come from."""

from collections.abc import Mapping
from dataclasses import dataclass

from occhub.shopify.client import Store
from occhub.shopify.types import HubProduct, Image, Option


@dataclass(frozen=True)
class ListingVariant:
    """A variant as we want it on the hub; `price` and `cost` are decimal text in the hub's currency."""

    key: str  # the partner's variant id: who pairs the answer with what was asked
    sku: str
    barcode: str
    price: str
    cost: str
    options: tuple[tuple[str, str], ...]  # (name, value)
    tracked: bool
    policy: str  # DENY | CONTINUE
    weight_value: float
    weight_unit: str
    hs_code: str
    country: str
    requires_shipping: bool = True
    taxable: bool = True


@dataclass(frozen=True)
class Listing:
    """A product as we want it on the hub, with all its variants."""

    title: str
    description_html: str
    vendor: str
    product_type: str
    tags: tuple[str, ...]
    options: tuple[Option, ...]
    images: tuple[Image, ...]
    variants: tuple[ListingVariant, ...]


def ensure_definition(store: Store) -> None:
    """Let the hub know the unique key `$app.partner_product` of its products; harmless when it does already."""
    raise NotImplementedError


def set_product(store: Store, key: str, listing: Listing) -> HubProduct:
    """Create or update the hub product of this key, as a draft with no stock; variants in the listing's order."""
    raise NotImplementedError


def find_product(store: Store, key: str) -> HubProduct | None:
    """The hub product of this key, or None."""
    raise NotImplementedError


def activate_and_publish(store: Store, product_id: str, publication_id: str) -> None:
    """Put the product on sale in the online store."""
    raise NotImplementedError


def unpublish(store: Store, product_id: str, publication_id: str) -> None:
    """Take the product off sale in the online store; it stays a product of the hub."""
    raise NotImplementedError


def set_prices(store: Store, product_id: str, prices: Mapping[str, tuple[str, str]]) -> None:
    """Set (price, cost) as decimal text on variants of one product, all or none."""
    raise NotImplementedError
