"""What becomes of a window that can't be filled or placed: growing pauses, and an end after the grace (R13)."""

import logging
from datetime import datetime, timedelta

from occhub import clock
from occhub.database import write
from occhub.errors import Conflict, HubError, LeaseLost
from occhub.leases import Held
from occhub.orders import statuses
from occhub.orders.history import tell
from occhub.orders.models import FAILED, PLACED, UNPLACED, Allocation, MasterLine, MasterOrder, MasterPart
from occhub.orders.standing import COMPLETED, adopt, settle
from occhub.orders.wishing import GRACE
from occhub.partners.models import Partner
from occhub.shopify.client import Store
from occhub.shopify.drafts import delete_draft, read_draft

log = logging.getLogger(__name__)

PAUSES = [timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 30)]
UNEXPECTED = "Something went wrong on our side; it is tried again by itself."
PARTLY = "Only a part of it was placed, the rest is wanted again. {reason}"
COMPLETED_LATE = "We had given this order up, but the partner's store had taken it after all."


def remember(master: MasterOrder | None, error: Exception, *, as_of: datetime) -> None:
    """Write on the window why it failed and when it is tried again; being kept out by another worker is no failure."""
    if master is None or master.state not in UNPLACED or isinstance(error, Conflict | LeaseLost):
        return
    with write():
        if not master.failing_since:
            tell(master, f"Trouble: {error if isinstance(error, HubError) else UNEXPECTED}", as_of=as_of)
        MasterOrder.update(
            failure=str(error) if isinstance(error, HubError) else UNEXPECTED,
            failing_since=master.failing_since or as_of,
            tries=master.tries + 1,
            next_try_at=as_of + PAUSES[min(master.tries, len(PAUSES) - 1)],
        ).where(MasterOrder.id == master.id).execute()


def is_hopeless(master: MasterOrder, as_of: datetime) -> bool:
    """Whether the grace after the cutoff is over."""
    return bool(as_of >= master.cutoff_at + GRACE)


def give_up(master: MasterOrder, reason: str, held: Held) -> None:
    """The window has failed: its units are wanted again, its drafts are deleted as soon as the store can be reached."""
    with write():
        held.confirm()
        tell(master, reason, as_of=clock.now())
        parts = MasterPart.select().where((MasterPart.master == master) & MasterPart.state.in_(UNPLACED))
        part_ids = [part.id for part in parts]
        orders = statuses.orders_on_parts(part_ids)
        lines = MasterLine.select(MasterLine.id).where(MasterLine.part << part_ids)
        Allocation.delete().where(Allocation.line << lines).execute()
        MasterLine.update(wanted=0).where(MasterLine.part << part_ids).execute()
        MasterPart.update(state=FAILED).where(MasterPart.id << part_ids).execute()
        if MasterPart.select().where((MasterPart.master == master) & (MasterPart.state == PLACED)).exists():
            settle(master.id, as_of=clock.now())  # of an order too long for one draft some stands, and is owed
            ended = MasterOrder.update(note=PARTLY.format(reason=reason))
        else:
            ended = MasterOrder.update(state=FAILED, failure=reason, question="", next_try_at=None)
        ended.where(MasterOrder.id == master.id).execute()
        statuses.refresh(orders)
    log.warning("master order %s has failed: %s", master.reference, reason)


def clear_up(store: Store, partner: Partner, held: Held, *, as_of: datetime) -> None:
    """Delete what failed windows left on the partner's store; raises a StoreError while it can't be reached.

    Goes before any new draft: a completion of which we never heard must be adopted before its units are ordered anew.
    """
    left = (
        MasterPart.select(MasterPart, MasterOrder)
        .join(MasterOrder)
        .where((MasterOrder.partner == partner) & (MasterPart.state == FAILED) & MasterPart.draft_id.is_null(False))
    )
    for part in left:
        state = read_draft(store, part.draft)
        if state is not None and state.status == COMPLETED:
            with write():
                held.confirm()
                adopt(part, state, as_of=as_of, note=COMPLETED_LATE)
            continue
        if state is not None:
            delete_draft(store, part.draft)
        with write():
            held.confirm()
            MasterPart.update(draft_id=None).where(MasterPart.id == part.id).execute()
