"""`occhub doctor`: what is wrong with settings, database, queue, clock, keys and the hub's store, and what to do.

It may run beside the app and changes nothing of it: no table is made, no nudge is taken.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from occhub import backup, clock, database, queue, schedule, shopify
from occhub.errors import HubError, Misconfigured
from occhub.inbox import FAILED, PENDING, InboxEvent
from occhub.partners.models import ATTENTION, Hub, Partner
from occhub.schedule import DueJob
from occhub.settings import Settings
from occhub.shopify import open_store, tokens
from occhub.shopify.errors import StoreError
from occhub.shopify.gateway import server_time
from occhub.shopify.scopes import missing_scopes
from occhub.shopify.shops import read_shop

WELL, LOOK, WRONG = "well", "look", "WRONG"
# Older libraries can corrupt a write-ahead log (https://sqlite.org/wal.html#walresetbug).
_SQLITE = (3, 51, 3)
_LITTLE_ROOM = 200 * 10**6
# An ID token lives a minute, and is refused outside of it.
_CLOCK_MAY_BE_OFF = timedelta(seconds=10)
_SILENCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is (WELL, LOOK at it when there is time, or WRONG), and what to do in plain words."""

    subject: str
    state: str
    sentence: str


Findings = Iterator[Finding]


def examine(environ: Mapping[str, str]) -> Findings:
    """Everything in turn; what cannot be looked at because something before it is wrong is left out."""
    try:
        settings = Settings.read(environ)
        clock.set_clock(settings.clock)
    except Misconfigured as error:
        for line in str(error).splitlines()[1:]:
            yield Finding("settings", WRONG, f"{line.strip()}.")
        return
    yield _settings(settings)
    yield _queue(settings)
    found = list(_database(settings))
    yield from found
    if any(finding.state == WRONG for finding in found):
        return
    shopify.open_gateway(settings)
    try:
        with database.session():
            for look in (_hub_row, _clock, _work, _keys, _hub, _partners, _copy):
                yield from look(settings)
    finally:
        shopify.close_gateway()


def _settings(settings: Settings) -> Finding:
    if settings.production:
        return Finding("settings", WELL, f"complete; the hub is {settings.hub_shop}.")
    return Finding("settings", LOOK, "complete, but APP_ENV is not production: unset it before real stores connect.")


def _database(settings: Settings) -> Findings:
    file = database.file_of(settings.database_url)
    if file:
        if not file.exists():
            yield Finding("database", WRONG, f"there is none at {file}: start the app once, or correct DATA_DIR.")
            return
        if not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
            yield Finding("database", WRONG, f"{file} cannot be written: give it and its directory to the app's user.")
            return
        yield _room(file)
    try:
        database.open_database(settings.database_url)
        with database.session():
            waiting = database.unapplied_migrations()
            if waiting:
                sentence = f"{', '.join(waiting)} must still be applied: `python -m occhub migrate`."
                yield Finding("database", WRONG, sentence)
            else:
                yield _soundness()
    except Exception as error:
        # Not in the driver's words: the address may hold a password.
        yield Finding("database", WRONG, f"it does not answer ({type(error).__name__}): check DATABASE_URL.")


def _soundness() -> Finding:
    version = database.sqlite_version()
    if version is None:
        return Finding("database", WELL, "PostgreSQL answers; its tables are up to date.")
    (said,) = database.db.execute_sql("pragma quick_check(1)").fetchone()
    if said != "ok":
        return Finding("database", WRONG, f"the file is damaged ({said}): stop the app and restore a copy.")
    if tuple(int(part) for part in version.split(".")) < _SQLITE:
        return Finding("database", WRONG, f"SQLite {version} can corrupt its log: use cysqlite:/// in DATABASE_URL.")
    return Finding("database", WELL, f"whole and up to date (SQLite {version}).")


def _room(file: Path) -> Finding:
    free = shutil.disk_usage(file.parent).free
    if free < _LITTLE_ROOM:
        return Finding("disk", WRONG, f"only {free / 1e6:.0f} MB are free where {file} is: make room.")
    return Finding("disk", WELL, f"{free / 1e9:.1f} GB are free.")


def _queue(settings: Settings) -> Finding:
    file = database.file_of(settings.queue_url)
    if file and not file.exists():
        return Finding("queue", LOOK, f"there is none at {file} yet; the start makes it.")
    try:
        queue.open_queue(settings.queue_url, {}, lambda: None)
        waiting = queue.ping()
    except Exception as error:
        sentence = f"it does not answer ({type(error).__name__}): check QUEUE_URL. A queue's file may be deleted."
        return Finding("queue", WRONG, sentence)
    if waiting > schedule.ENOUGH:
        return Finding("queue", WRONG, f"{waiting} nudges wait: is a worker running? See the log for what holds it up.")
    return Finding("queue", WELL, f"it answers; nudges waiting: {waiting}.")


def _hub_row(settings: Settings) -> Findings:
    hub = Hub.get_or_none()
    if hub is not None and hub.shop != settings.hub_shop:
        sentence = f"HUB_SHOP is {settings.hub_shop}, but this database belongs to {hub.shop}: correct one of them."
        yield Finding("settings", WRONG, sentence)


def _clock(settings: Settings) -> Findings:
    tick = schedule.last_tick()
    if tick is None or clock.now() - tick > max(_SILENCE, clock.span(60.0)):
        since = f"since {tick:%Y-%m-%d %H:%M} UTC" if tick else "yet"
        yield Finding("clock", WRONG, f"it has not ticked {since}: no app or worker is running on this database.")
    else:
        yield Finding("clock", WELL, "it ticks.")
    if settings.clock != clock.REAL:
        return
    try:
        off = clock.now() - server_time(settings.hub_shop)
    except StoreError:
        return  # said where the hub is asked
    if abs(off) > _CLOCK_MAY_BE_OFF:
        sentence = (
            f"this machine's clock is {off.total_seconds():+.0f} s off Shopify's: set it by NTP, or nobody gets in."
        )
        yield Finding("clock", WRONG, sentence)


def _work(settings: Settings) -> Findings:
    for job in DueJob.select().where(DueJob.error.is_null(False)).order_by(DueJob.name):
        yield Finding("work", LOOK, f"“{job.name}” failed when it ran last: {job.error}")
    failed = InboxEvent.select().where(InboxEvent.state == FAILED).count()
    if failed:
        yield Finding("work", LOOK, f"{failed} messages could not be handled: Activity, Messages, can replay them.")
    late = (InboxEvent.state == PENDING) & (InboxEvent.received_at < clock.now() - 2 * _SILENCE)
    waiting = InboxEvent.select().where(late).count()
    if waiting:
        yield Finding("work", LOOK, f"{waiting} messages have waited for ten minutes: Activity, Messages, says why.")


def _keys(settings: Settings) -> Findings:
    closed = tokens.unopened()
    if closed:
        sentence = f"no key of TOKEN_KEY opens the tokens of {', '.join(closed)}: add the old key behind the new one."
        yield Finding("keys", WRONG, f"{sentence} If it is lost, each of them must open the app once.")
    else:
        yield Finding("keys", WELL, "TOKEN_KEY opens every token.")
    if settings.api_secret_old:
        sentence = (
            "SHOPIFY_API_SECRET_OLD is set: a day after the change revoke the old secret at Shopify, then unset it."
        )
        yield Finding("keys", LOOK, sentence)


def _hub(settings: Settings) -> Findings:
    try:
        info = read_shop(open_store(settings.hub_shop))
    except HubError as error:
        remedy = "open the app once in the hub's admin; if that does not help, check SHOPIFY_API_KEY and _SECRET."
        yield Finding("hub", WRONG, f"{error}: {remedy}")
        return
    missing = missing_scopes(info.scopes, hub=True)
    if missing:
        yield Finding(
            "hub", WRONG, f"{info.name} has not granted {', '.join(missing)}: open the app there and allow it."
        )
    else:
        yield Finding("hub", WELL, f"{info.name} answers, and everything we need is granted.")


def _partners(settings: Settings) -> Findings:
    for partner in Partner.select().where(Partner.state == ATTENTION).order_by(Partner.name):
        yield Finding("partners", LOOK, f"{partner.name} needs attention: {partner.attention}")


def _copy(settings: Settings) -> Findings:
    blind_since = backup.restored_from()
    if blind_since:
        sentence = (
            f"this is a copy of {blind_since:%Y-%m-%d %H:%M} UTC put back; nothing is ordered until it is compared."
        )
        yield Finding("restore", LOOK, sentence)
    if not database.is_sqlite():
        return
    copy = backup.last_copy()
    if copy is None or copy.is_old(clock.now()):
        last = f"the last copy was made on {copy.made_at:%Y-%m-%d}" if copy else "no copy of the database was made yet"
        yield Finding("backup", LOOK, f"{last}, though the app makes one each night: Activity, Health, says why.")
    else:
        yield Finding("backup", WELL, f"the last copy was made on {copy.made_at:%Y-%m-%d} ({copy.megabytes}).")


def report(environ: Mapping[str, str], say: Callable[[str], object]) -> bool:
    """Say each finding in a line as it is found; answers whether nothing is WRONG."""
    wrong = 0
    for finding in examine(environ):
        say(f"{finding.state:<6}{finding.subject:<10}{finding.sentence}")
        wrong += finding.state == WRONG
    say("Nothing is wrong." if not wrong else f"Wrong: {wrong}.")
    return not wrong
