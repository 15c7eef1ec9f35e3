"""One store's door: sends our documents, pays for them out of the store's budget, and knows what may be repeated."""

import logging
import random
import time
from collections.abc import Generator, Iterable, Iterator
from datetime import datetime
from typing import Any

import httpx

from occhub import clock
from occhub.database import in_write
from occhub.shopify import tokens
from occhub.shopify.answers import Node, accept, data_of, read_answer
from occhub.shopify.errors import BadAnswer, FailedInside, Throttled, Unauthorized, Unavailable
from occhub.shopify.gateway import gateway, store_url
from occhub.shopify.operations import Operation, read_operation
from occhub.shopify.reading import moment
from occhub.shopify.scopes import API_VERSION

log = logging.getLogger(__name__)

PAUSES = (0.5, 2.0)  # seconds before the second and the third try
THROTTLED_TRIES = 8
TOO_DEAR = "MAX_COST_EXCEEDED"
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Store:
    """A store we may talk to; `calls` and `points` are what it has cost so far (for the SyncLog)."""

    def __init__(self, shop: str) -> None:
        self.shop = shop
        self.url = store_url(shop, f"/admin/api/{API_VERSION}/graphql.json")
        self.calls = 0
        self.points = 0

    def execute(self, document: str, variables: Node) -> Node:
        """Run documents/<document>.graphql and hand out its `data`; raises a StoreError.

        Repeated by itself: what was throttled, what never left, and queries and keyed mutations that got no
        answer. Any other mutation without an answer raises Unavailable(outcome_unknown=True) at once.
        """
        if in_write():
            raise RuntimeError("a remote call inside write(): ask first, then write")
        operation = read_operation(document)
        token, renewed, failed, throttled = tokens.access_token(self.shop, clock.now()), False, 0, 0
        while True:
            try:
                return self._send(operation, variables, token)
            except Unauthorized:
                if renewed:
                    raise
                token, renewed = tokens.access_token(self.shop, clock.now(), force=True), True
            except Throttled:
                throttled += 1
                if throttled == THROTTLED_TRIES:
                    raise
                # The limiter waits for the points themselves; the jitter keeps threads from coming back as one.
                clock.sleep(random.uniform(0.1, 1.0))
            except Unavailable as error:
                failed += 1
                if error.outcome_unknown or failed > len(PAUSES):
                    raise
                clock.sleep(min(error.retry_after or 0.0, 10.0) + PAUSES[failed - 1] * random.uniform(0.8, 1.2))

    def change(self, document: str, variables: Node) -> Node:
        """Run a document with one mutation and hand out its payload; raises Rejected when it was refused."""
        (payload,) = self.execute(document, variables).values()
        return accept(self.shop, payload)

    def walk(self, document: str, variables: Node | None = None) -> Iterator[Node]:
        """Every node of a document's one connection, page by page; the document takes `$after`."""
        for page in self._pages(document, variables or {}):
            yield from page

    def walk_back(self, document: str, since: datetime) -> Iterator[Node]:
        """The nodes of a list sorted by their last change, newest first, that changed at or after `since`.

        What changes while we turn the pages moves to the front, out of our way; so after several pages the front is
        looked at again. A node that changed meanwhile comes twice.
        """
        seen: set[tuple[str, str]] = set()
        start: datetime | None = since
        while start is not None:
            start = yield from self._walk_back_once(document, start, seen)

    def look_up(
        self, document: str, ids: Iterable[str], *, size: int, unread: set[str] | None = None, **variables: Any
    ) -> dict[str, Node | None]:
        """Objects by id through a document over `nodes(ids: $ids)`, at most `size` a call; None where there is none.

        A store for which so many are too dear at once is asked for half as many, from then on. Objects at which the
        store fails again and again go into `unread` instead of the answer; without it they raise FailedInside.
        """
        wanted, limiter = list(dict.fromkeys(ids)), gateway().limiter(self.shop)
        found: dict[str, Node | None] = {}
        while len(found) < len(wanted):
            batch = wanted[len(found) :][: limiter.affordable(document, size)]
            try:
                nodes = self.execute(document, {**variables, "ids": batch})["nodes"]
            except BadAnswer as error:
                if TOO_DEAR not in error.codes or len(batch) == 1:
                    raise
                limiter.found_too_dear(document, len(batch))
                continue
            except FailedInside as error:
                if unread is None or error.rest is None:
                    raise
                nodes = error.rest
                unread.update(batch[place] for place in error.spoilt)
            found.update(zip(batch, [node or None for node in nodes], strict=True))
        return {id: node for id, node in found.items() if id not in unread} if unread else found

    def _walk_back_once(
        self, document: str, since: datetime, seen: set[tuple[str, str]]
    ) -> Generator[Node, None, datetime | None]:
        """One walk; answers from when on another is needed, None when it missed nothing."""
        newest, known = None, len(seen)
        for number, page in enumerate(self._pages(document, {})):
            for node in page:
                changed = moment(node["updatedAt"])
                newest = newest or changed
                if changed < since:
                    return newest if number and len(seen) > known else None
                if (node["id"], node["updatedAt"]) not in seen:
                    seen.add((node["id"], node["updatedAt"]))
                    yield node
        return newest if number and len(seen) > known else None

    def _pages(self, document: str, variables: Node) -> Iterator[list[Node]]:
        after = None
        while True:
            (connection,) = self.execute(document, {**variables, "after": after}).values()
            yield connection["nodes"]
            if not connection["pageInfo"]["hasNextPage"]:
                return
            after = connection["pageInfo"]["endCursor"]

    def _send(self, operation: Operation, variables: Node, token: str) -> Node:
        limiter = gateway().limiter(self.shop)
        reserved, cost = limiter.reserve(operation.name), None
        started = time.perf_counter()
        try:
            self.calls += 1
            answer = read_answer(
                gateway().http.post(
                    self.url,
                    json={"query": operation.text, "variables": variables},
                    headers={"X-Shopify-Access-Token": token, "Accept": "application/json"},
                )
            )
            cost = answer.cost
        except httpx.TransportError as error:
            log.warning("%s %s: no answer (%s)", operation.name, self.shop, type(error).__name__)
            unknown = not operation.is_repeatable and not isinstance(error, _NEVER_SENT)
            raise Unavailable(self.shop, "the store did not answer", outcome_unknown=unknown) from error
        finally:
            limiter.settle(operation.name, reserved, cost)
        self.points += answer.points
        spent = (time.perf_counter() - started) * 1000
        outline = (operation.name, self.shop, answer.status, answer.request_id, answer.points, spent)
        log.info("%s %s: %s, request %s, %s points, %.0f ms", *outline)
        return data_of(self.shop, operation, answer)
