"""What a window comes to: bags, kilograms, cost, margin, what is missing to the minimum, and against the last one."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

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
    OrderTerms,
    PartnerOrder,
    PartnerOrderLine,
)
from occhub.orders.steering import BY_HAND
from occhub.partners.models import Hub

GRAMS = 1000


@dataclass(frozen=True)
class Preview:
    """A window's sums. `margin` is in the hub's currency, None while a rate is missing; `before` is the last order."""

    bags: int
    grams: int
    unsized: int  # bags whose size nobody knows
    cost: Money
    margin: Money | None
    missing: Gap
    before: MasterOrder | None
    more_bags: int  # than the last order; negative: fewer
    more_cost: Money

    @property
    def kilograms(self) -> str:
        """With one decimal, such as "12.5"."""
        return f"{Decimal(self.grams) / GRAMS:.1f}"


def preview(master: MasterOrder) -> Preview:
    """The sums of this window as it stands."""
    units = _units(master)
    bags, cost = sum(units.values()), Money(_cost(master), master.currency)
    sizes = dict(
        rows(ProductMapping.select(ProductMapping.id, ProductMapping.grams).where(ProductMapping.id << list(units)))
    )
    before = (
        MasterOrder.select()
        .where(
            (MasterOrder.partner == master.partner_id)
            & (MasterOrder.state == PLACED)
            & (MasterOrder.number < master.number)
        )
        .order_by(MasterOrder.number.desc())
        .first()
    )
    return Preview(
        bags=bags,
        grams=sum((sizes[mapping_id] or 0) * count for mapping_id, count in units.items()),
        unsized=sum(count for mapping_id, count in units.items() if not sizes[mapping_id]),
        cost=cost,
        margin=_margin(master, cost.currency),
        missing=gap(OrderTerms.of(master.partner), bags, cost),
        before=before,
        more_bags=bags - (sum(_units(before).values()) if before else 0),
        more_cost=cost - Money(_cost(before) if before else 0, cost.currency),
    )


def _units(master: MasterOrder) -> dict[int, int]:
    """By mapping: what stands on orders once placed, what is wanted before."""
    units: dict[int, int] = {}
    for line in MasterLine.select(MasterLine, MasterPart).join(MasterPart).where(MasterPart.master == master):
        count = line.confirmed if line.part.state == PLACED else line.wanted
        if count:
            units[line.mapping_id] = units.get(line.mapping_id, 0) + count
    return units


def _cost(master: MasterOrder) -> int:
    lines = MasterLine.select(MasterLine, MasterPart).join(MasterPart).where(MasterPart.master == master)
    return sum(line.cost_minor * (line.confirmed if line.part.state == PLACED else line.wanted) for line in lines)


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
