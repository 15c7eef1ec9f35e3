"""Leaving out what the partner's store refuses, so that the rest can go (R13)."""

from collections.abc import Sequence

from occhub.database import write
from occhub.leases import Held
from occhub.orders import statuses
from occhub.orders.models import CREATING, PLANNED, Allocation, MasterLine, MasterPart, PartnerOrderLine
from occhub.shopify.client import Store
from occhub.shopify.errors import Rejected
from occhub.shopify.inventory import read_partner_variants

GONE = "The partner no longer sells it."


def leave_out(store: Store, part: MasterPart, lines: Sequence[MasterLine], refusal: Rejected, held: Held) -> None:
    """Take the refused lines off the part and mark their customers' lines with the reason.

    `lines` are those that were sent, in this order. Raises the refusal when it is about none of them.
    """
    reasons = _named(lines, refusal)
    terms = read_partner_variants(store, [line.mapping.partner_variant_id for line in lines])
    for line in lines:
        if terms.get(line.mapping.partner_variant_id) is None:
            reasons[line.id] = GONE
    with write():
        held.confirm()
        if part.state == CREATING:  # refused, hence not created
            part.state, part.creating_since = PLANNED, None
            part.save(only=[MasterPart.state, MasterPart.creating_since])
        for line_id, reason in reasons.items():
            _fail(line_id, reason)
    if not reasons:
        raise refusal


def _named(lines: Sequence[MasterLine], refusal: Rejected) -> dict[int, str]:
    """The lines named by the refusal's paths, such as ("input", "lineItems", "3", "variantId")."""
    reasons = {}
    for error in refusal.user_errors:
        if "lineItems" not in error.path:
            continue
        position = error.path[error.path.index("lineItems") + 1 :][:1]
        if position and position[0].isdecimal() and int(position[0]) < len(lines):
            reasons[lines[int(position[0])].id] = f"The partner's store refused it: {error.message}"
    return reasons


def _fail(line_id: int, reason: str) -> None:
    promised = Allocation.select(Allocation.order_line).where(Allocation.line == line_id)
    order_lines = list(PartnerOrderLine.select().where(PartnerOrderLine.id << promised))
    PartnerOrderLine.update(failure=reason).where(PartnerOrderLine.id << [line.id for line in order_lines]).execute()
    Allocation.delete().where(Allocation.line == line_id).execute()
    MasterLine.update(wanted=0).where(MasterLine.id == line_id).execute()
    statuses.refresh({line.order_id for line in order_lines})
