"""The queue: nudges make things soon, never promise them; its consumer lives in the web process without its signals."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from occhub import clock, database, queue
from occhub.database import write
from occhub.errors import Misconfigured
from occhub.settings import Settings
from tests.postgres import programs

WAIT = 30


class Bell:
    """Some work that rings; `wait` tells with what it was rung."""

    def __init__(self) -> None:
        self.rung = threading.Event()
        self.calls: list[tuple[Any, ...]] = []

    def __call__(self, *args: Any) -> None:
        self.calls.append(args)
        self.rung.set()

    def wait(self) -> tuple[Any, ...]:
        assert self.rung.wait(WAIT), "never rung"
        return self.calls[-1]


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def opened(settings: Settings, database: None) -> Callable[..., None]:
    def open_it(url: str = "", tick: Callable[[], object] = lambda: None, **nudges: Callable[..., object]) -> None:
        queue.open_queue(url or settings.queue_url, nudges, tick)

    return open_it


@pytest.fixture
def working() -> Iterator[Callable[[], None]]:
    consumers = []

    def start() -> None:
        consumers.append(queue.make_consumer())
        consumers[-1].start()

    yield start
    for consumer in consumers:
        consumer.stop(graceful=True)


def test_a_nudge_starts_the_work_of_its_name(opened: Any, working: Any, bell: Bell) -> None:
    opened(stock=bell)
    working()
    queue.nudge("stock", 7, "now")
    assert bell.wait() == (7, "now")


def test_a_nudge_waits_in_its_file_for_the_next_process(opened: Any, working: Any, bell: Bell) -> None:
    opened(stock=bell)
    queue.nudge("stock")
    assert queue.ping() == 1
    opened(stock=bell)
    working()
    assert bell.wait() == ()


def test_work_has_a_session(opened: Any, working: Any, bell: Bell) -> None:
    opened(stock=lambda: bell(database.db.is_closed()))
    working()
    queue.nudge("stock")
    assert bell.wait() == (False,)


def test_nudging_inside_a_write_is_refused(opened: Any, bell: Bell) -> None:
    opened(stock=bell)
    with write(), pytest.raises(RuntimeError, match="nudge after the commit"):
        queue.nudge("stock")


def test_a_name_nothing_is_bound_to_is_refused(opened: Any) -> None:
    opened()
    with pytest.raises(KeyError, match="stokc"):
        queue.nudge("stokc")


def test_work_that_fails_stops_nobody(opened: Any, working: Any, bell: Bell, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ZeroDivisionError("on purpose")

    opened(stock=fail, claims=bell)
    working()
    queue.nudge("stock")
    queue.nudge("claims")
    bell.wait()
    deadline = time.monotonic() + 10  # another worker may still be writing its traceback
    while "on purpose" not in caplog.text and time.monotonic() < deadline:
        time.sleep(0.02)
    assert "on purpose" in caplog.text


def test_a_queue_that_fails_loses_the_nudge_and_nothing_else(
    opened: Any, bell: Bell, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    opened(stock=bell)
    (settings.data_dir / "queue.db").write_bytes(b"no database at all" * 100)
    queue.nudge("stock")
    assert "was lost" in caplog.text


def test_the_clock_ticks_when_the_consumer_starts(opened: Any, working: Any, bell: Bell) -> None:
    opened(tick=bell)
    working()
    bell.wait()


def test_on_a_fast_clock_minutes_are_shorter(opened: Any, working: Any) -> None:
    clock.set_clock("2026-11-02T09:00:00Z@240")
    ticks = threading.Semaphore(0)
    opened(tick=ticks.release)
    working()
    assert all(ticks.acquire(timeout=WAIT) for _ in range(3))


def test_the_consumer_in_the_web_process_takes_no_signals(opened: Any, working: Any) -> None:
    signals = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = [signal.getsignal(sign) for sign in signals]
    opened()
    working()
    assert [signal.getsignal(sign) for sign in signals] == before


def test_the_consumer_can_be_started_off_the_main_thread(opened: Any, working: Any, bell: Bell) -> None:
    opened(stock=bell)
    thread = threading.Thread(target=working)
    thread.start()
    thread.join()
    queue.nudge("stock")
    bell.wait()


@pytest.mark.postgres
@pytest.mark.skipif(programs() is None, reason="no PostgreSQL on this machine")
def test_the_queue_works_on_postgresql_too(opened: Any, working: Any, bell: Bell, postgres_url: str) -> None:
    opened(postgres_url.format(name="postgres"), stock=bell)
    working()
    queue.nudge("stock", 3)
    assert bell.wait() == (3,)


def test_an_unknown_queue_is_refused_by_name(opened: Any) -> None:
    with pytest.raises(Misconfigured, match="QUEUE_URL: 'amqp'"):
        opened("amqp://localhost")
