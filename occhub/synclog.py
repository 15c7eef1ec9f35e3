"""SyncLog: one row for each run of anything that talks to a store, so that nobody has to guess."""

from datetime import datetime
from typing import Any

from peewee import CharField, IntegerField, TextField

from occhub.database import BaseModel, MomentField

RUNNING, DONE, FAILED = "running", "done", "failed"


class SyncLog(BaseModel):
    """A run: what it did (counts), what it cost (calls, points) and how it ended."""

    kind = CharField(index=True)  # stock | capture | claim | place | track | refresh
    trigger = CharField()  # clock | webhook | person
    partner_id = IntegerField(null=True, index=True)  # None: hub-wide
    listing_id = IntegerField(null=True)  # one product only
    state = CharField(default=RUNNING)
    started_at = MomentField(index=True)
    finished_at = MomentField(null=True)
    read = IntegerField(default=0)
    changed = IntegerField(default=0)
    skipped = IntegerField(default=0)
    failed = IntegerField(default=0)
    calls = IntegerField(default=0)
    points = IntegerField(default=0)
    detail = TextField(default="")  # a sentence for the owner
    error = TextField(null=True)

    @classmethod
    def start(
        cls,
        kind: str,
        trigger: str,
        *,
        as_of: datetime,
        partner_id: int | None = None,
        listing_id: int | None = None,
    ) -> "SyncLog":
        """Open a run; call inside `write()`."""
        scope = {"partner_id": partner_id, "listing_id": listing_id}
        return cls.create(kind=kind, trigger=trigger, started_at=as_of, **scope)

    def finish(self, *, as_of: datetime, error: str | None = None, **figures: Any) -> None:
        """Close the run with its figures; call inside `write()`."""
        for name, value in figures.items():
            setattr(self, name, value)
        self.state, self.finished_at, self.error = (FAILED if error else DONE), as_of, error
        self.save()
