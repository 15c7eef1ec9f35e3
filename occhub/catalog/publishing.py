"""Put imported products on sale, but only after their first stock has been written (R17)."""

from datetime import datetime

from occhub.catalog.hiding import hidden_partners, left_to_sell
from occhub.catalog.models import ACTIVE, CREATED, FAILED, LIVE, STOCKED, Import, ProductMapping
from occhub.database import write
from occhub.partners.models import Hub
from occhub.shopify import listings, open_store
from occhub.shopify.errors import StoreError


def publish_stocked(*, as_of: datetime) -> list[Import]:
    """Move imports on whose variants all have their stock, and put those on sale whose owner wants it.

    Safe to repeat: publishing what is published changes nothing. Answers what went live now.
    """
    _mark_stocked(as_of)
    ready = (Import.state == STOCKED) & Import.publish & Import.gone_at.is_null()
    ready &= Import.partner.not_in(hidden_partners()) & Import.id.in_(left_to_sell())
    waiting = list(Import.select().where(ready).order_by(Import.planned_at))
    return [listing for listing in waiting if _publish(listing, as_of)]


def ask_to_publish(listing: Import, *, as_of: datetime) -> None:
    """The owner wants the product on sale; it goes there as soon as its stock is written."""
    with write():
        Import.update(publish=True, changed_at=as_of).where(Import.id == listing.id).execute()


def _mark_stocked(as_of: datetime) -> None:
    without_stock = ProductMapping.select(ProductMapping.listing).where(
        (ProductMapping.state == ACTIVE) & ProductMapping.stock_at.is_null()
    )
    with_stock = ProductMapping.select(ProductMapping.listing).where(ProductMapping.stock_at.is_null(False))
    ready = (Import.state == CREATED) & Import.id.in_(with_stock) & Import.id.not_in(without_stock)
    with write():
        Import.update(state=STOCKED, changed_at=as_of).where(ready).execute()


def _publish(listing: Import, as_of: datetime) -> bool:
    hub = Hub.get_hub()
    if not hub.publication_id:
        _note(listing, as_of, error="Your store has no online store to sell it in.")
        return False
    try:
        listings.activate_and_publish(open_store(hub.shop), str(listing.hub_product_id), hub.publication_id)
    except StoreError as error:
        _note(listing, as_of, error=str(error), state=STOCKED if error.retryable else FAILED)
        return False
    return _note(listing, as_of, error="", state=LIVE)


def _note(listing: Import, as_of: datetime, *, error: str, state: str = STOCKED) -> bool:
    unchanged = (Import.id == listing.id) & (Import.state == STOCKED)
    with write():
        return bool(Import.update(state=state, error=error, changed_at=as_of).where(unchanged).execute())
