"""A customer's order as a row: its bags, what became of each, and how far each partner is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from occhub.catalog.models import ACTIVE, ProductMapping
from occhub.database import rows
from occhub.orders.models import (
    CANCELLED,
    CREATED,
    FAILED,
    HELD,
    LEFT_OUT,
    PENDING,
    PLACED,
    Allocation,
    MasterLine,
    MasterPart,
    PartnerOrder,
    PartnerOrderLine,
)
from occhub.orders.papers import how_shipped
from occhub.orders.pooling import unplaced
from occhub.orders.steering import is_by_hand
from occhub.orders.tracing import Ahead, orders_ahead
from occhub.orders.wanting import PATIENT_DAYS, is_paid_enough
from occhub.partners.models import Hub, Partner

LONG_UNPAID = "unpaid for"
TONES = {PENDING: "info", CREATED: "success", FAILED: "critical", CANCELLED: "neutral"}


@dataclass(frozen=True)
class Chip:
    """One partner of a customer's order: a word, and why where it failed."""

    partner: str
    words: str
    tone: str
    why: str
    window_id: int | None


@dataclass(frozen=True)
class Bag:
    """A line of it: bags of a coffee bought and wanted, what became of the others, and on which orders they stand."""

    line_id: int
    bought: int
    units: int  # still wanted
    title: str
    less: str  # why fewer are wanted than were bought: "2 refunded"
    choice: str
    waived: int
    failure: str
    places: Sequence[Ahead]
    could_be: Sequence[ProductMapping]  # where it is known as none of the partner's coffees: those he sells us

    @property
    def can_be_chosen(self) -> bool:
        """Whether the owner's hand on it would change anything."""
        return bool(self.units or self.choice or self.waived)


@dataclass(frozen=True)
class CustomerOrder:
    """A hub order as a row; `id` is that of its first PartnerOrder."""

    id: int
    name: str
    hub_order_id: str
    ordered_at: datetime
    by_hand: bool
    bags: Sequence[Bag]
    chips: Sequence[Chip]


def describe(hub_order_ids: list[str], *, as_of: datetime) -> list[CustomerOrder]:
    """These orders as rows, in this order."""
    orders: dict[str, list[PartnerOrder]] = {hub_order_id: [] for hub_order_id in hub_order_ids}
    query = PartnerOrder.select(PartnerOrder, Partner).join(Partner).where(PartnerOrder.hub_order_id << hub_order_ids)
    for order in query.order_by(PartnerOrder.id):
        orders[order.hub_order_id].append(order)
    ids = [order.id for each in orders.values() for order in each]
    bags, places = _bags([order for each in orders.values() for order in each]), _places(ids)
    return [
        CustomerOrder(
            id=each[0].id,
            name=each[0].hub_order_name,
            hub_order_id=hub_order_id,
            ordered_at=each[0].ordered_at,
            by_hand=is_by_hand(each[0]),
            bags=[bag for order in each for bag in bags.get(order.id, [])],
            chips=[_chip(order, places.get(order.id, []), as_of) for order in each],
        )
        for hub_order_id, each in orders.items()
    ]


def _bags(orders: Sequence[PartnerOrder]) -> dict[int, list[Bag]]:
    by_id = {order.id: order for order in orders}
    lines = list(PartnerOrderLine.select().where(PartnerOrderLine.order << list(by_id)).order_by(PartnerOrderLine.id))
    traces = orders_ahead([line.id for line in lines])
    bags: dict[int, list[Bag]] = {}
    for line in lines:
        bag = Bag(
            line_id=line.id,
            bought=line.quantity,
            units=line.wanted,
            title=line.title,
            less=_less(by_id[line.order_id], line),
            choice=line.choice,
            waived=line.waived,
            failure=line.failure if line.wanted else "",
            places=traces.get(line.id, []),
            could_be=_could_be(by_id[line.order_id], line) if line.mapping_id is None and line.wanted else [],
        )
        bags.setdefault(line.order_id, []).append(bag)
    return bags


def _could_be(order: PartnerOrder, line: PartnerOrderLine) -> list[ProductMapping]:
    """The partner's coffees, one of the line's own variant first, then one of its SKU."""
    sold = (ProductMapping.partner == order.partner_id) & (ProductMapping.state == ACTIVE)
    query = ProductMapping.select().where(sold).order_by(ProductMapping.title)
    return sorted(query, key=lambda it: (it.hub_variant_id != line.hub_variant_id, it.sku != line.sku))


def _less(order: PartnerOrder, line: PartnerOrderLine) -> str:
    """Why fewer bags are wanted than were bought, in a few words."""
    less = line.quantity - line.wanted
    if less <= 0:
        return ""
    if order.gone_at:
        return "deleted"
    if order.cancelled_at:
        return "cancelled"
    if order.test and not Hub.get_hub().route_test_orders:
        return "test"
    if line.choice == LEFT_OUT:
        return "from your shelf"
    refunded = order.financial_status in ("REFUNDED", "PARTIALLY_REFUNDED")
    taken = min(less, line.quantity - line.current_quantity)
    words = [f"{taken} {'refunded' if refunded else 'taken off'}"] if taken else []
    return ", ".join(words + ([f"{less - taken} closed"] if less > taken else []))


def _places(order_ids: list[int]) -> dict[int, list[MasterPart]]:
    """The parts of master orders on which each order has units."""
    query = (
        PartnerOrderLine.select(PartnerOrderLine.order, MasterLine.part)
        .join(Allocation)
        .join(MasterLine)
        .where(PartnerOrderLine.order << order_ids)
        .order_by(MasterLine.part)
        .distinct()
    )
    pairs = rows(query)
    known = MasterPart.select().where(MasterPart.id << [part_id for _, part_id in pairs])
    parts = {part.id: part for part in known}
    places: dict[int, list[MasterPart]] = {}
    for order_id, part_id in pairs:
        places.setdefault(order_id, []).append(parts[part_id])
    return places


def _chip(order: PartnerOrder, places: Sequence[MasterPart], as_of: datetime) -> Chip:
    window_id = places[-1].master_id if places else None
    words = _words(order, places, as_of)
    tone = "warning" if words.startswith(LONG_UNPAID) else TONES[order.status]
    return Chip(order.partner.name, words, tone, order.failure, window_id)


def _words(order: PartnerOrder, places: Sequence[MasterPart], as_of: datetime) -> str:
    hub = Hub.get_hub()
    if order.test and not hub.route_test_orders:
        return "test, not routed"
    if order.status == CREATED:
        if not places or any(part.state != PLACED for part in places):
            return "held"
        shipped, placed_as = how_shipped(places), ", ".join(part.order_name for part in places)
        return f"{shipped}, {placed_as}" if shipped else f"placed as {placed_as}"
    if order.status == CANCELLED and _left_out(order):
        return "left out"
    if order.status == CANCELLED:
        return "deleted" if order.gone_at else "cancelled" if order.cancelled_at else "nothing to send"
    if order.status == FAILED:
        return "failed"
    if not is_paid_enough(order.financial_status, hub.payment_rule):
        days = (as_of - order.ordered_at).days
        return "waiting for payment" if days < PATIENT_DAYS else f"{LONG_UNPAID} {days} days"
    if _lines_with(order, HELD):
        return "held back by you"
    window = unplaced(order.partner)
    return f"waiting for {window.cutoff_at.astimezone(hub.timezone):%a %H:%M}" if window else "waiting"


def _left_out(order: PartnerOrder) -> bool:
    return order.cancelled_at is None and order.gone_at is None and _lines_with(order, LEFT_OUT)


def _lines_with(order: PartnerOrder, choice: str) -> bool:
    chosen = (PartnerOrderLine.order == order) & (PartnerOrderLine.choice == choice)
    return bool(PartnerOrderLine.select().where(chosen).exists())
