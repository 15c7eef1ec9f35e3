"""What is wanted and what is claimed of each mapping: the only door through which stock looks into this room."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from peewee import Case, Expression, ModelSelect, fn

from occhub.database import rows
from occhub.orders import matching
from occhub.orders.capturing import walk
from occhub.orders.models import (
    FREEZING,
    OPEN,
    PLACED,
    MasterLine,
    MasterOrder,
    MasterPart,
    PartnerOrder,
    PartnerOrderLine,
)
from occhub.orders.standing import reread
from occhub.partners.models import Partner
from occhub.shopify import open_store
from occhub.shopify.client import Store

# Up to here the ids go into the query; above it the whole table is summed at once and picked from.
FEW = 1000


class Claims(NamedTuple):
    """Units of a variant that a partner holds for us, by where they stand (R3)."""

    on_draft: int
    on_order: int  # placed and not shipped yet
    shipped: int


class Waiting(NamedTuple):
    """Units a customer's order still waits for; `order_id` is that of the PartnerOrder."""

    mapping_id: int
    order_id: int
    name: str
    ordered_at: datetime
    units: int


def unclaimed(mapping_ids: Collection[int], as_of: datetime) -> dict[int, int]:
    """U of R4 for each of these mappings: units wanted that no partner holds for us yet."""
    wanted, claimed = wanted_units(mapping_ids), claimed_units(mapping_ids, as_of)
    return {key: max(0, wanted[key] - claimed[key]) for key in mapping_ids}


def surplus(mapping_ids: Collection[int], as_of: datetime) -> dict[int, int]:
    """Units held for us that nobody wants any more (R4); derived, never kept."""
    wanted, claimed = wanted_units(mapping_ids), claimed_units(mapping_ids, as_of)
    return {key: max(0, claimed[key] - wanted[key]) for key in mapping_ids}


def wanted_units(mapping_ids: Collection[int]) -> dict[int, int]:
    """R1 summed over all orders; 0 where nothing was ever sold."""
    query = PartnerOrderLine.select(PartnerOrderLine.mapping, fn.SUM(PartnerOrderLine.wanted))
    return _by_mapping(query.where(PartnerOrderLine.wanted > 0), PartnerOrderLine, mapping_ids)


def claimed_units(mapping_ids: Collection[int], as_of: datetime) -> dict[int, int]:
    """R3: read back from the partner's store, on a draft while its reservation holds, or on a placed order."""
    on_draft = MasterPart.state.in_((OPEN, FREEZING)) & (MasterPart.reserved_until > as_of)
    on_order = (MasterPart.state == PLACED) & MasterPart.order_cancelled_at.is_null()
    held = MasterLine.select(MasterLine.mapping, fn.SUM(_held())).join(MasterPart).where(on_draft | on_order)
    return _by_mapping(held, MasterLine, mapping_ids)


def claims(mapping_ids: Collection[int], as_of: datetime) -> dict[int, Claims]:
    """What `claimed_units` counts, taken apart: for partners of whom only some locations supply the hub."""
    on_draft = MasterPart.state.in_((OPEN, FREEZING)) & (MasterPart.reserved_until > as_of)
    on_order = (MasterPart.state == PLACED) & MasterPart.order_cancelled_at.is_null()
    shipped = Case(None, [(MasterLine.shipped < MasterLine.confirmed, MasterLine.shipped)], MasterLine.confirmed)
    sums = (_sum_if(on_draft, _held()), _sum_if(on_order, MasterLine.confirmed - shipped), _sum_if(on_order, shipped))
    query = MasterLine.select(MasterLine.mapping, *sums).join(MasterPart).where(on_draft | on_order)
    if len(mapping_ids) <= FEW:
        query = query.where(MasterLine.mapping.in_(list(mapping_ids)))
    found = {row[0]: Claims(*map(int, row[1:])) for row in rows(query.group_by(MasterLine.mapping))}
    return {key: found.get(key, Claims(0, 0, 0)) for key in mapping_ids}


def waiting(mapping_ids: Collection[int]) -> list[Waiting]:
    """Customers' orders that still wait for units of these mappings, oldest first."""
    kept = PartnerOrderLine.fulfilled - PartnerOrderLine.returned
    due = Case(None, [(kept > 0, PartnerOrderLine.wanted - kept)], PartnerOrderLine.wanted)
    query = (
        PartnerOrderLine.select(
            PartnerOrderLine.mapping, PartnerOrder.id, PartnerOrder.hub_order_name, PartnerOrder.ordered_at, due
        )
        .join(PartnerOrder)
        .where(PartnerOrderLine.mapping.in_(list(mapping_ids)) & (PartnerOrderLine.wanted > 0) & (due > 0))
        .order_by(PartnerOrder.ordered_at, PartnerOrder.id)
    )
    return [Waiting(*row) for row in rows(query)]


def catch_up(store: Store, as_of: datetime) -> list[int]:
    """Capture what the hub's customers did since the last time (R6 step 2); answers the partners touched."""
    return walk(store, as_of=as_of)


def reread_claims(partner: Partner, as_of: datetime, *, store: Store | None = None) -> None:
    """Read the partner's open drafts again and believe them (R3, R6 step 3); the caller holds `claims_lease`.

    `store` is the partner's, for who counts its calls. Raises a StoreError when it can't be asked. After a restore the
    drafts are not believed before they were matched with our rows (R15).
    """
    if matching.is_blind(partner):
        return
    store = store or open_store(partner.domain)
    drafts = (
        MasterPart.select()
        .join(MasterOrder)
        .where((MasterOrder.partner == partner) & MasterPart.state.in_((OPEN, FREEZING)))
    )
    for part in drafts:
        reread(store, part, as_of=as_of)


def with_drafts(partner_ids: Collection[int]) -> set[int]:
    """Those of these partners on whose stores a draft of ours is open: only their claims need to be read again."""
    drafts = MasterPart.select(MasterOrder.partner).join(MasterOrder).where(MasterPart.state.in_((OPEN, FREEZING)))
    return {row[0] for row in rows(drafts.where(MasterOrder.partner.in_(list(partner_ids))).distinct())}


def claims_lease(partner_id: int) -> str:
    """The lease under which a partner's claims change: claiming, placing and the stock pass exclude one another."""
    return f"claims:{partner_id}"


def _held() -> Case:
    # On a draft the lesser of both: until an update is read back, neither the old nor the new number is ours.
    wanted_less = (MasterPart.state != PLACED) & (MasterLine.wanted < MasterLine.confirmed)
    return Case(None, [(wanted_less, MasterLine.wanted)], MasterLine.confirmed)


def _sum_if(condition: Expression, units: Any) -> Any:
    return fn.SUM(Case(None, [(condition, units)], 0))


def _by_mapping(
    query: "ModelSelect[Any]", model: type[MasterLine] | type[PartnerOrderLine], mapping_ids: Collection[int]
) -> dict[int, int]:
    if len(mapping_ids) <= FEW:
        query = query.where(model.mapping.in_(list(mapping_ids)))
    sums = dict(rows(query.group_by(model.mapping)))
    return {key: int(sums.get(key) or 0) for key in mapping_ids}
