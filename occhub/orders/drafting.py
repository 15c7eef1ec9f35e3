"""A part's draft order on the partner's store: made once, kept as its lines say, found when an answer was lost."""

import dataclasses
from datetime import datetime, timedelta

from occhub import clock
from occhub.database import write
from occhub.leases import Held
from occhub.orders.comparing import is_fulfilled
from occhub.orders.models import CREATING, OPEN, PLANNED, UNPLACED, MasterLine, MasterOrder, MasterPart
from occhub.orders.refusing import leave_out
from occhub.orders.standing import absorb, all_lines, reread, unmake
from occhub.orders.wishing import is_reserved_as_agreed, note_of, reserve_until, token_tag, wish_for
from occhub.partners.models import Hub
from occhub.shopify.client import Store
from occhub.shopify.drafts import (
    DraftState,
    DraftWish,
    create_draft,
    delete_draft,
    recent_drafts,
    reword_draft,
    update_draft,
)
from occhub.shopify.errors import Rejected, Unavailable

# Real seconds: longer than any request of ours lives, so that what was not created by then never will be.
LOST_AFTER = 60.0


def unplaced_parts(master: MasterOrder) -> list[MasterPart]:
    """The parts that are not orders yet, in their order."""
    query = MasterPart.select().where((MasterPart.master == master.id) & MasterPart.state.in_(UNPLACED))
    parts = list(query.order_by(MasterPart.position))
    for part in parts:
        part.master = master
    return parts


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

    Of a draft kept as the partner wrote it (R13) only the words and the reservation are ours. A variant the partner's
    store refuses is left out, the rest goes; None where nothing is left. `becomes`: the part's state from then on.
    """
    while True:
        lines = all_lines(part)
        try:
            state = _keep_up(store, part, state) if part.accepted else _write(store, part, lines, held, state)
        except Rejected as refusal:
            if part.accepted:
                raise
            leave_out(store, part, [line for line in lines if line.wanted], refusal, held)
            continue
        if state is not None:
            with write():
                held.confirm()
                absorb(part, lines, state, as_of=as_of, becomes=becomes)
                MasterOrder.update(checked_at=as_of).where(MasterOrder.id == part.master_id).execute()
        return state


def _write(
    store: Store, part: MasterPart, lines: list[MasterLine], held: Held, state: DraftState | None
) -> DraftState | None:
    wanted = [line for line in lines if line.wanted]
    if not wanted:
        _drop(store, part, held)
        return None
    wish = wish_for(part, wanted, Hub.get_hub())
    if part.draft_id is None:
        # Without reservation: should the answer be lost, what strays holds nobody's stock.
        state = _create(store, part, dataclasses.replace(wish, reserve_until=None), held)
    if state is None or not is_fulfilled(wish, part, state):
        state = update_draft(store, part.draft, wish)
    return state


def _keep_up(store: Store, part: MasterPart, state: DraftState | None) -> DraftState:
    if state is None or not is_reserved_as_agreed(part, state.reserve_until):
        state = reword_draft(store, part.draft, note_of(part.master, Hub.get_hub()), reserve_until(part))
    return state


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
