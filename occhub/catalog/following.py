"""Take note when a store announces changes of its products: the snapshot or the stock is then read again soon."""

from collections.abc import Sequence
from datetime import datetime

from occhub.catalog import noticing
from occhub.catalog.models import CREATED, LIVE, STOCKED, Import, ProductMapping
from occhub.database import write
from occhub.partners.models import Partner
from occhub.shopify import open_store, products


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


def look_again(shop: str, product_ids: Sequence[str], *, as_of: datetime) -> int:
    """Read these products of a partner now, as far as we sell them, and compare; answers how many. Raises StoreError.

    The hour's comparison finds what is missed here.
    """
    partner = Partner.at(shop)
    if partner is None or not partner.is_connected:
        return 0
    here = (Import.partner == partner) & Import.state.in_((CREATED, STOCKED, LIVE))
    sold = {
        row.product_remote_id: row for row in Import.select().where(here & Import.product_remote_id.in_(product_ids))
    }
    read = products.read_products(open_store(partner.domain), sold) if sold else {}
    with write():
        noticing.compare(partner, [product for product in read.values() if product is not None], as_of=as_of)
        for remote_id in [remote_id for remote_id, product in read.items() if product is None]:
            noticing.note_gone(sold[remote_id], "no longer in the partner's store", as_of)
    return len(read)
