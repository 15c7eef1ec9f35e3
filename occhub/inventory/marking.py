"""Note which numbers may be wrong now: a webhook is a hint to read again, never the new value."""

from collections.abc import Collection
from datetime import datetime

from occhub.catalog.models import ProductMapping
from occhub.database import write
from occhub.partners.models import Partner


def want_items(shop: str, item_ids: Collection[str], *, as_of: datetime) -> int:
    """Compare these items of a partner soon; returns how many of them we sell. Others are not ours to care for."""
    partner = Partner.at(shop)
    if partner is None or not item_ids:
        return 0
    ours = (ProductMapping.partner == partner) & ProductMapping.partner_item_id.in_(list(item_ids))
    with write():
        return int(ProductMapping.update(stock_wanted_at=as_of).where(ours).execute())
