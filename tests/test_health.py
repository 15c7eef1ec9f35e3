"""Health: well, or unwell with the reason, to whoever asks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from occhub import __version__, clock, database, queue, schedule
from occhub.app import create_app
from occhub.schedule import DueJob
from occhub.settings import Settings

Look = Callable[[], tuple[int, dict[str, Any]]]


@pytest.fixture
def look(settings: Settings, database: None, gateway: None) -> Look:
    queue.open_queue("memory:", {"job": lambda name: None, "inbox": lambda: None}, schedule.tick)
    client = TestClient(create_app(settings))

    def ask() -> tuple[int, dict[str, Any]]:
        answer = client.get("/healthz")
        return answer.status_code, answer.json()

    return ask


def test_all_is_well_after_a_tick(look: Look) -> None:
    schedule.tick()
    status, facts = look()
    assert (status, facts["ok"], facts["wrong"]) == (200, True, [])
    assert facts["version"] == __version__
    assert facts["database"] == database.sqlite_version()
    assert facts["queue"] == queue.ping()
    assert facts["last_tick"]


def test_without_a_tick_it_is_not_well(look: Look) -> None:
    status, facts = look()
    assert status == 503
    assert facts["wrong"] == ["the clock has not ticked for five minutes"]


def test_a_clock_that_stopped_is_not_well(look: Look) -> None:
    schedule.tick()
    long_ago = clock.now() - timedelta(minutes=6)
    DueJob.update(started_at=long_ago).where(DueJob.name == schedule.TICK).execute()
    assert look()[0] == 503


def test_a_database_without_its_tables_is_not_well(look: Look) -> None:
    schedule.tick()
    DueJob.drop_table()
    status, facts = look()
    assert status == 503
    assert facts["wrong"] == ["the database does not answer: OperationalError"]


def test_a_queue_that_does_not_answer_is_not_well(look: Look, settings: Settings) -> None:
    schedule.tick()
    queue.open_queue(f"sqlite:///{settings.data_dir}/queue.db", {}, schedule.tick)
    (settings.data_dir / "queue.db").write_bytes(b"no database at all" * 100)
    status, facts = look()
    assert status == 503
    assert facts["wrong"] == ["the queue does not answer: DatabaseError"]


def test_nothing_secret_is_told(look: Look, settings: Settings) -> None:
    told = str(look())
    assert settings.api_secret not in told
    assert settings.hub_shop not in told
