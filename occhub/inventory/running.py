"""All comparing of stock stands in one line: promised runs, then rounds over what changed, one worker at a time."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from peewee import ModelSelect

from occhub import clock, leases
from occhub.catalog.models import Import
from occhub.database import write
from occhub.errors import Conflict, HubError
from occhub.inventory import shelves
from occhub.inventory.outcome import KIND, Book
from occhub.inventory.syncing import sync
from occhub.partners.models import Partner
from occhub.synclog import RUNNING, SyncLog

log = logging.getLogger(__name__)

LINE = "stock"
WAITS = "Waits for its turn."
# Real seconds. Changes come in bursts: this long they gather before a round.
_GATHER = 0.4
# Real seconds a partner may take to answer: a round must not keep everybody else's changes waiting.
_IN_A_ROUND, _IN_A_RUN = 8.0, 30.0
# Real seconds: what is due within them is waited for, the rest is found by the clock.
_LINGER = 3.0


def start_run(
    trigger: str, *, as_of: datetime, partner: Partner | None = None, listing: Import | None = None
) -> SyncLog:
    """Promise a run over everything, one partner or one product; one that still waits for its turn serves as well."""
    scope = {"partner_id": partner.id if partner else None, "listing_id": listing.id if listing else None}
    with write():
        same = (SyncLog.kind == KIND) & (SyncLog.state == RUNNING) & (SyncLog.detail == WAITS)
        for name, value in scope.items():
            column = getattr(SyncLog, name)
            same &= column.is_null() if value is None else column == value
        waiting: SyncLog | None = SyncLog.get_or_none(same)
        if waiting is None:
            waiting = SyncLog.start(KIND, trigger, as_of=as_of, **scope)
            waiting.detail = WAITS
            waiting.save()
    return waiting


def work_off(after_each: Callable[[], object] = lambda: None) -> None:
    """Carry out what is promised and compare what changed, until nothing is left; if somebody is at it, he does it.

    A wish is committed before its nudge, and whoever let go of the lease looks once more, so none is lost.
    `after_each` is called after each run and each round.
    """
    while _next_due() is not None and not is_at_work():
        try:
            with leases.hold(LINE):
                _close_broken_rounds()
                while _one_thing(after_each):
                    pass
        except Conflict:
            return


def is_at_work() -> bool:
    """Whether somebody works off the line, who will see what is wanted before he leaves."""
    return leases.is_held(LINE)


def carry_out(run: SyncLog) -> None:
    """Do a promised run, a slice at a time; its row tells how far it is and how it ended."""
    book = Book(run.trigger, run)
    book.tell("Reading your store.")
    error = None
    try:
        for slice_ in shelves.slices(run):
            sync(slice_, book, patience=_IN_A_RUN, as_of=clock.now())
    except HubError as failure:
        error = str(failure)
    except Exception as failure:
        log.exception("the run %s failed", run.id)
        error = f"Something went wrong on our side ({type(failure).__name__})."
    book.close(clock.now(), error=error)


def compare_changed() -> None:
    """One round over everything that changed since it was compared."""
    now = clock.now()
    wanted = shelves.wanted(now)
    if not wanted:
        return
    book, error = Book("webhook"), None
    try:
        sync(wanted, book, patience=_IN_A_ROUND, as_of=now)
    except Exception as failure:
        if not isinstance(failure, HubError):
            log.exception("a round over what changed failed")
        error = str(failure)
        with write():
            shelves.put_off([shelf.id for shelf in wanted], shelves.again_in(60.0))
    book.close(clock.now(), error=error)


def _one_thing(after_each: Callable[[], object]) -> bool:
    """Do what is next; False when there is nothing to wait for any more."""
    run = _promised().first()
    if run is not None:
        carry_out(run)
        after_each()
        return True
    due = shelves.next_wanted()
    if due is None:
        return False
    now = clock.now()
    if due <= now:
        time.sleep(_GATHER)
        compare_changed()
        after_each()
        return True
    if due > now + clock.span(_LINGER):
        return False
    time.sleep(0.1)
    return True


def _next_due() -> datetime | None:
    run = _promised().first()
    due = run.started_at if run else shelves.next_wanted()
    return due if due is not None and due <= clock.now() + clock.span(_LINGER) else None


def _promised() -> "ModelSelect[Any]":
    promised = (SyncLog.kind == KIND) & (SyncLog.state == RUNNING) & (SyncLog.trigger != "webhook")
    return SyncLog.select().where(promised).order_by(SyncLog.id)


def _close_broken_rounds() -> None:
    # Rounds have no promise of their own: what they were about is still wanted, so only their row needs an end.
    broken = (SyncLog.kind == KIND) & (SyncLog.state == RUNNING) & (SyncLog.trigger == "webhook")
    for run in list(SyncLog.select().where(broken)):
        with write():
            run.finish(as_of=clock.now(), error="This round was interrupted; its numbers were compared again.")
