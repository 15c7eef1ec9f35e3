"""Look back at runs: what ran, with filters, and what one of them changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import Expression

from occhub.catalog.models import ProductMapping
from occhub.errors import NotFound
from occhub.inventory.models import StockChange
from occhub.partners.models import Partner
from occhub.synclog import FAILED, SyncLog

PAGE = 50
NAMES = {
    "stock": "Stock compared",
    "claim": "Order filled",
    "place": "Order placed",
    "track": "Parcels read",
    "refresh": "Range read",
    "capture": "Orders read",
}
TRIGGERS = {"clock": "the timetable", "webhook": "a change", "person": "you"}


@dataclass(frozen=True)
class Asked:
    """What a list of runs was asked for: a kind or "failed" or "all", a partner or none, a page."""

    tab: str = "all"
    partner_id: int | None = None
    page: int = 1


@dataclass(frozen=True)
class RunsPage:
    """One page of runs; `partners` are the names by id."""

    runs: list[SyncLog]
    partners: dict[int, str]
    asked: Asked
    pages: int


def browse_runs(asked: Asked) -> RunsPage:
    """A page of 50 runs, the newest first."""
    query = SyncLog.select().where(_scope(asked))
    pages = max(1, -(-query.count() // PAGE))
    page = min(max(1, asked.page), pages)
    runs = list(query.order_by(SyncLog.id.desc()).paginate(page, PAGE))
    names = {partner.id: partner.name for partner in Partner.select(Partner.id, Partner.name).order_by(Partner.name)}
    return RunsPage(runs, names, Asked(asked.tab, asked.partner_id, page), pages)


def every_run(asked: Asked, limit: int = 100_000) -> Any:
    """The runs asked for, all pages, one after the other."""
    return SyncLog.select().where(_scope(asked)).order_by(SyncLog.id.desc()).limit(limit).iterator()


def find_run(run_id: int) -> SyncLog:
    """The run of this number; raises NotFound."""
    run: SyncLog | None = SyncLog.get_or_none(SyncLog.id == run_id)
    if run is None:
        raise NotFound("There is no such run; old ones are forgotten after a while.")
    return run


def changes_of(run: SyncLog, page: int = 1) -> tuple[list[StockChange], int]:
    """A page of what the run changed, and how many pages there are."""
    query = StockChange.select(StockChange, ProductMapping).join(ProductMapping).where(StockChange.run == run)
    pages = max(1, -(-query.count() // PAGE))
    return list(query.order_by(StockChange.id).paginate(min(max(1, page), pages), PAGE)), pages


def duration(run: SyncLog) -> str:
    """How long the run took, in words."""
    if run.finished_at is None:
        return "still running"
    seconds = (run.finished_at - run.started_at).total_seconds()
    return f"{seconds:.1f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def last_run_of(partner_id: int, as_of: datetime) -> list[SyncLog]:
    """The partner's own runs of the last month, the newest first, 20 at most."""
    recent = (SyncLog.partner_id == partner_id) & (SyncLog.started_at > as_of - timedelta(days=30))
    return list(SyncLog.select().where(recent).order_by(SyncLog.id.desc()).limit(20))


def _scope(asked: Asked) -> Expression:
    scope: Expression = SyncLog.id.is_null(False)
    if asked.tab == "failed":
        scope &= SyncLog.state == FAILED
    elif asked.tab in NAMES:
        scope &= SyncLog.kind == asked.tab
    if asked.partner_id is not None:
        scope &= SyncLog.partner_id == asked.partner_id
    return scope
