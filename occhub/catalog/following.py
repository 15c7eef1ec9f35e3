"""Take note when a store announces changes of its products: the snapshot or the stock is then read again soon."""

from collections.abc import Sequence
from datetime import datetime

from occhub.catalog import noticing
from occhub.catalog.adopting import same
from occhub.catalog.models import ACTIVE, CREATED, LIVE, STOCKED, Import, ProductMapping
from occhub.catalog.repricing import keep_own_price
from occhub.database import write
from occhub.money import Money
from occhub.partners.models import Hub, Partner
from occhub.shopify import hub_listings, open_store, products


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


def see_own_prices(product_ids: Sequence[str]) -> int:
    """Read what these products cost on the hub, and know a price of the owner's own when we see one; answers how many.

    Raises StoreError. What is missed here is seen before a price is written.
    """
    hub = Hub.get_hub()
    ours = Import.select(Import.id).where(Import.hub_product_id.in_(list(product_ids)))
    mappings = list(ProductMapping.select().where(ProductMapping.listing.in_(ours) & (ProductMapping.state == ACTIVE)))
    standing = hub_listings.read_prices(open_store(hub.shop), [mapping.hub_variant_id for mapping in mappings])
    edited = []
    for mapping in mappings:
        if mapping.hub_variant_id in standing:
            price = Money.parse(standing[mapping.hub_variant_id], mapping.currency)
            if not same(price, mapping.price):
                edited.append((mapping, price))
    if edited:
        with write():
            for mapping, price in edited:
                keep_own_price(mapping, price)
    return len(edited)


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
