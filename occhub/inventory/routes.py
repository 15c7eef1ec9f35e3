"""Sync now, and the page of one run."""

from starlette.responses import Response

from occhub.errors import NotFound
from occhub.inventory.models import StockChange
from occhub.inventory.running import start_run
from occhub.partners.models import Partner
from occhub.queue import nudge
from occhub.synclog import SyncLog
from occhub.web import Visit, render

_SHOWN = 250


def create(visit: Visit) -> Response:
    """Sync everything now."""
    return _started(visit, start_run("person", as_of=visit.as_of))


def create_for_partner(visit: Visit) -> Response:
    """Sync one partner now."""
    return _started(visit, start_run("person", as_of=visit.as_of, partner=Partner.find(visit.number("id"))))


def progress(visit: Visit) -> Response:
    """How a run is going, as a fragment that asks again while it goes."""
    return render(visit, "inventory/_progress.html", run=_find(visit))


def show(visit: Visit) -> Response:
    """One run and what it changed."""
    run = _find(visit)
    changes = StockChange.select().where(StockChange.run == run).order_by(StockChange.id).limit(_SHOWN)
    return render(visit, "inventory/show.html", run=run, changes=list(changes), partner=_partner(run))


def _started(visit: Visit, run: SyncLog) -> Response:
    nudge("stock")
    return render(visit, "inventory/_progress.html", run=run)


def _find(visit: Visit) -> SyncLog:
    run = SyncLog.get_or_none(SyncLog.id == visit.number("id"))
    if run is None:
        raise NotFound("There is no such run.")
    found: SyncLog = run
    return found


def _partner(run: SyncLog) -> Partner | None:
    return Partner.get_or_none(Partner.id == run.partner_id) if run.partner_id else None
