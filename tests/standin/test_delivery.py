"""Webhooks on their way to the app: signed, repeated, given up, and disturbed on request."""

import asyncio
import json
from collections.abc import Callable

import httpx
import pytest

from standin import delivery
from standin.delivery import Courier
from standin.installing import install, uninstall
from standin.signing import sign_body
from standin.world import Shop, WebhookSubscription, World

Advance = Callable[..., None]


class App:
    """The app at the other end: keeps what arrives and answers as told."""

    def __init__(self) -> None:
        self.got: list[httpx.Request] = []
        self.status = 200

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.status == 0:
            raise httpx.ConnectError("nobody listens")
        self.got.append(request)
        return httpx.Response(self.status)

    def topics(self) -> list[str]:
        return [request.headers["X-Shopify-Topic"] for request in self.got]


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def rounds(world: World, app: App) -> Callable[..., None]:
    """Let the courier set out once and wait for those on their way; `flush=True` sends everything."""
    courier = Courier(world, httpx.AsyncClient(transport=httpx.MockTransport(app.answer)))

    async def once(flush: bool) -> None:
        if flush:
            await courier.flush()
        else:
            courier.set_out()
            await asyncio.gather(*courier.running)

    return lambda flush=False: asyncio.run(once(flush))


def subscribe(world: World, shop: Shop, topic: str = "PRODUCTS_UPDATE", **more: object) -> WebhookSubscription:
    uri = f"{world.app.url}/webhooks/products"
    row = WebhookSubscription(shop.next_id(), topic, uri, "key", world.now(), world.now(), **more)  # type: ignore[arg-type]
    shop.subscriptions[row.id] = row
    return row


def test_a_webhook_carries_its_signature_and_all_headers(
    world: World, shop: Shop, app: App, rounds: Callable[..., None]
) -> None:
    subscribe(world, shop, name="mine")
    world.emit(shop, "products/update", {"id": 1, "title": "Café"})
    rounds()
    [request] = app.got
    assert str(request.url) == "http://127.0.0.1:8000/webhooks/products"
    assert request.headers["X-Shopify-Hmac-SHA256"] == sign_body(request.content, world.app.api_secret)
    assert request.headers["X-Shopify-Topic"] == "products/update"
    assert request.headers["X-Shopify-Shop-Domain"] == shop.domain
    assert request.headers["X-Shopify-API-Version"] == "2026-10"
    assert request.headers["X-Shopify-Name"] == "mine"
    assert request.headers["X-Shopify-Triggered-At"].startswith("2026-11-02T09:00:0")
    assert request.headers["X-Shopify-Webhook-Id"] != request.headers["X-Shopify-Event-Id"]


def test_two_subscriptions_share_the_event_but_not_the_webhook_id(
    world: World, shop: Shop, app: App, rounds: Callable[..., None]
) -> None:
    subscribe(world, shop)
    subscribe(world, shop).uri += "/again"
    world.emit(shop, "products/update", {"id": 1})
    rounds()
    assert len({request.headers["X-Shopify-Event-Id"] for request in app.got}) == 1
    assert len({request.headers["X-Shopify-Webhook-Id"] for request in app.got}) == 2


def test_include_fields_trim_the_payload_also_inside_lists(
    world: World, shop: Shop, app: App, rounds: Callable[..., None]
) -> None:
    subscribe(world, shop, include_fields=["id", "variants.sku", "not_there"])
    world.emit(shop, "products/update", {"id": 1, "title": "x", "variants": [{"id": 2, "sku": "A"}]})
    rounds()
    assert json.loads(app.got[0].content) == {"id": 1, "variants": [{"sku": "A"}]}


def test_nothing_is_told_without_a_subscription_or_without_its_scope(
    world: World, shop: Shop, app: App, rounds: Callable[..., None]
) -> None:
    subscribe(world, shop, "ORDERS_CREATE")
    world.emit(shop, "products/update", {"id": 1})
    world.emit(shop, "orders/create", {"id": 2})
    rounds()
    assert app.got == []


def test_uninstalling_is_told_at_once_and_redaction_asked_after_two_days(
    world: World, shop: Shop, app: App, rounds: Callable[..., None], advance: Advance
) -> None:
    subscribe(world, shop)
    uninstall(world, shop, "key")
    world.emit(shop, "products/update", {"id": 1})
    rounds(flush=True)
    assert app.topics() == ["app/uninstalled"]
    advance(hours=48)
    rounds()
    assert app.topics() == ["app/uninstalled", "shop/redact"]
    assert json.loads(app.got[1].content) == {"shop_id": shop.shop_id, "shop_domain": shop.domain}


def test_granted_scopes_are_told_under_the_name_of_the_subscription(
    world: World, shop: Shop, app: App, rounds: Callable[..., None]
) -> None:
    install(world, shop, "key", ["write_products"])
    rounds()
    assert app.topics() == ["app/scopes_update"]
    assert app.got[0].headers["X-Shopify-Name"] == "scopes"


@pytest.mark.parametrize("trouble", [0, 302, 404, 500])
def test_a_failed_delivery_comes_again_under_the_same_id(
    world: World, shop: Shop, app: App, rounds: Callable[..., None], advance: Advance, trouble: int
) -> None:
    subscribe(world, shop)
    world.emit(shop, "products/update", {"id": 1})
    app.status = trouble
    rounds()
    app.status = 200
    before = len(app.got)
    rounds()
    assert len(app.got) == before
    advance(seconds=11)
    rounds()
    rounds()
    assert len(app.got) == before + 1
    assert len({request.headers["X-Shopify-Webhook-Id"] for request in app.got}) == 1
    [delivery] = world.delivery_log
    assert (delivery.status, delivery.attempts, len(delivery.failures)) == ("delivered", 2, 1)
    assert world.undelivered == []


def test_after_eight_vain_retries_over_four_hours_the_subscription_is_gone(
    world: World, shop: Shop, app: App, rounds: Callable[..., None], advance: Advance
) -> None:
    subscribe(world, shop)
    world.emit(shop, "products/update", {"id": 1})
    app.status = 503
    started = world.now()
    while world.undelivered or world.outgoing:
        rounds()
        if world.undelivered:
            advance(seconds=(world.undelivered[0].next_at - world.now()).total_seconds() + 0.01)
    assert len(app.got) == 9
    assert 4 * 3600 <= (world.now() - started).total_seconds() <= 4 * 3600 + 60
    assert world.delivery_log[0].status == "failed"
    assert shop.subscriptions == {}


def test_a_success_in_between_saves_the_subscription(
    world: World, shop: Shop, app: App, rounds: Callable[..., None]
) -> None:
    row = subscribe(world, shop)
    world.emit(shop, "products/update", {"id": 1})
    app.status = 503
    for _ in range(8):
        rounds(flush=True)
    app.status = 200
    world.emit(shop, "products/update", {"id": 2})
    world.undelivered[0].status = "held"
    rounds(flush=True)
    world.undelivered[0].status, app.status = "waiting", 503
    rounds(flush=True)
    assert world.delivery_log[0].status == "failed"
    assert list(shop.subscriptions.values()) == [row]


def test_a_subscription_of_the_configuration_outlives_its_failures(
    world: World, shop: Shop, app: App, rounds: Callable[..., None]
) -> None:
    app.status = 503
    install(world, shop, "key", ["write_products"])
    for _ in range(9):
        rounds(flush=True)
    assert world.delivery_log[0].status == "failed"
    app.status = 200
    world.emit(shop, "app/scopes_update", {})
    rounds()
    assert len(app.got) == 10


def test_duplicates_come_with_the_same_webhook_id(
    world: World, shop: Shop, app: App, rounds: Callable[..., None]
) -> None:
    subscribe(world, shop)
    world.deliveries.duplicate = 2
    world.emit(shop, "products/update", {"id": 1})
    rounds()
    assert len(app.got) == 3
    assert len({request.headers["X-Shopify-Webhook-Id"] for request in app.got}) == 1


def test_every_third_may_be_dropped(world: World, shop: Shop, app: App, rounds: Callable[..., None]) -> None:
    subscribe(world, shop)
    world.deliveries.drop_every = 3
    for number in range(6):
        world.emit(shop, "products/update", {"id": number})
    rounds()
    assert sorted(json.loads(request.content)["id"] for request in app.got) == [0, 1, 3, 4]
    assert [delivery.status for delivery in world.delivery_log].count("dropped") == 2


def test_paused_and_delayed_webhooks_wait_until_flushed(
    world: World, shop: Shop, app: App, rounds: Callable[..., None]
) -> None:
    subscribe(world, shop)
    world.deliveries.paused, world.deliveries.delay = True, 60
    world.emit(shop, "products/update", {"id": 1})
    rounds()
    world.deliveries.paused = False
    rounds()
    assert app.got == []
    rounds(flush=True)
    assert len(app.got) == 1


def test_shuffled_webhooks_all_arrive_in_another_order(
    world: World, shop: Shop, app: App, rounds: Callable[..., None]
) -> None:
    subscribe(world, shop)
    world.deliveries.shuffle = True
    for number in range(50):
        world.emit(shop, "products/update", {"id": number})
    rounds(flush=True)
    order = [json.loads(request.content)["id"] for request in app.got]
    assert sorted(order) == list(range(50))
    assert order != sorted(order)


def test_nothing_leaves_this_machine(world: World, shop: Shop, app: App, rounds: Callable[..., None]) -> None:
    subscribe(world, shop).uri = "https://hub.example.com/webhooks"
    world.emit(shop, "products/update", {"id": 1})
    rounds()
    assert app.got == []
    assert world.delivery_log[0].failures == ["the stand-in sends to this machine only"]


def test_a_running_courier_delivers_by_itself_and_stops_clean(world: World, shop: Shop, app: App) -> None:
    async def story() -> None:
        task = asyncio.create_task(Courier(world, httpx.AsyncClient(transport=httpx.MockTransport(app.answer))).run())
        world.emit(shop, "products/update", {"id": 1})
        while not app.got:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    subscribe(world, shop)
    asyncio.run(asyncio.wait_for(story(), 10))
    assert app.topics() == ["products/update"]


def test_an_app_too_slow_to_answer_has_failed(world: World, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    async def dawdle(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        return httpx.Response(200)

    async def story() -> None:
        await Courier(world, httpx.AsyncClient(transport=httpx.MockTransport(dawdle))).flush()

    monkeypatch.setattr(delivery, "SECONDS_TO_ANSWER", 0.01)
    subscribe(world, shop)
    world.emit(shop, "products/update", {"id": 1})
    asyncio.run(story())
    assert world.delivery_log[0].failures == ["TimeoutError"]
    assert world.delivery_log[0].status == "waiting"
