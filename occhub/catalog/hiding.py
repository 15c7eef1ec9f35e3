"""Take off sale what partners no longer have, product or single variant, and what the owner wants hidden with them."""

import logging
from datetime import datetime
from typing import Any

from occhub.catalog.models import ACTIVE, ARCHIVED, CREATED, GONE, LIVE, STOCKED, Import, ProductMapping
from occhub.database import write
from occhub.partners.models import DISCONNECTED, Hub, Partner
from occhub.shopify import listings, open_store
from occhub.shopify.errors import StoreError

log = logging.getLogger(__name__)


def hidden_partners() -> Any:
    """Query: the partners whose goods stay hidden until they are back."""
    return Partner.select(Partner.id).where((Partner.state == DISCONNECTED) & Partner.hides_goods)


def left_to_sell() -> Any:
    """Query: the products of which at least one variant was not deleted at the partner."""
    return ProductMapping.select(ProductMapping.listing).where(ProductMapping.state.not_in((GONE, ARCHIVED)))


def hide_variants() -> int:
    """Take single variants off sale that the partner deleted (R7), and put back those that he has again.

    Answers how many. The product and its other variants stay on sale.
    """
    hub, moved = Hub.get_hub(), 0
    if not hub.publication_id:
        return 0
    gone = (ProductMapping.state == GONE) & ~ProductMapping.unpublished
    back = (ProductMapping.state == ACTIVE) & ProductMapping.unpublished
    here = Import.state.in_((CREATED, STOCKED, LIVE))
    for mapping in list(ProductMapping.select(ProductMapping, Import).join(Import).where(here & (gone | back))):
        act = listings.unpublish if mapping.state == GONE else listings.publish
        try:
            act(open_store(hub.shop), mapping.hub_variant_id, hub.publication_id)
        except StoreError as error:
            log.warning("%s could not be taken off sale or put back yet: %s", mapping.title, error)
            continue
        with write():
            same = (ProductMapping.id == mapping.id) & (ProductMapping.state == mapping.state)
            moved += ProductMapping.update(unpublished=mapping.state == GONE).where(same).execute()
    return moved


def hide_goods(*, as_of: datetime) -> int:
    """Take off sale what is still on it; answers how many products. They go back on sale when it, or he, is back."""
    hub, hidden = Hub.get_hub(), 0
    if not hub.publication_id:
        return 0
    hidden_one = (
        Import.gone_at.is_null(False) | Import.partner.in_(hidden_partners()) | Import.id.not_in(left_to_sell())
    )
    live = (Import.state == LIVE) & hidden_one
    for listing in list(Import.select().where(live).order_by(Import.id)):
        try:
            listings.unpublish(open_store(hub.shop), str(listing.hub_product_id), hub.publication_id)
        except StoreError as error:
            log.warning("%s could not be taken off sale yet: %s", listing.title, error)
            continue
        with write():
            still = (Import.id == listing.id) & (Import.state == LIVE)
            hidden += Import.update(state=STOCKED, changed_at=as_of).where(still).execute()
    return hidden
