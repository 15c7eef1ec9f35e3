"""Put imported products on sale, but only after their first stock has been written (R17)."""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from occhub import leases
from occhub.catalog.hiding import hidden_partners, left_to_sell
from occhub.catalog.models import ACTIVE, CREATED, FAILED, LEAVING, LIVE, STOCKED, WITHDRAWN, Import, ProductMapping
from occhub.database import write
from occhub.errors import Conflict
from occhub.partners.models import Hub
from occhub.shopify import hub_listings, listings, open_store
from occhub.shopify.errors import StoreError

log = logging.getLogger(__name__)

NO_STORE = "Your store has no online store to sell it in."
# Calls to the hub at the same time; its budget is one.
_SIDE_BY_SIDE = 8


def publish_stocked(*, as_of: datetime) -> list[Import]:
    """Move imports on whose variants all have their stock, and put those on sale whose owner wants it.

    Safe to repeat: publishing what is published changes nothing. Answers what went live now. What becomes ready
    while somebody is at it is done by him.
    """
    live: list[Import] = []
    tried: set[int] = set()
    while _ready(as_of, tried):
        try:
            with leases.hold("publishing"):
                batch = _ready(as_of, tried)
                tried.update(listing.id for listing in batch)
                live += _publish(batch, as_of)
        except Conflict:
            break
    return live


def ask_to_publish(listing: Import, *, as_of: datetime) -> None:
    """The owner wants the product on sale; it goes there as soon as its stock is written."""
    with write():
        Import.update(publish=True, changed_at=as_of).where(Import.id == listing.id).execute()


def _ready(as_of: datetime, tried: set[int]) -> list[Import]:
    _mark_stocked(as_of)
    ready = (Import.state == STOCKED) & Import.publish & Import.gone_at.is_null() & Import.id.not_in(list(tried))
    ready &= Import.partner.not_in(hidden_partners()) & Import.id.in_(left_to_sell())
    return list(Import.select().where(ready).order_by(Import.planned_at))


def _mark_stocked(as_of: datetime) -> None:
    without_stock = ProductMapping.select(ProductMapping.listing).where(
        (ProductMapping.state == ACTIVE) & ProductMapping.stock_at.is_null()
    )
    with_stock = ProductMapping.select(ProductMapping.listing).where(ProductMapping.stock_at.is_null(False))
    ready = (Import.state == CREATED) & Import.id.in_(with_stock) & Import.id.not_in(without_stock)
    if not Import.select().where(ready).exists():
        return
    with write():
        Import.update(state=STOCKED, changed_at=as_of).where(ready).execute()


def _publish(batch: Sequence[Import], as_of: datetime) -> list[Import]:
    hub = Hub.get_hub()
    if not hub.publication_id:
        for listing in batch:
            _note(listing, as_of, error=NO_STORE)
        return []
    shop, live = hub.shop, []
    missing = "" if _published_together(batch, shop, hub.publication_id) else hub.publication_id
    with ThreadPoolExecutor(_SIDE_BY_SIDE, "on sale") as pool:
        outcomes = pool.map(lambda listing: _put_on_sale(listing, shop, missing), batch)
        for listing, failure in zip(batch, outcomes, strict=True):
            if failure is not None:
                _note(listing, as_of, error=str(failure), state=STOCKED if failure.retryable else FAILED)
            elif _note(listing, as_of, error="", state=LIVE):
                live.append(listing)
    return live


def _published_together(batch: Sequence[Import], shop: str, publication_id: str) -> bool:
    """Publish several drafts in one call, for a part of the points; whether that is done. Nobody sees a draft yet.

    Else each is published by itself, and tells its own reason where that fails.
    """
    if len(batch) == 1:
        return False
    try:
        listings.publish_together(open_store(shop), [str(each.hub_product_id) for each in batch], publication_id)
    except StoreError as error:
        log.info("%d drafts are published one by one: %s", len(batch), error)
        return False
    return True


def _put_on_sale(listing: Import, shop: str, publication_id: str) -> StoreError | None:
    """Make it active, and publish it too where a publication is named."""
    store, product_id = open_store(shop), str(listing.hub_product_id)
    try:
        if publication_id:
            listings.activate_and_publish(store, product_id, publication_id)
        else:
            hub_listings.activate(store, product_id)
    except StoreError as failure:
        return failure
    return None


def _note(listing: Import, as_of: datetime, *, error: str, state: str = STOCKED) -> bool:
    mine: Any = Import.id == listing.id
    facts: dict[str, object] = {"state": state, "error": error}
    if state != STOCKED:
        facts["changed_at"] = as_of
    with write():
        if Import.update(facts).where(mine & (Import.state == STOCKED)).execute():
            return True
        # Withdrawn while we were at it: it leaves once more.
        Import.update(state=LEAVING).where(mine & (Import.state == WITHDRAWN)).execute()
    return False
