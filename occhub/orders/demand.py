"""What is wanted and what is claimed of each mapping: the only door through which stock looks into this room."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from peewee import Case, ModelSelect, fn

from occhub.database import rows
from occhub.orders.capturing import walk
from occhub.orders.models import FREEZING, OPEN, PLACED, MasterLine, MasterOrder, MasterPart, PartnerOrderLine
from occhub.orders.standing import reread
from occhub.partners.models import Partner
from occhub.shopify import open_store
from occhub.shopify.client import Store

# Up to here the ids go into the query; above it the whole table is summed at once and picked from.
FEW = 1000


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


def catch_up(store: Store, as_of: datetime) -> list[int]:
    """Capture what the hub's customers did since the last time (R6 step 2); answers the partners touched."""
    return walk(store, as_of=as_of)


def reread_claims(partner: Partner, as_of: datetime) -> None:
    """Read the partner's open drafts again and believe them (R3, R6 step 3); the caller holds `claims_lease`.

    Raises a StoreError when the partner's store can't be asked.
    """
    store = open_store(partner.domain)
    drafts = (
        MasterPart.select()
        .join(MasterOrder)
        .where((MasterOrder.partner == partner) & MasterPart.state.in_((OPEN, FREEZING)))
    )
    for part in drafts:
        reread(store, part, as_of=as_of)


def claims_lease(partner_id: int) -> str:
    """The lease under which a partner's claims change: claiming, placing and the stock pass exclude one another."""
    return f"claims:{partner_id}"


def _held() -> Case:
    # On a draft the lesser of both: until an update is read back, neither the old nor the new number is ours.
    wanted_less = (MasterPart.state != PLACED) & (MasterLine.wanted < MasterLine.confirmed)
    return Case(None, [(wanted_less, MasterLine.wanted)], MasterLine.confirmed)


def _by_mapping(
    query: "ModelSelect[Any]", model: type[MasterLine] | type[PartnerOrderLine], mapping_ids: Collection[int]
) -> dict[int, int]:
    if len(mapping_ids) <= FEW:
        query = query.where(model.mapping.in_(list(mapping_ids)))
    sums = dict(rows(query.group_by(model.mapping)))
    return {key: int(sums.get(key) or 0) for key in mapping_ids}
