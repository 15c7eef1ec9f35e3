"""Door 3, the clock: the whole timetable, one line a job; a job that was missed runs at the next tick."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import CharField, TextField

from occhub import backup, clock, leases
from occhub.catalog import tasks as catalog
from occhub.database import BaseModel, MomentField, write
from occhub.errors import Conflict, HubError
from occhub.home import tasks as home
from occhub.inbox import PENDING, InboxEvent
from occhub.inventory import tasks as inventory
from occhub.orders import tasks as orders
from occhub.orders.cutoffs import local_instant
from occhub.partners import tasks as partners
from occhub.partners.models import Hub
from occhub.privacy import tasks as privacy
from occhub.queue import nudge, ping

log = logging.getLogger(__name__)

TICK = "tick"
# With so many nudges waiting, the workers are behind; to ask once more would only lengthen the line.
ENOUGH = 100
Slot = Callable[[datetime], datetime]


@dataclass(frozen=True)
class Job:
    """Some work and its slots: `next_slot` tells the first slot after a moment."""

    work: Callable[[], object]
    next_slot: Slot


def every(**interval: float) -> Slot:
    """Slots at whole multiples of the interval."""
    step = timedelta(**interval)
    epoch = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    return lambda moment: epoch + step * ((moment - epoch) // step + 1)


def daily_hour(moment: datetime) -> datetime:
    """The owner's daily hour, in the hub's zone; in a DST gap the first valid instant after it."""
    return _next(moment, Hub.get_hub().daily_hour)


def at_night(moment: datetime) -> datetime:
    """Three o'clock in the hub's zone, when least is sold."""
    return _next(moment, 3)


def _next(moment: datetime, hour: int) -> datetime:
    zone = Hub.get_hub().timezone
    local = moment.astimezone(zone)
    for days in (0, 1, 2):
        slot = local_instant(local.date() + timedelta(days=days), hour, zone)
        if slot > moment:
            return slot
    raise AssertionError("a day has 48 hours at most")


EVERY_MINUTE = every(minutes=1)

TIMETABLE: Mapping[str, Job] = {
    "stock of everything": Job(inventory.sync_everything, every(hours=1)),
    "partners' places": Job(inventory.learn, every(days=1)),
    "old runs forgotten": Job(inventory.forget, every(days=1)),
    "stock of what changed": Job(inventory.sync_changed, EVERY_MINUTE),
    "shortages told": Job(inventory.tell_short, EVERY_MINUTE),
    "walk over the hub's orders": Job(orders.walk, every(minutes=10)),
    "orders of the last hours": Job(orders.walk_again, every(hours=1)),
    "orders that still wait": Job(orders.reread_unfinished, every(days=1)),
    "stores compared after a restore": Job(orders.match_restored, EVERY_MINUTE),
    "claims": Job(orders.claim_due, EVERY_MINUTE),
    "cutoffs": Job(orders.place_due, EVERY_MINUTE),
    "daily check of open orders": Job(orders.check_daily, daily_hour),
    "parcels of placed orders": Job(orders.track_all, every(minutes=15)),
    "stray drafts": Job(orders.sweep, every(minutes=15)),
    "partners' ranges": Job(catalog.refresh_due, every(minutes=5)),
    "prices set on the hub": Job(catalog.see_own_prices, every(hours=1)),
    "imports left unfinished": Job(catalog.resume_imports, EVERY_MINUTE),
    "stores not yet welcomed": Job(partners.welcome, EVERY_MINUTE),
    "tokens and subscriptions": Job(partners.keep_warm, every(days=1)),
    "waiting stores": Job(partners.forget_waiting, every(days=1)),
    "privacy requests": Job(privacy.fulfil, every(hours=1)),
    "old messages": Job(home.tidy, every(days=1)),
    "partings": Job(home.finish_partings, every(minutes=5)),
    "copy of the database": Job(backup.copy_nightly, at_night),
}

# The names by which an act's edge asks for work soon; "inbox" is bound by the composition root.
NUDGES: Mapping[str, Callable[..., object]] = {
    "stock": inventory.sync_changed,
    "stock of everything": inventory.sync_everything,
    "stock of a partner": inventory.sync_partner,
    "places": inventory.learn,
    "orders that still wait": orders.reread_unfinished,
    "shortages": inventory.tell_short,
    "claims": orders.claim_due,
    "place": orders.place,
    "left": orders.release_left,
    "import": catalog.import_one,
    "publish": catalog.publish_ready,
    "range": catalog.refresh_partner,
    "follow": catalog.follow,
    "look again": catalog.look_again,
    "welcome": partners.welcome,
    "partings": home.finish_partings,
    "privacy": privacy.fulfil,
}


class DueJob(BaseModel):
    """When a job is due next, and how it went last."""

    name = CharField(primary_key=True)
    next_at = MomentField()
    started_at = MomentField(null=True)
    finished_at = MomentField(null=True)
    error = TextField(null=True)


def tick() -> None:
    """Nudge what is due. Runs every minute and at the start; a lost nudge is nudged again by the next tick."""
    now = clock.now()
    _remember_tick(now)
    if ping() > ENOUGH:
        log.warning("%d nudges are waiting; what is due is asked for at the next tick", ping())
        return
    known = {job.name: job for job in DueJob.select()}
    for name in TIMETABLE:
        row = known.get(name)
        if row is None or row.next_at <= now:
            nudge("job", name)
    if InboxEvent.select().where((InboxEvent.state == PENDING) & (InboxEvent.next_at <= now)).exists():
        nudge("inbox")


def take_up() -> None:
    """At the start: what is looked at every minute is due at once, for the last process may have left it half done."""
    names = [name for name, job in TIMETABLE.items() if job.next_slot is EVERY_MINUTE]
    with write():
        DueJob.update(next_at=clock.now()).where(DueJob.name.in_(names)).execute()


def run_job(name: str) -> None:
    """Run a due job once, whoever asks: the lease keeps others out, the row says whether it is still due.

    `next_at` moves only when the work is done, so a job that dies with its process is found again.
    """
    try:
        with leases.hold(f"job {name}") as held:
            job = TIMETABLE[name]
            started = clock.now()
            row = DueJob.get_or_none(DueJob.name == name)
            if row is not None and row.next_at > started:
                return
            error = _attempt(name, job)
            with write():
                held.confirm()
                # A failed job is due again at the next tick, not at its next slot.
                next_at = clock.now() + timedelta(minutes=1) if error else job.next_slot(clock.now())
                _remember(name, next_at=next_at, started_at=started, finished_at=clock.now(), error=error)
    except Conflict:
        log.debug("%s is running elsewhere", name)


def last_tick() -> datetime | None:
    """When the clock was last heard."""
    row = DueJob.get_or_none(DueJob.name == TICK)
    return row.started_at if row else None


def _attempt(name: str, job: Job) -> str | None:
    try:
        job.work()
    except HubError as error:
        # A trouble we know by name needs no traceback: a store that is closed, a setting that is missing.
        log.warning("the job %r could not be done: %s", name, error)
        return str(error)
    except Exception as error:
        log.exception("the job %r failed", name)
        return f"{type(error).__name__}: {error}"
    return None


def _remember_tick(now: datetime) -> None:
    with write():
        _remember(TICK, next_at=now, started_at=now, finished_at=now, error=None)


def _remember(name: str, **facts: Any) -> None:
    DueJob.insert(name=name, **facts).on_conflict(conflict_target=[DueJob.name], update=facts).execute()
