"""The budget of points an app has at a store: it empties by what is asked and fills with time."""

from dataclasses import dataclass
from datetime import datetime

RESTORED_PER_SECOND = {"Standard": 100, "Advanced": 200, "Plus": 1000, "Enterprise": 2000}
SECONDS_TO_FILL = 20
DEAREST_QUERY = 1000


@dataclass(slots=True)
class Bucket:
    """A leaky bucket; a Standard store's holds 2,000 points and regains 100 a second."""

    restore_rate: int
    available: float
    at: datetime

    @classmethod
    def full(cls, plan: str, now: datetime) -> "Bucket":
        """A fresh one for a store on this plan."""
        rate = RESTORED_PER_SECOND.get(plan, 100)
        return cls(rate, float(rate * SECONDS_TO_FILL), now)

    @property
    def maximum(self) -> int:
        """What it can hold."""
        return self.restore_rate * SECONDS_TO_FILL

    def refill(self, now: datetime) -> None:
        """Let the time since the last look flow in."""
        seconds = max(0.0, (now - self.at).total_seconds())
        self.available = min(float(self.maximum), self.available + seconds * self.restore_rate)
        self.at = now

    def take(self, points: float) -> bool:
        """Take points if there are enough."""
        if points > self.available:
            return False
        self.available -= points
        return True

    def give_back(self, points: float) -> None:
        """Return what was requested but not used."""
        self.available = min(float(self.maximum), self.available + points)

    def status(self) -> dict[str, float]:
        """The `throttleStatus` of an answer."""
        return {
            "maximumAvailable": float(self.maximum),
            "currentlyAvailable": int(self.available),
            "restoreRate": float(self.restore_rate),
        }
