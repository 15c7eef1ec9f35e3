"""One store's budget of points: waits before a call that the store would refuse.

Shopify subtracts the requested cost before it runs a document and gives back what was not used
(https://shopify.dev/docs/apps/build/apis/graphql-admin/rate-limits). The size of the bucket and its refill
are read from the answers, never assumed.
"""

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from occhub import clock

# What a document is taken to cost until its first answer tells.
FIRST_GUESS = 50.0


@dataclass
class _Bucket:
    """The store's bucket as the last answer told it."""

    available: float
    maximum: float
    restore: float  # points a second of the clock
    seen_at: datetime

    def level(self, now: datetime) -> float:
        gained = (now - self.seen_at).total_seconds() * self.restore
        return min(self.maximum, self.available + max(0.0, gained))


@dataclass(frozen=True)
class Budget:
    """What is left of a store's budget now, in points, and how many come back a second."""

    left: int
    maximum: int
    restore: int


class Limiter:
    """Spreads concurrent calls to one store over its budget."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bucket: _Bucket | None = None
        self._costs: dict[str, float] = {}
        self._most: dict[str, int] = {}
        self._promised = 0.0

    def reserve(self, document: str) -> float:
        """Wait until the budget allows the document; answers the points set aside, to be given to `settle`."""
        with self._lock:
            cost = self._costs.get(document, FIRST_GUESS)
            self._promised += cost
            seconds = self._lacking() / self._bucket.restore if self._bucket else 0.0
        if seconds > 0:
            clock.sleep(seconds)
        return cost

    def settle(self, document: str, reserved: float, cost: dict[str, Any] | None) -> None:
        """Take over what the answer's `extensions.cost` says; None when there was no such answer."""
        with self._lock:
            self._promised -= reserved
            if not cost:
                return
            if requested := cost.get("requestedQueryCost"):
                self._costs[document] = float(requested)
            if status := cost.get("throttleStatus"):
                self._bucket = _Bucket(
                    available=float(status["currentlyAvailable"]),
                    maximum=float(status["maximumAvailable"]),
                    restore=max(1.0, float(status["restoreRate"])),
                    seen_at=clock.now(),
                )

    def budget(self) -> Budget | None:
        """What is left by our own reckoning; None until the store has told."""
        with self._lock:
            if self._bucket is None:
                return None
            return Budget(max(0, int(-self._lacking())), int(self._bucket.maximum), int(self._bucket.restore))

    def affordable(self, document: str, wished: int) -> int:
        """How many objects the document may ask for at once."""
        return min(wished, self._most.get(document, wished))

    def found_too_dear(self, document: str, objects: int) -> None:
        """The store refused the document for so many objects (priced one by one, a call costs 1,000 points at most)."""
        self._most[document] = max(1, objects // 2)

    def _lacking(self) -> float:
        # What other threads have set aside is not yet in the store's own figure, so it is owed as well.
        return self._promised - self._bucket.level(clock.now()) if self._bucket else 0.0
