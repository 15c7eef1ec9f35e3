"""What a partner's next order must hold: recomputed from the customers' lines each time, never added to (R8)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from peewee import JOIN, IntegrityError, fn

from occhub.database import rows, write
from occhub.errors import Conflict
from occhub.orders import statuses
from occhub.orders.cutoffs import next_cutoff
from occhub.orders.history import tell
from occhub.orders.models import UNPLACED, MasterOrder, MasterPart, PartnerOrder, PartnerOrderLine
from occhub.orders.wanting import payable_statuses
from occhub.partners.models import Hub, Partner


@dataclass(frozen=True)
class Pooled:
    """What is needed of one mapping, and for whom: (order line id, units), oldest order first."""

    units: int
    shares: tuple[tuple[int, int], ...]


class Need(NamedTuple):
    """Units that a customer's line wants and no placed order has."""

    partner_id: int
    order_line_id: int
    mapping_id: int
    units: int


def pool(partner: Partner) -> dict[int, Pooled]:
    """R8 by mapping id: poolable units that stand on no placed order."""
    return pools([partner])[partner.id]


def pools(partners: Collection[Partner]) -> dict[int, dict[int, Pooled]]:
    """The same for each of these partners, by his id."""
    shares: dict[int, dict[int, list[tuple[int, int]]]] = {partner.id: defaultdict(list) for partner in partners}
    for need in needs(shares, payable=payable_statuses(Hub.get_hub().payment_rule)):
        shares[need.partner_id][need.mapping_id].append((need.order_line_id, need.units))
    return {
        partner_id: {key: Pooled(sum(units for _, units in rows), tuple(rows)) for key, rows in mine.items()}
        for partner_id, mine in shares.items()
    }


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


def needs(partner_ids: Collection[int], *, payable: frozenset[str] | None) -> list[Need]:
    """What stands on no placed order, oldest first; `payable` None: paid or not (R2)."""
    theirs = MasterOrder.select(MasterOrder.id).where(MasterOrder.partner.in_(list(partner_ids)))
    placed = statuses.placed_units().where(MasterPart.master.in_(theirs)).alias("placed")
    standing = fn.COALESCE(placed.c.units, 0)
    query = (
        PartnerOrderLine.select(
            PartnerOrder.partner,
            PartnerOrderLine.id,
            PartnerOrderLine.mapping,
            PartnerOrderLine.wanted - standing,
        )
        .join(PartnerOrder)
        .switch(PartnerOrderLine)
        .join(placed, JOIN.LEFT_OUTER, on=(placed.c.order_line_id == PartnerOrderLine.id))
        .where(
            PartnerOrder.partner.in_(list(partner_ids)),
            PartnerOrderLine.mapping.is_null(False),
            PartnerOrderLine.wanted > standing,
            PartnerOrderLine.failure == "",
            PartnerOrderLine.choice == "",
        )
        .order_by(PartnerOrder.ordered_at, PartnerOrderLine.id)
    )
    if payable is not None:
        query = query.where(PartnerOrder.financial_status.in_(sorted(payable)))
    return [Need(*facts) for facts in rows(query)]
