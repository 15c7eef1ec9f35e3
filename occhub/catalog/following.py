"""Take note when a store announces changes of its products: the snapshot or the stock is then read again soon."""

from collections.abc import Sequence
from datetime import datetime

from occhub.catalog.models import Import, ProductMapping
from occhub.database import write
from occhub.partners.models import Partner


def note_changes(shop: str, product_ids: Sequence[str], *, as_of: datetime) -> int:
    """Mark what the announced products concern: a partner's range, and the stock of what we sell of them.

    A product deleted on the hub itself is found by its hub id. Answers how many mappings want their stock compared.
    """
    partner = Partner.at(shop)
    if partner is None:
        theirs = Import.hub_product_id.in_(list(product_ids))
    else:
        theirs = (Import.partner == partner) & Import.product_remote_id.in_(list(product_ids))
    touched = ProductMapping.listing.in_(Import.select(Import.id).where(theirs))
    with write():
        if partner is not None:
            Partner.update(catalog_wanted_at=as_of).where(Partner.id == partner.id).execute()
        return int(ProductMapping.update(stock_wanted_at=as_of).where(touched).execute())
