"""Huey by URL, nudges by name, and the consumer that lives in the web process.

A nudge only makes something soon: what must happen is a row somewhere, found again by the clock.
"""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from huey import Huey, MemoryHuey, PostgresHuey, PriorityRedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer, Scheduler

from occhub import clock
from occhub.database import in_write, session
from occhub.errors import HubError, Misconfigured

log = logging.getLogger(__name__)

# Real seconds in which running work may finish at a stop; what does not is taken up again from its rows.
DRAIN_SECONDS = 1.0
WORKERS = 4

_huey: Huey | None = None
_enqueue: Callable[..., object] | None = None
_bound: dict[str, Callable[..., object]] = {}


def open_queue(url: str, nudges: Mapping[str, Callable[..., object]], tick: Callable[[], object]) -> Huey:
    """Connect to the queue and bind the names of nudges to what they start; `tick` runs every minute."""
    global _huey, _enqueue
    _huey = _make_huey(url)
    _bound.clear()
    _bound.update(nudges)
    _enqueue = _huey.task(name="nudge")(_run)
    _huey.periodic_task(crontab(minute="*"), name="tick")(lambda: _guarded("tick", tick))
    return _huey


def nudge(name: str, *args: Any) -> None:
    """Ask for some work soon; never inside `write()`, where it could start before the rows are there.

    A queue that does not answer is no reason to fail: the clock finds the rows.
    """
    if in_write():
        raise RuntimeError(f"nudge({name!r}) inside write(): nudge after the commit")
    if name not in _bound:
        raise KeyError(f"no work is bound to the name {name!r}")
    if _enqueue is None:
        raise RuntimeError("the queue is not open")
    try:
        _enqueue(name, *args)
    except Exception:
        log.exception("nudge(%r) was lost", name)


def ping() -> int:
    """How many nudges wait; raises when the queue does not answer."""
    if _huey is None:
        raise RuntimeError("the queue is not open")
    return int(_huey.pending_count())


def _run(name: str, *args: Any) -> None:
    _guarded(name, _bound[name], *args)


def _guarded(name: str, work: Callable[..., object], *args: Any) -> None:
    # A failing nudge is logged and forgotten: its row is still there and the clock will nudge again.
    try:
        with session():
            work(*args)
    except HubError as error:
        log.warning("%s%r could not be done: %s", name, args, error)
    except Exception:
        log.exception("%s%r failed", name, args)


def _make_huey(url: str) -> Huey:
    scheme, _, rest = url.partition(":")
    kind = scheme.partition("+")[0]
    options = {"results": False, "utc": True}
    if kind == "memory":
        return MemoryHuey("occhub", **options)
    if kind == "sqlite":
        path = Path(rest.removeprefix("///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        # Nudges may be lost, but without fsync a power cut could spoil the whole file.
        return SqliteHuey("occhub", filename=str(path), fsync=True, timeout=10, **options)
    if kind in ("postgres", "postgresql"):
        return PostgresHuey("occhub", dsn=f"postgresql:{rest}", **options)
    if kind in ("redis", "rediss"):
        return PriorityRedisHuey("occhub", url=url, **options)
    raise Misconfigured(f"QUEUE_URL: {scheme!r} is not a queue we know; use sqlite:///…, postgresql://… or redis://…")


class _Pacemaker(Scheduler):
    """Huey's scheduler, whose minute is a minute of our clock."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.periodic_task_seconds = max(0.25, 60 / clock.speed())
        self.interval = min(1.0, self.periodic_task_seconds)


class InProcessConsumer(Consumer):
    """Huey's consumer as a part of the web process."""

    scheduler_class = _Pacemaker

    def _set_signal_handlers(self) -> None:
        # The server owns the signals: the stock handlers would make it deaf to SIGTERM.
        pass


def make_consumer() -> InProcessConsumer:
    """A consumer of the open queue; start() and stop(graceful=True) are its owner's."""
    return InProcessConsumer(
        _huey,
        workers=WORKERS,
        initial_delay=0.02,
        max_delay=0.2,
        shutdown_timeout=DRAIN_SECONDS,
    )
