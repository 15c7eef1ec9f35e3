"""What a partner sees of the trade with us: his goods, this window's bags, his orders and what we owe him.

Only what is his: his titles, his currency, his order numbers. Nothing here reads hub prices, margins or customers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import fn

from occhub.catalog.models import LIVE, STOCKED, Import, ProductMapping
from occhub.database import rows
from occhub.money import Money
from occhub.orders.cutoffs import next_cutoff
from occhub.orders.models import FREEZING, PLACED, UNPLACED, MasterLine, MasterOrder, MasterPart, Shipment
from occhub.orders.pooling import unplaced
from occhub.partners.models import Partner
from occhub.shopify.auth import admin_url

SETTLED = ("PAID", "REFUNDED", "VOIDED")
_SHOWN = 20


@dataclass(frozen=True)
class Bags:
    """One coffee in one size, and how many bags of it."""

    title: str
    units: int


@dataclass(frozen=True)
class Window:
    """The order that is being filled for him."""

    cutoff_at: datetime
    being_placed: bool
    draft_name: str
    draft_url: str
    lines: Sequence[Bags]
    bags: int


@dataclass(frozen=True)
class Placed:
    """An order of ours on his store, by his own number for it."""

    name: str
    url: str
    placed_at: datetime | None
    bags: int
    shipped: int
    total: Money
    is_cancelled: bool
    is_owed: bool
    parcels: Sequence[Shipment]


@dataclass(frozen=True)
class Supply:
    """His whole page; of the orders placed one page, the newest first."""

    goods: Sequence[Bags]  # title and number of sizes
    window: Window | None
    next_cutoff: datetime
    placed: Sequence[Placed]
    page: int
    pages: int
    owed: Money


def show_supply(partner: Partner, *, page: int = 1, as_of: datetime) -> Supply:
    """Everything a partner may see of himself."""
    orders = _orders(partner)
    pages = max(1, -(-orders.count() // _SHOWN))
    page = min(max(1, page), pages)
    window = _window(partner)
    return Supply(
        goods=_goods(partner),
        window=window,
        next_cutoff=window.cutoff_at if window else next_cutoff(partner, as_of),
        placed=[_order(part, partner) for part in orders.paginate(page, _SHOWN)],
        page=page,
        pages=pages,
        owed=owed(partner),
    )


def owed(partner: Partner) -> Money:
    """What neither his store nor the hub's books show as paid of our orders, in his currency."""
    open_orders = MasterPart.order_id.is_null(False) & MasterPart.order_cancelled_at.is_null()
    open_orders &= MasterOrder.paid_at.is_null()
    minor = (
        MasterPart.select(fn.SUM(MasterPart.total_minor))
        .join(MasterOrder)
        .where((MasterOrder.partner == partner) & open_orders & MasterPart.financial_status.not_in(SETTLED))
        .scalar()
    )
    return Money(int(minor or 0), partner.currency)


def _goods(partner: Partner) -> list[Bags]:
    sold = (Import.partner == partner) & Import.state.in_((LIVE, STOCKED))
    query = Import.select(Import.title, fn.COUNT(ProductMapping.id)).join(ProductMapping).where(sold)
    return [Bags(title, sizes) for title, sizes in rows(query.group_by(Import.id).order_by(Import.title))]


def _window(partner: Partner) -> Window | None:
    master = unplaced(partner)
    if master is None:
        return None
    query = (
        MasterLine.select(ProductMapping.title, fn.SUM(MasterLine.wanted))
        .join(MasterPart)
        .switch(MasterLine)
        .join(ProductMapping)
        .where((MasterPart.master == master) & MasterPart.state.in_(UNPLACED) & (MasterLine.wanted > 0))
    )
    lines = [Bags(title, int(units)) for title, units in rows(query.group_by(ProductMapping.id))]
    draft = MasterPart.get_or_none((MasterPart.master == master) & MasterPart.draft_id.is_null(False))
    return Window(
        cutoff_at=master.cutoff_at,
        being_placed=master.state == FREEZING,
        draft_name=draft.draft_name if draft else "",
        draft_url=admin_url(partner.domain, draft.draft) if draft else "",
        lines=sorted(lines, key=lambda line: line.title),
        bags=sum(line.units for line in lines),
    )


def _orders(partner: Partner) -> Any:
    placed = (MasterPart.state == PLACED) & MasterPart.order_id.is_null(False)
    query = (
        MasterPart.select(MasterPart, MasterOrder).join(MasterOrder).where((MasterOrder.partner == partner) & placed)
    )
    return query.order_by(MasterOrder.placed_at.desc(), MasterPart.id.desc())


def _order(part: MasterPart, partner: Partner) -> Placed:
    units, shipped = rows(
        MasterLine.select(fn.SUM(MasterLine.confirmed), fn.SUM(MasterLine.shipped)).where(MasterLine.part == part)
    )[0]
    cancelled = part.order_cancelled_at is not None
    paid = part.financial_status in SETTLED or part.master.paid_at is not None
    return Placed(
        name=part.order_name,
        url=admin_url(partner.domain, part.order_id or part.draft),
        placed_at=part.master.placed_at,
        bags=int(units or 0),
        shipped=int(shipped or 0),
        total=Money(part.total_minor, part.master.currency),
        is_cancelled=cancelled,
        is_owed=not cancelled and not paid,
        parcels=list(Shipment.select().where(Shipment.part == part).order_by(Shipment.id)),
    )
