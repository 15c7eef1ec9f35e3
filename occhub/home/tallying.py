"""How many bags customers bought: what was cancelled, a test, or the owner's own bags is not sold."""

from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from occhub.catalog.models import ProductMapping
from occhub.database import rows
from occhub.orders.models import PartnerOrder, PartnerOrderLine
from occhub.orders.steering import BY_HAND

LATELY = timedelta(days=30)


def sold_by_partner(as_of: datetime) -> dict[int, int]:
    """Bags of the last 30 days by partner; who sold none is not in it."""
    sold = _lines(PartnerOrder.partner, as_of).group_by(PartnerOrder.partner)
    return {partner_id: int(bags or 0) for partner_id, bags in rows(sold)}


def sold_by_product(as_of: datetime) -> Any:
    """A query of `listing_id` and `bags` of the last 30 days, for a list of products to be joined with."""
    sold = _lines(ProductMapping.listing, as_of).switch(PartnerOrderLine).join(ProductMapping)
    return sold.group_by(ProductMapping.listing)


def _lines(by: Any, as_of: datetime) -> Any:
    counts = PartnerOrder.cancelled_at.is_null() & ~PartnerOrder.test & ~PartnerOrder.hub_order_id.startswith(BY_HAND)
    bags = fn.SUM(PartnerOrderLine.current_quantity).alias("bags")
    lines = PartnerOrderLine.select(by, bags).join(PartnerOrder)
    return lines.where(counts & (PartnerOrder.ordered_at > as_of - LATELY))
