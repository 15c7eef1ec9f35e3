"""Take an imported product off the hub again; its links stay in the archive, so that it can come back as the same."""

from datetime import datetime

from occhub import leases
from occhub.catalog.models import (
    ARCHIVED,
    ASKING,
    CREATED,
    FAILED,
    LEAVING,
    LIVE,
    PLANNED,
    STOCKED,
    WITHDRAWN,
    Change,
    Import,
    Imprint,
    ProductMapping,
)
from occhub.database import write
from occhub.errors import Conflict
from occhub.partners.models import Hub
from occhub.shopify import hub_listings, listings, open_store
from occhub.shopify.errors import StoreError

_HERE = (CREATED, STOCKED, LIVE, FAILED)


def ask_to_withdraw(listing: Import, *, delete: bool, as_of: datetime) -> None:
    """Promise to take the product off sale, or to delete it on the hub; raises Conflict while it is being imported.

    One that never came to the hub is withdrawn at once. Orders that are open keep their lines and their links.
    """
    mine = Import.id == listing.id
    with write():
        never_made = mine & Import.hub_product_id.is_null() & Import.state.in_((ASKING, FAILED))
        if Import.update(state=WITHDRAWN, error="", changed_at=as_of).where(never_made).execute():
            return
        wish = {"state": LEAVING, "delete_on_hub": delete, "error": "", "tries": 0, "changed_at": as_of}
        if Import.update(wish).where(mine & Import.state.in_(_HERE)).execute():
            return
    if Import.find(listing.id).state == PLANNED:
        raise Conflict(f"{listing.title} is being imported; withdraw it when that is done.")


def leaving() -> list[Import]:
    """Products that are to be taken off the hub and still are there."""
    return list(Import.select().where(Import.state == LEAVING).order_by(Import.changed_at))


def withdraw(listing: Import, *, as_of: datetime) -> Import:
    """Do what was promised; what cannot be done yet stays promised, with the reason. Safe to repeat.

    Raises Conflict while somebody else is at it.
    """
    with leases.hold(f"import:{listing.key}") as held:
        listing = Import.find(listing.id)
        if listing.state != LEAVING:
            return listing
        error = _take_off(listing)
        with write():
            held.confirm()
            if error:
                Import.update(error=error, changed_at=as_of).where(Import.id == listing.id).execute()
            else:
                _archive(listing, as_of)
    return Import.find(listing.id)


def _take_off(listing: Import) -> str:
    hub, store = Hub.get_hub(), open_store(Hub.get_hub().shop)
    try:
        if not listing.hub_product_id or hub_listings.read_hub_listing(store, listing.hub_product_id) is None:
            return ""  # it is gone already
        if listing.delete_on_hub:
            hub_listings.delete_product(store, listing.hub_product_id)
        else:
            if hub.publication_id:
                listings.unpublish(store, listing.hub_product_id, hub.publication_id)
            hub_listings.make_draft(store, listing.hub_product_id)
    except StoreError as error:
        return str(error)
    return ""


def _archive(listing: Import, as_of: datetime) -> None:
    facts: dict[str, object] = {"state": WITHDRAWN, "error": "", "gone_at": None, "changed_at": as_of}
    if listing.delete_on_hub:
        facts |= {"hub_product_id": None, "linked": False}
        Imprint.delete().where(Imprint.listing == listing).execute()
        gone = {"state": ARCHIVED, "stock_wanted_at": None, "hub_available": None, "partner_available": None}
        ProductMapping.update(gone).where(ProductMapping.listing == listing).execute()
    else:
        # What stays on the hub, off sale, shows no stock.
        off = {"off_sale": True, "stock_wanted_at": as_of}
        ProductMapping.update(off).where(ProductMapping.listing == listing).execute()
    Import.update(facts).where(Import.id == listing.id).execute()
    Change.delete().where(Change.listing == listing).execute()
