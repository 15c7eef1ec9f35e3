"""A whole copy of the database while the app runs, when the last was made, and whether this one is a copy put back."""

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from peewee import BigIntegerField

from occhub import clock
from occhub.database import BaseModel, MomentField, db, is_sqlite, write
from occhub.errors import Conflict, Misconfigured

# One is made each night; who has none younger than this is told so.
OLD = timedelta(days=2)
# So many nights are kept. What the operator copies himself is his, and stays.
KEPT = 7
_NIGHTLY = "nightly-"
_directory: Path | None = None


class MadeCopy(BaseModel):
    """The last copy `copy_database` made of this database; one row at most."""

    made_at = MomentField()
    size = BigIntegerField()  # bytes

    @property
    def megabytes(self) -> str:
        """Its size in words."""
        return f"{self.size / 1e6:.1f} MB"

    def is_old(self, as_of: datetime) -> bool:
        """Whether it is time for another."""
        return bool(self.made_at < as_of - OLD)


class RestoredCopy(BaseModel):
    """One row in each copy, from its making on; gone once the stores were compared with it (R15)."""

    made_at = MomentField()


def open_copies(directory: Path) -> None:
    """Where the copies of the nights are kept from here on."""
    global _directory
    _directory = directory


def copy_nightly() -> None:
    """A copy into the directory, and the oldest goes; a database on a server is copied by its own tools.

    Older nights give way where room is short; raises Conflict where there still is none.
    """
    if _directory is None or not is_sqlite():
        return
    _directory.mkdir(parents=True, exist_ok=True)
    for torn in _directory.glob(f"{_NIGHTLY}*.unfinished"):
        torn.unlink()
    _make_room(_directory)
    copy_database(_directory / f"{_NIGHTLY}{clock.now():%Y-%m-%d-%H%M%S}.db")
    for old in _nights(_directory)[:-KEPT]:
        old.unlink()


def _nights(directory: Path) -> list[Path]:
    return sorted(directory.glob(f"{_NIGHTLY}*.db"))


def _make_room(directory: Path) -> None:
    # As much again stays free for the database itself. The last night's copy stays whatever happens.
    needed, giving_way = 2 * Path(db.obj.database).stat().st_size, _nights(directory)[:-1]
    while (free := shutil.disk_usage(directory).free) < needed:
        if not giving_way:
            short = f"{free / 1e6:.0f} MB are free in {directory}, it takes {needed / 1e6:.0f}"
            raise Conflict(f"No copy of the database was made: {short}.")
        giving_way.pop(0).unlink()


def last_copy() -> MadeCopy | None:
    """The last copy that was made here; None when there never was one, or other tools make them (PostgreSQL)."""
    copy: MadeCopy | None = MadeCopy.get_or_none()
    return copy


def restored_from() -> datetime | None:
    """Until when this database knows what happened, if it is a copy put back and not yet settled; None otherwise."""
    copy = RestoredCopy.get_or_none()
    return copy.made_at if copy else None


def mark_restored(made_at: datetime) -> None:
    """Say that this database was put back and knows nothing after this moment; the earliest such moment stays."""
    with write():
        if not RestoredCopy.select().where(RestoredCopy.made_at <= made_at).exists():
            RestoredCopy.delete().execute()
            RestoredCopy.create(made_at=made_at)


def settle_restored() -> None:
    """What the stores did since the copy was made has been found: this is the one database again."""
    with write():
        RestoredCopy.delete().execute()


def copy_database(path: Path) -> int:
    """Copy the open database into a new file, which knows that it is a copy; answers its size in bytes.

    Whole whatever is written meanwhile, and marked before it has its name, so that no unmarked copy is ever found.
    Raises Misconfigured on PostgreSQL, and Conflict when there is something at the path already.
    """
    if not is_sqlite():
        raise Misconfigured("this database is PostgreSQL: make the copy with pg_dump (docs/operations.md, Backup)")
    unfinished = path.with_name(f"{path.name}.unfinished")
    if path.exists():
        raise Conflict(f"{path} is there already; name another file")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished.unlink(missing_ok=True)
    made_at = clock.now()
    # Everything is in there, sealed tokens too: for its owner's eyes only.
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    db.execute_sql("vacuum into ?", (str(unfinished),))
    _mark(unfinished, made_at)
    unfinished.rename(path)
    size = path.stat().st_size
    with write():
        MadeCopy.delete().execute()
        MadeCopy.create(made_at=made_at, size=size)
    return size


def _mark(path: Path, made_at: datetime) -> None:
    with closing(sqlite3.connect(path)) as copy:
        (found,) = copy.execute("pragma quick_check").fetchone()
        if found != "ok":
            raise Conflict(f"the copy is not whole ({found}); the database itself may be damaged")
        copy.execute("pragma synchronous = full")
        with copy:
            # A copy of a copy not yet settled knows nothing after the first one.
            mark = "insert into restored_copy (made_at) select ? where not exists (select * from restored_copy)"
            copy.execute(mark, (RestoredCopy.made_at.db_value(made_at),))
            # Whoever held them works on the database this was copied from.
            copy.execute("delete from lease")
    with path.open("rb") as written:
        os.fsync(written.fileno())
