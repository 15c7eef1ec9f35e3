"""Turning a window's drafts into orders at the cutoff: the one irreversible step, done once (R9, R11, R13)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from peewee import fn

from occhub import clock, leases
from occhub.database import rows, write
from occhub.errors import Conflict
from occhub.leases import Held
from occhub.orders import accepting, demand, failing, matching, minimum
from occhub.orders.capturing import SomeUnread
from occhub.orders.claiming import PATIENCE
from occhub.orders.drafting import bring, reread_parts, unplaced_parts
from occhub.orders.history import tell
from occhub.orders.journal import Journal, run_of
from occhub.orders.models import (
    BELOW_MINIMUM,
    CHANGED,
    DELETED,
    FREEZING,
    UNPLACED,
    MasterLine,
    MasterOrder,
    MasterPart,
)
from occhub.orders.planning import freeze, plan
from occhub.orders.standing import COMPLETED, WAS_CHANGED, WAS_DELETED, adopt, settle
from occhub.orders.surplus import pool_after_surplus
from occhub.partners.models import DISCONNECTED, Hub
from occhub.shopify import open_store
from occhub.shopify.client import Store
from occhub.shopify.drafts import DraftState, complete_draft, read_draft
from occhub.shopify.errors import Unavailable

PENDING_PAYMENT = "PENDING"
# Shopify computes taxes for a moment after an update; the looks are a second apart.
READY_LOOKS = 20
NOT_UNPAID = "The partner's store shows the order as {status}, although nothing was paid."
# So long an order that Shopify fails to show is waited for; then it goes where all goes that is learnt later (R9).
UNREAD_PATIENCE = timedelta(hours=1)
UNREAD = "Shopify could not show all customers' orders; what could not be read goes into the next one."
GAVE_UP = "It could not be placed within 48 hours: {reason}"


def place(
    master: MasterOrder, *, as_of: datetime, trigger: str = "clock", catch_up: Callable[[], object] | None = None
) -> MasterOrder:
    """Place the window's order; answers it as it is then: placed, closed as it was empty, or failed after the grace.

    `catch_up` captures the hub's orders before the freezing (R9), or waits for who does so for several windows at once.
    Raises Conflict when somebody else is at it, a StoreError or Misconfigured when it did not work now; then it is
    written on the window and tried again by the clock.
    """
    store = open_store(master.partner.domain)
    with leases.hold(demand.claims_lease(master.partner_id), patience=PATIENCE) as held:
        matching.match_first(store, master.partner, held, as_of=as_of)
        master = MasterOrder.find(master.id)
        if master.state not in UNPLACED:
            return master
        with run_of("place", trigger, store, as_of=as_of, partner_id=master.partner_id, always=True) as run:
            try:
                _place(store, master, held, run, as_of, catch_up or (lambda: capture_now(as_of)))
            except Exception as error:
                if failing.is_hopeless(master, as_of):
                    failing.give_up(master, GAVE_UP.format(reason=error), held)
                else:
                    failing.remember(master, error, as_of=as_of)
                raise
    return MasterOrder.find(master.id)


def capture_now(as_of: datetime) -> None:
    """Capture what the hub's customers did until now (R9)."""
    demand.catch_up(open_store(Hub.get_hub().shop), as_of)


def due(as_of: datetime) -> list[MasterOrder]:
    """The windows whose cutoff has come and whose next try is due; those the owner must decide about wait for him."""
    query = MasterOrder.select().where(
        MasterOrder.state.in_(UNPLACED)
        & (MasterOrder.cutoff_at <= as_of)
        & (MasterOrder.next_try_at.is_null() | (MasterOrder.next_try_at <= as_of))
    )
    return [
        master
        for master in query.order_by(MasterOrder.cutoff_at)
        if master.partner.state != DISCONNECTED and (not master.question or failing.is_hopeless(master, as_of))
    ]


def ask_now(master: MasterOrder, *, as_of: datetime) -> None:
    """Let the window close at once, or its next try be due: from here on the clock places it."""
    this = (MasterOrder.id == master.id) & MasterOrder.state.in_(UNPLACED)
    small = MasterOrder.question == BELOW_MINIMUM
    with write():
        MasterOrder.update(question="").where(this & small).execute()
        MasterOrder.update(next_try_at=None, failure="").where(this & (MasterOrder.question == "")).execute()
        if MasterOrder.update(send_anyway=True).where(this & ~MasterOrder.send_anyway).execute():
            tell(master, "You asked to place it now.", as_of=as_of)
        MasterOrder.update(cutoff_at=as_of).where(this & (MasterOrder.cutoff_at > as_of)).execute()


def _place(
    store: Store, master: MasterOrder, held: Held, run: Journal, as_of: datetime, catch_up: Callable[[], object]
) -> None:
    failing.clear_up(store, master.partner, held, as_of=as_of)
    reread_parts(store, master, held, as_of=as_of)
    if master.state != FREEZING:
        _learn(master, catch_up, as_of)
    master = _frozen(master, held, as_of)
    if master.state != FREEZING:
        run.detail = "Too small to be placed."
        return
    parts = unplaced_parts(master)
    # Sent even if nothing has changed: the words "do not ship" must not go with the order.
    drafts = [(part, bring(store, part, held, as_of=as_of, becomes=FREEZING)) for part in parts]
    for part, draft in drafts:
        if draft is not None:
            _complete(store, part, draft, held, as_of)
            run.changed += 1
    run.read = _units(parts)
    if not run.changed:
        with write():
            held.confirm()
            settle(master.id, as_of=as_of)
    run.detail = _outcome(master)


def _learn(master: MasterOrder, catch_up: Callable[[], object], as_of: datetime) -> None:
    """Capture (R9); a few orders that Shopify cannot show hold nobody's bags up for longer than an hour."""
    try:
        catch_up()
    except SomeUnread:
        if as_of < master.cutoff_at + UNREAD_PATIENCE:
            raise
        with write():
            tell(master, UNREAD, as_of=as_of)


def _frozen(master: MasterOrder, held: Held, as_of: datetime) -> MasterOrder:
    """Decide for good what is in; what is learnt later goes into the next window (R9). Not where it is too small."""
    current = MasterOrder.find(master.id)
    if current.question in (DELETED, CHANGED):
        raise Conflict(WAS_CHANGED if current.question == CHANGED else WAS_DELETED)
    if current.state not in UNPLACED or current.state == FREEZING:
        return current
    if accepting.is_kept(current):
        freeze(current, held, as_of=as_of)
        return current
    pooled = pool_after_surplus(current.partner, held)
    if minimum.stops(current, pooled, held, as_of=as_of):
        return current
    plan(current, pooled, held, freeze_at=as_of)
    return current


def _complete(store: Store, part: MasterPart, draft: DraftState, held: Held, as_of: datetime) -> None:
    _wait_until_ready(store, draft)
    state = _completed(store, part)
    note = ""
    if state.order_id and state.financial_status != PENDING_PAYMENT:
        note = NOT_UNPAID.format(status=state.financial_status.replace("_", " ").lower())
    with write():
        held.confirm()
        adopt(part, state, as_of=as_of, note=note)


def _completed(store: Store, part: MasterPart) -> DraftState:
    try:
        return complete_draft(store, part.draft)
    except Unavailable as error:
        if not error.outcome_unknown:
            raise
        # Never repeated blindly: the draft itself tells whether it has become an order.
        state = read_draft(store, part.draft)
        if state is None or state.status != COMPLETED:
            raise
        return state


def _wait_until_ready(store: Store, draft: DraftState) -> None:
    state: DraftState | None = draft
    for _ in range(READY_LOOKS):
        if state is not None and state.ready:
            return
        clock.sleep(1.0)
        state = read_draft(store, draft.id)
    raise Unavailable(store.shop, "the draft order is still being computed")


def _units(parts: Sequence[MasterPart]) -> int:
    wanted = MasterLine.select(fn.SUM(MasterLine.wanted)).where(MasterLine.part << [part.id for part in parts])
    return int(wanted.scalar() or 0)


def _outcome(master: MasterOrder) -> str:
    placed = MasterPart.select(MasterPart.order_name).where(
        (MasterPart.master == master) & (MasterPart.order_name != "")
    )
    names = ", ".join(name for (name,) in rows(placed.order_by(MasterPart.position)))
    return f"Placed as {names}." if names else "Nothing was wanted; the window was closed."
