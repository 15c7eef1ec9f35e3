"""Price lists: what some buyers pay instead of the retail price."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from graphql import GraphQLResolveInfo

from standin.graphql.connections import Connection, connection
from standin.graphql.registry import field, query
from standin.world import PriceList, Variant, number_of

CENT = Decimal("0.01")


@query("priceLists")
def price_lists(info: GraphQLResolveInfo, **page: Any) -> Connection:
    """The store's price lists."""
    return connection(info.context.shop.price_lists.values(), sort=lambda each: each.id, **page)


@query("priceList")
def price_list(info: GraphQLResolveInfo, *, id: str) -> PriceList | None:
    """One price list."""
    found: PriceList | None = info.context.shop.price_lists.get(number_of(id, "PriceList"))
    return found


@field("PriceList", "fixedPricesCount")
def fixed_prices_count(of: PriceList, info: GraphQLResolveInfo) -> int:
    """How many prices are fixed by hand."""
    return len(of.fixed)


@field("PriceList", "parent")
def parent(of: PriceList, info: GraphQLResolveInfo) -> dict[str, Any] | None:
    """How the prices follow from the retail prices where they are not fixed."""
    kind = "PERCENTAGE_DECREASE" if of.adjustment <= 0 else "PERCENTAGE_INCREASE"
    return {"adjustment": {"type": kind, "value": float(abs(of.adjustment))}}


@field("PriceList", "prices")
def prices(
    of: PriceList, info: GraphQLResolveInfo, *, origin_type: str | None = None, query: str | None = None, **page: Any
) -> Connection:
    """The prices by variant, those fixed by hand and those that follow from the retail price."""
    if query is not None:
        info.context.world.report.missing("PriceList.prices", "query", info.context.operation)
    rows = [_price(of, variant) for variant in info.context.shop.variants.values()]
    return connection([row for row in rows if origin_type in (None, row["origin_type"])], **page)


def _price(of: PriceList, variant: Variant) -> dict[str, Any]:
    fixed = of.fixed.get(variant.id)
    amount = variant.price * (100 + of.adjustment) / 100 if fixed is None else fixed
    return {
        "origin_type": "RELATIVE" if fixed is None else "FIXED",
        "price": {"amount": f"{amount.quantize(CENT, ROUND_HALF_UP):f}", "currency_code": of.currency},
        "compare_at_price": None,
        "variant": variant,
    }
