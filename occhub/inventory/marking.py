"""Note which numbers may be wrong now: a webhook is a hint to read again, never the new value."""

from collections.abc import Collection
from datetime import datetime

from peewee import chunked

from occhub.catalog.models import ProductMapping
from occhub.database import write
from occhub.inventory.shelves import AT_ONCE
from occhub.partners.models import Partner


def want_items(shop: str, item_ids: Collection[str], *, as_of: datetime) -> int:
    """Compare these items of a partner soon; returns how many of them we sell.

    What the hub's own store tells is an echo of our writes; others' items are not ours to care for.
    """
    partner, ids = Partner.at(shop), [item for item in item_ids if item]
    if partner is None or not ids:
        return 0
    touched = 0
    with write(durable=False):
        for batch in chunked(ids, AT_ONCE):
            ours = (ProductMapping.partner == partner) & ProductMapping.partner_item_id.in_(batch)
            touched += int(ProductMapping.update(stock_wanted_at=as_of).where(ours).execute())
    return touched
