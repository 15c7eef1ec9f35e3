"""The inbox: each webhook Shopify sent us, kept once, and whether it has been handled."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from peewee import CharField, DatabaseError, IntegerField, TextField

from occhub.database import BaseModel, MomentField, db, session, write

PENDING, HANDLED, FAILED, IGNORED = "pending", "handled", "failed", "ignored"
# What cannot be handled is tried again after 10 s, 20 s, 40 s … and given up, visibly, after the last.
_TRIES = 8
_BATCH = 256

Row = dict[str, Any]


class InboxEvent(BaseModel):
    """A delivery: which store, which topic, which thing. The payload itself is never kept."""

    shop = CharField()
    topic = CharField()
    webhook_id = CharField()
    subject = CharField(default="")  # the gid of the thing it speaks of
    detail = TextField(default="")  # JSON of the few further ids an act needs
    triggered_at = MomentField(null=True)
    received_at = MomentField(index=True)
    state = CharField(default=PENDING, index=True)
    attempts = IntegerField(default=0)
    next_at = MomentField(index=True)
    handled_at = MomentField(null=True)
    error = TextField(null=True)

    class Meta:
        indexes = ((("shop", "topic", "webhook_id"), True),)

    @classmethod
    def due(cls, as_of: datetime, limit: int = 500) -> list["InboxEvent"]:
        """Deliveries to handle now, oldest first."""
        waiting = (cls.state == PENDING) & (cls.next_at <= as_of)
        return list(cls.select().where(waiting).order_by(cls.id).limit(limit))


def close_handled(events: Sequence[InboxEvent], *, as_of: datetime, state: str = HANDLED) -> None:
    """These have been dealt with."""
    with write():
        InboxEvent.update(state=state, handled_at=as_of, error=None).where(
            InboxEvent.id.in_([e.id for e in events])
        ).execute()


def try_again(events: Sequence[InboxEvent], error: str, *, as_of: datetime) -> None:
    """These failed: later again, or, after the last try, kept as failed for a person to replay."""
    with write():
        for event in events:
            event.attempts, event.error = event.attempts + 1, error[:500]
            event.next_at = as_of + timedelta(seconds=10 * 2**event.attempts)
            event.state = FAILED if event.attempts >= _TRIES else PENDING
            event.save()


class SharedCommit:
    """Inserts deliveries so that those arriving together share one durable commit.

    While one commit waits for the disk the next deliveries gather by themselves, so no timer is needed.
    `keep()` returns once the row is committed: True when it is new, False when it was known.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[Row, asyncio.Future[bool]]] = []
        self._busy = False
        self._writer = ThreadPoolExecutor(1, "inbox")

    def keep(self, row: Row) -> "asyncio.Future[bool]":
        """Commit one delivery together with its neighbours; the future raises what the database raised."""
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((row, kept))
        if not self._busy:
            self._busy = True
            # One turn of the loop later, so that deliveries already read come along.
            asyncio.get_running_loop().call_soon(self._flush)
        return kept

    async def close(self) -> None:
        """Wait for the last commit; call when no delivery can come any more."""
        while self._busy:
            await asyncio.sleep(0.01)
        self._writer.shutdown()

    def _flush(self) -> None:
        batch, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]
        loop = asyncio.get_running_loop()
        written = self._writer.submit(_insert_patiently, [row for row, _ in batch])
        written.add_done_callback(lambda done: loop.call_soon_threadsafe(self._answer, batch, done))

    def _answer(self, batch: list[tuple[Row, "asyncio.Future[bool]"]], done: "Future[list[bool | Exception]]") -> None:
        error = done.exception()
        outcomes: Sequence[bool | BaseException] = [error] * len(batch) if error else done.result()
        for (_, kept), outcome in zip(batch, outcomes, strict=True):
            if kept.done():
                continue  # the sender hung up; the row is kept all the same
            if isinstance(outcome, BaseException):
                kept.set_exception(outcome)
            else:
                kept.set_result(outcome)
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._flush)
        else:
            self._busy = False


def _insert_patiently(rows: list[Row]) -> list[bool | Exception]:
    """All rows in one commit; if that fails each alone, so that a bad one fails by itself."""
    try:
        with session():
            return list(_insert(rows))
    except DatabaseError as error:
        if len(rows) == 1:
            return [error]
    return [outcome for row in rows for outcome in _insert_patiently([row])]


def _insert(rows: list[Row]) -> list[bool]:
    # Not "insert or ignore": on SQLite that would also swallow a row which breaks another rule.
    key = [InboxEvent.shop, InboxEvent.topic, InboxEvent.webhook_id]
    with db.atomic():
        new = InboxEvent.insert_many(rows).on_conflict(action="nothing", conflict_target=key)
        fresh = {event.webhook_id for event in new.returning(InboxEvent.webhook_id).execute()}
    return [row["webhook_id"] in fresh for row in rows]
