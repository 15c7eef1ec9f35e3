"""Look what the owner has priced himself on the hub: such a price is his, and is what customers pay."""

from collections.abc import Mapping

from peewee import chunked

from occhub.catalog.adopting import same
from occhub.catalog.models import ACTIVE, CREATED, LIVE, STOCKED, Change, Import, ProductMapping
from occhub.catalog.noticing import ACCEPTED
from occhub.catalog.repricing import keep_own_price
from occhub.database import rows, write
from occhub.money import Money
from occhub.partners.models import Hub
from occhub.shopify import hub_listings, open_store

_TOGETHER = 1000

# By mapping: the price we knew, in minor units, and the other one that stands on the hub.
Edited = Mapping[int, tuple[int, Money]]


def see_own_prices() -> int:
    """Read what all we sell costs on the hub, and know the owner's own price when we see one; answers how many.

    Raises StoreError. What he sets in between is seen before a price is written.
    """
    columns = (ProductMapping.id, ProductMapping.hub_variant_id, ProductMapping.price_minor, ProductMapping.currency)
    here = Import.state.in_((CREATED, STOCKED, LIVE)) & (ProductMapping.state == ACTIVE)
    sold = rows(ProductMapping.select(*columns).join(Import).where(here).order_by(ProductMapping.id))
    seen = 0
    for batch in chunked(sold, _TOGETHER):
        standing = hub_listings.read_prices(open_store(Hub.get_hub().shop), [variant for _, variant, _, _ in batch])
        edited: dict[int, tuple[int, Money]] = {}
        for mapping_id, variant, known, currency in batch:
            if variant in standing and not same(
                price := Money.parse(standing[variant], currency), Money(known, currency)
            ):
                edited[mapping_id] = known, price
        seen += _keep(edited)
    return seen


def _keep(edited: Edited) -> int:
    # Of a product on which a change is being carried out the price may be ours, and only not written down yet.
    changing = Change.select(Change.listing).where(Change.state == ACCEPTED)
    kept = 0
    with write():
        mine = ProductMapping.id.in_(list(edited)) & ProductMapping.listing.not_in(changing)
        for mapping in ProductMapping.select().where(mine):
            known, price = edited[mapping.id]
            if mapping.price_minor == known:
                keep_own_price(mapping, price)
                kept += 1
    return kept
