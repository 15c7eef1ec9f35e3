"""What was bought, sent back and shipped."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from standin.world.catalogue import Metafield
from standin.world.entity import Entity


@dataclass(slots=True)
class Address:
    """A postal address."""

    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    zip: str | None = None
    province_code: str | None = None
    country_code: str | None = None
    phone: str | None = None


@dataclass(slots=True)
class Tracking:
    """One parcel number of a fulfilment."""

    company: str | None = None
    number: str | None = None
    url: str | None = None


@dataclass(slots=True, eq=False)
class OrderLine(Entity):
    """A line of an order.

    `quantity` counts every unit ever on it; what went off it again is counted apart, as removed before shipping
    (cancelled, edited away, refunded unshipped) or returned after it. `committed` is what the shelves hold for it now:
    location id -> units.
    """

    kind: ClassVar[str] = "LineItem"
    variant_id: int | None
    product_id: int | None
    title: str
    quantity: int
    unit_price: Decimal
    variant_title: str | None = None
    sku: str | None = None
    vendor: str | None = None
    taxable: bool = True
    requires_shipping: bool = True
    discount: Decimal = Decimal(0)
    removed_quantity: int = 0
    returned_quantity: int = 0
    fulfilled_quantity: int = 0
    committed: dict[int, int] = field(default_factory=dict)
    custom_attributes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def paid_price(self) -> Decimal:
        """Of one unit, after the discount on it."""
        return self.unit_price - self.discount

    @property
    def current_quantity(self) -> int:
        """Units ordered, less those removed and refunded."""
        return self.quantity - self.removed_quantity - self.returned_quantity

    @property
    def unfulfilled_quantity(self) -> int:
        """Units still to be shipped."""
        return self.quantity - self.removed_quantity - self.fulfilled_quantity


@dataclass(slots=True, eq=False)
class RefundLine(Entity):
    """Units of one order line sent back. `restock_type` is RETURN, CANCEL, NO_RESTOCK or LEGACY_RESTOCK."""

    kind: ClassVar[str] = "RefundLineItem"
    line_id: int
    quantity: int
    restock_type: str
    location_id: int | None = None


@dataclass(slots=True, eq=False)
class Refund(Entity):
    """One refund; `amount` is the money given back."""

    kind: ClassVar[str] = "Refund"
    order_id: int
    created_at: datetime
    updated_at: datetime
    amount: Decimal = Decimal(0)
    note: str | None = None
    lines: list[RefundLine] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class FulfillmentLine(Entity):
    """Units of one order line in a parcel; `taken_from` says which shelves they left: location id -> units."""

    kind: ClassVar[str] = "FulfillmentLineItem"
    line_id: int
    quantity: int
    taken_from: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Fulfillment(Entity):
    """A shipment. `status` is SUCCESS or CANCELLED, `display_status` what a customer would read."""

    kind: ClassVar[str] = "Fulfillment"
    order_id: int
    name: str
    created_at: datetime
    updated_at: datetime
    status: str = "SUCCESS"
    display_status: str = "FULFILLED"
    location_id: int | None = None
    estimated_delivery_at: datetime | None = None
    in_transit_at: datetime | None = None
    delivered_at: datetime | None = None
    tracking_info: list[Tracking] = field(default_factory=list)
    lines: list[FulfillmentLine] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Order(Entity):
    """An order.

    `financial_status` is PENDING, AUTHORIZED, PAID, PARTIALLY_PAID, PARTIALLY_REFUNDED, REFUNDED, VOIDED or None.
    """

    kind: ClassVar[str] = "Order"
    name: str
    number: int
    created_at: datetime
    updated_at: datetime
    processed_at: datetime
    currency: str
    financial_status: str | None = "PAID"
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    closed_at: datetime | None = None
    test: bool = False
    edited: bool = False
    email: str | None = None
    phone: str | None = None
    customer_id: int | None = None
    note: str | None = None
    tags: list[str] = field(default_factory=list)
    po_number: str | None = None
    source_identifier: str | None = None
    source_name: str | None = "web"
    draft_id: int | None = None
    taxes_included: bool = False
    tax_rate: Decimal = Decimal(0)
    total_shipping: Decimal = Decimal(0)
    shipping_title: str | None = None
    total_received: Decimal = Decimal(0)
    gateway: str = "manual"
    shipping_address: Address | None = None
    custom_attributes: list[tuple[str, str]] = field(default_factory=list)
    lines: list[OrderLine] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    fulfillments: list[Fulfillment] = field(default_factory=list)
    metafields: list[Metafield] = field(default_factory=list)

    def line(self, line_id: int) -> OrderLine | None:
        """The line with this id."""
        return next((line for line in self.lines if line.id == line_id), None)

    @property
    def total_refunded(self) -> Decimal:
        """Money given back so far."""
        return sum((refund.amount for refund in self.refunds), Decimal(0))

    @property
    def shipments(self) -> list[Fulfillment]:
        """The fulfilments that still stand."""
        return [shipment for shipment in self.fulfillments if shipment.status == "SUCCESS"]

    def search_terms(self) -> dict[str, object]:
        """What the search index knows about the order."""
        return {
            "id": self.id,
            "name": [self.name, self.name.removeprefix("#")],
            "status": "cancelled" if self.cancelled_at else "closed" if self.closed_at else "open",
            "financial_status": (self.financial_status or "").lower(),
            "tag": list(self.tags),
            "po_number": self.po_number or "",
            "source_identifier": self.source_identifier or "",
            "sku": [line.sku or "" for line in self.lines],
            "test": "true" if self.test else "false",
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "processed_at": self.processed_at,
        }
