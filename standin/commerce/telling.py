"""Saying that an order or a draft changed: its time moves, the search index learns of it, the app is told."""

from standin.commerce import draft_payloads, order_payloads
from standin.commerce.statuses import fulfillment_status
from standin.world import DraftOrder, Order, Shop, World


def tell_order(world: World, shop: Shop, order: Order, *topics: str) -> None:
    """Touch an order and send its body under each topic (`orders/create`)."""
    world.touch(shop, order)
    body = order_payloads.order(shop, order)
    for topic in topics:
        world.emit(shop, topic, body)


def tell_draft(world: World, shop: Shop, draft: DraftOrder, *topics: str) -> None:
    """Touch a draft and send its body under each topic."""
    world.touch(shop, draft)
    for topic in topics:
        world.emit(shop, topic, draft_payloads.draft(draft))


def archive_when_done(world: World, order: Order) -> None:
    """Close an order that is shipped and paid, as stores do by default; open it again when it no longer is."""
    if order.cancelled_at:
        return
    done = fulfillment_status(order) == "FULFILLED" and order.financial_status not in ("PENDING", "AUTHORIZED", None)
    order.closed_at = (order.closed_at or world.now()) if done else None
