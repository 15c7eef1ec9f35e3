"""Making the partner hold what our customers bought: one open draft order on his store, kept up with our sales."""

from datetime import datetime

from occhub import leases
from occhub.database import write
from occhub.leases import Held
from occhub.orders import failing, matching
from occhub.orders.demand import claims_lease
from occhub.orders.drafting import bring, reread_parts, unplaced_parts
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
from occhub.orders.planning import plan, settled
from occhub.orders.pooling import Pooled, open_window, pools, unplaced
from occhub.orders.surplus import pool_after_surplus
from occhub.orders.wishing import is_reserved_as_agreed
from occhub.partners.models import Partner
from occhub.shopify import open_store
from occhub.shopify.client import Store

PATIENCE = 5.0


def claim(
    partner: Partner, *, as_of: datetime, trigger: str = "clock", overwrite: bool = False, always: bool = False
) -> MasterOrder | None:
    """Bring the partner's open draft up to what is wanted; answers the window, None where nothing is to be claimed.

    `overwrite`: the owner has decided about a draft changed by hand. `always`: note the run even if it changes nothing
    (R21). Raises Conflict when somebody else is at it, a StoreError or Misconfigured when it failed, which is also
    written on the window.
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


def due(as_of: datetime) -> list[Partner]:
    """The partners of whom a claim would change anything, as far as our own rows can tell."""
    partners = list(Partner.reachable())
    pooled = pools(partners)
    windows = {master.partner_id: master for master in MasterOrder.select().where(MasterOrder.state.in_(UNPLACED))}
    parts: dict[int, list[MasterPart]] = {master.id: [] for master in windows.values()}
    for part in MasterPart.select().where(MasterPart.master.in_(list(parts)) & MasterPart.state.in_(UNPLACED)):
        parts[part.master_id].append(part)
    done = settled(parts, {master.id: pooled.get(partner_id, {}) for partner_id, master in windows.items()})
    return [partner for partner in partners if _is_due(windows.get(partner.id), parts, pooled[partner.id], done, as_of)]


def _is_due(
    master: MasterOrder | None,
    parts: dict[int, list[MasterPart]],
    pooled: dict[int, Pooled],
    done: set[int],
    as_of: datetime,
) -> bool:
    if master is None:
        return bool(pooled)
    mine = parts[master.id]
    for part in mine:
        part.master = master
    waits = master.next_try_at is not None and master.next_try_at > as_of
    if waits or master.question in (DELETED, CHANGED) or master.state == FREEZING:
        return False
    off = any(part.draft_id and not is_reserved_as_agreed(part, part.reserved_until) for part in mine)
    if off or any(part.state == CREATING for part in mine):
        return True
    return master.id not in done and not any(part.accepted for part in mine)


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
    if master.question in (DELETED, CHANGED) or master.state == FREEZING:
        return master
    parts = unplaced_parts(master)
    kept = [part for part in parts if part.accepted]
    if not kept and plan(master, pooled, held):
        run.changed, parts = len(pooled), unplaced_parts(master)
    run.read = len(pooled)
    for part in kept or parts:
        bring(store, part, held, as_of=as_of, state=states.get(part.id))
    _note_success(master, held)
    return MasterOrder.find(master.id)


def _note_success(master: MasterOrder, held: Held) -> None:
    asked = master.question == BELOW_MINIMUM
    drafts = (MasterPart.master == master.id) & MasterPart.draft_id.is_null(False)
    with write():
        held.confirm()
        MasterOrder.update(
            state=OPEN if MasterPart.select().where(drafts).exists() else PLANNED,
            failure=master.failure if asked else "",
            failing_since=None,
            next_try_at=None,
            tries=0,
        ).where((MasterOrder.id == master.id) & MasterOrder.state.in_(UNPLACED)).execute()
