"""Making the partner hold what our customers bought: one open draft order on his store, kept up with our sales."""

import dataclasses
from datetime import datetime, timedelta

from occhub import clock, leases
from occhub.database import write
from occhub.leases import Held
from occhub.orders import failing, matching
from occhub.orders.demand import claims_lease
from occhub.orders.journal import Journal, run_of
from occhub.orders.models import (
    BELOW_MINIMUM,
    CHANGED,
    CREATING,
    DELETED,
    FREEZING,
    OPEN,
    PLANNED,
    UNPLACED,
    MasterOrder,
    MasterPart,
)
from occhub.orders.planning import is_planned, plan
from occhub.orders.pooling import open_window, pool, unplaced
from occhub.orders.refusing import leave_out
from occhub.orders.standing import absorb, active_lines, is_kept, reread, unmake
from occhub.orders.surplus import pool_after_surplus
from occhub.orders.wishing import is_fulfilled, token_tag, wish_for
from occhub.partners.models import Hub, Partner
from occhub.shopify import open_store
from occhub.shopify.client import Store
from occhub.shopify.drafts import DraftState, DraftWish, create_draft, delete_draft, recent_drafts, update_draft
from occhub.shopify.errors import Rejected, Unavailable

# Real seconds: longer than any request of ours lives, so that what was not created by then never will be.
LOST_AFTER = 60.0
PATIENCE = 5.0


def claim(
    partner: Partner, *, as_of: datetime, trigger: str = "clock", overwrite: bool = False, always: bool = False
) -> MasterOrder | None:
    """Bring the partner's open draft up to what is wanted; answers the window, None where nothing is to be claimed.

    `overwrite`: the owner has decided about a draft changed by hand. `always`: note the run even if it changes nothing
    (R21). Raises Conflict when somebody else is at it,
    a StoreError or Misconfigured when it failed, which is also written on the window.
    """
    store = open_store(partner.domain)
    with leases.hold(claims_lease(partner.id), patience=PATIENCE) as held:
        matching.match_first(store, partner, held, as_of=as_of)
        with run_of("claim", trigger, store, as_of=as_of, partner_id=partner.id, always=always) as run:
            try:
                return _claim(store, partner, held, run, as_of, overwrite)
            except Exception as error:
                failing.remember(unplaced(partner), error, as_of=as_of)
                raise


def answer(master: MasterOrder) -> None:
    """The owner says: make ours again. The window goes on as before; `claim` then does it."""
    with write():
        MasterPart.update(accepted="").where(MasterPart.master == master).execute()
        MasterOrder.update(question="", failure="", next_try_at=None).where(MasterOrder.id == master.id).execute()


def is_due(partner: Partner, as_of: datetime) -> bool:
    """Whether a claim would change anything, as far as our own rows can tell."""
    master = unplaced(partner)
    if master is not None:
        waits = master.next_try_at is not None and master.next_try_at > as_of
        if waits or master.question in (DELETED, CHANGED) or master.state == FREEZING or is_kept(master):
            return False
        if MasterPart.select().where((MasterPart.master == master) & (MasterPart.state == CREATING)).exists():
            return True
    pooled = pool(partner)
    return not is_planned(master, pooled) if master else bool(pooled)


def bring(
    store: Store,
    part: MasterPart,
    held: Held,
    *,
    as_of: datetime,
    state: DraftState | None = None,
    becomes: str | None = None,
) -> DraftState | None:
    """Make the part's draft what its lines say and read it back; `state` is the draft as read a moment ago.

    A variant the partner's store refuses is left out, the rest goes (R13); None where nothing is left. `becomes`: the
    part's state from then on.
    """
    while True:
        lines = active_lines(part)
        if not lines:
            _drop(store, part, held)
            return None
        wish = wish_for(part, lines, Hub.get_hub())
        try:
            if part.draft_id is None:
                # Without reservation: should the answer be lost, what strays holds nobody's stock.
                state = _create(store, part, dataclasses.replace(wish, reserve_until=None), held)
            if state is None or not is_fulfilled(wish, part, state):
                state = update_draft(store, part.draft, wish)
        except Rejected as refusal:
            leave_out(store, part, lines, refusal, held)
            continue
        with write():
            held.confirm()
            absorb(part, state, as_of=as_of, becomes=becomes)
            MasterOrder.update(checked_at=as_of).where(MasterOrder.id == part.master_id).execute()
        return state


def _claim(
    store: Store, partner: Partner, held: Held, run: Journal, as_of: datetime, overwrite: bool
) -> MasterOrder | None:
    failing.clear_up(store, partner, held, as_of=as_of)
    states = reread_parts(store, unplaced(partner), held, as_of=as_of, overwrite=overwrite)
    pooled, master = pool_after_surplus(partner, held), unplaced(partner)
    if master is None:
        if not pooled:
            return None
        master = open_window(partner, as_of)
    if master.question in (DELETED, CHANGED) or master.state == FREEZING or is_kept(master):
        return master
    if not is_planned(master, pooled):
        plan(master, pooled, held)
        run.changed = len(pooled)
    run.read = len(pooled)
    parts = unplaced_parts(master)
    for part in parts:
        bring(store, part, held, as_of=as_of, state=states.get(part.id))
    with write():
        held.confirm()
        has_draft = (
            MasterPart.select().where((MasterPart.master == master) & MasterPart.draft_id.is_null(False)).exists()
        )
        asked = master.question == BELOW_MINIMUM
        MasterOrder.update(
            state=OPEN if has_draft else PLANNED,
            failure=master.failure if asked else "",
            failing_since=None,
            next_try_at=None,
            tries=0,
        ).where((MasterOrder.id == master.id) & MasterOrder.state.in_(UNPLACED)).execute()
    return MasterOrder.find(master.id)


def reread_parts(
    store: Store, master: MasterOrder | None, held: Held, *, as_of: datetime, overwrite: bool = False
) -> dict[int, DraftState]:
    """Read every open draft of the window again; answers by part those that are as we left them."""
    states = {}
    for part in unplaced_parts(master) if master else []:
        found = part.state == CREATING and _find_lost(store, part, held)
        if part.draft_id:
            state = reread(store, part, as_of=as_of, held=held, overwrite=overwrite or found)
            if state is not None:
                states[part.id] = state
    return states


def unplaced_parts(master: MasterOrder) -> list[MasterPart]:
    """The parts that are not orders yet, in their order."""
    query = MasterPart.select().where((MasterPart.master == master) & MasterPart.state.in_(UNPLACED))
    parts = list(query.order_by(MasterPart.position))
    for part in parts:
        part.master = master
    return parts


def _create(store: Store, part: MasterPart, wish: DraftWish, held: Held) -> DraftState:
    with write():
        held.confirm()
        # The clock and not as_of: what is measured is how long the request itself may still live.
        part.state, part.creating_since = CREATING, clock.now()
        part.save(only=[MasterPart.state, MasterPart.creating_since])
        MasterOrder.update(state=CREATING).where(
            (MasterOrder.id == part.master_id) & (MasterOrder.state == PLANNED)
        ).execute()
    state = create_draft(store, wish)
    _keep_draft(part, state.id, held)
    return state


def _find_lost(store: Store, part: MasterPart, held: Held) -> bool:
    """Look for the draft whose creation's answer was lost; raises Unavailable while it may still come into being."""
    since = part.creating_since - timedelta(minutes=5)
    for draft in recent_drafts(store, since):
        if token_tag(part) in draft.tags:
            _keep_draft(part, draft.id, held)
            return True
    if clock.now() - part.creating_since < clock.span(LOST_AFTER):
        raise Unavailable(store.shop, "it is not yet certain whether the draft order was created")
    return False


def _keep_draft(part: MasterPart, draft_id: str, held: Held) -> None:
    with write():
        held.confirm()
        part.state, part.draft_id, part.creating_since = OPEN, draft_id, None
        part.save(only=[MasterPart.state, MasterPart.draft_id, MasterPart.creating_since])


def _drop(store: Store, part: MasterPart, held: Held) -> None:
    """A draft needs a line: one that has become empty is deleted."""
    if part.draft_id is None:
        return
    delete_draft(store, part.draft)
    with write():
        held.confirm()
        unmake(part)
