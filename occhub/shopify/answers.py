"""Reads what a store answered and turns every failure into one of ours."""

from dataclasses import dataclass
from typing import Any

import httpx

from occhub.shopify.errors import (
    AccessDenied,
    BadAnswer,
    FailedInside,
    Rejected,
    StoreClosed,
    StoreError,
    Throttled,
    Unauthorized,
    Unavailable,
    UserError,
)
from occhub.shopify.operations import Operation

Node = dict[str, Any]

# 430: the request was judged malicious; like a locked store it must not be asked again soon.
_CLOSED = {
    402: "the store is frozen for an unpaid bill",
    403: "the store is forbidden to us",
    404: "there is no such store any more",
    423: "the store is locked",
    430: "the store refuses our requests",
}
_INSIDE = {"INTERNAL_SERVER_ERROR", "TIMEOUT"}


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; `body` is None when it is not a JSON object."""

    status: int
    request_id: str
    retry_after: float | None
    body: Node | None

    @property
    def cost(self) -> Node | None:
        """`extensions.cost`, when the answer has it."""
        extensions = (self.body or {}).get("extensions")
        cost = extensions.get("cost") if isinstance(extensions, dict) else None
        return cost if isinstance(cost, dict) else None

    @property
    def points(self) -> int:
        """What the call has cost, 0 when it was not told."""
        cost = self.cost or {}
        return int(cost.get("actualQueryCost") or 0)


def read_answer(response: httpx.Response) -> Answer:
    """Take apart one HTTP answer."""
    try:
        body = response.json()
    except ValueError:
        body = None
    retry_after = response.headers.get("Retry-After", "")
    return Answer(
        status=response.status_code,
        request_id=response.headers.get("X-Request-Id", "-"),
        retry_after=float(retry_after) if retry_after.replace(".", "", 1).isdecimal() else None,
        body=body if isinstance(body, dict) else None,
    )


def data_of(shop: str, operation: Operation, answer: Answer) -> Node:
    """The answer's `data`; raises the StoreError that tells why there is none."""
    if answer.status != 200:
        raise _refusal(shop, operation, answer)
    if answer.body is None:
        raise _unknown(shop, operation, "the answer could not be read")
    if errors := answer.body.get("errors"):
        raise _failure(shop, operation, errors, answer.body.get("data"))
    data = answer.body.get("data")
    if not isinstance(data, dict):
        raise _unknown(shop, operation, "the answer has no data")
    return data


def user_errors(payload: Node) -> list[UserError]:
    """The reasons why a mutation was refused, none when it was not."""
    return [
        UserError(tuple(error.get("field") or ()), error["message"], error.get("code") or "")
        for error in payload.get("userErrors") or []
    ]


def accept(shop: str, payload: Node | None) -> Node:
    """A mutation's payload that carries no refusal; raises Rejected."""
    if payload is None:
        raise BadAnswer(shop, "the mutation answered nothing")
    if refused := user_errors(payload):
        raise Rejected(shop, refused)
    return payload


def _refusal(shop: str, operation: Operation, answer: Answer) -> StoreError:
    if answer.status == 401:
        return Unauthorized(shop, "the store does not accept our token")
    if answer.status in _CLOSED:
        return StoreClosed(shop, _CLOSED[answer.status], status=answer.status)
    if answer.status == 429 or answer.status >= 500:
        return _unknown(shop, operation, f"Shopify answered {answer.status}", answer.retry_after)
    return BadAnswer(shop, f"Shopify answered {answer.status} to {operation.name}")


def _failure(shop: str, operation: Operation, errors: Any, data: Any) -> StoreError:
    problems = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    codes = frozenset(str((error.get("extensions") or {}).get("code", "")) for error in problems)
    message = "; ".join(str(error.get("message", "")) for error in problems) or str(errors)
    if "THROTTLED" in codes:
        return Throttled(shop, "the store's budget of points is used up")
    if codes & _INSIDE:
        nodes = data.get("nodes") if isinstance(data, dict) and codes <= _INSIDE else None
        spoilt = {_place(error) for error in problems}
        only_some = isinstance(nodes, list) and spoilt <= set(range(len(nodes)))
        blame: dict[str, Any] = {"rest": nodes, "spoilt": spoilt} if only_some else {}
        return FailedInside(shop, outcome_unknown=not operation.is_repeatable, **blame)
    if "ACCESS_DENIED" in codes:
        return AccessDenied(shop, message)
    if "SHOP_INACTIVE" in codes:
        return StoreClosed(shop, _CLOSED[402], status=402)
    return BadAnswer(shop, f"{operation.name}: {message}", codes=codes)


def _place(error: Node) -> int:
    """Which of a list's nodes an error is about, -1 if it is not about one."""
    path = error.get("path") or []
    return path[1] if len(path) > 1 and path[0] == "nodes" and isinstance(path[1], int) else -1


def _unknown(shop: str, operation: Operation, message: str, retry_after: float | None = None) -> Unavailable:
    return Unavailable(shop, message, outcome_unknown=not operation.is_repeatable, retry_after=retry_after)
