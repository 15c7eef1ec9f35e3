"""Reading draft orders, by id and in lists, and what a draft says about itself."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from graphql import GraphQLResolveInfo

from standin.commerce import is_ready
from standin.commerce.totals import draft_totals
from standin.graphql.connections import Connection, connection
from standin.graphql.order_reading import attributes, mailing_address, money_bag, shipping_line, tax_lines, visible
from standin.graphql.products import count, money
from standin.graphql.registry import Call, field, query
from standin.graphql.search import search
from standin.graphql.shop import of_kind
from standin.world import DraftLine, DraftOrder, Order, Product, Variant

SORTS: dict[str, Callable[[DraftOrder], Any]] = {
    "ID": lambda draft: draft.id,
    "NUMBER": lambda draft: draft.id,
    "UPDATED_AT": lambda draft: draft.updated_at,
    "STATUS": lambda draft: draft.status,
    "TOTAL_PRICE": lambda draft: draft_totals(draft).total,
}


@query("draftOrder")
def the_draft(info: GraphQLResolveInfo, *, id: str) -> DraftOrder | None:
    """A draft by id."""
    found: DraftOrder | None = of_kind(info.context, "DraftOrder", id)
    return found


@query("draftOrders")
def drafts(info: GraphQLResolveInfo, *, query: str | None = None, sort_key: str = "ID", **page: Any) -> Connection:
    """The store's drafts, completed ones too; a search rides on the lagging index."""
    call: Call = info.context
    sort = SORTS.get(sort_key)
    if sort is None:
        call.world.report.missing("DraftOrderSortKeys", sort_key, call.operation)
    return connection(search(call, call.shop.drafts.values(), query), sort=sort or SORTS["ID"], **page)


@query("draftOrdersCount")
def drafts_count(info: GraphQLResolveInfo, *, query: str | None = None, limit: int = 10_000, **_: Any) -> Any:
    """How many drafts a search finds, at most the limit."""
    call: Call = info.context
    return count(sum(1 for _ in search(call, call.shop.drafts.values(), query)), limit)


@field("DraftOrder", "lineItems")
def line_items(draft: DraftOrder, info: GraphQLResolveInfo, **page: Any) -> Connection:
    """Its lines."""
    return connection(draft.lines, **page)


@field("DraftOrder", "ready")
def ready(draft: DraftOrder, info: GraphQLResolveInfo) -> bool:
    """Whether it can be completed."""
    return is_ready(info.context.world, draft)


@field("DraftOrder", "order")
def order_of_draft(draft: DraftOrder, info: GraphQLResolveInfo) -> Order | None:
    """The order it became."""
    call: Call = info.context
    found: Order | None = visible(call, call.shop.orders.get(draft.order_id or 0))
    return found


@field("DraftOrder", "shippingAddress")
@field("DraftOrder", "billingAddress")
def address(draft: DraftOrder, info: GraphQLResolveInfo) -> dict[str, Any] | None:
    """Where it goes."""
    return mailing_address(draft.shipping_address, draft.id)


@field("DraftOrder", "shippingLine")
def draft_shipping_line(draft: DraftOrder, info: GraphQLResolveInfo) -> dict[str, Any] | None:
    """How it would be shipped."""
    return shipping_line(draft.shipping_title, draft.total_shipping, info.context)


@field("DraftOrder", "taxLines")
def draft_tax_lines(draft: DraftOrder, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
    """Its tax."""
    return tax_lines(draft_totals(draft).tax, draft.tax_rate, info.context)


@field("DraftOrderLineItem", "variant")
def variant(line: DraftLine, info: GraphQLResolveInfo) -> Variant | None:
    """The variant wanted, null once it is deleted and for custom lines."""
    found: Variant | None = info.context.shop.variants.get(line.variant_id)
    return found


@field("DraftOrderLineItem", "product")
def product(line: DraftLine, info: GraphQLResolveInfo) -> Product | None:
    """The product wanted."""
    found: Product | None = info.context.shop.products.get(line.product_id)
    return found


@field("DraftOrderLineItem", "priceOverride")
def price_override(line: DraftLine, info: GraphQLResolveInfo) -> dict[str, Any] | None:
    """The price agreed for this draft, null where the variant's own holds."""
    return money(line.price_override, info.context)


FACTS: dict[str, Callable[[DraftOrder], Any]] = {
    "note2": lambda draft: draft.note,
    "currencyCode": lambda draft: draft.currency,
    "presentmentCurrencyCode": lambda draft: draft.currency,
    "customAttributes": lambda draft: attributes(draft.custom_attributes),
    "totalQuantityOfLineItems": lambda draft: sum(line.quantity for line in draft.lines),
    "anyVariantPricesOverridden": lambda draft: any(line.price_override is not None for line in draft.lines),
    "allVariantPricesOverridden": lambda draft: all(line.price_override is not None for line in draft.lines),
    "warnings": lambda draft: [],
    "billingAddressMatchesShippingAddress": lambda draft: True,
}
SUMS = {
    "lineItemsSubtotalPrice": "goods",
    "totalLineItemsPriceSet": "goods",
    "subtotalPriceSet": "goods",
    "totalTaxSet": "tax",
    "totalShippingPriceSet": "shipping",
    "totalPriceSet": "total",
}
LINE_AMOUNTS: dict[str, Callable[[DraftLine], Decimal]] = {
    "originalUnitPriceSet": lambda line: line.unit_price,
    "approximateDiscountedUnitPriceSet": lambda line: line.unit_price,
    "originalTotalSet": lambda line: line.unit_price * line.quantity,
    "discountedTotalSet": lambda line: line.unit_price * line.quantity,
    "totalDiscountSet": lambda line: Decimal(0),
}
LINE_FACTS: dict[str, Callable[[DraftLine], Any]] = {
    "custom": lambda line: line.variant_id is None,
    "name": lambda line: f"{line.title} - {line.variant_title}" if line.variant_title else line.title,
    "customAttributes": lambda line: attributes(line.custom_attributes),
    "uuid": lambda line: str(line.id),
    "isGiftCard": lambda line: False,
    "components": lambda line: [],
}

for name, fact in FACTS.items():
    field("DraftOrder", name)(lambda draft, info, fact=fact: fact(draft))
for name, part in SUMS.items():
    field("DraftOrder", name)(
        lambda draft, info, part=part: money_bag(getattr(draft_totals(draft), part), info.context)
    )
for name, amount in LINE_AMOUNTS.items():
    field("DraftOrderLineItem", name)(lambda line, info, amount=amount: money_bag(amount(line), info.context))
for name, line_fact in LINE_FACTS.items():
    field("DraftOrderLineItem", name)(lambda line, info, fact=line_fact: fact(line))


@field("DraftOrder", "totalDiscountsSet")
def total_discounts(draft: DraftOrder, info: GraphQLResolveInfo) -> dict[str, Any]:
    """No discounts here: prices are overridden."""
    return money_bag(Decimal(0), info.context)
