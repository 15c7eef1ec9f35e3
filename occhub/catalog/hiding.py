"""Take off sale what partners no longer sell, and what belongs to one who has left if the owner wants it hidden."""

import logging
from datetime import datetime
from typing import Any

from occhub.catalog.models import LIVE, STOCKED, Import
from occhub.database import write
from occhub.partners.models import DISCONNECTED, Hub, Partner
from occhub.shopify import listings, open_store
from occhub.shopify.errors import StoreError

log = logging.getLogger(__name__)


def hidden_partners() -> Any:
    """Query: the partners whose goods stay hidden until they are back."""
    return Partner.select(Partner.id).where((Partner.state == DISCONNECTED) & Partner.hides_goods)


def hide_goods(*, as_of: datetime) -> int:
    """Take off sale what is still on it; answers how many products. They go back on sale when it, or he, is back."""
    hub, hidden = Hub.get_hub(), 0
    if not hub.publication_id:
        return 0
    live = (Import.state == LIVE) & (Import.gone_at.is_null(False) | Import.partner.in_(hidden_partners()))
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
