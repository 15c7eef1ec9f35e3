"""Draft orders on a partner's store: our claim while a window is open, and the one step that places it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from occhub.money import Money
from occhub.shopify.client import Store


@dataclass(frozen=True)
class WishLine:
    """So many units of a variant at the agreed cost each, in the partner's currency."""

    variant_id: str
    quantity: int
    unit_cost: Money


@dataclass(frozen=True)
class Address:
    """Where the goods go: the hub's fulfilment centre. `country` and `province` are codes (CA, ON)."""

    company: str
    first_name: str
    last_name: str
    address1: str
    address2: str
    city: str
    province: str
    country: str
    zip: str
    phone: str


@dataclass(frozen=True)
class ShippingLine:
    """What the partner charges for carriage."""

    title: str
    price: Money


@dataclass(frozen=True)
class DraftWish:
    """The whole draft as we want it (absolute): 1 to 499 lines, one a variant."""

    lines: tuple[WishLine, ...]
    email: str
    po_number: str
    tags: tuple[str, ...]
    note: str
    address: Address
    reserve_until: datetime | None
    tax_exempt: bool
    shipping: ShippingLine | None


@dataclass(frozen=True)
class DraftLine:
    """A line as it stands on the partner's draft."""

    variant_id: str | None  # None: the variant was deleted, or the partner added a free line
    quantity: int
    unit_price: Money


@dataclass(frozen=True)
class DraftState:
    """A draft as read back; `ready` is False while Shopify still computes it."""

    id: str
    name: str
    status: str  # OPEN | INVOICE_SENT | COMPLETED
    ready: bool
    updated_at: datetime
    reserve_until: datetime | None
    order_id: str | None
    order_name: str | None
    lines: tuple[DraftLine, ...]
    subtotal: Money
    tax: Money
    shipping: Money
    total: Money
    tags: tuple[str, ...]


@dataclass(frozen=True)
class DraftStamp:
    """A draft in the plain list: enough to know ours by its tags."""

    id: str
    tags: tuple[str, ...]
    status: str
    created_at: datetime
    updated_at: datetime
    order_id: str | None


def create_draft(store: Store, wish: DraftWish) -> DraftState:
    """Create a draft; a lost answer raises Unavailable(outcome_unknown=True): look it up by tag before repeating."""
    raise NotImplementedError


def update_draft(store: Store, draft_id: str, wish: DraftWish) -> DraftState:
    """Make the draft what we want; absolute, so that a repeat changes nothing."""
    raise NotImplementedError


def read_draft(store: Store, draft_id: str) -> DraftState | None:
    """The draft as it stands, with all its lines; None when it was deleted."""
    raise NotImplementedError


def recent_drafts(store: Store, since: datetime) -> Iterator[DraftStamp]:
    """The drafts changed since then, newest first, from the plain list: a search would lag behind."""
    raise NotImplementedError


def complete_draft(store: Store, draft_id: str) -> DraftState:
    """Make an unpaid order of the draft, the one irreversible step; a draft completed before answers the same order."""
    raise NotImplementedError


def delete_draft(store: Store, draft_id: str) -> None:
    """Delete the draft, which frees what it reserved; one that is gone already is fine."""
    raise NotImplementedError
