"""The inbox: each webhook Shopify sent us, kept once, and whether it has been handled."""

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from peewee import SQL, CharField, DatabaseError, IntegerField, TextField

from occhub.database import BaseModel, MomentField, db, rows, session, write
from occhub.errors import Conflict, NotFound

PENDING, HANDLED, FAILED, IGNORED = "pending", "handled", "failed", "ignored"
# What cannot be handled is tried again after 10 s, 20 s, 40 s … and given up, visibly, after the last.
_FIRST_PAUSE = timedelta(seconds=10)
_TRIES = 8
KEPT_FOR = timedelta(days=30)
_BATCH = 256

Outcome = bool | Exception


class Delivery(NamedTuple):
    """What is kept of a webhook, in the order of the statement that keeps it."""

    shop: str
    topic: str
    webhook_id: str
    subject: str
    detail: str
    state: str
    triggered_at: datetime | None
    received_at: datetime


class Waiting(NamedTuple):
    """A kept delivery that is to be handled: all that an act can know of it."""

    id: int
    topic: str
    webhook_id: str
    subject: str
    detail: str
    triggered_at: datetime | None
    received_at: datetime
    attempts: int


class InboxEvent(BaseModel):
    """A delivery: which store, which topic, which thing. The payload itself is never kept."""

    shop = CharField()
    topic = CharField()
    webhook_id = CharField()
    subject = CharField(default="")  # the gid of the thing it speaks of
    detail = TextField(default="")  # JSON of the few further ids an act needs
    triggered_at = MomentField(null=True)
    received_at = MomentField()
    state = CharField(default=PENDING)
    attempts = IntegerField(default=0)
    next_at = MomentField()
    handled_at = MomentField(null=True)
    error = TextField(null=True)

    class Meta:
        # The second finds what is due; each more would cost every delivery.
        indexes = ((("shop", "topic", "webhook_id"), True), (("state", "next_at"), False))

    @classmethod
    def due_shops(cls, as_of: datetime) -> list[str]:
        """The stores with deliveries to handle now."""
        shops = cls.select(cls.shop).where((cls.state == PENDING) & (cls.next_at <= as_of)).distinct()
        return [event.shop for event in shops]

    @classmethod
    def due(cls, shop: str, as_of: datetime, limit: int = 5000) -> list[Waiting]:
        """Deliveries of a store to handle now, oldest first."""
        # Plain values: in a flood whole models cost as much as taking the deliveries in.
        columns = [getattr(cls, name) for name in Waiting._fields]
        query = cls.select(*columns).where(cls._is_due(shop, as_of)).order_by(cls.id).limit(limit)
        return [Waiting(*row) for row in rows(query)]

    @classmethod
    def is_due(cls, shop: str, as_of: datetime) -> bool:
        """Whether the store has a delivery to handle now."""
        return bool(cls.select().where(cls._is_due(shop, as_of)).exists())

    @classmethod
    def _is_due(cls, shop: str, as_of: datetime) -> Any:
        return (cls.shop == shop) & (cls.state == PENDING) & (cls.next_at <= as_of)


def close_handled(events: Sequence[Waiting], *, as_of: datetime) -> None:
    """These have been dealt with."""
    for some in _in_parts([event.id for event in events]):
        with write(durable=False):
            InboxEvent.update(state=HANDLED, handled_at=as_of, error=None).where(_one_of(some)).execute()


def try_again(events: Sequence[Waiting], error: str, *, as_of: datetime) -> None:
    """These failed: later again, or, after the last try, kept as failed for a person to replay."""
    by_tries: dict[int, list[int]] = {}
    for event in events:
        by_tries.setdefault(event.attempts + 1, []).append(event.id)
    for tries, ids in by_tries.items():
        facts = {
            "attempts": tries,
            "error": error[:500],
            "next_at": as_of + _FIRST_PAUSE * 2 ** (tries - 1),
            "state": FAILED if tries >= _TRIES else PENDING,
        }
        for some in _in_parts(ids):
            with write(durable=False):
                InboxEvent.update(facts).where(_one_of(some) & (InboxEvent.state == PENDING)).execute()


def _in_parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    # Between two writes deliveries get their turn.
    return (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH))


def _one_of(ids: Sequence[int]) -> Any:
    # As text: a parameter each took the ORM three times as long as running the statement took the database.
    return InboxEvent.id.in_(SQL(f"({', '.join(map(str, ids))})"))


def replay(event_id: int, *, as_of: datetime) -> InboxEvent:
    """Let a delivery be handled once more; its act reads the truth by id, so that nothing happens twice.

    Raises NotFound, and Conflict for what waits already or was not for us.
    """
    event = InboxEvent.get_or_none(InboxEvent.id == event_id)
    if event is None:
        raise NotFound("There is no such message.")
    done = (InboxEvent.id == event_id) & InboxEvent.state.in_((HANDLED, FAILED))
    with write():
        again = {"state": PENDING, "attempts": 0, "next_at": as_of, "error": None}
        if not InboxEvent.update(again).where(done).execute():
            raise Conflict("This message waits already, or its topic is none of ours.")
    return InboxEvent.get_by_id(event_id)


def forget_old(*, as_of: datetime) -> int:
    """Drop what was handled long ago: Shopify repeats a delivery for four hours. Answers how many."""
    old = InboxEvent.state.in_((HANDLED, IGNORED)) & (InboxEvent.received_at < as_of - KEPT_FOR)
    with write():
        return int(InboxEvent.delete().where(old).execute())


class SharedCommit:
    """Inserts deliveries so that those arriving together share one durable commit.

    While one commit waits for the disk the next deliveries gather by themselves, so no timer is needed.
    `keep()` returns once the row is committed: True when it is new, False when it was known.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[Delivery, asyncio.Future[bool]]] = []
        self._busy = False
        self._writer = ThreadPoolExecutor(1, "inbox")

    def keep(self, row: Delivery) -> "asyncio.Future[bool]":
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

    def _answer(self, batch: "list[tuple[Delivery, asyncio.Future[bool]]]", done: "Future[list[Outcome]]") -> None:
        broken = done.exception()
        outcomes: Sequence[bool | BaseException] = [broken] * len(batch) if broken else done.result()
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


def _insert_patiently(rows: list[Delivery]) -> list[Outcome]:
    """All rows in one commit; if that fails each alone, so that a bad one fails by itself."""
    try:
        with session(), write(urgent=True):
            return list(_insert(rows))
    except DatabaseError as error:
        if len(rows) == 1:
            return [error]
    return [outcome for row in rows for outcome in _insert_patiently([row])]


def _insert(rows: list[Delivery]) -> Iterator[bool]:
    # Written by hand: building this statement took the ORM four times as long as running it took the database.
    # Not "insert or ignore": on SQLite that would also swallow a row which breaks another rule.
    marks = f"({', '.join([db.param] * (len(Delivery._fields) + 1))}, 0)"
    statement = (
        f"insert into inbox_event ({', '.join(Delivery._fields)}, next_at, attempts) "  # noqa: S608
        f"values {', '.join([marks] * len(rows))} "
        "on conflict (shop, topic, webhook_id) do nothing returning shop, topic, webhook_id"
    )
    moment = InboxEvent.received_at.db_value
    values: list[Any] = []
    for *words, triggered_at, received_at in rows:
        received = moment(received_at)
        values += (*words, moment(triggered_at), received, received)
    fresh = {tuple(new) for new in db.execute_sql(statement, values).fetchall()}
    for row in rows:
        name = row[:3]
        yield name in fresh
        fresh.discard(name)  # a second one in the same commit is not new
