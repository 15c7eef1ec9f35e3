"""One SyncLog row for each run of this room that did something (R20)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from occhub import clock
from occhub.database import write
from occhub.errors import HubError
from occhub.shopify.client import Store
from occhub.synclog import SyncLog

UNFORESEEN = "Something went wrong on our side ({kind})."


@dataclass
class Journal:
    """What the run has done so far; `always` keeps a row even if it changed nothing (R21)."""

    read: int = 0
    changed: int = 0
    failed: int = 0
    detail: str = ""
    always: bool = False


@contextmanager
def run_of(
    kind: str, trigger: str, store: Store, *, as_of: datetime, partner_id: int | None = None, always: bool = False
) -> Iterator[Journal]:
    """Note the block as a run when it changed something, failed, or is to be noted anyway."""
    run = Journal(always=always)
    try:
        yield run
    except Exception as error:
        run.failed = run.failed or 1
        known = str(error) if isinstance(error, HubError) else UNFORESEEN.format(kind=type(error).__name__)
        _keep(run, kind, trigger, store, as_of, partner_id, error=known)
        raise
    if run.changed or run.failed or run.always:
        _keep(run, kind, trigger, store, as_of, partner_id)


def _keep(
    run: Journal,
    kind: str,
    trigger: str,
    store: Store,
    as_of: datetime,
    partner_id: int | None,
    error: str | None = None,
) -> None:
    with write():
        SyncLog(kind=kind, trigger=trigger, started_at=as_of, partner_id=partner_id).finish(
            as_of=clock.now(),
            error=error,
            read=run.read,
            changed=run.changed,
            failed=run.failed,
            detail=run.detail,
            calls=store.calls,
            points=store.points,
        )
