"""Orders that are not yet one: drafts and what they hold back."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from standin.world.entity import Entity
from standin.world.orders import Address


@dataclass(slots=True, eq=False)
class DraftLine(Entity):
    """A line of a draft; `price_override` wins over the variant's `original_unit_price`."""

    kind: ClassVar[str] = "DraftOrderLineItem"
    variant_id: int | None
    product_id: int | None
    title: str
    quantity: int
    original_unit_price: Decimal
    price_override: Decimal | None = None
    variant_title: str | None = None
    sku: str | None = None
    vendor: str | None = None
    taxable: bool = True
    requires_shipping: bool = True
    custom_attributes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def unit_price(self) -> Decimal:
        """What one unit costs in this draft."""
        return self.original_unit_price if self.price_override is None else self.price_override


@dataclass(slots=True, eq=False)
class DraftOrder(Entity):
    """A draft; `status` is OPEN, INVOICE_SENT or COMPLETED.

    `reserved` is held now at the location `reserved_at`: inventory item id -> units. Until `ready_at` Shopify is still
    computing, and the draft cannot be completed.
    """

    kind: ClassVar[str] = "DraftOrder"
    name: str
    created_at: datetime
    updated_at: datetime
    currency: str
    status: str = "OPEN"
    ready_at: datetime | None = None
    completed_at: datetime | None = None
    reserve_inventory_until: datetime | None = None
    reserved: dict[int, int] = field(default_factory=dict)
    reserved_at: int | None = None
    order_id: int | None = None
    email: str | None = None
    phone: str | None = None
    customer_id: int | None = None
    note: str | None = None
    tags: list[str] = field(default_factory=list)
    po_number: str | None = None
    tax_exempt: bool = False
    taxes_included: bool = False
    tax_rate: Decimal = Decimal(0)
    total_shipping: Decimal = Decimal(0)
    shipping_title: str | None = None
    shipping_address: Address | None = None
    custom_attributes: list[tuple[str, str]] = field(default_factory=list)
    payment_terms: str | None = None
    lines: list[DraftLine] = field(default_factory=list)

    def search_terms(self) -> dict[str, object]:
        """What the search index knows about the draft."""
        return {
            "id": self.id,
            "status": self.status.lower(),
            "tag": list(self.tags),
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        }
