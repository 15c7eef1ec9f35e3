"""Leases: one worker at a time, across threads and processes, and a dead one is replaced."""

import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from occhub import clock, leases
from occhub.database import session, write
from occhub.errors import Conflict, LeaseLost
from occhub.leases import Lease
from tests.conftest import ROOT

# Adds 1 to the number in a file, under the lease, so many times.
COUNTING = """
import sys, time
from pathlib import Path
from occhub import database, leases
database.open_database(sys.argv[1])
path = Path(sys.argv[2])
for _ in range(10):
    with leases.hold("the number", patience=60):
        number = int(path.read_text())
        time.sleep(0.005)
        path.write_text(str(number + 1))
"""
# Takes a lease of one second, says so, and never gives it back.
HOLDING = """
import sys, time
from occhub import database, leases
database.open_database(sys.argv[1])
leases.SECONDS = 1.0
with leases.hold("some work"):
    print("held", flush=True)
    time.sleep(60)
"""


def start(program: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", program, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def test_a_second_worker_is_refused_and_told_what_is_busy(either_database: str) -> None:
    with (
        leases.hold("some work"),
        pytest.raises(Conflict, match="some work is being worked on"),
        leases.hold("some work"),
    ):
        pass


def test_a_process_that_ends_frees_what_it_holds_and_nothing_else(either_database: str) -> None:
    with write():
        Lease.create(name="other work", holder="another process", until=clock.now() + timedelta(minutes=1))
    with leases.hold("some work") as first:
        leases.give_back_all()
        with leases.hold("some work"):
            with write(), pytest.raises(LeaseLost):
                first.confirm()
            assert {lease.name for lease in Lease.select()} == {"some work", "other work"}


def test_different_work_goes_side_by_side(database: None) -> None:
    with leases.hold("some work"), leases.hold("other work"):
        assert leases.is_held("some work")
        assert leases.is_held("other work")


def test_what_is_given_back_can_be_taken_again(database: None) -> None:
    for _ in range(2):
        with leases.hold("some work"):
            pass
    assert not leases.is_held("some work")


def test_work_that_fails_gives_its_lease_back(database: None) -> None:
    with pytest.raises(ZeroDivisionError), leases.hold("some work"):
        1 / 0  # noqa: B018
    assert not leases.is_held("some work")


def test_threads_take_turns(either_database: str) -> None:
    inside, most, lock = [0], [0], threading.Lock()

    def work() -> None:
        with leases.hold("some work", patience=60):
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            time.sleep(0.005)
            with lock:
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (inside[0], most[0]) == (0, 1)


def test_processes_take_turns(either_database: str, tmp_path: Path) -> None:
    number = tmp_path / "number"
    number.write_text("0")
    processes = [start(COUNTING, either_database, str(number)) for _ in range(2)]
    assert [process.wait(60) for process in processes] == [0, 0]
    assert number.read_text() == "20"


def test_the_lease_of_a_killed_process_is_taken_over(either_database: str) -> None:
    process = start(HOLDING, either_database)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    process.kill()
    process.wait()
    with leases.hold("some work", patience=30) as held, write():
        held.confirm()


def test_who_was_taken_over_cannot_keep_his_result(either_database: str) -> None:
    with leases.hold("some work") as first:
        with write():
            Lease.update(until=clock.now() - timedelta(seconds=1)).execute()
        with leases.hold("some work"), write(), pytest.raises(LeaseLost):
            first.confirm()


def test_who_was_taken_over_does_not_give_back_what_is_not_his(database: None) -> None:
    with leases.hold("some work"), write():
        Lease.update(holder="somebody else").execute()
    assert leases.is_held("some work")


def test_a_living_worker_keeps_its_lease(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "SECONDS", 1.5)
    with leases.hold("some work"):
        first = Lease.get().until
        deadline = time.monotonic() + 30
        while Lease.get().until == first:
            assert time.monotonic() < deadline, "never renewed"
            time.sleep(0.05)
        assert Lease.get().until > first


def test_a_lease_guards_real_work_on_a_fast_clock_too(database: None) -> None:
    clock.set_clock("2026-11-02T09:00:00Z@100000")
    with leases.hold("some work"):
        clock.set_clock("2126-11-02T09:00:00Z@1")
        assert leases.is_held("some work")


def test_a_thread_without_a_session_may_hold_one(database: None) -> None:
    seen: list[bool] = []

    def work() -> None:
        with leases.hold("some work"), session():
            seen.append(leases.is_held("some work"))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [True]


def test_who_waits_for_one_lease_is_let_in_between_rounds_that_take_many(database: None) -> None:
    first, got = leases.ManyHeld(["a", "b"]), threading.Event()

    def wait_for_it() -> None:
        with leases.hold("a", patience=10):
            got.set()

    waiting = threading.Thread(target=wait_for_it)
    waiting.start()
    while not Lease.select().where(Lease.name == leases.IN_LINE_FOR + "a").exists():
        time.sleep(0.01)
    first.give_back("b")
    assert leases.ManyHeld(["a"]).names == frozenset()
    first.give_back()
    second = leases.ManyHeld(["a", "b"])
    assert "b" in second.names
    waiting.join(10)
    assert got.is_set()
    second.give_back()
    assert Lease.select().count() == 0


def test_who_waited_in_vain_stands_in_line_no_more(database: None) -> None:
    held = leases.ManyHeld(["a"])
    with pytest.raises(Conflict), leases.hold("a", patience=0.1):
        pass
    held.give_back()
    again = leases.ManyHeld(["a"])
    assert again.names == {"a"}
    again.give_back()
