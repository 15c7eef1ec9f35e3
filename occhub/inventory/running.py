"""A run of the stock sync from its first row to its last, whoever asked for it."""

from datetime import datetime
from typing import Any

from occhub import clock, leases
from occhub.catalog.models import ACTIVE, GONE, ProductMapping
from occhub.database import write
from occhub.errors import HubError
from occhub.inventory.models import StockChange
from occhub.inventory.syncing import Outcome, sync
from occhub.partners.models import Partner
from occhub.synclog import RUNNING, SyncLog

KIND = "stock"
_LONGEST_ERROR = 2000


def start_run(trigger: str, *, as_of: datetime, partner: Partner | None = None) -> SyncLog:
    """Promise a run over everything, or over one partner; one that is under way already serves as well."""
    partner_id = partner.id if partner else None
    with write():
        same = (
            (SyncLog.kind == KIND)
            & (SyncLog.state == RUNNING)
            & (SyncLog.partner_id.is_null() if partner_id is None else SyncLog.partner_id == partner_id)
        )
        return SyncLog.get_or_none(same) or SyncLog.start(KIND, trigger, as_of=as_of, partner_id=partner_id)


def carry_out(run_id: int, *, as_of: datetime) -> None:
    """Do a promised run; raises Conflict while another worker is at it."""
    with leases.hold(f"run {run_id}"):
        run = SyncLog.get_or_none((SyncLog.id == run_id) & (SyncLog.state == RUNNING))
        if run is None:
            return
        scope = ProductMapping.state.in_((ACTIVE, GONE))
        if run.partner_id is not None:
            scope &= ProductMapping.partner == run.partner_id
        _sync_and_log(run, list(ProductMapping.select().where(scope).order_by(ProductMapping.id)), as_of)


def sync_wanted(*, as_of: datetime) -> int:
    """One round over everything that changed since it was compared; returns how many numbers it changed.

    One worker at a time. A round that changes nothing and fails nowhere leaves no row (R20).
    """
    wanted = list(
        ProductMapping.select().where(
            ProductMapping.stock_wanted_at.is_null(False) & (ProductMapping.state != "missing_on_hub")
        )
    )
    if not wanted:
        return 0
    with write():
        # One left open was cut short with its worker; its rows are still wanted, so it goes on.
        unfinished = (SyncLog.kind == KIND) & (SyncLog.state == RUNNING) & (SyncLog.trigger == "webhook")
        run = SyncLog.get_or_none(unfinished) or SyncLog.start(KIND, "webhook", as_of=as_of)
    outcome = _sync_and_log(run, wanted, as_of)
    if outcome is not None and not outcome.failures and not _changed_anything(run):
        with write():
            run.delete_instance()
    return outcome.changed if outcome else 0


def unfinished_runs() -> list[int]:
    """Promised runs nobody works on: their worker has died, or their nudge was lost."""
    promised = SyncLog.select().where(
        (SyncLog.kind == KIND) & (SyncLog.state == RUNNING) & (SyncLog.trigger != "webhook")
    )
    return [run.id for run in promised if not leases.is_held(f"run {run.id}")]


def _sync_and_log(run: SyncLog, mappings: list[ProductMapping], as_of: datetime) -> Outcome | None:
    try:
        outcome = sync(mappings, run=run, as_of=as_of)
    except Exception as error:
        with write():
            run.finish(as_of=clock.now(), error=str(error) or type(error).__name__)
        if not isinstance(error, HubError):
            raise
        return None
    with write():
        run.finish(as_of=clock.now(), **_figures(outcome))
    return outcome


def _changed_anything(run: SyncLog) -> bool:
    return bool(StockChange.select().where(StockChange.run == run).exists())


def _figures(outcome: Outcome) -> dict[str, Any]:
    return {
        "read": outcome.read,
        "changed": outcome.changed,
        "skipped": outcome.skipped,
        "failed": len(outcome.failures),
        "calls": outcome.calls,
        "points": outcome.points,
        "error": "\n".join(outcome.failures)[:_LONGEST_ERROR] or None,
    }
