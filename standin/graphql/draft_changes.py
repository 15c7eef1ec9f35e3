"""Writing draft orders: create, update, complete, delete."""

from typing import Any

from graphql import GraphQLResolveInfo

from standin.commerce import Refusal, complete_draft, create_draft, delete_draft, update_draft
from standin.graphql.draft_input import draft_facts, draft_lines
from standin.graphql.registry import Call, mutation, payload, user_error
from standin.graphql.shop import of_kind
from standin.graphql.written import Unfit

Payload = dict[str, object]


@mutation("draftOrderCreate")
def draft_order_create(info: GraphQLResolveInfo, *, input: dict[str, Any]) -> Payload:
    """A new draft."""
    call: Call = info.context
    try:
        lines, facts = draft_lines(call, input) or [], draft_facts(call, input)
        return payload(draft_order=create_draft(call.world, call.shop, lines, facts))
    except Unfit as wrong:
        return payload(user_errors=[user_error(wrong.path, str(wrong))])
    except Refusal as refusal:
        return payload(user_errors=[user_error(refusal.field, refusal.message)])


@mutation("draftOrderUpdate")
def draft_order_update(info: GraphQLResolveInfo, *, id: str, input: dict[str, Any]) -> Payload:
    """Change a draft; lines given replace all it had."""
    call: Call = info.context
    draft = of_kind(call, "DraftOrder", id)
    if draft is None:
        return _unknown()
    try:
        lines, facts = draft_lines(call, input), draft_facts(call, input)
        return payload(draft_order=update_draft(call.world, call.shop, draft, lines, facts))
    except Unfit as wrong:
        return payload(user_errors=[user_error(wrong.path, str(wrong))])
    except Refusal as refusal:
        return payload(user_errors=[user_error(refusal.field, refusal.message)])


@mutation("draftOrderComplete")
def draft_order_complete(
    info: GraphQLResolveInfo, *, id: str, payment_pending: bool | None = None, **others: object
) -> Payload:
    """Make a draft an order; one completed before answers with the order it has and a user error."""
    call: Call = info.context
    draft = of_kind(call, "DraftOrder", id)
    if draft is None:
        return _unknown()
    for name in sorted(others):
        call.world.report.missing("draftOrderComplete", name, call.operation)
    try:
        complete_draft(call.world, call.shop, draft, bool(payment_pending))
    except Refusal as refusal:
        return payload(draft_order=draft, user_errors=[user_error(refusal.field, refusal.message)])
    return payload(draft_order=draft)


@mutation("draftOrderDelete")
def draft_order_delete(info: GraphQLResolveInfo, *, input: dict[str, Any]) -> Payload:
    """Delete a draft that is not completed."""
    call: Call = info.context
    draft = of_kind(call, "DraftOrder", input["id"])
    if draft is None:
        return _unknown()
    try:
        delete_draft(call.world, call.shop, draft)
    except Refusal as refusal:
        return payload(user_errors=[user_error(refusal.field, refusal.message)])
    return payload(deleted_id=draft.gid)


def _unknown() -> Payload:
    return payload(user_errors=[user_error(["id"], "Draft order does not exist")])
