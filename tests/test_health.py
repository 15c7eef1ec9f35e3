"""Health: well, or unwell with the reason, to whoever asks."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from occhub import __version__, clock, database, queue, schedule
from occhub.app import create_app
from occhub.database import write
from occhub.inbox import FAILED, InboxEvent
from occhub.partners.models import ATTENTION, Partner
from occhub.schedule import DueJob
from occhub.settings import Settings
from occhub.shopify import tokens
from occhub.shopify.gateway import gateway
from occhub.synclog import SyncLog
from tests.partners.conftest import Fair, fair  # noqa: F401  (the fixture)

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


def test_the_page_tells_of_queue_stores_and_timetable(fair: Fair) -> None:  # noqa: F811
    partner, roaster = fair.connected("Milk Road")
    schedule.tick()
    schedule.run_job("waiting stores")
    page = fair.owner.see("/activity/health")
    assert "All is well." in page
    assert "Waiting stores" in page
    # What the stand-in said it lets us ask: the bucket of each store.
    levels = gateway().budgets()
    assert {fair.owner.shop, roaster.shop} <= levels.keys()
    assert f"of {levels[roaster.shop].maximum:,} points left" in page
    assert "in 90 days" in page
    assert f'href="/partners/{partner.id}"' in page
    assert "No access" not in page
    tokens.StoreToken.update(state=tokens.ATTENTION).where(tokens.StoreToken.shop == roaster.shop).execute()
    Partner.update(state=ATTENTION).execute()
    assert "No access" in fair.owner.see("/activity/health")


def test_the_page_puts_what_failed_first_and_says_why(fair: Fair) -> None:  # noqa: F811
    schedule.tick()
    now = clock.now()
    DueJob.create(name="claims", next_at=now, finished_at=now, error="the store is closed")
    DueJob.create(name="cutoffs", next_at=now, finished_at=now)
    with write():
        SyncLog.start("stock", "clock", as_of=now).finish(as_of=now, error="no answer", calls=3, points=120)
    InboxEvent.create(webhook_id="a", shop="x", topic="orders/create", received_at=now, next_at=now, state=FAILED)
    page = fair.owner.see("/activity/health")
    assert page.index("the store is closed") < page.index("Cutoffs")
    assert "1 job of the timetable failed" in page
    assert "All is well." not in page
    assert "3 calls, 120 points" in page
    assert re.search(r"tab=failed\">1</s-link>", page)


def test_a_machine_that_does_not_tick_says_so_on_the_page(fair: Fair) -> None:  # noqa: F811
    assert "the clock has not ticked for five minutes" in fair.owner.see("/activity/health")
