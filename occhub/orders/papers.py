"""What stands on the partner's store for a window: his drafts and orders with the totals he computed, and parcels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from occhub.money import Money
from occhub.orders.models import MasterOrder, MasterPart, Shipment
from occhub.shopify.auth import admin_url

PARTLY, WHOLLY = "partly shipped", "shipped"
SHIPPED = {
    "": "not yet known",
    "UNFULFILLED": "not shipped yet",
    "PARTIALLY_FULFILLED": PARTLY,
    "FULFILLED": WHOLLY,
}


@dataclass(frozen=True)
class Paper:
    """A draft or an order on the partner's store, with the totals he computed and its parcels."""

    name: str
    url: str
    is_order: bool
    is_cancelled: bool
    shipment: str
    held_until: datetime | None  # how long a draft holds the bags for us
    subtotal: Money
    tax: Money
    shipping: Money
    total: Money
    parcels: Sequence[Shipment]


def papers(master: MasterOrder) -> list[Paper]:
    """The window's papers, by part."""
    parts = MasterPart.select().where(MasterPart.master == master).order_by(MasterPart.position)
    return [_paper(part) for part in parts if part.draft_id or part.order_id]


def how_shipped(parts: Sequence[MasterPart]) -> str:
    """In words how far these orders have come, or "" while nothing was shipped; cancelled ones do not count."""
    said = {SHIPPED.get(part.fulfillment_status) for part in parts if part.order_cancelled_at is None}
    return WHOLLY if said == {WHOLLY} else PARTLY if said & {PARTLY, WHOLLY} else ""


def names(master_ids: list[int]) -> dict[int, str]:
    """By window, what the partner's store calls its papers: "#1042, #D7"."""
    found: dict[int, str] = {}
    for part in MasterPart.select().where(MasterPart.master << master_ids).order_by(MasterPart.position):
        name = part.order_name or part.draft_name
        if name:
            found[part.master_id] = ", ".join(filter(None, (found.get(part.master_id), name)))
    return found


def _paper(part: MasterPart) -> Paper:
    currency = part.master.currency
    return Paper(
        name=part.order_name or part.draft_name,
        url=admin_url(part.master.partner.domain, part.order_id or part.draft),
        is_order=part.order_id is not None,
        is_cancelled=part.order_cancelled_at is not None,
        shipment=SHIPPED.get(part.fulfillment_status, part.fulfillment_status.replace("_", " ").lower()),
        held_until=None if part.order_id else part.reserved_until,
        subtotal=Money(part.subtotal_minor, currency),
        tax=Money(part.tax_minor, currency),
        shipping=Money(part.shipping_minor, currency),
        total=Money(part.total_minor, currency),
        parcels=list(Shipment.select().where(Shipment.part == part).order_by(Shipment.id)),
    )
