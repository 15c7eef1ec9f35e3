"""Webhook bodies of draft orders, in the REST shape Shopify sends."""

from standin.commerce.customers import address_payload
from standin.commerce.totals import draft_totals
from standin.world import DraftLine, DraftOrder
from standin.world.payloads import moment


def draft(draft: DraftOrder) -> dict[str, object]:
    """Body of draft_orders/create and draft_orders/update."""
    sums = draft_totals(draft)
    return {
        "id": draft.id,
        "admin_graphql_api_id": draft.gid,
        "name": draft.name,
        "status": draft.status.lower(),
        "created_at": moment(draft.created_at),
        "updated_at": moment(draft.updated_at),
        "completed_at": moment(draft.completed_at),
        "order_id": draft.order_id,
        "currency": draft.currency,
        "email": draft.email,
        "note": draft.note,
        "note_attributes": [{"name": name, "value": value} for name, value in draft.custom_attributes],
        "tags": ", ".join(draft.tags),
        "po_number": draft.po_number,
        "tax_exempt": draft.tax_exempt,
        "taxes_included": draft.taxes_included,
        "shipping_address": address_payload(draft.shipping_address),
        "customer": None,
        "line_items": [_line(each) for each in draft.lines],
        "subtotal_price": f"{sums.goods:.2f}",
        "total_tax": f"{sums.tax:.2f}",
        "total_price": f"{sums.total:.2f}",
    }


def _line(line: DraftLine) -> dict[str, object]:
    return {
        "id": line.id,
        "admin_graphql_api_id": line.gid,
        "variant_id": line.variant_id,
        "product_id": line.product_id,
        "title": line.title,
        "variant_title": line.variant_title,
        "sku": line.sku,
        "quantity": line.quantity,
        "price": f"{line.unit_price:.2f}",
        "taxable": line.taxable,
        "requires_shipping": line.requires_shipping,
    }
