"""Reading orders: by id, in lists, and what an order says about itself."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from graphql import GraphQLResolveInfo

from standin.commerce.statuses import fulfillment_status, outstanding, why_not_editable
from standin.commerce.totals import Totals, current_totals, original_totals
from standin.graphql.connections import Connection, connection
from standin.graphql.order_reading import attributes, mailing_address, money_bag, shipping_line, tax_lines, visible
from standin.graphql.products import count
from standin.graphql.registry import Call, field, query
from standin.graphql.search import search
from standin.graphql.shop import of_kind
from standin.world import Fulfillment, Order, Refund

SORTS: dict[str, Callable[[Order], Any]] = {
    "ID": lambda order: order.id,
    "CREATED_AT": lambda order: order.created_at,
    "PROCESSED_AT": lambda order: order.processed_at,
    "UPDATED_AT": lambda order: order.updated_at,
    "ORDER_NUMBER": lambda order: order.number,
    "PO_NUMBER": lambda order: order.po_number,
    "FINANCIAL_STATUS": lambda order: order.financial_status,
    "FULFILLMENT_STATUS": fulfillment_status,
    "TOTAL_PRICE": lambda order: original_totals(order).total,
    "CURRENT_TOTAL_PRICE": lambda order: current_totals(order).total,
}


@query("order")
def the_order(info: GraphQLResolveInfo, *, id: str) -> Order | None:
    """An order by id; null when it is older than the app may see."""
    found: Order | None = visible(info.context, of_kind(info.context, "Order", id))
    return found


@query("orders")
def orders(
    info: GraphQLResolveInfo, *, query: str | None = None, sort_key: str = "PROCESSED_AT", **page: Any
) -> Connection:
    """The store's orders of the last 60 days; the plain list is current, a search rides on the lagging index."""
    call: Call = info.context
    sort = SORTS.get(sort_key)
    if sort is None:
        call.world.report.missing("OrderSortKeys", sort_key, call.operation)
    return connection(search(call, _seen(call), query), sort=sort or SORTS["ID"], **page)


@query("ordersCount")
def orders_count(info: GraphQLResolveInfo, *, query: str | None = None, limit: int = 10_000, **_: Any) -> Any:
    """How many orders a search finds, at most the limit."""
    call: Call = info.context
    return count(sum(1 for _ in search(call, _seen(call), query)), limit)


@field("Order", "lineItems")
def line_items(order: Order, info: GraphQLResolveInfo, **page: Any) -> Connection:
    """Its lines, those removed too."""
    return connection(order.lines, **page)


@field("Order", "fulfillments")
def fulfillments(
    order: Order, info: GraphQLResolveInfo, *, first: int | None = None, query: str | None = None
) -> list[Fulfillment]:
    """Its shipments, cancelled ones too."""
    return order.fulfillments[:first]


@field("Order", "refunds")
def refunds(order: Order, info: GraphQLResolveInfo, *, first: int | None = None) -> list[Refund]:
    """What was sent back or cancelled."""
    return order.refunds[:first]


@field("Order", "shippingAddress")
@field("Order", "billingAddress")
@field("Order", "displayAddress")
def address(order: Order, info: GraphQLResolveInfo) -> dict[str, Any] | None:
    """Where it goes, and who pays."""
    return mailing_address(order.shipping_address, order.id)


@field("Order", "shippingLine")
def order_shipping_line(order: Order, info: GraphQLResolveInfo) -> dict[str, Any] | None:
    """How it is shipped."""
    return shipping_line(order.shipping_title, order.total_shipping, info.context)


@field("Order", "taxLines")
def order_tax_lines(order: Order, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
    """Its tax."""
    return tax_lines(original_totals(order).tax, order.tax_rate, info.context)


@field("Order", "currentTaxLines")
def current_tax_lines(order: Order, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
    """The tax on what is left of it."""
    return tax_lines(current_totals(order).tax, order.tax_rate, info.context)


def _seen(call: Call) -> list[Order]:
    return [order for order in call.shop.orders.values() if visible(call, order)]


FACTS: dict[str, Callable[[Order], Any]] = {
    "displayFinancialStatus": lambda order: order.financial_status,
    "displayFulfillmentStatus": fulfillment_status,
    "merchantEditable": lambda order: not why_not_editable(order),
    "merchantEditableErrors": why_not_editable,
    "closed": lambda order: order.closed_at is not None,
    "confirmed": lambda order: True,
    "fulfillable": lambda order: not order.cancelled_at and any(line.unfulfilled_quantity for line in order.lines),
    "requiresShipping": lambda order: any(line.requires_shipping for line in order.lines),
    "fullyPaid": lambda order: not outstanding(order),
    "unpaid": lambda order: bool(outstanding(order)) and not order.total_received,
    "canMarkAsPaid": lambda order: bool(outstanding(order)) and not order.cancelled_at,
    "refundable": lambda order: order.total_received > order.total_refunded,
    "currencyCode": lambda order: order.currency,
    "presentmentCurrencyCode": lambda order: order.currency,
    "taxExempt": lambda order: not order.tax_rate,
    "billingAddressMatchesShippingAddress": lambda order: True,
    "customAttributes": lambda order: attributes(order.custom_attributes),
    "paymentGatewayNames": lambda order: [order.gateway],
    "subtotalLineItemsQuantity": lambda order: sum(line.quantity for line in order.lines),
    "currentSubtotalLineItemsQuantity": lambda order: sum(line.current_quantity for line in order.lines),
    "fulfillmentsCount": lambda order: count(len(order.fulfillments)),
}
SUMS: dict[str, tuple[Callable[[Order], Totals], str]] = {
    "subtotalPriceSet": (original_totals, "goods"),
    "totalTaxSet": (original_totals, "tax"),
    "totalShippingPriceSet": (original_totals, "shipping"),
    "totalPriceSet": (original_totals, "total"),
    "originalTotalPriceSet": (original_totals, "total"),
    "currentSubtotalPriceSet": (current_totals, "goods"),
    "currentTotalTaxSet": (current_totals, "tax"),
    "currentShippingPriceSet": (current_totals, "shipping"),
    "currentTotalPriceSet": (current_totals, "total"),
}
AMOUNTS: dict[str, Callable[[Order], Decimal]] = {
    "totalReceivedSet": lambda order: order.total_received,
    "totalRefundedSet": lambda order: order.total_refunded,
    "netPaymentSet": lambda order: order.total_received - order.total_refunded,
    "totalOutstandingSet": outstanding,
    "totalDiscountsSet": lambda order: sum((line.discount * line.quantity for line in order.lines), Decimal(0)),
}

for name, fact in FACTS.items():
    field("Order", name)(lambda order, info, fact=fact: fact(order))
for name, (add_up, part) in SUMS.items():
    field("Order", name)(
        lambda order, info, add_up=add_up, part=part: money_bag(getattr(add_up(order), part), info.context)
    )
for name, amount in AMOUNTS.items():
    field("Order", name)(lambda order, info, amount=amount: money_bag(amount(order), info.context))
