"""Bring a partner's product to the hub, once: the row is the promise, the product's custom id the memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from peewee import chunked

from occhub import leases
from occhub.catalog import adopting, imprinting
from occhub.catalog.completing import Misfit, add_missing
from occhub.catalog.judging import obstacle
from occhub.catalog.listing import Offer, make_listing, make_offers
from occhub.catalog.models import ACTIVE, CREATED, FAILED, PLANNED, Import, ProductMapping
from occhub.catalog.quoting import Prices
from occhub.database import write
from occhub.leases import Held
from occhub.partners.models import Hub
from occhub.shopify import hub_listings, listings, open_store, products
from occhub.shopify.errors import Rejected, StoreError
from occhub.shopify.hub_listings import HubListing, StandingVariant
from occhub.shopify.types import PartnerProduct

MAX_TRIES = 5
_ROWS = 500  # an INSERT's parameters are limited to 32,766 on SQLite
DELETED_ON_HUB = "It was deleted in your store. Say so if you want it made again."


def unfinished() -> list[Import]:
    """Imports that are promised and not done, the oldest first."""
    return list(Import.select().where(Import.state == PLANNED).order_by(Import.planned_at))


def import_product(listing: Import, *, as_of: datetime) -> Import:
    """Do what was promised: read the product, make it on the hub as a draft without stock, keep which variant is which.

    Safe to repeat and to run twice at once. What cannot be done is kept on the row as a sentence; what may be done
    later stays promised, up to five tries. Raises Conflict while somebody else is at it.
    """
    with leases.hold(f"import:{listing.key}") as held:
        listing = Import.find(listing.id)
        if listing.state != PLANNED:
            return listing
        if listing.tries >= MAX_TRIES:
            _finish(listing, held, as_of, state=FAILED, error="It did not work in several tries; please try again.")
            return Import.find(listing.id)
        with write():
            held.confirm()
            Import.update(tries=Import.tries + 1).where(Import.id == listing.id).execute()
        listing.tries += 1
        try:
            _bring(listing, held, as_of)
        except StoreError as error:
            _put_off(listing, held, error, as_of)
        except Misfit as misfit:
            _finish(listing, held, as_of, state=FAILED, error=str(misfit))
    return Import.find(listing.id)


def _bring(listing: Import, held: Held, as_of: datetime) -> None:
    partner, hub = listing.partner, Hub.get_hub()
    product = products.read_product(open_store(partner.domain), listing.product_remote_id)
    reason = "it is gone from the partner's store" if product is None else obstacle(product)
    if product is None or reason:
        _finish(listing, held, as_of, state=FAILED, error=f"Can't be imported: {reason}.")
        return
    prices = Prices(partner, hub, listing.markup_bp, [product.id])
    offers = make_offers(product, partner, prices, size_by=listing.size_by)
    made = _make_on_hub(listing, hub, product, offers)
    if made is None:
        _finish(listing, held, as_of, state=FAILED, error=DELETED_ON_HUB)
        return
    store = open_store(hub.shop)
    pairs = add_missing(store, listing, offers, made)
    standing = adopting.judge_prices(listing, pairs)
    adopting.bring_up_to_date(store, made.id, standing)
    rows = [
        mapping_row(listing, product.title, offer, variant, as_of) | standing.facts(variant.id)
        for offer, variant in pairs
    ]
    image = product.images[0].url if product.images else ""
    with write():
        held.confirm()
        keep_mappings(rows)
        facts = {"hub_product_id": made.id, "title": product.title, "image_url": image}
        imprinting.remember(listing, product, made, [variant.id for _, variant in pairs])
        _set(listing, as_of, state=CREATED, error="", recreate=False, gone_at=None, **facts)


def _make_on_hub(listing: Import, hub: Hub, product: PartnerProduct, offers: list[Offer]) -> HubListing | None:
    """The hub's product of our key, made if need be; None when it was deleted on the hub and nobody wants it back."""
    store = open_store(hub.shop)
    if listing.hub_product_id:
        found = hub_listings.read_hub_listing(store, listing.hub_product_id)
        if found is not None or not listing.recreate:
            return found
    asked_once = listing.tries == 1 and listing.planned_at == listing.created_at
    # Where nobody can have made it yet, there is nothing to look for.
    if not (asked_once and _knows_our_key()):
        listings.ensure_definition(store)
        standing_id = listings.find_product(store, listing.key)
        if standing_id:
            return hub_listings.read_hub_listing(store, standing_id)
    wish = make_listing(product, offers, str(listing.partner.shop))
    try:
        return hub_listings.make_product(store, listing.key, wish)
    except Rejected as error:
        # The hub may have declared a custom field of ours otherwise; no coffee stays away for that.
        if not any("metafields" in refused.path for refused in error.user_errors):
            raise
        return hub_listings.make_product(store, listing.key, replace(wish, metafields=()))


def _knows_our_key() -> bool:
    return bool(Import.select().where(Import.hub_product_id.is_null(False) & ~Import.linked).exists())


def keep_mappings(rows: Sequence[dict[str, Any]]) -> None:
    """Write which variant is which; call inside `write()`."""
    column = ProductMapping.hub_variant_id
    taken = ProductMapping.select(column).where(column.in_([row["hub_variant_id"] for row in rows]))
    known = {mapping.hub_variant_id for mapping in taken}
    for row in rows:
        # A variant the partner deleted and made again has a new id there, and its old counterpart on the hub.
        if row["hub_variant_id"] in known:
            facts = {name: value for name, value in row.items() if name != "created_at"}
            ProductMapping.update(facts).where(column == row["hub_variant_id"]).execute()
    target = [ProductMapping.partner, ProductMapping.partner_variant_id]
    for batch in chunked([row for row in rows if row["hub_variant_id"] not in known], _ROWS):
        own = [getattr(ProductMapping, name) for name in batch[0] if name != "created_at"]
        ProductMapping.insert_many(batch).on_conflict(conflict_target=target, preserve=own).execute()


def mapping_row(listing: Import, title: str, offer: Offer, variant: StandingVariant, as_of: datetime) -> dict[str, Any]:
    """A variant of ours as first known; its stock is still to be written."""
    name = "" if offer.variant.title == "Default Title" else f" – {offer.variant.title}"
    return {
        "listing": listing.id,
        "partner": listing.partner.id,
        "partner_variant_id": offer.variant.id,
        "partner_item_id": offer.variant.item_id,
        "hub_variant_id": variant.id,
        "hub_item_id": variant.item_id,
        "sku": variant.sku or offer.sku,
        "title": f"{title}{name}",
        "cost_minor": offer.quote.cost.minor,
        "price_minor": offer.quote.price.minor,
        "currency": offer.quote.price.currency,
        "arithmetic": offer.quote.sentence,
        "grams": offer.grams,
        "state": ACTIVE,
        "off_sale": False,
        "unpublished": False,
        "retail_minor": offer.quote.retail.minor,
        "own_price": False,
        "created_at": as_of,
        "stock_at": None,
        "stock_wanted_at": as_of,
    }


def _put_off(listing: Import, held: Held, error: StoreError, as_of: datetime) -> None:
    if error.retryable and listing.tries < MAX_TRIES:
        _finish(listing, held, as_of, state=PLANNED, error=f"{error}. It is tried again by itself.")
        return
    refused = isinstance(error, Rejected)
    _finish(listing, held, as_of, state=FAILED, error=f"Shopify refused it: {error}" if refused else str(error))


def _finish(listing: Import, held: Held, as_of: datetime, **facts: Any) -> None:
    with write():
        held.confirm()
        _set(listing, as_of, **facts)


def _set(listing: Import, as_of: datetime, **facts: Any) -> None:
    Import.update(changed_at=as_of, **facts).where(Import.id == listing.id).execute()
