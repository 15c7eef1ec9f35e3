"""What the pages of partner orders show: every window, and one window with all that is behind its lines."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from peewee import fn

from occhub.catalog.models import ACTIVE, ProductMapping
from occhub.database import rows
from occhub.money import Money
from occhub.orders.history import told
from occhub.orders.models import (
    BELOW_MINIMUM,
    CHANGED,
    CLOSED,
    DELETED,
    FAILED,
    FREEZING,
    PLACED,
    UNPLACED,
    Allocation,
    MasterLine,
    MasterOrder,
    MasterPart,
    PartnerOrder,
    PartnerOrderLine,
    Shipment,
    WindowEvent,
)
from occhub.orders.previewing import Preview, preview
from occhub.orders.settling import late_by
from occhub.partners.models import Partner
from occhub.shopify.auth import admin_url

PAGE = 50
WORDS = {FREEZING: "being placed", PLACED: "placed", FAILED: "failed", CLOSED: "closed, nothing was wanted"}
TONES = {FREEZING: "info", PLACED: "success", FAILED: "critical", CLOSED: "neutral"}
SHIPPED = {
    "": "not yet known",
    "UNFULFILLED": "not shipped yet",
    "PARTIALLY_FULFILLED": "partly shipped",
    "FULFILLED": "shipped",
}


@dataclass(frozen=True)
class Row:
    """A window in the list."""

    master: MasterOrder
    words: str
    tone: str
    bags: int
    cost: Money
    names: str


@dataclass(frozen=True)
class Line:
    """A coffee in a window: units, cost, for which customers, and how much of it nobody wants any more."""

    title: str
    sku: str
    units: int
    confirmed: int
    shipped: int
    cost: Money
    total: Money
    surplus: int
    orders: Sequence[tuple[str, int, int]]  # (name of the customer's order, units still wanted, units no more)
    price_differs: bool
    uncovered: int  # bags the partner had not on his shelf when his stock was last read


@dataclass(frozen=True)
class Paper:
    """A draft or an order on the partner's store, with the totals he computed and its parcels."""

    name: str
    url: str
    is_order: bool
    is_cancelled: bool
    shipment: str
    subtotal: Money
    tax: Money
    shipping: Money
    total: Money
    parcels: Sequence[Shipment]


@dataclass(frozen=True)
class Window:
    """One window, whole."""

    row: Row
    lines: Sequence[Line]
    papers: Sequence[Paper]
    shipped: int
    can_be_placed: bool
    can_be_retried: bool
    is_under_way: bool  # the page looks again by itself
    can_be_skipped: bool
    can_take_bags: bool
    was_deleted: bool
    was_changed: bool
    is_too_small: bool
    late_days: int
    preview: Preview
    history: Sequence[WindowEvent]
    coffees: Sequence[ProductMapping]  # that can be added by hand


def list_windows(page: int, *, as_of: datetime) -> tuple[list[Row], int]:
    """A page of windows, open ones first, then newest first; and how many pages there are."""
    query = MasterOrder.select(MasterOrder, Partner).join(Partner)
    pages = max(1, -(-query.count() // PAGE))
    open_first = MasterOrder.state.in_(UNPLACED).desc()
    masters = list(query.order_by(open_first, MasterOrder.cutoff_at.desc(), MasterOrder.id.desc()).paginate(page, PAGE))
    sums = _sums([master.id for master in masters])
    names = _names([master.id for master in masters])
    found = [_row(master, *sums.get(master.id, (0, 0)), names.get(master.id, "")) for master in masters]
    return [_mark_late(row, as_of) for row in found], pages


def show_window(master: MasterOrder, *, as_of: datetime) -> Window:
    """Everything about a window."""
    units, cost = _sums([master.id]).get(master.id, (0, 0))
    row = _row(master, units, cost, _names([master.id]).get(master.id, ""))
    lines = _lines(master)
    is_open, is_due = master.state in UNPLACED and not master.question, master.cutoff_at <= as_of
    is_too_small = master.state in UNPLACED and master.question == BELOW_MINIMUM
    can_take_bags = master.state in UNPLACED and master.state != FREEZING
    return Window(
        row=row,
        lines=lines,
        papers=[_paper(part) for part in _parts(master) if part.draft_id or part.order_id],
        shipped=sum(line.shipped for line in lines),
        can_be_placed=(is_open and not is_due and units > 0) or is_too_small,
        can_be_skipped=is_open and not is_due and master.state != FREEZING,
        can_take_bags=can_take_bags,
        can_be_retried=is_open and is_due and master.failure != "",
        is_under_way=is_open and is_due and not master.failure,
        was_deleted=master.question == DELETED,
        was_changed=master.question == CHANGED,
        is_too_small=is_too_small,
        late_days=late_by(master, as_of),
        preview=preview(master),
        history=told(master),
        coffees=_coffees(master) if can_take_bags else [],
    )


def _row(master: MasterOrder, units: int, cost: int, names: str) -> Row:
    words, tone = WORDS.get(master.state, "being filled"), TONES.get(master.state, "info")
    if master.failure and master.state in UNPLACED:
        words, tone = "needs you" if master.question else "has trouble", "critical" if master.question else "warning"
    return Row(master, words, tone, units, Money(cost, master.currency), names)


def _mark_late(row: Row, as_of: datetime) -> Row:
    days = late_by(row.master, as_of)
    return dataclasses.replace(row, words=f"not shipped for {days} days", tone="warning") if days else row


def _sums(master_ids: list[int]) -> dict[int, tuple[int, int]]:
    """Units and cost by window: what stands on orders once placed, what is wanted before."""
    query = (
        MasterLine.select(
            MasterPart.master,
            MasterPart.state,
            fn.SUM(MasterLine.confirmed),
            fn.SUM(MasterLine.wanted),
            fn.SUM(MasterLine.confirmed * MasterLine.cost_minor),
            fn.SUM(MasterLine.wanted * MasterLine.cost_minor),
        )
        .join(MasterPart)
        .where(MasterPart.master << master_ids)
        .group_by(MasterPart.master, MasterPart.state)
    )
    sums: dict[int, tuple[int, int]] = {}
    for master_id, state, confirmed, wanted, confirmed_cost, wanted_cost in rows(query):
        units, cost = sums.get(master_id, (0, 0))
        more = (confirmed, confirmed_cost) if state == PLACED else (wanted, wanted_cost)
        sums[master_id] = (units + int(more[0]), cost + int(more[1]))
    return sums


def _names(master_ids: list[int]) -> dict[int, str]:
    names: dict[int, str] = {}
    for part in MasterPart.select().where(MasterPart.master << master_ids).order_by(MasterPart.position):
        name = part.order_name or part.draft_name
        if name:
            names[part.master_id] = ", ".join(filter(None, (names.get(part.master_id), name)))
    return names


def _lines(master: MasterOrder) -> list[Line]:
    query = (
        MasterLine.select(MasterLine, MasterPart, ProductMapping)
        .join(MasterPart)
        .switch(MasterLine)
        .join(ProductMapping)
        .where((MasterPart.master == master) & ((MasterLine.wanted > 0) | (MasterLine.confirmed > 0)))
        .order_by(ProductMapping.title, MasterLine.id)
    )
    lines = list(query)
    orders = _orders_behind([line.id for line in lines])
    return [_line(line, orders.get(line.id, []), master.currency) for line in lines]


def _line(line: MasterLine, orders: Sequence[tuple[str, int, int]], currency: str) -> Line:
    units = line.confirmed if line.part.state == PLACED else line.wanted
    cost = Money(line.cost_minor, currency)
    return Line(
        title=line.mapping.title,
        sku=line.mapping.sku,
        units=units,
        confirmed=line.confirmed,
        shipped=line.shipped,
        cost=cost,
        total=cost * units,
        surplus=max(0, units - sum(count for _, count, _ in orders)),
        orders=orders,
        price_differs=line.confirmed > 0 and line.price_minor != line.cost_minor,
        uncovered=_uncovered(line),
    )


def _uncovered(line: MasterLine) -> int:
    """A reservation takes from `available` unchecked: what is below zero then, or not held yet and not there."""
    available = line.mapping.partner_available
    if available is None or line.part.state == PLACED:
        return 0
    return min(line.wanted, max(0, line.wanted - line.confirmed - available))


def _coffees(master: MasterOrder) -> list[ProductMapping]:
    sold = (ProductMapping.partner == master.partner_id) & (ProductMapping.state == ACTIVE)
    return list(ProductMapping.select().where(sold).order_by(ProductMapping.title))


def _orders_behind(line_ids: list[int]) -> dict[int, list[tuple[str, int, int]]]:
    """By master line, the customers' orders with the units they still want of it, and those they want no more."""
    query = (
        Allocation.select(Allocation.line, PartnerOrder.hub_order_name, Allocation.units, PartnerOrderLine.wanted)
        .join(PartnerOrderLine)
        .join(PartnerOrder)
        .where(Allocation.line << line_ids)
        .order_by(PartnerOrder.ordered_at, Allocation.id)
    )
    orders: dict[int, list[tuple[str, int, int]]] = {}
    for line_id, name, units, wanted in rows(query):
        kept = min(units, wanted)
        orders.setdefault(line_id, []).append((name, kept, units - kept))
    return orders


def _parts(master: MasterOrder) -> list[MasterPart]:
    return list(MasterPart.select().where(MasterPart.master == master).order_by(MasterPart.position))


def _paper(part: MasterPart) -> Paper:
    currency = part.master.currency
    return Paper(
        name=part.order_name or part.draft_name,
        url=admin_url(part.master.partner.domain, part.order_id or part.draft),
        is_order=part.order_id is not None,
        is_cancelled=part.order_cancelled_at is not None,
        shipment=SHIPPED.get(part.fulfillment_status, part.fulfillment_status.replace("_", " ").lower()),
        subtotal=Money(part.subtotal_minor, currency),
        tax=Money(part.tax_minor, currency),
        shipping=Money(part.shipping_minor, currency),
        total=Money(part.total_minor, currency),
        parcels=list(Shipment.select().where(Shipment.part == part).order_by(Shipment.id)),
    )
