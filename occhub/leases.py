"""Who works on what: a lease row keeps two threads or two processes from doing one thing at once.

Leases alone are told by real time: they guard real work, which no clock of a demonstration hurries or moves.
"""

import logging
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from peewee import CharField, DatabaseError

from occhub.database import BaseModel, MomentField, session, write
from occhub.errors import Conflict, LeaseLost

log = logging.getLogger(__name__)

# Real seconds. A killed process is replaced after this long; a living one renews three times in between, and one that
# is stopped gives back what it holds.
SECONDS = 60.0
# Every holder of this process is named after it.
_PROCESS = uuid.uuid4().hex
# Who waits for a lease stands in line by a row that he renews at each look; who has gone is forgotten after so long.
IN_LINE, IN_LINE_FOR = 1.0, "in line for "


class Lease(BaseModel):
    """A named claim on some work, held until a moment."""

    name = CharField(primary_key=True)
    holder = CharField()
    until = MomentField()


class Held:
    """A lease in hand; `confirm()` inside a write makes sure that nobody has taken over."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.holder = f"{_PROCESS} {uuid.uuid4().hex}"

    def confirm(self) -> None:
        """Raise LeaseLost unless the lease is still ours; call it in the same write as the result."""
        # An update, because on PostgreSQL only that keeps others off the row until our commit.
        if not self._prolong():
            raise LeaseLost(f"somebody else has taken over {self.name}")

    def _take(self) -> bool:
        now, until = datetime.now(UTC), _soon()
        row = {Lease.name: self.name, Lease.holder: self.holder, Lease.until: until}
        taken = (
            Lease.insert(row)
            .on_conflict(
                conflict_target=[Lease.name],
                update={Lease.holder: self.holder, Lease.until: until},
                where=(Lease.until < now),
            )
            .as_rowcount()
            .execute()
        )
        return bool(taken)

    def _stand_in_line(self) -> None:
        until = datetime.now(UTC) + timedelta(seconds=IN_LINE)
        row = {Lease.name: IN_LINE_FOR + self.name, Lease.holder: self.holder, Lease.until: until}
        Lease.insert(row).on_conflict(conflict_target=[Lease.name], update={Lease.until: until}).execute()

    def _leave_line(self) -> None:
        Lease.delete().where((Lease.name == IN_LINE_FOR + self.name) & (Lease.holder == self.holder)).execute()

    def _renew(self, stop: threading.Event) -> None:
        while not stop.wait(SECONDS / 3):
            try:
                with session(), write(durable=False):
                    self._prolong()
            except DatabaseError:
                log.warning("the lease %s could not be renewed this time", self.name, exc_info=True)

    def _prolong(self) -> bool:
        mine = (Lease.name == self.name) & (Lease.holder == self.holder)
        return bool(Lease.update(until=_soon()).where(mine).execute())

    def _give_back(self) -> None:
        with session(), write(durable=False):
            Lease.delete().where((Lease.name == self.name) & (Lease.holder == self.holder)).execute()


@contextmanager
def hold(name: str, *, patience: float = 0.0) -> Iterator[Held]:
    """Hold the named lease for the block; waits up to `patience` real seconds, then raises Conflict."""
    held, deadline = Held(name), time.monotonic() + patience
    while True:
        with session(), write(durable=False):
            in_vain = time.monotonic() >= deadline
            taken = held._take()
            if not taken and not in_vain:
                held._stand_in_line()
            elif patience:
                held._leave_line()
        if taken:
            break
        if in_vain:
            raise Conflict(f"{name} is being worked on right now; try again in a moment")
        time.sleep(0.05)
    stop = threading.Event()
    renewal = threading.Thread(target=held._renew, args=(stop,), name=f"lease {name}", daemon=True)
    renewal.start()
    try:
        yield held
    finally:
        stop.set()
        held._give_back()


class ManyHeld:
    """Several leases in hand, taken together and renewed together; each may be given back by itself.

    One for which somebody stands in line is not taken: rounds that come one after another let him in between.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._held = {name: Held(name) for name in sorted(names)}
        self._lock, self._ended = threading.Lock(), threading.Event()
        with session(), write(durable=False):
            awaited = _awaited()
            self._held = {name: held for name, held in self._held.items() if name not in awaited and held._take()}
        if self._held:
            threading.Thread(target=self._renew, name="leases", daemon=True).start()

    @property
    def names(self) -> frozenset[str]:
        """Those in hand."""
        with self._lock:
            return frozenset(self._held)

    def give_back(self, *names: str) -> None:
        """These are free again; without names all of them."""
        with self._lock:
            gone = [self._held.pop(name) for name in names or tuple(self._held)]
            if not self._held:
                self._ended.set()
        with session(), write(durable=False):
            Lease.delete().where(Lease.holder.in_([held.holder for held in gone])).execute()

    def _renew(self) -> None:
        while not self._ended.wait(SECONDS / 3):
            try:
                with self._lock, session(), write(durable=False):
                    for held in self._held.values():
                        held._prolong()
            except DatabaseError:
                log.warning("leases could not be renewed this time", exc_info=True)


def is_held(name: str) -> bool:
    """Whether anybody holds the named lease now."""
    return Lease.select().where((Lease.name == name) & (Lease.until >= datetime.now(UTC))).exists()


def give_back_all() -> None:
    """The process ends: what its threads hold is free for the next; who is still at it cannot `confirm()` any more.

    To be called when nothing can be asked of a store any more.
    """
    with session(), write():
        Lease.delete().where(Lease.holder.startswith(_PROCESS)).execute()


def _awaited() -> set[str]:
    living = Lease.name.startswith(IN_LINE_FOR) & (Lease.until >= datetime.now(UTC))
    return {row.name.removeprefix(IN_LINE_FOR) for row in Lease.select().where(living)}


def _soon() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=SECONDS)
