"""Door 2, Shopify: a webhook is verified, kept in the inbox and acknowledged; its act then reads the truth by id."""

import asyncio
import json
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from occhub import clock, leases
from occhub.catalog import tasks as catalog
from occhub.errors import Conflict, HubError
from occhub.inbox import IGNORED, PENDING, InboxEvent, SharedCommit, close_handled, try_again
from occhub.inventory import tasks as inventory
from occhub.orders import tasks as orders
from occhub.partners import tasks as partners
from occhub.privacy import tasks as privacy
from occhub.queue import nudge
from occhub.shopify import auth

log = logging.getLogger(__name__)

# Real seconds between two nudges while deliveries keep coming.
_GATHERING = 0.2

_LEADING_ID = re.compile(rb'\s*\{\s*"id"\s*:\s*(\d{1,20})\s*[,}]')

Act = Callable[[str, Sequence[InboxEvent], datetime], None]


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
    """Its `receive` is the endpoint: HMAC over the raw bytes, then the row, then 200; anything else only after that."""

    def __init__(self) -> None:
        self.commits = SharedCommit()
        self._bell: asyncio.Task[None] | None = None
        self._rung = False

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

    async def receive(self, request: Request) -> Response:
        raw = await request.body()
        try:
            sent = auth.verify_webhook(request.headers, raw)
        except auth.BadSignature as error:
            log.warning("webhook refused: %s", error)
            return PlainTextResponse("The signature does not match.", status_code=401)
        topic, now = TOPICS.get(sent.topic), clock.now()
        if topic is None:
            log.warning("webhook of unknown topic %s from %s acknowledged and ignored", sent.topic, sent.shop)
        payload = _parse(raw, topic) if topic else {}
        new = await self.commits.keep(
            {
                "shop": sent.shop,
                "topic": sent.topic,
                "webhook_id": sent.webhook_id,
                "subject": topic.subject(payload) if topic else "",
                "detail": topic.detail(payload) if topic else "",
                "triggered_at": sent.triggered_at,
                "received_at": now,
                "next_at": now,
                "state": PENDING if topic else IGNORED,
            }
        )
        if new and topic:
            self._ring()
        return PlainTextResponse("ok")


def handle_inbox() -> None:
    """Let each kept delivery's act run; one worker does a store's deliveries, gathering what comes in meanwhile."""
    for shop in InboxEvent.due_shops(clock.now()):
        try:
            with leases.hold(f"inbox:{shop}"):
                while due := InboxEvent.due(shop, clock.now()):
                    _handle(shop, due)
        except Conflict:
            continue  # whoever is at it looks once more when it is done
        if InboxEvent.due(shop, clock.now(), limit=1):
            nudge("inbox")


def _handle(shop: str, due: Sequence[InboxEvent]) -> None:
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
    except ValueError:
        return {}
    return payload if isinstance(payload, dict) else {}
