"""Is a draft on the partner's store as we know it, as we left it, or has a hand been on it? (R13)"""

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

from occhub.orders.models import MasterLine, MasterPart
from occhub.orders.wishing import is_reserved_as_agreed
from occhub.shopify.drafts import DraftState, DraftWish


def on_draft(state: DraftState) -> tuple[dict[str | None, int], dict[str | None, int]]:
    """Quantity and unit price in minor units by variant; None stands for what is no variant of the store."""
    quantities: dict[str | None, int] = {}
    for line in state.lines:
        quantities[line.variant_id] = quantities.get(line.variant_id, 0) + line.quantity
    return quantities, {line.variant_id: line.unit_price.minor for line in state.lines}


def digest(state: DraftState) -> str:
    """Tells a draft's lines from any other."""
    return hashlib.sha256(repr(_lines_on(state)).encode()).hexdigest()


def is_fulfilled(wish: DraftWish, part: MasterPart, state: DraftState) -> bool:
    """Whether the draft already holds what we want, at the agreed cost and for as long as agreed."""
    wanted = sorted((line.variant_id, line.quantity, line.unit_cost.minor) for line in wish.lines)
    return wanted == _lines_on(state) and is_reserved_as_agreed(part, state.reserve_until)


def facts_of(state: DraftState) -> dict[str, Any]:
    """What a part keeps of its draft, lines apart."""
    return {
        "draft_name": state.name,
        "reserved_until": state.reserve_until,
        "subtotal_minor": state.subtotal.minor,
        "tax_minor": state.tax.minor,
        "shipping_minor": state.shipping.minor,
        "total_minor": state.total.minor,
    }


def is_no_news(part: MasterPart, lines: Sequence[MasterLine], state: DraftState) -> bool:
    """Whether the draft is just what we have written down of it."""
    ours = sorted(
        (line.mapping.partner_variant_id, line.confirmed, line.price_minor) for line in lines if line.confirmed
    )
    as_kept = part.accepted in ("", digest(state))
    facts = facts_of(state)
    return as_kept and ours == _lines_on(state) and all(getattr(part, name) == fact for name, fact in facts.items())


def vanished(lines: Sequence[MasterLine], state: DraftState) -> set[str]:
    """Our variants that are not on the draft although something nameless is: they may have been deleted."""
    quantities, _ = on_draft(state)
    if None not in quantities:
        return set()
    return {line.mapping.partner_variant_id for line in lines if line.confirmed or line.wanted} - quantities.keys()


def is_as_we_left_it(
    part: MasterPart, lines: Sequence[MasterLine], state: DraftState, deleted: Collection[str] = ()
) -> bool:
    """Whether the draft shows what we last read, or what we last sent in case its answer was lost.

    `deleted` are variants that the partner sells no more: their lines stay on the draft and have no name.
    """
    if part.accepted:
        return part.accepted == digest(state)
    quantities, prices = on_draft(state)
    nameless = quantities.pop(None, 0)
    if len([line for line in state.lines if line.variant_id]) != len(quantities):
        return False
    known = {line.mapping.partner_variant_id: {line.price_minor, line.cost_minor} for line in lines}
    for count in ("confirmed", "wanted"):
        ours: dict[str | None, int] = {
            line.mapping.partner_variant_id: getattr(line, count) for line in lines if getattr(line, count)
        }
        lost = sum(ours.pop(variant, 0) for variant in deleted)
        if quantities == ours and nameless == lost:
            return all(prices[variant] in known[str(variant)] for variant in quantities)
    return False


def _lines_on(state: DraftState) -> list[tuple[str, int, int]]:
    return sorted((line.variant_id or "", line.quantity, line.unit_price.minor) for line in state.lines)
