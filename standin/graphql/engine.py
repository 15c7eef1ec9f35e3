"""Answers one GraphQL request the way the Admin API would: checks, price, bucket, execution, cost in the answer."""

import secrets
from typing import Any

from graphql import ExecutionResult, GraphQLError, execute_sync

from standin.commerce import release_expired
from standin.graphql.bucket import DEAREST_QUERY, Bucket
from standin.graphql.documents import Prepared, Unusable, prepare
from standin.graphql.quick import QuickExecutor
from standin.graphql.registry import INTERNAL, Call
from standin.graphql.schema import admin_schema, type_name_of
from standin.graphql.scopes import effective
from standin.graphql.variables import array_too_long, variable_errors
from standin.world import AccessToken, Shop, World

SCOPES_PAGE = "https://shopify.dev/api/usage/access-scopes"
LIMITS_PAGE = "https://shopify.dev/api/usage/rate-limits"

Answer = dict[str, Any]


def run(world: World, shop: Shop, token: AccessToken, body: dict[str, Any]) -> Answer:
    """Execute `{"query", "variables", "operationName"}` for an app at a store; answers the body of the HTTP 200."""
    release_expired(world)
    granted = effective(shop.installations.get(token.api_key, ()))
    call = Call(world, shop, token, granted, body.get("operationName") or "", body.get("variables") or {}, world.now())
    try:
        prepared = prepare(body.get("query") or "", body.get("operationName"))
    except Unusable as wrong:
        call.violation("invalid document", str(wrong))
        return {"errors": [error.formatted for error in wrong.errors]}
    call.operation = prepared.name
    for name in prepared.deprecated:
        call.violation("deprecated field", name)
    refusal = _refusal(call, prepared)
    return refusal or _within_budget(call, prepared)


def bucket_of(world: World, shop: Shop, api_key: str) -> Bucket:
    """The app's bucket at a store, filled up to now."""
    place = (shop.domain, api_key)
    if place not in world.buckets:
        world.buckets[place] = Bucket.full(shop.plan, world.now())
    bucket: Bucket = world.buckets[place]
    bucket.refill(world.now())
    return bucket


def operation_name(body: dict[str, Any]) -> str:
    """The name of the operation a request asks for, "" when its document cannot be used."""
    try:
        return prepare(body.get("query") or "", body.get("operationName")).name
    except Unusable:
        return ""


def _refusal(call: Call, prepared: Prepared) -> Answer | None:
    """What stops a request before its price matters: wrong variables, arrays too long, scopes not granted."""
    if errors := variable_errors(admin_schema(), prepared.operation, call.variables):
        call.violation("invalid variable", errors[0]["message"])
        return {"errors": errors}
    if found := array_too_long(prepared.operation, call.variables):
        path, size, limit = found
        message = f"The input array size of {size} is greater than the maximum allowed of {limit}."
        call.violation("array too long", f"{'.'.join(path)}: {message}")
        return {"errors": [{"message": message, "path": path, "extensions": {"code": "MAX_INPUT_SIZE_EXCEEDED"}}]}
    missing = [(scope, key) for scope, key in prepared.scopes.items() if scope not in call.scopes]
    return _denied(call, prepared, missing) if missing else None


def _denied(call: Call, prepared: Prepared, missing: list[tuple[str, str]]) -> Answer:
    errors = []
    for scope, key in missing:
        required = f"`{scope}` access scope."
        call.violation("scope not granted", f"{key}: {scope}")
        errors.append(
            {
                "message": f"Access denied for {key} field. Required access: {required}",
                "path": [key],
                "extensions": {"code": "ACCESS_DENIED", "documentation": SCOPES_PAGE, "requiredAccess": required},
            }
        )
    return {"errors": errors, "data": None}


def _within_budget(call: Call, prepared: Prepared) -> Answer:
    asked = prepared.price.requested(call.variables, per_id=call.world.nodes_priced_per_id)
    bucket = bucket_of(call.world, call.shop, call.token.api_key)
    if asked > DEAREST_QUERY:
        call.violation("query too dear", f"{asked} points")
        message = f"Query cost is {asked}, which exceeds the single query max cost limit ({DEAREST_QUERY})."
        extensions = {"code": "MAX_COST_EXCEEDED", "cost": asked, "maxCost": DEAREST_QUERY}
        return {"errors": [{"message": message, "extensions": extensions}]}
    if not bucket.take(asked):
        return throttled(asked, bucket)
    result = execute_sync(
        admin_schema(),
        prepared.document,
        context_value=call,
        variable_values=call.variables,
        operation_name=prepared.operation.name.value if prepared.operation.name else None,
        type_resolver=type_name_of,
        executor_class=QuickExecutor,
    )
    used = min(asked, prepared.price.actual(result.data, call.variables))
    bucket.give_back(asked - used)
    answer: Answer = {"data": result.data, "extensions": {"cost": _cost(asked, used, bucket)}}
    return {"errors": _formatted(call, result), **answer} if result.errors else answer


def throttled(asked: int, bucket: Bucket) -> Answer:
    """The answer to a request the bucket cannot pay for; nothing was run."""
    error = {"message": "Throttled", "extensions": {"code": "THROTTLED", "documentation": LIMITS_PAGE}}
    return {"errors": [error], "extensions": {"cost": _cost(asked, None, bucket)}}


def _cost(asked: int, used: int | None, bucket: Bucket) -> Answer:
    return {"requestedQueryCost": asked, "actualQueryCost": used, "throttleStatus": bucket.status()}


def _formatted(call: Call, result: ExecutionResult) -> list[Any]:
    """GraphQL's errors; an exception of our own making becomes Shopify's internal error, with a line in the report."""
    for error in result.errors or ():
        if rule := getattr(error.original_error, "rule", None):
            call.violation(rule, error.message)
    return [_internal(call, error) if _unexpected(error) else error.formatted for error in result.errors or ()]


def _unexpected(error: GraphQLError) -> bool:
    return error.original_error is not None and not (error.extensions or {}).get("code")


def internal_error() -> Answer:
    """What Shopify says when it fails inside; with a path it is about one field."""
    request = secrets.token_hex(8)
    message = f"Internal error. Looks like something went wrong on our end. Request ID: {request}"
    return {"message": message, "extensions": {"code": INTERNAL, "requestId": request}}


def _internal(call: Call, error: GraphQLError) -> Answer:
    call.violation("stand-in failed", f"{error.message} at {error.path}")
    return {**internal_error(), "path": error.path}
