"""The daily look at every open draft (R21), the sweep of strays (R11), and partners who have left (R14)."""

from datetime import datetime, timedelta

from occhub import leases
from occhub.database import rows, write
from occhub.errors import Conflict
from occhub.orders import demand, failing, matching, statuses
from occhub.orders.claiming import PATIENCE, claim
from occhub.orders.journal import run_of
from occhub.orders.models import CREATING, MasterOrder, MasterPart, PartnerOrderLine, Walk
from occhub.orders.pooling import needs, unplaced
from occhub.orders.wishing import OUR_TAG, hub_tag, token_tag
from occhub.partners.models import Hub, Partner
from occhub.shopify import open_store
from occhub.shopify.drafts import delete_draft, recent_drafts

STRAY_AFTER = timedelta(minutes=15)
# At the first sweep; from then on to what the one before may have found too young.
LOOK_BACK, OVERLAP = timedelta(days=60), timedelta(days=1)
LEFT = "The partner has left."


def check_daily(partner: Partner, as_of: datetime, *, trigger: str = "clock") -> None:
    """R21: rebuild and check the partner's open draft, noting a run even if nothing changed. Raises a HubError."""
    try:
        claim(partner, as_of=as_of, trigger=trigger, always=True)
    except Conflict as error:
        # Whoever is at it may find nothing to do, and leave no run.
        with run_of("claim", trigger, open_store(partner.domain), as_of=as_of, partner_id=partner.id) as run:
            run.failed, run.detail = 1, str(error)
        raise


def sweep_strays(partner: Partner, as_of: datetime) -> int:
    """Delete drafts of ours that no row owns: what a lost answer left behind. Answers how many; raises a StoreError.

    Looks back to what the last complete sweep may have found too young, however long ago that was.
    """
    store, hub, swept = open_store(partner.domain), Hub.get_hub(), 0
    last = Walk.get_or_none(Walk.name == _sweep_of(partner))
    with leases.hold(demand.claims_lease(partner.id), patience=PATIENCE) as held:
        matching.match_first(store, partner, held, as_of=as_of)
        failing.clear_up(store, partner, held, as_of=as_of)
        parts = list(MasterPart.select().join(MasterOrder).where(MasterOrder.partner == partner))
        owned = {part.draft_id for part in parts if part.draft_id}
        # A draft whose answer is still awaited has no owner by id yet, but will be found by this.
        awaited = {token_tag(part) for part in parts if part.state == CREATING}
        since = last.started_at - OVERLAP if last else as_of - LOOK_BACK
        for draft in list(recent_drafts(store, since)):
            ours = {OUR_TAG, hub_tag(hub)} <= set(draft.tags) and draft.id not in owned
            old = draft.created_at < as_of - STRAY_AFTER
            if ours and old and draft.order_id is None and not awaited & set(draft.tags):
                delete_draft(store, draft.id)
                swept += 1
        with write():
            held.confirm()
            Walk.insert(name=_sweep_of(partner), started_at=as_of).on_conflict(
                conflict_target=[Walk.name], update={Walk.started_at: as_of}
            ).execute()
    return swept


def _sweep_of(partner: Partner) -> str:
    return f"drafts of partner {partner.id}"


def match_restored(partner: Partner, as_of: datetime) -> None:
    """R15: compare the partner's store with a database that was put back; raises a HubError while it can't be done."""
    with leases.hold(demand.claims_lease(partner.id), patience=PATIENCE) as held:
        matching.match_first(open_store(partner.domain), partner, held, as_of=as_of)


def release_left(partner: Partner) -> None:
    """R14: what a partner who has left was to send is failed with that reason, for the owner to see and refund."""
    if unplaced(partner) is not None:
        with leases.hold(demand.claims_lease(partner.id), patience=PATIENCE) as held:
            master = unplaced(partner)  # it may have been placed while we waited
            if master is not None:
                failing.give_up(master, LEFT, held)
    stranded = [need.order_line_id for need in needs([partner.id], payable=None)]
    if stranded:
        with write():
            lines = PartnerOrderLine.id << stranded
            PartnerOrderLine.update(failure=LEFT).where(lines).execute()
            orders = PartnerOrderLine.select(PartnerOrderLine.order).where(lines)
            statuses.refresh({order_id for (order_id,) in rows(orders)})
