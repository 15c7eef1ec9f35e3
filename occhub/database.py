"""The connection (SQLite by default, PostgreSQL by URL), the base model, short writes and migrations."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from peewee import BigIntegerField, Database, DatabaseProxy, IntegrityError, Model, ModelSelect, OperationalError
from playhouse.db_url import connect
from playhouse.migrations import Runner

from occhub.errors import Misconfigured
from occhub.line import Line

MIGRATIONS = Path(__file__).parent / "migrations"
# FULL: an acknowledged webhook must survive a power cut; under shared commits it costs nothing.
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "busy_timeout": 10_000,
    "foreign_keys": 1,
    "cache_size": -16_000,
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

db = DatabaseProxy()
# SQLite lets one write at a time and sends the others to sleep before they may ask again; ours stand in line instead.
_line = Line()


class MomentField(BigIntegerField):
    """An aware UTC datetime kept as microseconds since 1970, so that both databases compare and sort it alike."""

    def db_value(self, value: datetime | int | None) -> int | None:
        if isinstance(value, datetime):
            return (value - _EPOCH) // timedelta(microseconds=1)
        return value

    def python_value(self, value: int | None) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class WholeSelect(ModelSelect):
    """A query that has all its rows before the first one is handed out.

    SQLite refuses a write at once, without waiting its turn, while the same connection is still in the middle of a
    read (https://sqlite.org/rescode.html#busy_snapshot): `for partner in Partner.select(): ... with write()` would.
    """

    def __iter__(self) -> Iterator[Any]:
        found = self.execute()
        found.fill_cache()
        return iter(found)


class BaseModel(Model):
    """Every table's parent."""

    id: Any  # peewee adds it where a table names no other key

    @classmethod
    def select(cls, *fields: Any) -> WholeSelect:  # type: ignore[override]
        return WholeSelect(cls, fields or cls._meta.sorted_fields, is_default=not fields)

    class Meta:
        database = db
        legacy_table_names = False


def open_database(url: str) -> Database:
    """Connect the models to the database at this URL (sqlite, cysqlite or postgresql); raises Misconfigured."""
    scheme, _, rest = url.partition(":")
    kind = scheme.partition("+")[0]
    if file := file_of(url):
        file.parent.mkdir(parents=True, exist_ok=True)
        threads = {"check_same_thread": False} if kind == "sqlite" else {}
        database = connect(
            f"{kind}+pool:{rest}",
            pragmas=PRAGMAS,
            lock_type="IMMEDIATE",
            returning_clause=True,
            max_connections=40,
            timeout=10,  # of the pool: how long to wait for a free connection
            autoconnect=False,
            **threads,
        )
    elif kind in ("postgres", "postgresql"):
        database = connect(
            f"postgresql+pool:{rest}",
            unquote_user=True,
            unquote_password=True,
            max_connections=40,
            timeout=10,
            stale_timeout=300,
            autoconnect=False,
        )
    else:
        raise Misconfigured(f"DATABASE_URL: {scheme!r} is not a database we know; use cysqlite:///… or postgresql://…")
    db.initialize(database)
    opened: Database = database
    return opened


def file_of(url: str) -> Path | None:
    """The file of a SQLite URL; None for a server's."""
    scheme, _, rest = url.partition(":")
    return Path(rest.removeprefix("///")) if scheme.partition("+")[0] in ("sqlite", "cysqlite") else None


@contextmanager
def session() -> Iterator[None]:
    """Hold this thread's connection for a while; inside another session it is the same one."""
    if not db.is_closed():
        yield
        return
    with db.connection_context():
        yield


@contextmanager
def write(*, durable: bool = True, urgent: bool = False) -> Iterator[None]:
    """One short write transaction, outermost only; no remote call is allowed inside (the wall refuses).

    `urgent`: somebody outside waits for the answer; it goes before the others of this process.
    Not `durable`: it does not wait for SQLite's disk. A power cut may undo it, and all that came after it, so it is
    for what would only be done again: leases, wishes, marks of what is done.
    """
    if db.in_transaction():
        raise RuntimeError("write() inside write(): let the outer act own the transaction")
    if not is_sqlite():
        with db.atomic():
            yield
        return
    with _line.turn(urgent=urgent), nullcontext() if durable else _without_waiting_for_the_disk(), db.atomic():
        yield


@contextmanager
def _without_waiting_for_the_disk() -> Iterator[None]:
    # In WAL mode NORMAL never spoils the file, and the next durable commit brings what went before to the disk as well.
    db.execute_sql("pragma synchronous = normal")
    try:
        yield
    finally:
        db.execute_sql("pragma synchronous = full")


def rows(query: Any) -> list[tuple[Any, ...]]:
    """The query's rows as plain tuples, its columns in the order of the select."""
    return list(query.tuples())


def in_write() -> bool:
    """Whether this thread is inside `write()`."""
    return not db.is_closed() and bool(db.in_transaction())


def is_sqlite() -> bool:
    """Whether the database is a file of ours."""
    return "sqlite" in type(db.obj).__name__.lower()


def migrate() -> list[str]:
    """Bring the tables up to date; safe when several processes start at once. Returns the names applied."""
    with session():
        if is_sqlite():
            return _migrate_patiently()
        db.execute_sql("select pg_advisory_lock(727001)")
        try:
            return _up()
        finally:
            db.execute_sql("select pg_advisory_unlock(727001)")


def _migrate_patiently(tries: int = 40) -> list[str]:
    # The runner takes no lock: the process that comes second sees the first one's tables and tries again.
    for attempt in range(tries):
        try:
            return _up()
        except (IntegrityError, OperationalError):
            if attempt == tries - 1:
                raise
            time.sleep(0.1)
    return []


def _up() -> list[str]:
    applied: list[Any] = Runner(db.obj, directory=str(MIGRATIONS)).up()
    return [str(name) for name in applied or []]


def unapplied_migrations() -> list[str]:
    """The names of those that `migrate` would apply now; it changes nothing."""
    status = Runner(db.obj, directory=str(MIGRATIONS)).status()
    return [str(migration.name) for migration in status if migration.applied is None]


def sqlite_version() -> str | None:
    """The library's version, or None on PostgreSQL; health prints it because old ones can corrupt a WAL."""
    if not is_sqlite():
        return None
    with session():
        return str(db.execute_sql("select sqlite_version()").fetchone()[0])
