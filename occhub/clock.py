"""The one teller of time: due rows, leases, token expiry and bucket refill all ask here.

`CLOCK` is `real`, or `<start>@<speed>` to let a demonstration's week pass in a minute, or
`<start>@<speed>@<anchor>`: the clock showed `start` at the real moment `anchor`, so that several
programs, or one that is restarted, agree.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

REAL = "real"


@dataclass(frozen=True)
class Clock:
    """A clock that showed `start` at the real moment `anchor` and runs `speed` times as fast."""

    start: datetime
    speed: float
    anchor: datetime

    @classmethod
    def parse(cls, spec: str) -> "Clock":
        """Read a `CLOCK` value; raises ValueError saying what is wrong with it."""
        real = datetime.now(UTC)
        if spec == REAL:
            return cls(real, 1.0, real)
        start, _, rest = spec.partition("@")
        speed, _, anchor = rest.partition("@")
        try:
            clock = cls(_moment(start), float(speed or 1), _moment(anchor) if anchor else real)
        except ValueError:
            raise ValueError(f"{spec!r} is neither 'real' nor '<ISO time>@<speed>[@<ISO time>]'") from None
        if not 0 < clock.speed <= 100_000:
            raise ValueError(f"the speed in {spec!r} must lie between 0 and 100000")
        return clock

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return self.start + (datetime.now(UTC) - self.anchor) * self.speed


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_clock = Clock.parse(REAL)


def set_clock(spec: str) -> None:
    """Let the whole process run by this `CLOCK` value; raises ValueError when it is wrong."""
    global _clock
    _clock = Clock.parse(spec)


def now() -> datetime:
    """The time by the process's clock, aware, in UTC."""
    return _clock.now()


def speed() -> float:
    """How many of the clock's seconds pass in a real one."""
    return _clock.speed


def span(real_seconds: float) -> timedelta:
    """What the clock shows to have passed after so many real seconds: no clock hurries the real work leases guard."""
    return timedelta(seconds=real_seconds * _clock.speed)


def sleep(seconds: float) -> None:
    """Wait for so many of the clock's seconds."""
    time.sleep(max(0.0, seconds) / _clock.speed)
