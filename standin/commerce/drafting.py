"""Draft orders: written, rewritten, deleted."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from standin.commerce.refusals import Refusal
from standin.commerce.reserving import let_go, reserve
from standin.commerce.telling import tell_draft
from standin.world import DraftLine, DraftOrder, Shop, World

FEWEST_LINES, MOST_LINES = 1, 499
SILENT = frozenset({"lines", "reserve_inventory_until"})


def create_draft(world: World, shop: Shop, lines: Sequence[DraftLine], facts: Mapping[str, Any]) -> DraftOrder:
    """A new draft; `facts` are attributes of it. Refusal for too few or too many lines."""
    _require_lines(lines)
    now = world.now()
    draft = DraftOrder(
        shop.next_id(),
        f"#D{shop.count('draft')}",
        now,
        now,
        shop.currency,
        taxes_included=shop.taxes_included,
        tax_rate=shop.tax_rate,
        lines=list(lines),
    )
    shop.drafts[draft.id] = draft
    _apply(world, shop, draft, facts)
    tell_draft(world, shop, draft, "draft_orders/create")
    return draft


def update_draft(
    world: World, shop: Shop, draft: DraftOrder, lines: Sequence[DraftLine] | None, facts: Mapping[str, Any]
) -> DraftOrder:
    """Change a draft: lines replace all it had, None keeps them; `facts` are the attributes to set.

    Like the real one it is silent about lines and reservations: no webhook tells of them. Refusal when the draft was
    completed, or has too few or too many lines.
    """
    if draft.status == "COMPLETED":
        raise Refusal("The draft order has been completed and can't be changed")
    if lines is not None:
        _require_lines(lines)
        draft.lines = list(lines)
    _apply(world, shop, draft, facts)
    tell_draft(world, shop, draft, *(["draft_orders/update"] if set(facts) - SILENT else []))
    return draft


def delete_draft(world: World, shop: Shop, draft: DraftOrder) -> None:
    """Delete a draft and free what it held. Refusal when it was completed."""
    if draft.status == "COMPLETED":
        raise Refusal("A completed draft order can't be deleted")
    let_go(world, shop, draft)
    shop.remove_draft(draft)
    world.emit(shop, "draft_orders/delete", {"id": draft.id})


def _require_lines(lines: Sequence[DraftLine]) -> None:
    if len(lines) < FEWEST_LINES:
        raise Refusal("Add at least 1 product")
    if len(lines) > MOST_LINES:
        raise Refusal(f"A draft order has at most {MOST_LINES} lines", ["lineItems"])


def _apply(world: World, shop: Shop, draft: DraftOrder, facts: Mapping[str, Any]) -> None:
    for name, value in facts.items():
        setattr(draft, name, value)
    if world.draft_ready_seconds:
        draft.ready_at = world.now() + timedelta(seconds=world.draft_ready_seconds)
    reserve(world, shop, draft)
