"""Shortages are told at once, each once, and again when they grow."""

import dataclasses
import json
from collections.abc import Iterator

import pytest

from occhub import alerts
from occhub.inventory.alarming import is_news, tell_shortages
from occhub.settings import Settings
from tests.chat import Chat
from tests.inventory.conftest import STOCK, Counter

LINK = "https://admin.example/apps/hub"


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with Chat() as chat:
        alerts.open_alerts(dataclasses.replace(settings, alert_url=chat.url))
        yield chat
    alerts.open_alerts(settings)


def heard(chat: Chat) -> list[str]:
    return [json.loads(body)["text"] for body in chat.heard]


def test_the_owner_hears_which_orders_are_short_the_oldest_first(counter: Counter, chat: Chat) -> None:
    first, second = counter.buy(STOCK - 4), counter.buy(3)
    counter.partner_sells(5)
    counter.round(counter.coffee)
    assert tell_shortages(LINK) == 1
    (text,) = heard(chat)
    assert f"{counter.partner.name}: 4 short. Orders: {first['name']} (1), {second['name']} (3)." in text
    assert text.endswith(LINK)


def test_a_shortage_is_told_once_and_again_when_it_grows(counter: Counter, chat: Chat) -> None:
    counter.buy(STOCK - 1)
    for taken, told in ((2, 1), (0, 0), (1, 1)):
        if taken:
            counter.partner_sells(taken)
        counter.round(counter.coffee)
        assert tell_shortages(LINK) == told
    assert len(chat.heard) == 2


def test_what_did_not_arrive_stays_news(counter: Counter, chat: Chat) -> None:
    counter.buy(STOCK - 1)
    counter.partner_sells(2)
    counter.round(counter.coffee)
    chat.status = 503
    assert tell_shortages(LINK) == 0
    assert is_news()
    chat.status = 200
    assert tell_shortages(LINK) == 1
    assert not is_news()


def test_what_has_ended_meanwhile_is_told_nobody(counter: Counter, chat: Chat) -> None:
    order = counter.buy(STOCK - 1)
    counter.partner_sells(3)
    counter.round(counter.coffee)
    counter.cancel(order)
    counter.capture(order)
    counter.round(counter.coffee)
    assert tell_shortages(LINK) == 0
    assert chat.heard == []


def test_without_an_address_nobody_is_told(counter: Counter, settings: Settings) -> None:
    alerts.open_alerts(settings)
    counter.buy(STOCK - 1)
    counter.partner_sells(3)
    counter.round(counter.coffee)
    assert tell_shortages(LINK) == 0
