"""Door 2, Shopify: a webhook is verified, kept in the inbox and acknowledged; its act then reads the truth by id."""

import asyncio
import json
import logging
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from anyio import to_thread
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from occhub import clock, leases
from occhub.catalog import tasks as catalog
from occhub.database import write
from occhub.errors import Conflict, HubError, LeaseLost
from occhub.inbox import IGNORED, PENDING, Delivery, InboxEvent, SharedCommit, Waiting, close_handled, try_again
from occhub.inventory import tasks as inventory
from occhub.orders import tasks as orders
from occhub.partners import tasks as partners
from occhub.privacy import tasks as privacy
from occhub.queue import nudge
from occhub.shopify import auth

log = logging.getLogger(__name__)

# Real seconds between two nudges, and between two rounds of work, while deliveries keep coming.
_GATHERING = 0.2
# Of a delivery: bytes, and real seconds for them to arrive.
MAX_BODY = 4 * 1024 * 1024
_PATIENCE = 10.0
_PLAIN = ((b"content-type", b"text/plain"), (b"x-content-type-options", b"nosniff"))
_KEPT = (200, b"")  # nobody reads a word of it, and each would be sent apart

_LEADING_ID = re.compile(rb'\s*\{\s*"id"\s*:\s*(\d{1,20})\s*[,}]')

Act = Callable[[str, Sequence[Waiting], datetime], None]


@dataclass(frozen=True)
class Topic:
    """The act that follows a topic, and what is kept of the payload: one id, and more where the act needs it."""

    act: Act
    subject: Callable[[Any], str]
    detail: Callable[[Any], str] = lambda payload: ""
    leads: bool = False  # with the id, which is all that is needed: the rest of the payload is not even parsed


def _gid(kind: str, *path: str) -> Callable[[Any], str]:
    def read(payload: Any) -> str:
        for key in path:
            payload = payload.get(key) if isinstance(payload, dict) else None
        return f"gid://shopify/{kind}/{payload}" if isinstance(payload, int) else ""

    return read


def _nothing(payload: Any) -> str:
    return ""


def _ids(*names: str) -> Callable[[Any], str]:
    """Of a privacy request only its ids: `customer.id` becomes {"customer": 7}."""

    def read(payload: Any) -> str:
        kept: dict[str, object] = {}
        for name in names:
            value = payload.get(name)
            kept[name] = value.get("id") if isinstance(value, dict) else value
        return json.dumps(kept)

    return read


_orders = Topic(orders.orders_changed, _gid("Order", "id"), leads=True)
_product = Topic(catalog.products_changed, _gid("Product", "id"), leads=True)

TOPICS: dict[str, Topic] = {
    # of the hub
    "orders/create": _orders,
    "orders/updated": _orders,
    "orders/paid": _orders,
    "orders/cancelled": _orders,
    "orders/edited": Topic(orders.orders_changed, _gid("Order", "order_edit", "order_id")),
    "refunds/create": Topic(orders.orders_changed, _gid("Order", "order_id")),
    # of partners; a product deleted on the hub itself comes the same way
    "products/create": _product,
    "products/update": _product,
    "products/delete": _product,
    "inventory_levels/update": Topic(inventory.items_changed, _gid("InventoryItem", "inventory_item_id")),
    "inventory_items/update": Topic(inventory.items_changed, _gid("InventoryItem", "id"), leads=True),
    # of every store, as shopify.app.toml says
    "app/uninstalled": Topic(partners.uninstalled, _nothing),
    "app/scopes_update": Topic(partners.scopes_changed, _nothing),
    "customers/data_request": Topic(privacy.asked, _nothing, _ids("customer", "orders_requested", "data_request")),
    "customers/redact": Topic(privacy.asked, _nothing, _ids("customer", "orders_to_redact")),
    "shop/redact": Topic(privacy.asked, _nothing, _ids("shop_id")),
}


class Receiver:
    """The door's application: HMAC over the raw bytes, then the row, then 200; anything else only after that.

    It stands in the route table and yet before all middleware (`gate.Shield`): nothing comes as often, and a person's
    pages need much that a webhook does not.
    """

    def __init__(self) -> None:
        self.commits = SharedCommit()
        self._bell: asyncio.Task[None] | None = None
        self._rung = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                raw = await _read(receive)
            status, text = await self._answer(scope, raw)
        except TimeoutError:
            status, text = 408, b"The message did not arrive."
        except _TooLong:
            status, text = 413, b"The message is too long."
        except ClientDisconnect:
            return
        except Exception:
            # Shopify sends it again; what is wrong with us is nothing to tell.
            log.exception("a webhook could not be kept")
            status, text = 503, b"Not now."
        headers = (*_PLAIN, (b"content-length", b"%d" % len(text)))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": text})

    async def _answer(self, scope: Scope, raw: bytes) -> tuple[int, bytes]:
        told = {n.decode("latin-1"): v.decode("latin-1") for n, v in scope["headers"] if b"shopify-" in n}
        try:
            sent = auth.verify_webhook(told, raw)
        except auth.BadSignature as error:
            log.warning("webhook refused: %s", error)
            return 401, b"The signature does not match."
        topic = TOPICS.get(sent.topic)
        if topic is None:
            log.warning("webhook of unknown topic %.80s from %s acknowledged and ignored", sent.topic, sent.shop)
        payload = _parse(raw, topic) if topic else {}
        new = await self.commits.keep(
            Delivery(
                shop=sent.shop,
                topic=sent.topic,
                webhook_id=sent.webhook_id,
                subject=topic.subject(payload) if topic else "",
                detail=topic.detail(payload) if topic else "",
                triggered_at=sent.triggered_at,
                received_at=clock.now(),
                state=PENDING if topic else IGNORED,
            )
        )
        if new and topic:
            self._ring()
        return _KEPT

    def _ring(self) -> None:
        """Have the inbox handled soon; one nudge serves all that came since the last."""
        self._rung = True
        if self._bell is None or self._bell.done():
            self._bell = asyncio.create_task(self._ring_while_needed())

    async def _ring_while_needed(self) -> None:
        while self._rung:
            self._rung = False
            await to_thread.run_sync(nudge, "inbox")
            await asyncio.sleep(_GATHERING)


class _TooLong(Exception):
    """More than any store sends."""


async def _read(receive: Receive) -> bytes:
    parts, length = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        if length > MAX_BODY:
            raise _TooLong
        if not message.get("more_body"):
            return b"".join(parts)


def handle_inbox() -> None:
    """Let each kept delivery's act run; one worker at a time does a store's deliveries, for as long as they come."""
    for shop in InboxEvent.due_shops(clock.now()):
        try:
            with leases.hold(f"inbox:{shop}") as held:
                _handle_all(shop, held)
        except (Conflict, LeaseLost):
            continue  # whoever is at it finds these too
        if InboxEvent.is_due(shop, clock.now()):
            nudge("inbox")  # it came between the last look and the end of the lease


def _handle_all(shop: str, held: leases.Held) -> None:
    """Round after round; raises LeaseLost when another has taken over, or this process ends."""
    while True:
        with write(durable=False):
            held.confirm()
        _handle(shop, InboxEvent.due(shop, clock.now()))
        if not InboxEvent.is_due(shop, clock.now()):
            return
        # Not at once: acknowledging goes first, and in a flood many small rounds cost more than a few large ones.
        time.sleep(_GATHERING)


def _handle(shop: str, due: Sequence[Waiting]) -> None:
    """The deliveries of one act go together; what fails is tried again later."""
    now = clock.now()
    for topic, together in groupby(sorted(due, key=lambda event: (event.topic, event.id)), key=lambda e: e.topic):
        events = list(together)
        try:
            TOPICS[topic].act(shop, events, now)
        except HubError as error:
            log.warning("%s of %s could not be handled yet: %s", topic, shop, error)
            try_again(events, str(error), as_of=now)
        except Exception as error:
            log.exception("%s of %s failed", topic, shop)
            try_again(events, str(error) or type(error).__name__, as_of=now)
        else:
            close_handled(events, as_of=clock.now())


def _parse(raw: bytes, topic: Topic) -> dict[str, Any]:
    if topic.leads and (found := _LEADING_ID.match(raw)):
        return {"id": int(found[1])}
    # A body we cannot read is still a sign that something happened: the reconciliation will find what.
    try:
        payload = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return payload if isinstance(payload, dict) else {}
