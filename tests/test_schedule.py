"""The timetable: each due job once, whoever ticks; what was missed is made up for once; what died is found again."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from occhub import clock, leases, queue, schedule
from occhub.database import session
from occhub.inbox import PENDING, InboxEvent
from occhub.partners.models import Hub
from occhub.schedule import NUDGES, TIMETABLE, DueJob, Job, at_night, daily_hour, every, run_job, tick

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
JOB = "the job of these tests"
Asked = Callable[[], list[tuple[str, ...]]]


class Work:
    """Some work that counts how often it was done, and fails as often as it is told."""

    def __init__(self) -> None:
        self.done = 0
        self.failures = 0

    def __call__(self) -> None:
        self.done += 1
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the store does not answer")


@pytest.fixture
def asked() -> Asked:
    """What waits in the queue, in order."""
    huey = queue.open_queue("memory:", {"job": lambda name: None, "inbox": lambda: None}, tick)
    return lambda: [task.args for task in huey.pending()]


@pytest.fixture
def work(either_database: str, monkeypatch: pytest.MonkeyPatch, asked: Asked) -> Work:
    """The only job of the timetable, due every ten minutes; it is Monday noon, and the clock stands almost still."""
    work = Work()
    monkeypatch.setattr(schedule, "TIMETABLE", {JOB: Job(work, every(minutes=10))})
    at(NOON)
    return work


def at(moment: datetime) -> None:
    """Set the clock: it hardly moves by itself."""
    clock.set_clock(f"{moment.isoformat()}@0.000001")


def next_at() -> datetime:
    moment: datetime = DueJob.get(DueJob.name == JOB).next_at
    return moment


def test_a_tick_asks_for_what_is_due(work: Work, asked: Asked) -> None:
    tick()
    assert asked() == [("job", JOB)]
    run_job(JOB)
    tick()
    assert asked() == [("job", JOB)]
    at(NOON + timedelta(minutes=10))
    tick()
    assert asked() == [("job", JOB)] * 2


def test_a_job_asked_for_twice_is_done_once(work: Work) -> None:
    run_job(JOB)
    run_job(JOB)
    assert work.done == 1


def test_two_workers_do_a_due_job_once(work: Work) -> None:
    start = threading.Barrier(4)

    def worker() -> None:
        start.wait()
        with session():
            run_job(JOB)

    workers = [threading.Thread(target=worker) for _ in range(4)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    assert work.done == 1


def test_a_job_somebody_is_at_is_left_to_him(work: Work) -> None:
    with leases.hold(f"job {JOB}"):
        run_job(JOB)
    assert work.done == 0


def test_slots_missed_while_the_machine_slept_are_made_up_for_once(work: Work, asked: Asked) -> None:
    run_job(JOB)
    at(NOON + timedelta(hours=9, minutes=3))
    tick()
    run_job(JOB)
    tick()
    assert work.done == 2
    assert asked() == [("job", JOB)]
    assert next_at() == NOON + timedelta(hours=9, minutes=10)


def test_a_job_that_fails_is_due_again_a_minute_later_and_says_why(work: Work) -> None:
    work.failures = 1
    run_job(JOB)
    row = DueJob.get(DueJob.name == JOB)
    assert row.error == "ConnectionError: the store does not answer"
    assert timedelta(0) <= row.next_at - NOON - timedelta(minutes=1) < timedelta(seconds=1)
    at(NOON + timedelta(minutes=2))
    run_job(JOB)
    assert (work.done, DueJob.get(DueJob.name == JOB).error) == (2, None)


def test_a_job_that_died_with_its_process_is_done_again_after_its_lease(work: Work) -> None:
    with leases.hold(f"job {JOB}"):
        # As a killed process leaves it: the row is still due, the lease is not given back but ends.
        leases.Lease.update(until=datetime.now(UTC) - timedelta(seconds=1), holder="a dead process").execute()
        tick()
        run_job(JOB)
    assert work.done == 1


def test_the_tick_asks_for_deliveries_nobody_handled(work: Work, asked: Asked) -> None:
    facts = {"shop": "a.myshopify.com", "topic": "orders/create", "received_at": NOON, "state": PENDING}
    InboxEvent.create(webhook_id="later", next_at=NOON + timedelta(minutes=5), **facts)
    tick()
    assert ("inbox",) not in asked()
    at(NOON + timedelta(minutes=6))
    tick()
    assert ("inbox",) in asked()


def test_the_last_tick_is_remembered(work: Work) -> None:
    assert schedule.last_tick() is None
    tick()
    tick()
    seen = schedule.last_tick()
    assert seen is not None
    assert abs(seen - NOON) < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("step", "moment", "slot"),
    [
        (timedelta(hours=1), "12:00", "13:00"),
        (timedelta(hours=1), "12:59", "13:00"),
        (timedelta(minutes=15), "12:01", "12:15"),
        (timedelta(minutes=1), "12:00", "12:01"),
    ],
)
def test_slots_lie_at_whole_multiples(step: timedelta, moment: str, slot: str) -> None:
    start = datetime.fromisoformat(f"2026-11-02T{moment}:00+00:00")
    assert every(seconds=step.total_seconds())(start) == datetime.fromisoformat(f"2026-11-02T{slot}:00+00:00")


@pytest.mark.parametrize(
    ("zone", "hour", "after", "expected"),
    [
        ("America/New_York", 18, "2026-11-02T12:00+00:00", "2026-11-02T18:00-05:00"),
        ("America/New_York", 18, "2026-11-02T18:00-05:00", "2026-11-03T18:00-05:00"),
        ("America/New_York", 18, "2026-10-31T19:00-04:00", "2026-11-01T18:00-05:00"),
        # 2:00 does not exist in New York on 8 March 2026; the first instant after the gap is 3:00.
        ("America/New_York", 2, "2026-03-07T12:00-05:00", "2026-03-08T03:00-04:00"),
        ("America/New_York", 2, "2026-03-08T03:00-04:00", "2026-03-09T02:00-04:00"),
        # 1:00 happens twice on 1 November 2026; the first one counts, and only it.
        ("America/New_York", 1, "2026-10-31T12:00-04:00", "2026-11-01T01:00-04:00"),
        ("America/New_York", 1, "2026-11-01T01:00-04:00", "2026-11-02T01:00-05:00"),
        ("Pacific/Auckland", 18, "2026-11-02T12:00+00:00", "2026-11-03T18:00+13:00"),
    ],
)
def test_the_daily_hour_is_meant_in_the_hubs_zone(
    database: None, zone: str, hour: int, after: str, expected: str
) -> None:
    Hub.create(shop="hub.myshopify.com", zone=zone, daily_hour=hour)
    slot = daily_hour(datetime.fromisoformat(after).astimezone(UTC))
    assert slot == datetime.fromisoformat(expected)


def test_the_night_is_the_hubs(database: None) -> None:
    Hub.create(shop="hub.myshopify.com", zone="America/New_York")
    assert at_night(datetime(2026, 11, 2, 7, 59, tzinfo=UTC)) == datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert at_night(datetime(2026, 11, 2, 8, tzinfo=UTC)) == datetime(2026, 11, 3, 8, tzinfo=UTC)


def test_the_daily_hour_comes_once_a_day_all_year(database: None) -> None:
    Hub.create(shop="hub.myshopify.com", zone="America/New_York", daily_hour=2)
    slot, days = daily_hour(datetime(2026, 1, 1, tzinfo=UTC)), []
    while slot.year == 2026:
        days.append(slot.astimezone(ZoneInfo("America/New_York")).date())
        slot = daily_hour(slot)
    assert len(days) == len(set(days)) >= 364


def test_every_job_and_nudge_is_work_that_can_be_started() -> None:
    assert all(callable(job.work) for job in TIMETABLE.values())
    assert all(callable(work) for work in NUDGES.values())
    assert "inbox" not in NUDGES, "bound where everything is put together"
