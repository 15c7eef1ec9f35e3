"""A draft becoming an order: the one step about drafts that cannot be undone."""

from standin.commerce import shelves
from standin.commerce.ordering import open_order
from standin.commerce.refusals import Refusal
from standin.commerce.reserving import let_go, reserve
from standin.commerce.telling import tell_draft, tell_order
from standin.commerce.totals import current_totals
from standin.world import DraftLine, DraftOrder, Order, OrderLine, Shop, World


def complete_draft(world: World, shop: Shop, draft: DraftOrder, payment_pending: bool = False) -> Order:
    """Make the one order of a draft: what it holds is committed, the rest is taken from available, checked or not.

    The order is PENDING when the payment is, or the draft has payment terms; else PAID. Refusal when the draft was
    completed before, is not ready, or one of its variants is gone.
    """
    if draft.status == "COMPLETED":
        raise Refusal("This order has been paid" if _paid(shop, draft) else "This draft order has been completed")
    if not is_ready(world, draft):
        raise Refusal("The draft order is not ready to be completed")
    gone = [line.variant_id for line in draft.lines if line.variant_id and line.variant_id not in shop.variants]
    if gone:
        raise Refusal(f"Product with ID {gone[0]} is no longer available.")
    reserve(world, shop, draft)
    order = _order_of(world, shop, draft, payment_pending or draft.payment_terms is not None)
    for line in order.lines:
        _commit(world, shop, draft, line)
    let_go(world, shop, draft)
    draft.status, draft.completed_at, draft.order_id = "COMPLETED", world.now(), order.id
    paid = order.financial_status == "PAID"
    tell_draft(world, shop, draft, "draft_orders/update")
    tell_order(world, shop, order, "orders/create", *(["orders/paid"] if paid else []))
    return order


def is_ready(world: World, draft: DraftOrder) -> bool:
    """Whether the store has finished computing the draft."""
    return draft.ready_at is None or draft.ready_at <= world.now()


def _paid(shop: Shop, draft: DraftOrder) -> bool:
    order = shop.orders.get(draft.order_id or 0)
    return order is not None and order.financial_status == "PAID"


def _order_of(world: World, shop: Shop, draft: DraftOrder, pending: bool) -> Order:
    order = open_order(
        world,
        shop,
        financial_status="PENDING" if pending else "PAID",
        draft_id=draft.id,
        source_name="shopify_draft_order",
        email=draft.email,
        phone=draft.phone,
        customer_id=draft.customer_id,
        note=draft.note,
        tags=list(draft.tags),
        po_number=draft.po_number,
        custom_attributes=list(draft.custom_attributes),
        shipping_address=draft.shipping_address,
        taxes_included=draft.taxes_included,
        tax_rate=draft.tax_rate,
        total_shipping=draft.total_shipping,
        shipping_title=draft.shipping_title,
    )
    order.lines = [_order_line(shop, line) for line in draft.lines]
    if not pending:
        order.total_received = current_totals(order).total
    return order


def _order_line(shop: Shop, line: DraftLine) -> OrderLine:
    return OrderLine(
        shop.next_id(),
        line.variant_id,
        line.product_id,
        line.title,
        line.quantity,
        line.unit_price,
        variant_title=line.variant_title,
        sku=line.sku,
        vendor=line.vendor,
        taxable=line.taxable,
        requires_shipping=line.requires_shipping,
        custom_attributes=list(line.custom_attributes),
    )


def _commit(world: World, shop: Shop, draft: DraftOrder, line: OrderLine) -> None:
    item = shelves.tracked_item(shop, line.variant_id)
    held = min(line.quantity, draft.reserved.get(item.id, 0)) if item else 0
    if item and held and draft.reserved_at:
        shelves.commit_reserved(world, shop, line, draft.reserved_at, held)
        draft.reserved[item.id] -= held
    if line.quantity > held:
        shelves.commit(world, shop, line, line.quantity - held, shelves.selling_locations(shop))
