"""Webhook bodies of orders, refunds and shipments, in the REST shape Shopify sends, persons included."""

from decimal import Decimal

from standin.commerce.customers import address_payload, customer_payload
from standin.commerce.statuses import fulfillment_status, outstanding
from standin.commerce.totals import current_totals, original_totals
from standin.world import Fulfillment, Order, OrderLine, Refund, Shop
from standin.world.payloads import moment


def order(shop: Shop, order: Order) -> dict[str, object]:
    """Body of the orders/* topics."""
    first, now = original_totals(order), current_totals(order)
    return {
        "id": order.id,
        "admin_graphql_api_id": order.gid,
        "app_id": None,
        "name": order.name,
        "number": order.number - 1000,
        "order_number": order.number,
        "confirmed": True,
        "test": order.test,
        "created_at": moment(order.created_at),
        "processed_at": moment(order.processed_at),
        "updated_at": moment(order.updated_at),
        "cancelled_at": moment(order.cancelled_at),
        "cancel_reason": order.cancel_reason.lower() if order.cancel_reason else None,
        "closed_at": moment(order.closed_at),
        "currency": order.currency,
        "presentment_currency": order.currency,
        "financial_status": order.financial_status.lower() if order.financial_status else None,
        "fulfillment_status": _rest_fulfillment(order),
        "email": order.email,
        "contact_email": order.email,
        "phone": order.phone,
        "note": order.note,
        "note_attributes": _pairs(order.custom_attributes),
        "tags": ", ".join(order.tags),
        "po_number": order.po_number,
        "source_name": order.source_name,
        "source_identifier": order.source_identifier,
        "customer": customer_payload(order),
        "billing_address": address_payload(order.shipping_address),
        "shipping_address": address_payload(order.shipping_address),
        "shipping_lines": _shipping(order),
        "discount_codes": [],
        "taxes_included": order.taxes_included,
        "payment_gateway_names": [order.gateway],
        "line_items": [line(shop, order, each) for each in order.lines],
        "refunds": [refund(order, each) for each in order.refunds],
        "fulfillments": [fulfillment(order, each) for each in order.fulfillments],
        "total_discounts": _amount(sum((line.discount * line.quantity for line in order.lines), Decimal(0))),
        **_money("total_line_items_price", first.goods, order),
        **_money("subtotal_price", first.goods, order),
        **_money("total_tax", first.tax, order),
        **_money("total_price", first.total, order),
        **_money("current_subtotal_price", now.goods, order),
        **_money("current_total_tax", now.tax, order),
        **_money("current_total_price", now.total, order),
        "total_outstanding": _amount(outstanding(order)),
        "total_shipping_price_set": _set(order.total_shipping, order.currency),
    }


def line(shop: Shop, order: Order, line: OrderLine) -> dict[str, object]:
    """A line inside an order's body."""
    variant = shop.variants.get(line.variant_id or 0)
    item = shop.item_of(variant) if variant else None
    return {
        "id": line.id,
        "admin_graphql_api_id": line.gid,
        "variant_id": variant.id if variant else None,
        "product_id": line.product_id if variant else None,
        "product_exists": variant is not None,
        "title": line.title,
        "variant_title": line.variant_title,
        "name": f"{line.title} - {line.variant_title}" if line.variant_title else line.title,
        "sku": line.sku,
        "vendor": line.vendor,
        "quantity": line.quantity,
        "current_quantity": line.current_quantity,
        "fulfillable_quantity": line.unfulfilled_quantity,
        "fulfillment_service": "manual",
        "fulfillment_status": _line_status(line),
        "gift_card": False,
        "grams": 0,
        "requires_shipping": line.requires_shipping,
        "taxable": line.taxable,
        "properties": _pairs(line.custom_attributes),
        "variant_inventory_management": "shopify" if item and item.tracked else None,
        "total_discount": _amount(line.discount * line.quantity),
        **_money("price", line.unit_price, order),
    }


def refund(order: Order, refund: Refund) -> dict[str, object]:
    """Body of refunds/create."""
    return {
        "id": refund.id,
        "admin_graphql_api_id": refund.gid,
        "order_id": order.id,
        "created_at": moment(refund.created_at),
        "processed_at": moment(refund.created_at),
        "note": refund.note,
        "user_id": None,
        "restock": any(each.restock_type != "NO_RESTOCK" for each in refund.lines),
        "refund_line_items": [
            {
                "id": each.id,
                "line_item_id": each.line_id,
                "quantity": each.quantity,
                "restock_type": each.restock_type.lower(),
                "location_id": each.location_id,
            }
            for each in refund.lines
        ],
        "transactions": [{"kind": "refund", "status": "success", "amount": _amount(refund.amount)}]
        if refund.amount
        else [],
    }


def order_edit(order: Order, edit_id: int, line: OrderLine, delta: int) -> dict[str, object]:
    """Body of orders/edited: what was added and removed, not the order."""
    change = [{"id": line.id, "delta": abs(delta)}]
    return {
        "order_edit": {
            "id": edit_id,
            "order_id": order.id,
            "app_id": None,
            "created_at": moment(order.updated_at),
            "notify_customer": False,
            "reason": "",
            "staff_note": "",
            "user_id": None,
            "line_items": {"additions": change if delta > 0 else [], "removals": change if delta < 0 else []},
        }
    }


def fulfillment(order: Order, shipment: Fulfillment) -> dict[str, object]:
    """Body of fulfillments/create and fulfillments/update."""
    numbers = [each.number for each in shipment.tracking_info if each.number]
    urls = [each.url for each in shipment.tracking_info if each.url]
    return {
        "id": shipment.id,
        "admin_graphql_api_id": shipment.gid,
        "order_id": order.id,
        "name": shipment.name,
        "status": shipment.status.lower(),
        "location_id": shipment.location_id,
        "created_at": moment(shipment.created_at),
        "updated_at": moment(shipment.updated_at),
        "tracking_company": next((each.company for each in shipment.tracking_info), None),
        "tracking_number": numbers[0] if numbers else None,
        "tracking_numbers": numbers,
        "tracking_url": urls[0] if urls else None,
        "tracking_urls": urls,
        "destination": address_payload(order.shipping_address),
        "line_items": [{"id": each.line_id, "quantity": each.quantity} for each in shipment.lines],
    }


def _shipping(order: Order) -> list[dict[str, object]]:
    if order.shipping_title is None:
        return []
    return [{"title": order.shipping_title, **_money("price", order.total_shipping, order)}]


def _rest_fulfillment(order: Order) -> str | None:
    return {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial"}.get(fulfillment_status(order))


def _line_status(line: OrderLine) -> str | None:
    if not line.fulfilled_quantity:
        return None
    return "partial" if line.unfulfilled_quantity else "fulfilled"


def _pairs(attributes: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in attributes]


def _money(name: str, amount: Decimal, order: Order) -> dict[str, object]:
    return {name: _amount(amount), f"{name}_set": _set(amount, order.currency)}


def _set(amount: Decimal, currency: str) -> dict[str, object]:
    money = {"amount": _amount(amount), "currency_code": currency}
    return {"shop_money": money, "presentment_money": money}


def _amount(amount: Decimal) -> str:
    return f"{amount:.2f}"
