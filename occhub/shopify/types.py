"""The frozen values the wall hands out and takes: everything a room knows about a store.

Ids are Shopify's global ids, passed around as opaque text; moments are aware, in UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from occhub.money import Money

# --- the store ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShopInfo:
    """A store as it introduces itself; `scopes` are those it has granted to us."""

    name: str
    domain: str
    currency: str
    zone: str  # IANA name, e.g. America/Toronto
    scopes: frozenset[str]
    plan: str


@dataclass(frozen=True)
class Location:
    """A place where a store keeps stock."""

    id: str
    name: str
    active: bool


@dataclass(frozen=True)
class Subscription:
    """A webhook subscription of ours, made through the API."""

    id: str
    topic: str  # e.g. ORDERS_CREATE
    uri: str
    fields: tuple[str, ...]


# --- products -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Option:
    """What a buyer chooses, such as Size, and the values there are."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Image:
    """A picture by its address."""

    url: str
    alt: str


# What customs want to know of a variant: its HS code and the country of its origin, each empty where nobody says.
Customs = tuple[str, str]


@dataclass(frozen=True)
class Metafield:
    """A custom field: `type` as Shopify names it, `value` always text, JSON for lists."""

    namespace: str
    key: str
    type: str
    value: str


@dataclass(frozen=True)
class PriceListInfo:
    """A price list of a store; `discount_bp` is off the retail price for what it has no line for, None: nothing is."""

    id: str
    name: str
    currency: str
    lines: int
    discount_bp: int | None


@dataclass(frozen=True)
class ListedPrice:
    """A line of a price list."""

    product_id: str
    variant_id: str
    price: Money


@dataclass(frozen=True)
class PartnerVariant:
    """One sellable kind of a partner's product; `price` is decimal text in the store's currency."""

    id: str
    item_id: str
    title: str
    sku: str
    barcode: str
    price: str
    options: tuple[tuple[str, str], ...]  # (name, value)
    tracked: bool
    policy: str  # DENY | CONTINUE
    quantity: int  # sellable over all locations
    weight_value: float
    weight_unit: str  # GRAMS | KILOGRAMS | OUNCES | POUNDS
    hs_code: str
    country: str
    requires_shipping: bool
    taxable: bool
    position: int

    @property
    def customs(self) -> Customs:
        """What it tells customs."""
        return self.hs_code, self.country


@dataclass(frozen=True)
class PartnerProduct:
    """A product of a partner's store with all its variants; `description_html` is the partner's, hence untrusted."""

    id: str
    title: str
    handle: str
    description_html: str
    vendor: str
    product_type: str
    status: str  # ACTIVE | DRAFT | ARCHIVED | UNLISTED
    tags: tuple[str, ...]
    updated_at: datetime
    is_gift_card: bool
    needs_subscription: bool
    is_bundle: bool
    options: tuple[Option, ...]
    images: tuple[Image, ...]
    variants: tuple[PartnerVariant, ...]
    metafields: tuple[Metafield, ...] = ()


# --- stock ----------------------------------------------------------------------------------------------------------


class Level(NamedTuple):
    """A variant's stock over the places asked for, and whether its store counts it at all.

    `always`: it is sold with none left (policy CONTINUE).
    """

    tracked: bool
    always: bool
    available: int
    reserved: int
    committed: int

    @property
    def counts(self) -> bool:
        """Whether its number says how many can be sold."""
        return self.tracked and not self.always


@dataclass(frozen=True)
class PartnerTerms:
    """How a partner's variant keeps stock: `policy` CONTINUE means it is sold without any."""

    policy: str
    tracked: bool
    item_id: str


@dataclass(frozen=True)
class LevelChange:
    """Set the available stock to `quantity`, provided that it still is `change_from` (None: whatever it is)."""

    item_id: str
    location_id: str
    quantity: int
    change_from: int | None


@dataclass(frozen=True)
class LevelRefusal:
    """A row that was not written and why, e.g. code CHANGE_FROM_QUANTITY_STALE."""

    item_id: str
    location_id: str
    code: str
    message: str


# --- orders ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TaggedOrder:
    """An order in the plain list, by what tells ours from others."""

    id: str
    name: str
    tags: tuple[str, ...]
    po_number: str
    created_at: datetime


@dataclass(frozen=True)
class OrderStamp:
    """An order's id and when it last changed."""

    id: str
    updated_at: datetime


@dataclass(frozen=True)
class HubLine:
    """A line of a customer's order: `fulfilled` units left the hub, `returned` of them came back as RETURN.

    `unit_price` is what he pays for one, every discount taken off.
    """

    id: str
    sku: str
    title: str
    variant_title: str
    variant_id: str | None  # None: the variant was deleted since
    quantity: int
    current_quantity: int
    fulfilled: int
    returned: int
    unit_price: Money


@dataclass(frozen=True)
class HubOrder:
    """A customer's order on the hub, without the customer."""

    id: str
    name: str
    created_at: datetime
    updated_at: datetime
    cancelled_at: datetime | None
    test: bool
    financial_status: str  # PAID, PENDING, ... or "" when Shopify has none
    fulfillment_status: str
    lines: tuple[HubLine, ...]


@dataclass(frozen=True)
class PlacedLine:
    """A line of our order at a partner; `unfulfilled` is what he has still to send."""

    id: str
    variant_id: str | None
    quantity: int
    current_quantity: int
    unfulfilled: int


@dataclass(frozen=True)
class Shipment:
    """A parcel of a placed order; `lines` are (id of the order's line, quantity); status is SUCCESS, CANCELLED, ..."""

    id: str
    status: str
    company: str
    number: str  # several numbers are joined by ", "
    url: str
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class PlacedOrder:
    """Our order on a partner's store and how far it has come."""

    id: str
    name: str
    cancelled_at: datetime | None
    closed_at: datetime | None
    financial_status: str
    fulfillment_status: str
    subtotal: Money
    tax: Money
    shipping: Money
    total: Money
    lines: tuple[PlacedLine, ...]
    shipments: tuple[Shipment, ...]
