"""What happens in a store besides the app: people buy, pay, change their minds; goods are reserved, shipped, sent back.

Plain functions on the world's objects. Each does one thing wholly, or raises a Refusal and changes nothing; each moves
the stock, the object's `updated_at` and the webhooks that go with it.
"""

from standin.commerce.completing import complete_draft, is_ready
from standin.commerce.drafting import create_draft, delete_draft, update_draft
from standin.commerce.editing import add_to_order, delete_order, edit_order, restock
from standin.commerce.fulfilling import cancel_fulfilment, fulfil_order, track_fulfilment
from standin.commerce.ordering import pay_order, place_customer_order, sell_in_shop
from standin.commerce.refunding import cancel_order, refund_order
from standin.commerce.refusals import OutOfStock, Refusal
from standin.commerce.reserving import release_expired

__all__ = [
    "OutOfStock",
    "Refusal",
    "add_to_order",
    "cancel_fulfilment",
    "cancel_order",
    "complete_draft",
    "create_draft",
    "delete_draft",
    "delete_order",
    "edit_order",
    "fulfil_order",
    "is_ready",
    "pay_order",
    "place_customer_order",
    "refund_order",
    "release_expired",
    "restock",
    "sell_in_shop",
    "track_fulfilment",
    "update_draft",
]
