"""The door for Shopify: signed or refused, kept once, acknowledged at once, handled from the row alone."""

import base64
import hashlib
import hmac
import json
import tomllib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from occhub import clock, leases, queue, webhooks
from occhub.database import session
from occhub.inbox import HANDLED, IGNORED, PENDING, InboxEvent, Waiting
from occhub.settings import Settings
from occhub.shopify.subscriptions import HUB_TOPICS, PARTNER_TOPICS
from occhub.webhooks import TOPICS, Topic, handle_inbox
from tests.conftest import ROOT

SHOP = "roaster.myshopify.com"
TRIGGERED = datetime(2026, 11, 2, 12, 0, 0, 250000, tzinfo=UTC)
Deliver = Callable[..., httpx.Response]


@pytest.fixture
def deliver(settings: Settings, database: None, gateway: None) -> Iterator[Deliver]:
    queue.open_queue("memory:", {"inbox": lambda: None}, lambda: None)
    receiver = webhooks.Receiver()
    app = Starlette(routes=[Route("/webhooks", receiver, methods=["POST"])])
    with TestClient(app) as client:

        def send(topic: str = "products/update", payload: Any = None, **headers: str) -> httpx.Response:
            raw = payload if isinstance(payload, bytes) else json.dumps(payload or {"id": 788}).encode()
            signature = hmac.digest(settings.api_secret.encode(), raw, hashlib.sha256)
            sent = {
                "X-Shopify-Hmac-Sha256": base64.b64encode(signature).decode(),
                "X-Shopify-Shop-Domain": SHOP,
                "X-Shopify-Topic": topic,
                "X-Shopify-Webhook-Id": "a-1",
                "X-Shopify-Triggered-At": TRIGGERED.isoformat().replace("+00:00", "Z"),
            }
            return client.post("/webhooks", content=raw, headers=sent | headers)

        yield send


class Act:
    """An act that notes for which stores and things it was started, and fails as often as it is told."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.seen: list[tuple[str, list[str]]] = []

    def __call__(self, shop: str, events: Sequence[Waiting], as_of: datetime) -> None:
        self.seen.append((shop, [event.subject for event in events]))
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the store does not answer")


@pytest.fixture
def act(monkeypatch: pytest.MonkeyPatch) -> Act:
    """What follows `products/update` in these tests."""
    noting = Act()
    monkeypatch.setitem(TOPICS, "products/update", Topic(noting, TOPICS["products/update"].subject))
    return noting


def states() -> list[str]:
    return [event.state for event in InboxEvent.select().order_by(InboxEvent.id)]


def test_a_signed_delivery_is_kept_and_acknowledged(deliver: Deliver) -> None:
    assert deliver().status_code == 200
    event = InboxEvent.get()
    assert (event.shop, event.topic, event.webhook_id) == (SHOP, "products/update", "a-1")
    assert (event.subject, event.state, event.triggered_at) == ("gid://shopify/Product/788", PENDING, TRIGGERED)


@pytest.mark.parametrize("signature", ["", "bm90aGluZw==", "ümlaut"])
def test_a_bad_signature_is_refused_and_nothing_is_kept(deliver: Deliver, signature: str) -> None:
    headers = {"X-Shopify-Hmac-Sha256": signature.encode("latin-1")}
    assert deliver(**headers).status_code == 401  # type: ignore[arg-type]
    assert states() == []


@pytest.mark.parametrize("missing", ["X-Shopify-Shop-Domain", "X-Shopify-Topic", "X-Shopify-Webhook-Id"])
def test_a_delivery_that_does_not_say_what_it_is_is_refused(deliver: Deliver, missing: str) -> None:
    assert deliver(**{missing: ""}).status_code == 401
    assert states() == []


def test_a_body_changed_on_its_way_is_refused(deliver: Deliver, settings: Settings) -> None:
    signature = hmac.digest(settings.api_secret.encode(), b'{"id": 1}', hashlib.sha256)
    headers = {"X-Shopify-Hmac-Sha256": base64.b64encode(signature).decode()}
    assert deliver(payload=b'{"id": 2}', **headers).status_code == 401


def test_a_duplicate_is_acknowledged_and_kept_once(deliver: Deliver) -> None:
    assert [deliver().status_code for _ in range(3)] == [200, 200, 200]
    assert states() == [PENDING]


def test_an_unknown_topic_is_acknowledged_and_ignored(deliver: Deliver) -> None:
    assert deliver("carts/create").status_code == 200
    assert states() == [IGNORED]
    handle_inbox()
    assert states() == [IGNORED]


def test_of_the_payload_only_ids_are_kept(deliver: Deliver) -> None:
    secretive = {"id": 42, "email": "jane@example.com", "customer": {"id": 7, "phone": "+1 555 0100"}}
    deliver("orders/create", secretive)
    asked = {"customer": {"id": 7, "email": "jane@example.com"}, "orders_requested": [1, 2], "data_request": {"id": 3}}
    deliver("customers/data_request", asked, **{"X-Shopify-Webhook-Id": "a-2"})
    kept = [list(row) for row in InboxEvent.select().order_by(InboxEvent.id).tuples()]
    assert "jane" not in str(kept)
    assert "+1 555" not in str(kept)
    order, request = InboxEvent.select().order_by(InboxEvent.id)
    assert (order.subject, order.detail) == ("gid://shopify/Order/42", "")
    assert json.loads(request.detail) == {"customer": 7, "orders_requested": [1, 2], "data_request": 3}


@pytest.mark.parametrize("raw", [b"", b"not json", b"[1, 2]", b'{"id": "a"}', b'{"id": null}', b"[" * 100_000])
def test_a_payload_we_cannot_read_is_still_a_sign(deliver: Deliver, raw: bytes) -> None:
    assert deliver(payload=raw).status_code == 200
    assert InboxEvent.get().subject == ""


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "yesterday", ""])
def test_a_time_that_makes_no_sense_stops_nobody(deliver: Deliver, act: Act, moment: str) -> None:
    assert deliver(**{"X-Shopify-Triggered-At": moment}).status_code == 200
    handle_inbox()
    assert (states(), InboxEvent.get().triggered_at) == ([HANDLED], None)


@pytest.mark.parametrize(
    ("topic", "payload", "subject"),
    [
        ("orders/edited", {"order_edit": {"order_id": 5}}, "gid://shopify/Order/5"),
        ("refunds/create", {"id": 9, "order_id": 5}, "gid://shopify/Order/5"),
        ("inventory_levels/update", {"inventory_item_id": 6, "available": 3}, "gid://shopify/InventoryItem/6"),
        ("inventory_items/update", {"id": 6}, "gid://shopify/InventoryItem/6"),
        ("products/delete", {"id": 788032119674292922}, "gid://shopify/Product/788032119674292922"),
    ],
)
def test_each_topic_knows_what_it_is_about(deliver: Deliver, topic: str, payload: Any, subject: str) -> None:
    deliver(topic, payload)
    assert InboxEvent.get().subject == subject


def test_deliveries_of_one_store_and_topic_go_together(deliver: Deliver, act: Act) -> None:
    for number in (1, 2, 3):
        deliver(payload={"id": number}, **{"X-Shopify-Webhook-Id": f"w-{number}"})
    handle_inbox()
    assert act.seen == [(SHOP, [f"gid://shopify/Product/{number}" for number in (1, 2, 3)])]
    assert states() == [HANDLED] * 3


def test_what_is_handled_is_not_handled_again(deliver: Deliver, act: Act) -> None:
    deliver()
    handle_inbox()
    handle_inbox()
    assert len(act.seen) == 1


def test_what_fails_is_tried_again_later_and_others_go_on(deliver: Deliver, act: Act) -> None:
    act.failures = 1
    deliver(**{"X-Shopify-Shop-Domain": "another.myshopify.com"})
    deliver()
    handle_inbox()
    assert sorted(states()) == [HANDLED, PENDING]
    waiting = InboxEvent.get(InboxEvent.state == PENDING)
    assert waiting.attempts == 1
    assert waiting.error == "the store does not answer"
    assert waiting.next_at > clock.now() + timedelta(seconds=5)
    InboxEvent.update(next_at=clock.now()).execute()
    handle_inbox()
    assert states() == [HANDLED, HANDLED]


def test_a_store_another_worker_is_at_is_left_to_him(deliver: Deliver, act: Act) -> None:
    deliver()
    with leases.hold(f"inbox:{SHOP}"):
        handle_inbox()
    assert (act.seen, states()) == ([], [PENDING])


def wait_in_the_inbox(webhook_id: str) -> None:
    now = clock.now()
    InboxEvent.create(shop=SHOP, topic="products/update", webhook_id=webhook_id, received_at=now, next_at=now)


def test_what_comes_in_during_the_work_is_handled_by_the_same_worker(
    deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def work(shop: str, events: Sequence[Waiting], as_of: datetime) -> None:
        if not seen:
            wait_in_the_inbox("w-2")
        seen.extend(event.webhook_id for event in events)

    monkeypatch.setitem(TOPICS, "products/update", Topic(work, TOPICS["products/update"].subject))
    wait_in_the_inbox("w-1")
    handle_inbox()
    assert (seen, queue.ping()) == (["w-1", "w-2"], 0)
    assert states() == [HANDLED, HANDLED]


def test_a_worker_whose_process_ends_begins_no_further_round(deliver: Deliver, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def work(shop: str, events: Sequence[Waiting], as_of: datetime) -> None:
        wait_in_the_inbox(f"after {events[0].webhook_id}")
        seen.extend(event.webhook_id for event in events)
        leases.give_back_all()

    monkeypatch.setitem(TOPICS, "products/update", Topic(work, TOPICS["products/update"].subject))
    wait_in_the_inbox("w-1")
    handle_inbox()
    assert seen == ["w-1"]
    assert states() == [HANDLED, PENDING]


def test_nothing_waits_for_the_clock_however_workers_and_deliveries_meet(deliver: Deliver, act: Act) -> None:
    """Each delivery is followed by its nudge, as the door does; what nobody handled must have been asked for again."""

    def come(number: int) -> None:
        with session():
            wait_in_the_inbox(f"w-{number}")
            handle_inbox()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(come, range(120)))
    assert PENDING not in states() or queue.ping() > 0
    assert sum(len(things) for _, things in act.seen) == states().count(HANDLED)


def test_who_finds_another_worker_at_it_asks_for_no_further_round(deliver: Deliver, act: Act) -> None:
    wait_in_the_inbox("w-1")
    with leases.hold(f"inbox:{SHOP}"):
        handle_inbox()
    assert (act.seen, queue.ping()) == ([], 0)


def test_the_topics_are_exactly_those_we_are_subscribed_to() -> None:
    declared = set()
    for file in ("shopify.app.toml", "shopify.app.dev.toml"):
        config = tomllib.loads((ROOT / file).read_text())
        for subscription in config["webhooks"]["subscriptions"]:
            declared |= {*subscription.get("topics", ()), *subscription.get("compliance_topics", ())}
    subscribed = {topic.lower() for topic in (*HUB_TOPICS, *PARTNER_TOPICS)}
    # Shopify's constants join with "_" what its topics join with "/": compare without.
    assert {topic.replace("/", "_") for topic in TOPICS} == {topic.replace("/", "_") for topic in declared} | subscribed
