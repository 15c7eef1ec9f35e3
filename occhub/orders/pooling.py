"""What a partner's next order must hold: recomputed from the customers' lines each time, never added to (R8)."""

from dataclasses import dataclass
from datetime import datetime

from peewee import JOIN, IntegrityError, fn

from occhub.catalog.models import ProductMapping
from occhub.database import rows, write
from occhub.errors import Conflict
from occhub.orders import statuses
from occhub.orders.cutoffs import next_cutoff
from occhub.orders.history import tell
from occhub.orders.models import UNPLACED, MasterOrder, PartnerOrder, PartnerOrderLine
from occhub.orders.wanting import payable_statuses
from occhub.partners.models import Hub, Partner


@dataclass(frozen=True)
class Pooled:
    """What is needed of one mapping, and for whom: (order line id, units), oldest order first."""

    units: int
    shares: tuple[tuple[int, int], ...]


def pool(partner: Partner) -> dict[int, Pooled]:
    """R8 by mapping id: poolable units that stand on no placed order."""
    shares: dict[int, list[tuple[int, int]]] = {}
    for line_id, mapping_id, units in needs(partner, payable=payable_statuses(Hub.get_hub().payment_rule)):
        shares.setdefault(mapping_id, []).append((line_id, units))
    return {key: Pooled(sum(units for _, units in rows), tuple(rows)) for key, rows in shares.items()}


def unplaced(partner: Partner) -> MasterOrder | None:
    """The partner's open window, if any."""
    master: MasterOrder | None = MasterOrder.get_or_none(
        (MasterOrder.partner == partner) & MasterOrder.state.in_(UNPLACED)
    )
    return master


def open_window(partner: Partner, as_of: datetime) -> MasterOrder:
    """The partner's open window, a new one where there is none; of two who open it at once both get the same."""
    existing = unplaced(partner)
    if existing is not None:
        return existing
    try:
        with write():
            last = MasterOrder.select(fn.MAX(MasterOrder.number)).where(MasterOrder.partner == partner).scalar()
            master = MasterOrder.create(
                partner=partner,
                number=(last or 0) + 1,
                opens_at=as_of,
                cutoff_at=next_cutoff(partner, as_of),
                currency=partner.currency,
            )
            tell(master, "Opened with the first bags sold.", as_of=as_of)
            return master
    except IntegrityError:
        theirs = unplaced(partner)
        if theirs is None:
            raise Conflict("the window was opened and closed by somebody else just now") from None
        return theirs


def needs(partner: Partner, *, payable: frozenset[str] | None) -> list[tuple[int, int, int]]:
    """(order line, mapping, units) that stand on no placed order, oldest first; `payable` None: paid or not (R2)."""
    placed = statuses.placed_units().alias("placed")
    standing = fn.COALESCE(placed.c.units, 0)
    query = (
        PartnerOrderLine.select(PartnerOrderLine.id, PartnerOrderLine.mapping, PartnerOrderLine.wanted - standing)
        .join(PartnerOrder)
        .switch(PartnerOrderLine)
        .join(ProductMapping)
        .switch(PartnerOrderLine)
        .join(placed, JOIN.LEFT_OUTER, on=(placed.c.order_line_id == PartnerOrderLine.id))
        .where(
            ProductMapping.partner == partner,
            PartnerOrderLine.wanted > standing,
            PartnerOrderLine.failure == "",
            PartnerOrderLine.choice == "",
        )
        .order_by(PartnerOrder.ordered_at, PartnerOrderLine.id)
    )
    if payable is not None:
        query = query.where(PartnerOrder.financial_status.in_(sorted(payable)))
    return [(int(line), int(mapping), int(units)) for line, mapping, units in rows(query)]
