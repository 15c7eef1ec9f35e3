"""The stand-in's sense of time: the real one, or one that starts elsewhere and runs faster."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock: `start` was shown at the real instant `anchor`, and it runs `speed` times as fast as real time."""

    spec: str
    start: datetime
    speed: float
    anchor: datetime

    @classmethod
    def parse(cls, spec: str) -> "Clock":
        """Read `real` or `<ISO start>@<speed>[@<ISO real anchor>]`; the anchor defaults to now. ValueError if wrong."""
        here = datetime.now(UTC)
        if spec == "real":
            return cls(spec, here, 1.0, here)
        start, _, rest = spec.partition("@")
        speed, _, anchor = rest.partition("@")
        clock = cls(spec, _instant(start), float(speed), _instant(anchor) if anchor else here)
        if not clock.speed > 0:
            raise ValueError(f"the speed of a clock must be above 0: {spec!r}")
        return clock

    def now(self) -> datetime:
        """The time it shows, in UTC."""
        real = datetime.now(UTC)
        return real if self.spec == "real" else self.start + (real - self.anchor) * self.speed

    def real_seconds(self, pause: timedelta) -> float:
        """How long a pause on this clock takes in real seconds."""
        return pause.total_seconds() / self.speed


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
