"""What an order is called by the state of its goods and of its money."""

from decimal import Decimal

from standin.commerce.totals import current_totals
from standin.world import Order

UNSETTLED = frozenset({None, "PENDING", "AUTHORIZED", "VOIDED"})


def fulfillment_status(order: Order) -> str:
    """`displayFulfillmentStatus`; since 2026-10 an order with nothing left to ship does not require fulfilment."""
    shipped = any(line.fulfilled_quantity for line in order.lines)
    if any(line.unfulfilled_quantity for line in order.lines):
        return "PARTIALLY_FULFILLED" if shipped else "UNFULFILLED"
    return "FULFILLED" if shipped else "FULFILLMENT_NOT_REQUIRED"


def settled_status(order: Order) -> str | None:
    """The financial status after money or goods moved; one that waits for money keeps its name."""
    if order.financial_status in UNSETTLED:
        return order.financial_status
    if order.total_refunded:
        return "REFUNDED" if order.total_refunded >= order.total_received else "PARTIALLY_REFUNDED"
    return "PARTIALLY_PAID" if outstanding(order) else "PAID"


def outstanding(order: Order) -> Decimal:
    """Money still to come."""
    if order.financial_status == "VOIDED":
        return Decimal(0)
    return max(Decimal(0), current_totals(order).total - order.total_received + order.total_refunded)


def why_not_editable(order: Order) -> list[str]:
    """`merchantEditableErrors`: the reasons an order can no longer be edited."""
    reasons = []
    if order.cancelled_at:
        reasons.append("Canceled orders can't be edited.")
    elif order.closed_at:
        reasons.append("Archived orders can't be edited.")
    return reasons
