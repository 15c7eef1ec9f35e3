"""The courier: turns what happened in the stores into signed webhooks and brings them to the app, again if need be."""

import asyncio
import importlib.util
import ipaddress
import random
import sys
from datetime import timedelta
from urllib.parse import urlsplit

import httpx

from standin.addressing import copy_of, deliveries_of, headers_of
from standin.world import Delivery, World

# Shopify retries 8 times over 4 hours (verify-deliveries); how the pauses are spread is ours.
RETRY_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 50, 240, 600, 1500, 2400, 3600, 6000))
FAILURES_UNTIL_DELETED = 8
SECONDS_TO_CONNECT, SECONDS_TO_ANSWER = 1.0, 5.0
AT_ONCE = 16
TICK = 0.05
SHUFFLE_SECONDS = 1.0
KEPT_OF_A_BODY = 2_000
# Each one that is kept is looked at before every delivery.
KEPT_CONNECTIONS = 4

if importlib.util.find_spec("sniffio") is None:
    # httpcore imports it at each request if it can: to be told at once that there is none saves a search of the disk.
    sys.modules["sniffio"] = None  # type: ignore[assignment]


class Courier:
    """Delivers the world's webhooks over HTTP, several at a time, never holding up the loop it runs on."""

    def __init__(self, world: World, client: httpx.AsyncClient | None = None) -> None:
        timeout = httpx.Timeout(SECONDS_TO_ANSWER, connect=SECONDS_TO_CONNECT)
        self.world = world
        limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=KEPT_CONNECTIONS)
        self.client = client or httpx.AsyncClient(timeout=timeout, limits=limits, trust_env=False)
        self.running: set[asyncio.Task[None]] = set()
        for delivery in world.undelivered:
            delivery.status = "waiting"

    async def run(self) -> None:
        """Deliver until cancelled; what was on its way then is waiting again."""
        try:
            while True:
                self.set_out()
                await asyncio.sleep(TICK)
        finally:
            for task in self.running:
                task.cancel()
            await asyncio.gather(*self.running, return_exceptions=True)
            await self.client.aclose()

    def set_out(self, *, everything: bool = False) -> None:
        """Start the deliveries that are due; or everything that has been triggered, due, delayed, paused or not."""
        self.address_events()
        now = self.world.now()
        if self.world.deliveries.paused and not everything:
            return
        for delivery in list(self.world.undelivered):
            if len(self.running) >= AT_ONCE and not everything:
                return
            ready = delivery.triggered_at if everything else delivery.next_at
            if delivery.status == "waiting" and ready <= now:
                delivery.status = "sending"
                task = asyncio.create_task(self._bring(delivery))
                self.running.add(task)
                task.add_done_callback(self.running.discard)

    async def flush(self) -> int:
        """Try everything triggered so far once, now, and wait for the answers; how many were tried."""
        self.set_out(everything=True)
        on_the_way = list(self.running)
        await asyncio.gather(*on_the_way)
        return len(on_the_way)

    def address_events(self) -> None:
        """Make deliveries of what happened since: one for each subscription, more or none as the settings say."""
        world, settings = self.world, self.world.deliveries
        while world.outgoing:
            event = world.outgoing.popleft()
            for delivery in deliveries_of(world, event):
                world.delivery_count += 1
                if settings.drop_every and world.delivery_count % settings.drop_every == 0:
                    delivery.status = "dropped"
                    world.delivery_log.append(delivery)
                    continue
                for copy in [delivery, *(copy_of(delivery) for _ in range(settings.duplicate))]:
                    wait = settings.delay + (random.uniform(0, SHUFFLE_SECONDS) if settings.shuffle else 0)
                    copy.next_at = event.at + timedelta(seconds=wait * world.clock.speed)
                    world.undelivered.append(copy)
                    world.delivery_log.append(copy)
        if settings.shuffle:
            random.shuffle(world.undelivered)

    async def _bring(self, delivery: Delivery) -> None:
        try:
            failure = await self._attempt(delivery)
        except asyncio.CancelledError:
            delivery.status = "waiting"
            raise
        delivery.attempts += 1
        shop = self.world.shops.get(delivery.shop)
        subscription = shop.subscriptions.get(delivery.subscription_id or 0) if shop else None
        if subscription:
            subscription.failures = subscription.failures + 1 if failure else 0
        if failure is None:
            self._close(delivery, "delivered")
            return
        delivery.failures.append(failure)
        if delivery.attempts <= len(RETRY_PAUSES):
            delivery.next_at = self.world.now() + RETRY_PAUSES[delivery.attempts - 1]
            delivery.status = "waiting"
            return
        self._close(delivery, "failed")
        if shop and subscription and subscription.failures >= FAILURES_UNTIL_DELETED:
            del shop.subscriptions[subscription.id]

    async def _attempt(self, delivery: Delivery) -> str | None:
        if not is_loopback(delivery.url):
            return "the stand-in sends to this machine only"
        headers = headers_of(delivery, self.world.app.api_secret)
        try:
            async with asyncio.timeout(SECONDS_TO_ANSWER):
                answer = await self.client.post(delivery.url, content=delivery.body, headers=headers)
        except (httpx.HTTPError, TimeoutError) as error:
            return type(error).__name__
        return None if answer.is_success else f"HTTP {answer.status_code}"

    def _close(self, delivery: Delivery, status: str) -> None:
        delivery.status = status
        delivery.body = delivery.body[:KEPT_OF_A_BODY]
        self.world.undelivered.remove(delivery)


def is_loopback(url: str) -> bool:
    """Whether an address is of this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
