"""What a round did so far, and the run's row it is told in."""

from dataclasses import dataclass, field
from datetime import datetime

from occhub.database import write
from occhub.inventory.reading import Cost
from occhub.synclog import SyncLog

KIND = "stock"
_LONGEST_ERROR = 4000


@dataclass
class Outcome:
    """A run in numbers, and in a sentence for each thing that failed."""

    read: int = 0
    changed: int = 0
    recounted: int = 0  # variants that are counted otherwise now
    skipped: int = 0
    failures: list[str] = field(default_factory=list)
    failed: int = 0
    right: list[int] = field(default_factory=list)  # mappings that are right now
    stale: list[int] = field(default_factory=list)  # mappings somebody bought from meanwhile
    cost: Cost = field(default_factory=Cost)

    def fail(self, sentence: str, count: int = 1) -> None:
        """Something failed, for so many mappings."""
        self.failures.append(sentence)
        self.failed += count

    @property
    def is_news(self) -> bool:
        """Whether anybody would want to read of it (R20)."""
        return bool(self.changed or self.recounted or self.failures)


class Book:
    """The run's row, opened only when there is something to tell; a promised run has its row already."""

    def __init__(self, trigger: str, run: SyncLog | None = None) -> None:
        self.trigger = trigger
        self.run = run
        self.outcome = Outcome()

    def open(self, as_of: datetime) -> SyncLog:
        """The run's row."""
        if self.run is None:
            with write():
                self.run = SyncLog.start(KIND, self.trigger, as_of=as_of)
        return self.run

    def tell(self, sentence: str) -> None:
        """How far it is, for who watches; only a run somebody asked for has watchers."""
        if self.run is None or self.trigger == "webhook":
            return
        with write():
            facts = {"detail": sentence, "read": self.outcome.read, "changed": self.outcome.changed}
            SyncLog.update(facts).where(SyncLog.id == self.run.id).execute()

    def close(self, as_of: datetime, *, error: str | None = None) -> None:
        """The run has ended; a round without news leaves no row."""
        outcome = self.outcome
        if self.run is None and not outcome.is_news and not error:
            return
        run = self.open(as_of)
        told = [*outcome.failures, *([error] if error else [])]
        with write():
            run.finish(
                as_of=as_of,
                read=outcome.read,
                changed=outcome.changed,
                skipped=outcome.skipped,
                failed=outcome.failed,
                calls=outcome.cost.calls,
                points=outcome.cost.points,
                detail=self._sentence(),
                error="\n".join(told)[:_LONGEST_ERROR] or None,
            )

    def _sentence(self) -> str:
        if self.outcome.recounted:
            return f"{self.outcome.recounted} variants are counted as their roaster counts them now."
        return ""
