"""Link a partner's product to one the hub sells already: suggested by SKU and barcode, decided by a person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from peewee import IntegrityError

from occhub.catalog import imprinting
from occhub.catalog.importing import keep_mappings, mapping_row
from occhub.catalog.judging import obstacle
from occhub.catalog.listing import Offer, make_offers
from occhub.catalog.models import CREATED, FAILED, LIVE, WITHDRAWN, Import, Product, ProductMapping
from occhub.catalog.quoting import Prices
from occhub.database import write
from occhub.errors import Conflict, Invalid
from occhub.money import Money
from occhub.partners.models import Hub, Partner
from occhub.shopify import hub_listings, inventory, open_store, products
from occhub.shopify.hub_listings import HubListing, StandingVariant
from occhub.shopify.types import PartnerProduct, PartnerVariant

# Words in one search.
_MOST_WORDS = 40


@dataclass(frozen=True)
class Suggestion:
    """A hub product that may be the same: so many of its variants carry a SKU or barcode of the partner's."""

    hub_product_id: str
    title: str
    alike: int


@dataclass(frozen=True)
class Pair:
    """A partner's variant and its counterpart here.

    Of its stock `replaced` units give way to the partner's; those `elsewhere` than at the stock location stay.
    """

    theirs: PartnerVariant
    ours: StandingVariant
    replaced: int = 0
    elsewhere: int = 0


@dataclass(frozen=True)
class Preview:
    """What linking would do; variants in `alone` have no counterpart and are asked about later."""

    hub: HubListing
    pairs: list[Pair]
    alone: list[PartnerVariant]


def suggest(partner: Partner, product: Product) -> list[Suggestion]:
    """Hub products with the SKUs or barcodes of this one, the likeliest first. Raises Invalid and StoreError."""
    theirs = _read(partner, product)
    skus = [variant.sku for variant in theirs.variants if variant.sku][:_MOST_WORDS]
    codes = [variant.barcode for variant in theirs.variants if variant.barcode][:_MOST_WORDS]
    found = hub_listings.find_alike(open_store(Hub.get_hub().shop), skus, codes)
    ours = Import.select(Import.hub_product_id).where(Import.hub_product_id.is_null(False))
    taken = {listing.hub_product_id for listing in ours}
    alike: dict[str, list[str]] = {}
    for each in found:
        if each.product_id not in taken:
            alike.setdefault(each.product_id, []).append(each.product_title)
    ordered = sorted(alike.items(), key=lambda item: -len(item[1]))
    return [Suggestion(product_id, titles[0], len(titles)) for product_id, titles in ordered]


def preview(product: Product, hub_product_id: str) -> Preview:
    """Which variants would be linked and what stock is replaced; raises Invalid when none fits, and StoreError."""
    found, hub = _pair(_read(product.partner, product), hub_product_id), Hub.get_hub()
    ids, place = [pair.ours.id for pair in found.pairs], hub.location_id
    levels = inventory.read_levels(open_store(hub.shop), ids, [place], names=("available",)) if place else {}
    here = {variant: level.available for variant, level in levels.items() if level}
    return replace(found, pairs=[_weighed(pair, here.get(pair.ours.id, 0)) for pair in found.pairs])


def link(partner: Partner, product: Product, hub_product_id: str, *, as_of: datetime) -> Import:
    """Link them: texts and prices on the hub stay, stock follows, orders made from now on are captured (R7).

    Raises Invalid when nothing fits, and Conflict when either side is linked already.
    """
    hub = Hub.get_hub()
    if partner.markup_bp is None:
        raise Invalid("markup", f"First say what you add to the cost of {partner.name}'s products.")
    theirs = _read(partner, product)
    found = _pair(theirs, hub_product_id)
    prices = Prices(partner, hub, partner.markup_bp, [theirs.id])
    offers = {offer.variant.id: offer for offer in make_offers(theirs, partner, prices)}
    facts = {
        "title": found.hub.title,
        "image_url": product.image_url,
        "hub_product_id": found.hub.id,
        # What is on sale stays on sale; a draft stays one until the owner says otherwise.
        "state": LIVE if found.hub.status == "ACTIVE" else CREATED,
        "publish": found.hub.status == "ACTIVE",
        "linked": True,
        "markup_bp": partner.markup_bp,
        "planned_at": as_of,
        "changed_at": as_of,
        "error": "",
        "gone_at": None,
    }
    try:
        with write():
            listing = _claim(partner, product, facts, as_of)
            keep_mappings(
                [_row(listing, theirs, offers[pair.theirs.id], pair.ours, hub, as_of) for pair in found.pairs]
            )
            imprinting.remember(listing, theirs, found.hub, ())
    except IntegrityError:
        raise Conflict(f"{found.hub.title} is linked to another product already.") from None
    return Import.find(listing.id)


def _claim(partner: Partner, product: Product, facts: dict[str, object], as_of: datetime) -> Import:
    mine = (Import.partner == partner) & (Import.product_remote_id == product.remote_id)
    known = Import.get_or_none(mine)
    if known is None:
        made: Import = Import.create(partner=partner, product_remote_id=product.remote_id, created_at=as_of, **facts)
        return made
    never_here = (known.state in (FAILED, WITHDRAWN)) and known.hub_product_id is None
    if not never_here:
        raise Conflict(f"{product.title} is in your store already.")
    Import.update(facts).where(Import.id == known.id).execute()
    return Import.find(known.id)


def _row(
    listing: Import, theirs: PartnerProduct, offer: Offer, ours: StandingVariant, hub: Hub, as_of: datetime
) -> dict[str, object]:
    own = Money.parse(ours.price, hub.currency)
    row = mapping_row(listing, theirs.title, offer, ours, as_of)
    taken = ProductMapping.get_or_none(ProductMapping.hub_variant_id == ours.id)
    if taken is not None and taken.listing_id != listing.id:
        raise Conflict(f"{ours.title} is linked to another product already.")
    said = f"the price it had when it was linked: {own}"
    return row | {"price_minor": own.minor, "arithmetic": said, "own_price": True}


def _read(partner: Partner, product: Product) -> PartnerProduct:
    theirs = products.read_product(open_store(partner.domain), product.remote_id)
    if theirs is None:
        raise Invalid("product", f"{product.title} is gone from the partner's store.")
    if reason := obstacle(theirs):
        raise Invalid("product", f"{product.title} can't be linked: {reason}.")
    return theirs


def _pair(theirs: PartnerProduct, hub_product_id: str) -> Preview:
    hub = None
    if hub_product_id.startswith("gid://shopify/Product/"):
        hub = hub_listings.read_hub_listing(open_store(Hub.get_hub().shop), hub_product_id)
    if hub is None:
        raise Invalid("hub_product", "There is no such product in your store.")
    pairs: list[Pair] = []
    alone: list[PartnerVariant] = []
    free = list(hub.variants)
    for variant in theirs.variants:
        ours = _counterpart(variant, free)
        if ours is None:
            alone.append(variant)
        else:
            free.remove(ours)
            pairs.append(Pair(variant, ours))
    if not pairs:
        raise Invalid("hub_product", f"No variant of {hub.title} has a SKU, a barcode or options of the partner's.")
    return Preview(hub, pairs, alone)


def _weighed(pair: Pair, here: int) -> Pair:
    return replace(pair, replaced=here, elsewhere=max(0, pair.ours.quantity - here))


def _counterpart(variant: PartnerVariant, free: Sequence[StandingVariant]) -> StandingVariant | None:
    """By SKU, else by barcode, else by option values; what is found twice is found by none of them."""
    values = tuple(value for _, value in variant.options)
    for fits in (
        [each for each in free if variant.sku and each.sku == variant.sku],
        [each for each in free if variant.barcode and each.barcode == variant.barcode],
        [each for each in free if each.values == values],
    ):
        if len(fits) == 1:
            return fits[0]
    return None
