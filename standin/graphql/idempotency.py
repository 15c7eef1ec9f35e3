"""Mutations that must carry `@idempotent(key:)`, and the answers kept for those that come again."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from graphql import GraphQLDirective, GraphQLResolveInfo, get_directive_values

from standin.graphql.registry import Answer, Call, Refused, payload, user_error

KEPT = timedelta(hours=24)
REQUIRED = frozenset(
    {
        "inventoryActivate",
        "inventoryAdjustQuantities",
        "inventoryMoveQuantities",
        "inventorySetOnHandQuantities",
        "inventorySetQuantities",
        "inventoryShipmentAddItems",
        "inventoryShipmentCreate",
        "inventoryShipmentCreateInTransit",
        "inventoryShipmentReceive",
        "inventoryTransferCreate",
        "inventoryTransferCreateAsReadyToShip",
        "inventoryTransferDuplicate",
        "inventoryTransferSetItems",
        "locationActivate",
        "locationDeactivate",
        "refundCreate",
    }
)


@dataclass(slots=True)
class Remembered:
    """A mutation that ran under a key: what it was asked, what it answered, and when."""

    mutation: str
    asked: str
    answered: Any
    at: datetime


def guarded(name: str, answer: Answer | None) -> Callable[..., Any]:
    """A mutation's resolver: refuses what is not modelled, enforces the key where it is required, replays."""

    def run(root: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        call: Call = info.context
        if answer is None:
            call.violation("unmodelled mutation", name)
            raise Refused(f"The stand-in does not model the mutation {name}", "UNMODELLED")
        key = _key(info)
        if name not in REQUIRED:
            if key is not None:
                call.violation("@idempotent without effect", f"{name} does not support it")
            return answer(root, info, **arguments)
        if key is None:
            call.violation("@idempotent missing", name)
            raise Refused(
                "The @idempotent directive is required for this mutation but was not provided.", "BAD_REQUEST"
            )
        if not key.strip():
            call.violation("@idempotent blank", name)
            raise Refused("The @idempotent directive's key must not be blank.", "BAD_REQUEST")
        return _once(call, name, key, lambda: answer(root, info, **arguments), _fingerprint(arguments))

    return run


def _once(call: Call, name: str, key: str, run: Callable[[], Any], asked: str) -> Any:
    """Run a mutation unless its key was seen in the last 24 hours; then its first answer, or a refusal."""
    remembered = call.world.idempotent_results
    place = (call.shop.domain, call.token.api_key, key)
    before: Remembered | None = remembered.get(place)
    if before is None or before.at + KEPT <= call.now:
        answered = run()
        while remembered and next(iter(remembered.values())).at + KEPT <= call.now:
            del remembered[next(iter(remembered))]
        remembered[place] = Remembered(name, asked, answered, call.now)
        return answered
    if (before.mutation, before.asked) == (name, asked):
        return before.answered
    call.violation("@idempotent key reused", f"{name}: another request was made with the same key")
    error = user_error(
        None, "The same idempotency key was used with different parameters.", "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
    )
    return payload(user_errors=[error])


def _key(info: GraphQLResolveInfo) -> str | None:
    directive = info.schema.get_directive("idempotent")
    assert isinstance(directive, GraphQLDirective)
    values = get_directive_values(directive, info.field_nodes[0], info.variable_values)
    return values["key"] if values else None


def _fingerprint(arguments: dict[str, Any]) -> str:
    return json.dumps(arguments, sort_keys=True, default=str)
