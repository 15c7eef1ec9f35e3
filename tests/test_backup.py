"""A copy of a database at work is whole and knows that it is a copy, whoever puts it back."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from occhub import backup, clock, leases
from occhub.backup import (
    KEPT,
    MadeCopy,
    copy_database,
    copy_nightly,
    last_copy,
    mark_restored,
    open_copies,
    restored_from,
    settle_restored,
)
from occhub.database import open_database, session, write
from occhub.errors import Conflict, Misconfigured
from occhub.partners.models import Partner
from tests.test_commands import good, run

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def look_into(path: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as copy:
        return copy.execute(question).fetchall()


def test_a_database_that_never_was_a_copy_says_so(either_database: str) -> None:
    assert restored_from() is None


def test_a_copy_made_under_writing_is_whole(database: None, tmp_path: Path) -> None:
    ended = threading.Event()

    def trade() -> None:
        with session():
            for number in range(10_000):
                if ended.is_set():
                    return
                with write():
                    Partner.create(name=f"left {number}", created_at=NOON)
                    Partner.create(name=f"right {number}", created_at=NOON)

    trader = threading.Thread(target=trade)
    trader.start()
    try:
        for number in range(5):
            copy_database(tmp_path / f"{number}.db")
    finally:
        ended.set()
        trader.join()
    for number in range(5):
        assert look_into(tmp_path / f"{number}.db", "pragma integrity_check") == [("ok",)]
        ((count,),) = look_into(tmp_path / f"{number}.db", "select count(*) from partner")
        assert isinstance(count, int)
        assert count % 2 == 0


def test_when_the_last_copy_was_made_and_how_large_it_is_is_remembered(database: None, tmp_path: Path) -> None:
    assert last_copy() is None
    copy_database(tmp_path / "first.db")
    before = clock.now()
    size = copy_database(tmp_path / "second.db")
    last = last_copy()
    assert last is not None
    assert (last.size, MadeCopy.select().count()) == (size, 1)
    assert last.made_at >= before


def test_what_was_put_back_knows_since_when_it_is_blind(empty_database: Path, tmp_path: Path) -> None:
    before = clock.now()
    shutil.copy(empty_database, tmp_path / "occhub.db")
    first = open_database(f"cysqlite:///{tmp_path}/occhub.db")
    with session():
        copy_database(tmp_path / "copy.db")
        assert restored_from() is None, "the one it was copied from is no copy"
    first.close_all()
    second = open_database(f"cysqlite:///{tmp_path}/copy.db")
    with session():
        blind_since = restored_from()
        assert blind_since is not None
        assert before <= blind_since <= clock.now()
        settle_restored()
        assert restored_from() is None
    second.close_all()


def test_a_copy_of_an_unsettled_copy_is_blind_since_the_first(database: None, tmp_path: Path) -> None:
    mark_restored(NOON)
    copy_database(tmp_path / "copy.db")
    assert look_into(tmp_path / "copy.db", "select made_at from restored_copy") == [(int(NOON.timestamp()) * 10**6,)]


def test_saying_so_twice_keeps_the_earlier_moment(either_database: str) -> None:
    for moment in (NOON, NOON + timedelta(days=1), NOON - timedelta(days=1)):
        mark_restored(moment)
    assert restored_from() == NOON - timedelta(days=1)


def test_nobody_works_on_a_copy(database: None, tmp_path: Path) -> None:
    with leases.hold("some work"):
        copy_database(tmp_path / "copy.db")
    assert look_into(tmp_path / "copy.db", "select count(*) from lease") == [(0,)]


def test_a_copy_is_its_owners_alone_and_replaces_nothing(database: None, tmp_path: Path) -> None:
    copy_database(tmp_path / "copy.db")
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    with pytest.raises(Conflict, match="there already"):
        copy_database(tmp_path / "copy.db")


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[Path]:
    """Where the copies of the nights are kept."""
    open_copies(tmp_path / "backups")
    yield tmp_path / "backups"
    backup._directory = None


def test_a_week_of_nights_is_kept_and_what_the_operator_made_stays(database: None, nights: Path) -> None:
    nights.mkdir()
    copy_database(nights / "occhub-2020-01-01-120000.db")
    (nights / "nightly-2026-11-01-080000.db.unfinished").write_bytes(b"killed in the middle")
    for night in range(KEPT + 2):
        clock.set_clock(f"2026-11-{night + 2:02}T08:00:00Z@1")
        copy_nightly()
    there = sorted(path.name for path in nights.iterdir())
    assert len(there) == KEPT + 1
    assert there[0].startswith("nightly-2026-11-04-0800")
    assert there[-1] == "occhub-2020-01-01-120000.db"
    last = last_copy()
    assert last is not None
    assert last.made_at.date().isoformat() == "2026-11-10"


def test_without_room_no_copy_is_begun_and_the_last_one_stays(
    database: None, nights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for night in (2, 3, 4):
        clock.set_clock(f"2026-11-0{night}T08:00:00Z@1")
        copy_nightly()
    last = last_copy()
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    with pytest.raises(Conflict, match="No copy of the database was made"):
        copy_nightly()
    assert [path.name[:18] for path in nights.iterdir()] == ["nightly-2026-11-04"]
    assert last_copy() == last


def test_older_nights_give_way_where_room_is_short(
    database: None, nights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for night in (2, 3, 4):
        clock.set_clock(f"2026-11-0{night}T08:00:00Z@1")
        copy_nightly()

    def room(path: Path) -> SimpleNamespace:
        return SimpleNamespace(free=10**9 if len(list(nights.iterdir())) < 3 else 1000)

    monkeypatch.setattr(shutil, "disk_usage", room)
    clock.set_clock("2026-11-05T08:00:00Z@1")
    copy_nightly()
    assert sorted(path.name[15:18] for path in nights.iterdir()) == ["-03", "-04", "-05"]


@pytest.mark.postgres
def test_a_database_on_a_server_is_not_copied_at_night(postgres_url: str, nights: Path) -> None:
    opened = open_database(postgres_url.format(name="empty"))
    copy_nightly()
    assert not nights.exists()
    opened.close_all()


@pytest.mark.postgres
def test_postgresql_has_a_tool_of_its_own_for_that(postgres_url: str, tmp_path: Path) -> None:
    opened = open_database(postgres_url.format(name="empty"))
    with pytest.raises(Misconfigured, match="pg_dump"):
        copy_database(tmp_path / "copy.db")
    opened.close_all()


def test_the_command_names_the_copy_and_another_says_that_it_was_put_back(tmp_path: Path) -> None:
    environment = good(tmp_path)
    run("migrate", **environment)
    ended = run("backup", **environment)
    assert ended.returncode == 0, ended.stderr
    (copy,) = (tmp_path / "backups").iterdir()
    assert f"{copy} is a whole copy" in ended.stdout
    assert run("restored", **environment).returncode == 0
    assert look_into(tmp_path / "occhub.db", "select count(*) from restored_copy") == [(1,)]


def test_there_is_no_copy_of_a_database_that_is_not_there(tmp_path: Path) -> None:
    ended = run("backup", **good(tmp_path))
    assert (ended.returncode, list(tmp_path.rglob("*.db*"))) == (1, [])
    assert "there is no database" in ended.stderr
