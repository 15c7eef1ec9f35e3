"""Reading a DraftOrderInput: the attributes it sets and its lines."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from standin.graphql.registry import Call, Refused
from standin.graphql.written import WRITTEN, Unfit, amount, pairs_of, written
from standin.world import DraftLine, Shop, Variant, number_of

Attributes = list[tuple[str, str]]

LINE_FIELDS = frozenset(
    {
        "variantId",
        "quantity",
        "priceOverride",
        "title",
        "originalUnitPriceWithCurrency",
        "sku",
        "taxable",
        "requiresShipping",
        "customAttributes",
        "uuid",
    }
)


def draft_facts(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    """Attributes of a DraftOrder out of a DraftOrderInput; fields that are not modelled are reported. Raises Unfit."""
    facts = written(given)
    for name, read in _PARTICULARS.items():
        if name in given:
            facts.update(read(call, given[name]))
    known = {*WRITTEN, *_PARTICULARS, "lineItems"}
    for name in sorted(set(given) - known):
        call.world.report.missing("DraftOrderInput", name, call.operation)
    return facts


def draft_lines(call: Call, given: dict[str, Any]) -> list[DraftLine] | None:
    """The lines of a DraftOrderInput, None when it does not speak of them. Raises Unfit."""
    rows = given.get("lineItems")
    return None if rows is None else [_line(call, str(place), row) for place, row in enumerate(rows)]


def _reservation(call: Call, until: datetime | None) -> dict[str, Any]:
    if until is not None and until <= call.now:
        raise Unfit("Reserve until can't be in the past")
    return {"reserve_inventory_until": until}


def _shipping(call: Call, value: dict[str, Any] | None) -> dict[str, Any]:
    if value is None:
        return {"shipping_title": None, "total_shipping": Decimal(0)}
    price = amount(call.shop, value.get("priceWithCurrency") or value.get("price"), ["shippingLine"])
    return {"shipping_title": value.get("title") or "Shipping", "total_shipping": price or Decimal(0)}


def _terms(call: Call, value: dict[str, Any] | None) -> dict[str, Any]:
    if value is None:
        return {"payment_terms": None}
    if "write_payment_terms" not in call.scopes:
        call.violation("scope not granted", "paymentTerms: write_payment_terms")
        raise Refused(
            "Access denied for paymentTerms field. Required access: `write_payment_terms` access scope.",
            "ACCESS_DENIED",
            requiredAccess="`write_payment_terms` access scope.",
        )
    if not value.get("paymentTermsTemplateId"):
        raise Unfit("Payment terms template id can not be empty.")
    return {"payment_terms": value["paymentTermsTemplateId"]}


def _exempt(call: Call, value: bool | None) -> dict[str, Any]:
    return {"tax_exempt": bool(value), "tax_rate": Decimal(0) if value else call.shop.tax_rate}


_PARTICULARS: dict[str, Callable[[Call, Any], dict[str, Any]]] = {
    "reserveInventoryUntil": _reservation,
    "shippingLine": _shipping,
    "paymentTerms": _terms,
    "taxExempt": _exempt,
}


def _line(call: Call, place: str, row: dict[str, Any]) -> DraftLine:
    for name in sorted(set(row) - LINE_FIELDS):
        call.world.report.missing("DraftOrderLineItemInput", name, call.operation)
    if row["quantity"] < 1:
        raise Unfit("Quantity must be greater than or equal to 1", ["lineItems", place, "quantity"])
    override = amount(call.shop, row.get("priceOverride"), ["lineItems", place, "priceOverride"])
    attributes = pairs_of(row.get("customAttributes"))
    if row.get("variantId"):
        return _variant_line(call.shop, row, override, attributes)
    if not row.get("title"):
        raise Unfit("Merchandise title is empty.")
    price = amount(call.shop, row.get("originalUnitPriceWithCurrency"), ["lineItems", place]) or Decimal(0)
    return DraftLine(
        call.shop.next_id(),
        None,
        None,
        row["title"],
        row["quantity"],
        price,
        override,
        sku=row.get("sku"),
        taxable=row.get("taxable", True),
        requires_shipping=row.get("requiresShipping", False),
        custom_attributes=attributes,
    )


def _variant_line(
    shop: Shop, row: dict[str, Any], override: Decimal | None, attributes: list[tuple[str, str]]
) -> DraftLine:
    """A line of a variant; its title, SKU and price are the variant's, whatever the input says."""
    number = number_of(row["variantId"], "ProductVariant")
    variant: Variant | None = shop.variants.get(number)
    if variant is None:
        raise Unfit(f"Product with ID {number} is no longer available.")
    product = shop.product_of(variant)
    return DraftLine(
        shop.next_id(),
        variant.id,
        product.id,
        product.title,
        row["quantity"],
        variant.price,
        override,
        variant_title=None if variant.title == "Default Title" else variant.title,
        sku=variant.sku,
        vendor=product.vendor or None,
        taxable=variant.taxable,
        requires_shipping=shop.item_of(variant).requires_shipping,
        custom_attributes=attributes,
    )
