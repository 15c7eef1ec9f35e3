"""Bring a partner's product to the hub, once: the row is the promise, the product's custom id the memory."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from occhub import leases
from occhub.catalog import pricing
from occhub.catalog.judging import obstacle
from occhub.catalog.listing import Offer, make_listing, make_offers, pair
from occhub.catalog.models import ACTIVE, CREATED, FAILED, PLANNED, WITHDRAWN, Import, Product, ProductMapping
from occhub.catalog.pricing import Terms
from occhub.database import write
from occhub.errors import Conflict, Invalid
from occhub.leases import Held
from occhub.partners.models import Hub, Partner
from occhub.shopify import listings, open_store, products
from occhub.shopify.errors import Rejected, StoreError
from occhub.shopify.types import HubProduct, HubVariant, PartnerProduct

MAX_TRIES = 5


def agree_markup(partner: Partner, markup_bp: int) -> None:
    """Keep the markup for all later imports of this partner; raises Invalid when it makes no sense."""
    pricing.check_markup(markup_bp)
    with write():
        Partner.update(markup_bp=markup_bp).where(Partner.id == partner.id).execute()
    partner.markup_bp = markup_bp


def plan_import(partner: Partner, remote_id: str, *, markup_bp: int | None, publish: bool, as_of: datetime) -> Import:
    """Promise to import the product; one promised or imported before is answered as it is: a double click is harmless.

    A failed or withdrawn one is promised again. Raises Invalid (no markup, unknown product, an obstacle) and Conflict
    (the partner is not connected, the hub does not know its own location).
    """
    _check_readiness(partner)
    if markup_bp is None:
        raise Invalid("markup", f"First say what you add to the cost of {partner.name}'s products.")
    pricing.check_markup(markup_bp)
    product = Product.get_or_none((Product.partner == partner) & (Product.remote_id == remote_id))
    if product is None or product.gone_at is not None:
        raise Invalid("product", f"This product is not in the range of {partner.name}.")
    if product.obstacle:
        raise Invalid("product", f"{product.title} can't be imported: {product.obstacle}.")
    wish = {"markup_bp": markup_bp, "publish": publish, "planned_at": as_of, "changed_at": as_of}
    with write():
        Import.insert(
            partner=partner,
            product_remote_id=remote_id,
            title=product.title,
            image_url=product.image_url,
            created_at=as_of,
            **wish,
        ).on_conflict(action="nothing", conflict_target=[Import.partner, Import.product_remote_id]).execute()
        mine = (Import.partner == partner) & (Import.product_remote_id == remote_id)
        again = mine & Import.state.in_((FAILED, WITHDRAWN))
        Import.update(state=PLANNED, error="", tries=0, **wish).where(again).execute()
        listing: Import = Import.get(mine)
    return listing


def plan_many(partner: Partner, product_ids: Iterable[int], *, as_of: datetime) -> tuple[list[Import], list[Invalid]]:
    """Promise to import products of the snapshot at the partner's terms; each is promised or refused on its own."""
    planned, refused = [], []
    terms = {"markup_bp": partner.markup_bp, "publish": partner.publish_imports}
    for product_id in product_ids:
        product = Product.find(partner, product_id)
        try:
            planned.append(plan_import(partner, product.remote_id, as_of=as_of, **terms))
        except Invalid as refusal:
            refused.append(refusal)
    return planned, refused


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
    return Import.find(listing.id)


def _check_readiness(partner: Partner) -> None:
    hub = Hub.get_hub()
    if not partner.is_connected:
        raise Conflict(f"{partner.name} is not connected right now, so nothing can be imported.")
    if not (hub.currency and hub.location_id):
        raise Conflict("First choose in Settings where your stock is kept.")


def _bring(listing: Import, held: Held, as_of: datetime) -> None:
    partner, hub = listing.partner, Hub.get_hub()
    product = products.read_product(open_store(partner.shop), listing.product_remote_id)
    reason = "it is gone from the partner's store" if product is None else obstacle(product)
    if product is None or reason:
        _finish(listing, held, as_of, state=FAILED, error=f"Can't be imported: {reason}.")
        return
    offers = make_offers(product, partner, Terms.of(partner, hub, listing.markup_bp))
    made, pairs = _make_on_hub(listing, hub, product, offers)
    rows = [_mapping_row(listing, product, offer, variant, as_of) for offer, variant in pairs]
    image = product.images[0].url if product.images else ""
    with write():
        held.confirm()
        for row in rows:
            _keep_mapping(row)
        facts = {"hub_product_id": made.id, "title": product.title, "image_url": image}
        _set(listing, as_of, state=CREATED, error="", **facts)


def _make_on_hub(
    listing: Import, hub: Hub, product: PartnerProduct, offers: list[Offer]
) -> tuple[HubProduct, list[tuple[Offer, HubVariant]]]:
    """The hub's product of our key and its pairs: as it stands if we finished it before, else made or completed."""
    store = open_store(hub.shop)
    if listing.hub_product_id:
        found = listings.find_product(store, listing.key)
        if found is not None and (pairs := pair(offers, found)) is not None:
            return found, pairs
    if listing.tries > 1 or not Import.select().where(Import.hub_product_id.is_null(False)).exists():
        listings.ensure_definition(store)
    made = listings.set_product(store, listing.key, make_listing(product, offers))
    return made, list(zip(offers, made.variants, strict=True))


def _keep_mapping(row: dict[str, Any]) -> None:
    # A variant the partner deleted and made again has a new id there, and its old counterpart on the hub.
    known = {name: value for name, value in row.items() if name != "created_at"}
    if ProductMapping.update(known).where(ProductMapping.hub_variant_id == row["hub_variant_id"]).execute():
        return
    target = [ProductMapping.partner, ProductMapping.partner_variant_id]
    ProductMapping.insert(row).on_conflict(conflict_target=target, update=known).execute()


def _mapping_row(
    listing: Import, product: PartnerProduct, offer: Offer, variant: HubVariant, as_of: datetime
) -> dict[str, Any]:
    name = "" if offer.variant.title == "Default Title" else f" – {offer.variant.title}"
    return {
        "listing": listing.id,
        "partner": listing.partner.id,
        "partner_variant_id": offer.variant.id,
        "partner_item_id": offer.variant.item_id,
        "hub_variant_id": variant.id,
        "hub_item_id": variant.item_id,
        "sku": variant.sku,
        "title": f"{product.title}{name}",
        "cost_minor": offer.quote.cost.minor,
        "price_minor": offer.quote.price.minor,
        "currency": offer.quote.price.currency,
        "arithmetic": offer.quote.sentence,
        "grams": offer.grams,
        "state": ACTIVE,
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
