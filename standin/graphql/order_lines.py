"""Reading the lines of orders, and the refunds made of them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from graphql import GraphQLResolveInfo

from standin.commerce.totals import price_with_tax
from standin.graphql.connections import Connection, connection
from standin.graphql.order_reading import attributes, money_bag, visible
from standin.graphql.registry import Call, field, query
from standin.graphql.shop import of_kind
from standin.world import Order, OrderLine, Product, Refund, RefundLine, Variant


@field("LineItem", "variant")
def variant(line: OrderLine, info: GraphQLResolveInfo) -> Variant | None:
    """The variant sold, null once it is deleted."""
    found: Variant | None = info.context.shop.variants.get(line.variant_id)
    return found


@field("LineItem", "product")
def product(line: OrderLine, info: GraphQLResolveInfo) -> Product | None:
    """The product sold, null once it is deleted."""
    found: Product | None = info.context.shop.products.get(line.product_id)
    return found


@field("LineItem", "name")
def name_of_line(line: OrderLine, info: GraphQLResolveInfo) -> str:
    """Product and variant in one."""
    return f"{line.title} - {line.variant_title}" if line.variant_title else line.title


@field("LineItem", "customAttributes")
def line_attributes(line: OrderLine, info: GraphQLResolveInfo) -> list[dict[str, str]]:
    """What was said about the line."""
    return attributes(line.custom_attributes)


AMOUNTS: dict[str, Callable[[OrderLine], Decimal]] = {
    "originalUnitPriceSet": lambda line: line.unit_price,
    "discountedUnitPriceSet": lambda line: line.paid_price,
    "discountedUnitPriceAfterAllDiscountsSet": lambda line: line.paid_price,
    "originalTotalSet": lambda line: line.unit_price * line.quantity,
    "discountedTotalSet": lambda line: line.paid_price * line.quantity,
    "unfulfilledOriginalTotalSet": lambda line: line.unit_price * line.unfulfilled_quantity,
    "unfulfilledDiscountedTotalSet": lambda line: line.paid_price * line.unfulfilled_quantity,
    "totalDiscountSet": lambda line: line.discount * line.quantity,
}
FACTS: dict[str, Callable[[OrderLine], Any]] = {
    "refundableQuantity": lambda line: line.current_quantity,
    "nonFulfillableQuantity": lambda line: line.quantity - line.unfulfilled_quantity,
    "isGiftCard": lambda line: False,
    "merchantEditable": lambda line: line.unfulfilled_quantity > 0,
    "restockable": lambda line: line.current_quantity > 0,
}
for name, amount in AMOUNTS.items():
    field("LineItem", name)(lambda line, info, amount=amount, **_: money_bag(amount(line), info.context))
for name, fact in FACTS.items():
    field("LineItem", name)(lambda line, info, fact=fact: fact(line))


@query("refund")
def the_refund(info: GraphQLResolveInfo, *, id: str) -> Refund | None:
    """A refund by id."""
    found: Refund | None = visible(info.context, of_kind(info.context, "Refund", id))
    return found


@field("Refund", "order")
def order_of_refund(refund: Refund, info: GraphQLResolveInfo) -> Order:
    """The order it belongs to."""
    found: Order = info.context.shop.orders[refund.order_id]
    return found


@field("Refund", "processedAt")
def processed_at(refund: Refund, info: GraphQLResolveInfo) -> Any:
    """When the money went back: at once."""
    return refund.created_at


@field("Refund", "totalRefundedSet")
def total_refunded(refund: Refund, info: GraphQLResolveInfo) -> dict[str, Any]:
    """The money given back."""
    return money_bag(refund.amount, info.context)


@field("Refund", "refundLineItems")
def refund_line_items(refund: Refund, info: GraphQLResolveInfo, **page: Any) -> Connection:
    """The units taken back."""
    return connection([_row(info.context, refund, each) for each in refund.lines], **page)


def _row(call: Call, refund: Refund, row: RefundLine) -> dict[str, Any]:
    order = call.shop.orders[refund.order_id]
    line = order.line(row.line_id)
    assert line
    goods = line.paid_price * row.quantity
    whole = price_with_tax(order, line.paid_price, row.quantity, line.taxable)
    return {
        "id": row.gid,
        "line_item": line,
        "quantity": row.quantity,
        "restock_type": row.restock_type,
        "restocked": row.location_id is not None,
        "location": call.shop.locations.get(row.location_id or 0),
        "price_set": money_bag(line.paid_price, call),
        "subtotal_set": money_bag(goods, call),
        "total_tax_set": money_bag(Decimal(0) if order.taxes_included else whole - goods, call),
    }
