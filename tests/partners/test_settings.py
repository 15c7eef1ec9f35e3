"""The owner's settings: what is wrong is told at its field, and how safe the app is stands at the foot."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from occhub import alerts, clock
from occhub.backup import OLD, MadeCopy, copy_database, mark_restored
from occhub.database import db
from occhub.partners.models import Hub
from occhub.settings import Settings
from tests.chat import Chat
from tests.partners.conftest import Fair

ADDRESS = {
    "company": "OCC Fulfilment",
    "address1": "12 Harbour Street",
    "city": "Halifax",
    "country_code": "CA",
    "email": "orders@occ.example",
    "daily_hour": "18",
    "payment_rule": "paid",
}


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with Chat() as chat:
        alerts.open_alerts(dataclasses.replace(settings, alert_url=chat.url))
        yield chat
    alerts.open_alerts(settings)


def test_a_test_alert_arrives_and_the_page_says_so(fair: Fair, chat: Chat) -> None:
    page = fair.owner.see("/settings")
    assert "Send a test" in page
    assert "127.0.0.1" in page
    assert "/hook" not in page  # the rest of the address is a secret
    assert "has taken the message" in fair.owner.click("/settings/alerts")
    (heard,) = chat.heard
    assert json.loads(heard)["text"].startswith("This is a test")
    assert "Send a test alert" in fair.owner.see("/activity/changes")


def test_a_test_alert_that_does_not_arrive_says_why(fair: Fair, chat: Chat) -> None:
    chat.status = 404
    answer = fair.owner.click("/settings/alerts")
    assert "answered with 404" in answer
    assert "ALERT_URL" in answer


def test_without_an_address_the_page_says_how_to_have_one(fair: Fair, settings: Settings) -> None:
    alerts.open_alerts(settings)
    page = fair.owner.see("/settings")
    assert "set ALERT_URL" in page
    assert "Send a test" not in page
    assert "set ALERT_URL" in fair.owner.click("/settings/alerts")


def test_the_page_shows_the_last_copy_and_warns_when_it_is_old_or_missing(fair: Fair, tmp_path: Path) -> None:
    assert "No copy of the database was made yet" in fair.owner.see("/settings")
    size = copy_database(tmp_path / "copy.db")
    page = fair.owner.see("/settings")
    assert f"{size / 1e6:.1f} MB" in page
    assert "just now" in page
    assert "That is long ago" not in page
    with db.atomic():
        MadeCopy.update(made_at=clock.now() - OLD - timedelta(hours=1)).execute()
    assert "That is long ago" in fair.owner.see("/settings")


def test_the_page_of_a_database_that_was_put_back_says_so(fair: Fair) -> None:
    assert "put back from a copy" not in fair.owner.see("/settings")
    mark_restored(clock.now())
    page = fair.owner.see("/settings")
    assert "put back from a copy" in page
    assert 'href="/restored"' in page


def test_the_page_stands_while_the_hubs_store_does_not_answer(fair: Fair) -> None:
    before = fair.owner.see("/settings")
    hub = Hub.get_hub()
    fair.standin.break_down("error_500", shop=hub.shop, times=20)
    page = fair.owner.see("/settings")
    assert hub.location_name
    assert hub.location_name in before
    assert hub.location_name in page
    fair.standin.break_down("error_500", shop=hub.shop, times=20)
    fair.owner.click("/settings", **{**ADDRESS, "location_id": hub.location_id})
    assert Hub.get_hub().company == ADDRESS["company"]


@pytest.mark.parametrize("hour", ["24", "-1", "x", "", "9" * 5000])
def test_a_senseless_hour_changes_nothing(fair: Fair, hour: str) -> None:
    before = Hub.get_hub().company
    fair.owner.click("/settings", status=422, **{**ADDRESS, "daily_hour": hour})
    assert Hub.get_hub().company == before
