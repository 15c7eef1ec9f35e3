"""What a window comes to: bags, kilograms, cost, margin, what is missing to the minimum, and against last week."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from peewee import Case, fn

from occhub.catalog.models import ProductMapping
from occhub.database import rows
from occhub.money import Money, decimals, round_half_up
from occhub.orders.minimum import Gap, gap
from occhub.orders.models import (
    PLACED,
    Allocation,
    MasterLine,
    MasterOrder,
    MasterPart,
    PartnerOrder,
    PartnerOrderLine,
)
from occhub.orders.steering import BY_HAND
from occhub.orders.terms import OrderTerms
from occhub.partners.models import Hub

GRAMS = 1000
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Preview:
    """A window's sums. `margin` is in the hub's currency, None while a rate is missing."""

    bags: int
    grams: int
    unsized: int  # bags whose size nobody knows
    cost: Money
    margin: Money | None
    missing: Gap
    before: MasterOrder | None  # what it is compared with: the order of a week ago, else the last one
    is_week_ago: bool
    more_bags: int  # than that one; negative: fewer
    more_cost: Money

    @property
    def kilograms(self) -> str:
        """With one decimal, such as "12.5"."""
        return f"{Decimal(self.grams) / GRAMS:.1f}"


def preview(master: MasterOrder) -> Preview:
    """The sums of this window as it stands; a bag's size is what its name says first, its weight second (R18)."""
    sizes = rows(
        MasterLine.select(ProductMapping.grams, _units())
        .join(MasterPart)
        .switch(MasterLine)
        .join(ProductMapping)
        .where(MasterPart.master == master)
    )
    before = _before(master)
    totals = sums([master.id, *([before.id] if before else [])])
    bags, minor = totals.get(master.id, (0, 0))
    bags_before, minor_before = totals.get(before.id, (0, 0)) if before else (0, 0)
    cost = Money(minor, master.currency)
    return Preview(
        bags=bags,
        grams=sum((grams or 0) * units for grams, units in sizes),
        unsized=sum(units for grams, units in sizes if not grams),
        cost=cost,
        margin=_margin(master, cost.currency),
        missing=gap(OrderTerms.of(master.partner), bags, cost),
        before=before,
        is_week_ago=before is not None and _is_week_ago(before, master),
        more_bags=bags - bags_before,
        more_cost=Money(minor - minor_before, master.currency),
    )


def sums(master_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """By window, bags and their cost in minor units: what stands on orders once placed, what is wanted before."""
    query = (
        MasterLine.select(MasterPart.master, fn.SUM(_units()), fn.SUM(_units() * MasterLine.cost_minor))
        .join(MasterPart)
        .where(MasterPart.master << list(master_ids))
        .group_by(MasterPart.master)
    )
    return {master_id: (int(bags), int(cost)) for master_id, bags, cost in rows(query)}


def _units() -> Case:
    cancelled, placed = MasterPart.order_cancelled_at.is_null(False), MasterPart.state == PLACED
    return Case(None, [(cancelled, 0), (placed, MasterLine.confirmed)], MasterLine.wanted)


def _before(master: MasterOrder) -> MasterOrder | None:
    """The order whose cutoff came nearest to a week ago, or the last one where there was none in that week."""
    earlier = list(
        MasterOrder.select()
        .where(
            (MasterOrder.partner == master.partner_id)
            & (MasterOrder.state == PLACED)
            & (MasterOrder.number < master.number)
        )
        .order_by(MasterOrder.number.desc())
        .limit(20)
    )
    in_that_week = [order for order in earlier if _is_week_ago(order, master)]
    nearest = sorted(in_that_week, key=lambda order: abs(master.cutoff_at - WEEK - order.cutoff_at))
    return next(iter(nearest or earlier), None)


def _is_week_ago(order: MasterOrder, master: MasterOrder) -> bool:
    return bool(abs(master.cutoff_at - WEEK - order.cutoff_at) < WEEK / 2)


def _margin(master: MasterOrder, currency: str) -> Money | None:
    """What customers pay for their bags less what these cost us; the owner's own bags are no part of it."""
    hub = Hub.get_hub()
    query = (
        Allocation.select(Allocation.units, PartnerOrderLine.unit_price_minor, MasterLine.cost_minor)
        .join(PartnerOrderLine)
        .join(PartnerOrder)
        .switch(Allocation)
        .join(MasterLine)
        .join(MasterPart)
        .where((MasterPart.master == master) & ~PartnerOrder.hub_order_id.startswith(BY_HAND))
    )
    bought = rows(query)
    try:
        rate = Decimal(master.partner.exchange_rate)
    except InvalidOperation:
        return None
    cost = Decimal(sum(units * each for units, _, each in bought)) * rate
    earned = Money(sum(units * price for units, price, _ in bought), hub.currency)
    return earned - Money(round_half_up(cost.scaleb(decimals(hub.currency) - decimals(currency))), hub.currency)
