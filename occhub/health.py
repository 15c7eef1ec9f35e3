"""Is the app well? One answer for the platform's check, and a page that tells people more."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import fn
from starlette.responses import JSONResponse, Response

from occhub import __version__, backup, clock, database, queue, schedule
from occhub.inbox import FAILED as GIVEN_UP
from occhub.inbox import PENDING, InboxEvent
from occhub.partners.models import ATTENTION, CONNECTED, PAUSED, Hub, Partner
from occhub.schedule import DueJob
from occhub.shopify import tokens
from occhub.shopify.gateway import gateway
from occhub.shopify.limiter import Budget
from occhub.synclog import FAILED, SyncLog
from occhub.web import Visit, render

# The clock ticks every minute; after so many of them without one the machine is not doing its work.
_SILENT_MINUTES = 5
DAY = timedelta(days=1)


@dataclass(frozen=True)
class StoreHealth:
    """A store we talk to: what is left of its budget, and until when our access lasts if nobody renews it."""

    name: str
    path: str
    budget: Budget | None
    access_ends: datetime | None


@dataclass(frozen=True)
class Work:
    """What was done and what waits: runs of the last day with their cost in calls and points, messages of Shopify."""

    runs: int
    failed_runs: int
    calls: int
    points: int
    waiting_messages: int
    failed_messages: int


def show(visit: Visit) -> Response:
    """200 with the facts, or 503 saying what is wrong."""
    facts, wrong = _examine()
    return JSONResponse(facts | {"ok": not wrong, "wrong": wrong}, status_code=503 if wrong else 200)


def overview(visit: Visit) -> Response:
    """How the machine does: queue and clock, each job of the timetable, each store's budget, and what failed."""
    facts, wrong = _examine()
    jobs = DueJob.select().where(DueJob.name.in_(list(schedule.TIMETABLE)))
    return render(
        visit,
        "home/health.html",
        facts=facts,
        wrong=wrong,
        last_tick=schedule.last_tick(),
        jobs=sorted(jobs, key=lambda job: (job.error is None, job.name)),
        stores=list(_stores()),
        work=_work(visit.as_of),
    )


def _examine() -> tuple[dict[str, object], list[str]]:
    wrong: list[str] = []
    facts: dict[str, object] = {"version": __version__}
    try:
        facts["database"] = database.sqlite_version() or "postgresql"
        if copied := backup.restored_from():
            facts["restored_from"] = copied.isoformat()
        tick = schedule.last_tick()
        facts["last_tick"] = tick.isoformat() if tick else None
        if tick is None or (clock.now() - tick).total_seconds() > max(_SILENT_MINUTES * 60, 60 * clock.speed()):
            wrong.append("the clock has not ticked for five minutes")
    except Exception as error:
        wrong.append(f"the database does not answer: {type(error).__name__}")
    try:
        facts["queue"] = queue.ping()
    except Exception as error:
        wrong.append(f"the queue does not answer: {type(error).__name__}")
    return facts, wrong


def _stores() -> Iterator[StoreHealth]:
    budgets, ends, hub = gateway().budgets(), tokens.ends(), Hub.get_hub()
    yield StoreHealth(hub.name or hub.shop, "/settings", budgets.get(hub.shop), ends.get(hub.shop))
    talked_to = Partner.state.in_((CONNECTED, PAUSED, ATTENTION))
    for partner in Partner.select().where(talked_to).order_by(Partner.name):
        shop = partner.domain
        yield StoreHealth(partner.name, f"/partners/{partner.id}", budgets.get(shop), ends.get(shop))


def _work(as_of: datetime) -> Work:
    lately = SyncLog.started_at > as_of - DAY
    columns = (fn.COUNT(SyncLog.id), fn.SUM(SyncLog.calls), fn.SUM(SyncLog.points))
    ((runs, calls, points),) = database.rows(SyncLog.select(*columns).where(lately))
    return Work(
        runs=runs,
        failed_runs=SyncLog.select().where(lately & (SyncLog.state == FAILED)).count(),
        calls=int(calls or 0),
        points=int(points or 0),
        waiting_messages=InboxEvent.select().where(InboxEvent.state == PENDING).count(),
        failed_messages=InboxEvent.select().where(InboxEvent.state == GIVEN_UP).count(),
    )
