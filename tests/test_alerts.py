"""Alerts: one POST to the address the operator named, and nowhere else."""

import dataclasses
import json
from collections.abc import Iterator

import pytest

from occhub import alerts
from occhub.settings import Settings
from tests.chat import Chat


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with Chat() as chat:
        alerts.open_alerts(dataclasses.replace(settings, alert_url=chat.url))
        yield chat
    alerts.open_alerts(settings)


def test_a_sentence_is_posted_as_chats_take_it(chat: Chat) -> None:
    alerts.send("Three bags are short.")
    assert [json.loads(body) for body in chat.heard] == [{"text": "Three bags are short."}]


@pytest.mark.parametrize("status", [404, 500, 302])
def test_what_was_not_taken_counts_as_unsent_and_no_redirect_is_followed(chat: Chat, status: int) -> None:
    chat.status = status
    with pytest.raises(alerts.Unsent, match=str(status)):
        alerts.send("Three bags are short.")
    assert len(chat.heard) == 1


def test_nobody_at_the_address_counts_as_unsent(chat: Chat) -> None:
    chat.close()
    with pytest.raises(alerts.Unsent, match="not delivered"):
        alerts.send("Three bags are short.")


def test_without_an_address_nothing_is_wanted(settings: Settings) -> None:
    alerts.open_alerts(settings)
    assert not alerts.is_wanted()
    with pytest.raises(alerts.Unsent):
        alerts.send("Three bags are short.")
