"""What an app may do to a finished order: change what is written on it, cancel it."""

from typing import Any

from graphql import GraphQLResolveInfo

from standin.commerce import Refusal, cancel_order
from standin.commerce.telling import tell_order
from standin.graphql.order_reading import visible
from standin.graphql.registry import Call, mutation, payload, user_error
from standin.graphql.shop import of_kind
from standin.graphql.written import WRITTEN, Unfit, written
from standin.world import gid


@mutation("orderUpdate")
def order_update(info: GraphQLResolveInfo, *, input: dict[str, Any]) -> dict[str, object]:
    """Set the note, the tags and the like of an order."""
    call: Call = info.context
    order = visible(call, of_kind(call, "Order", input["id"]))
    if order is None:
        return payload(user_errors=[user_error(["id"], "Order does not exist")])
    for name in sorted(set(input) - {"id", *WRITTEN}):
        call.world.report.missing("OrderInput", name, call.operation)
    try:
        facts = written(input)
    except Unfit as wrong:
        return payload(user_errors=[user_error(wrong.path, str(wrong))])
    for name, value in facts.items():
        setattr(order, name, value)
    tell_order(call.world, call.shop, order, "orders/updated")
    return payload(order=order)


@mutation("orderCancel")
def order_cancel(
    info: GraphQLResolveInfo,
    *,
    order_id: str,
    reason: str,
    restock: bool,
    refund_method: dict[str, Any] | None = None,
    refund: bool | None = None,
    **_: object,
) -> dict[str, object]:
    """Cancel an order; the job is done by the time it is answered. No money goes back unless it is asked for."""
    call: Call = info.context
    order = visible(call, of_kind(call, "Order", order_id))
    if order is None:
        return payload(order_cancel_user_errors=[user_error(["orderId"], "Order does not exist", "NOT_FOUND")])
    back = bool((refund_method or {}).get("originalPaymentMethodsRefund", refund))
    try:
        cancel_order(call.world, call.shop, order, restock, refund=back, reason=reason)
    except Refusal as refusal:
        return payload(order_cancel_user_errors=[user_error(["orderId"], refusal.message, "INVALID")])
    job = {"id": gid("Job", call.shop.next_id()), "done": True}
    return payload(job=job, order_cancel_user_errors=[])
