"""Troubles on request, at the HTTP edge: answers Shopify gives on a bad day, before or after the work is done."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from starlette.responses import JSONResponse, Response

from standin.graphql.engine import bucket_of, internal_error, throttled
from standin.world import SPOILT, Fault, Shop, World

TOKEN_REQUEST = "oauth/access_token"
ASKED_WHEN_THROTTLED = 10

Answer = Callable[[World, Shop], Response]


def _html(status: int, title: str) -> Answer:
    return lambda world, shop: Response(f"<html><title>{title}</title></html>", status, media_type="text/html")


def _errors(status: int, message: str, headers: dict[str, str] | None = None) -> Answer:
    return lambda world, shop: JSONResponse({"errors": message}, status, headers)


def _throttled(world: World, shop: Shop) -> Response:
    bucket = bucket_of(world, shop, world.app.api_key)
    bucket.available = 0.0
    return JSONResponse(throttled(ASKED_WHEN_THROTTLED, bucket))


def _internal(world: World, shop: Shop) -> Response:
    return JSONResponse({"data": None, "errors": [internal_error()]})


def _malformed(world: World, shop: Shop) -> Response:
    whole = json.dumps({"data": {"shop": {"name": shop.name}}})
    return Response(whole[: len(whole) // 2], media_type="application/json")


# Kinds that answer instead of Shopify. `slow` waits first, `lost` works and loses the answer, SPOILT lies in an object.
INSTEAD: dict[str, Answer] = {
    "error_500": _html(500, "Internal Server Error"),
    "error_502": _html(502, "Bad Gateway"),
    "unauthorized": _errors(401, "[API] Invalid API key or access token (unrecognized login or wrong password)"),
    "frozen_402": _errors(402, "Unavailable Shop"),
    "locked_423": _errors(423, "This shop is locked"),
    "too_many_429": _errors(429, "Exceeded the rate limit. Reduce request rates to resume.", {"Retry-After": "2.0"}),
    "throttle": _throttled,
    "malformed": _malformed,
    "internal": _internal,
}
KINDS = ("slow", "lost", SPOILT, *INSTEAD)


async def before(world: World, shop: Shop, operation: str, variables: Any = None) -> Response | None:
    """Wait as long as the artificial latency says, then meet the troubles ahead of the work: an answer replaces it.

    A fault without an operation meets every GraphQL request; a token request only meets one that names TOKEN_REQUEST.
    `throttle` empties the bucket, so what follows is throttled too until it has filled a little.
    """
    if world.latency_milliseconds:
        await asyncio.sleep(world.latency_milliseconds / 1000)
    said = json.dumps(variables)
    if slow := _take(world, shop, operation, ("slow",), said):
        await asyncio.sleep(slow.seconds)
    fault = _take(world, shop, operation, tuple(INSTEAD), said)
    return INSTEAD[fault.kind](world, shop) if fault else None


def after(world: World, shop: Shop, operation: str, answer: Response) -> Response:
    """Meet the troubles behind the work: it is done, but its answer may be lost on the way."""
    return Response(status_code=502) if _take(world, shop, operation, ("lost",)) else answer


def _take(world: World, shop: Shop, operation: str, kinds: tuple[str, ...], said: str = "") -> Fault | None:
    for fault in world.faults:
        meets = fault.operation.casefold() == operation.casefold() if fault.operation else operation != TOKEN_REQUEST
        if fault.kind in kinds and fault.shop in (None, shop.domain) and meets and fault.mentions in said:
            fault.times -= 1
            if fault.times <= 0:
                world.faults.remove(fault)
            return fault
    return None
