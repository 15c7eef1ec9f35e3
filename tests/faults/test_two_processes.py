"""Two worker processes at the same work on PostgreSQL: everything is done once."""

import itertools
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from occhub.database import open_database, session
from occhub.orders.models import PLACED, MasterOrder, PartnerOrder
from occhub.settings import Settings
from tests.conftest import ROOT
from tests.faults.conftest import Stage

pytestmark = [pytest.mark.slow, pytest.mark.postgres]

_numbers = itertools.count(1)


@pytest.fixture
def database(settings: Settings, postgres_url: str) -> Iterator[str]:
    """PostgreSQL instead of a file."""
    name = f"faults_{next(_numbers)}"
    with psycopg.connect(postgres_url.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"create database {name} template empty")
    url = postgres_url.format(name=name)
    opened = open_database(url)
    with session():
        yield url
    opened.close_all()


@pytest.fixture
def pair(stage: Stage, database: str) -> Iterator[list[Stage]]:
    """The stage seen by two processes; each runs acts of its own."""
    stage.environ["DATABASE_URL"] = database
    command = [sys.executable, "-m", "tests.faults.victim"]
    processes = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    hands = []
    for process in processes:
        hand = object.__new__(Stage)
        vars(hand).update(vars(stage), process=process)
        hands.append(hand)
    yield hands
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)


def both(pair: list[Stage], act: str) -> None:
    """The act by both at once; one of them may find the work done or somebody at it."""
    for hand in pair:
        hand.start(act)
    outcomes = [hand.hear() for hand in pair]
    assert any(outcome.error == "" for outcome in outcomes), outcomes
    assert all(outcome.error.startswith("Conflict") for outcome in outcomes if outcome.error), outcomes


def test_two_processes_capture_claim_and_place_once(stage: Stage, pair: list[Stage]) -> None:
    floor = stage.floor
    for _ in range(3):
        stage.restock()
        floor.buy((floor.coffee, 2), (floor.second_coffee, 1))
        both(pair, "capture")
        both(pair, "claim")
        stage.until_cutoff()
        for hand in pair:
            hand.spec = stage.spec
        both(pair, "place")
        stage.pass_time(timedelta(minutes=1))
        for hand in pair:
            hand.spec = stage.spec
    assert PartnerOrder.select().count() == 3
    assert [master.state for master in MasterOrder.select()] == [PLACED] * 3
    assert len(floor.orders()) == 3
    assert stage.troubles() == []
