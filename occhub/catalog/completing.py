"""Bring the variants of a hub product in line with what we sell, leaving alone what the owner added himself."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from occhub.catalog.listing import Offer, listing_variant
from occhub.catalog.models import Import, ProductMapping
from occhub.errors import Conflict
from occhub.shopify import Store, hub_listings
from occhub.shopify.hub_listings import HubListing, StandingVariant, VariantRow
from occhub.shopify.listings import ListingVariant

Pairs = list[tuple[Offer, StandingVariant]]


class Misfit(Conflict):
    """The product on the hub differs too much from the partner's to be changed by us."""


def pair(listing: Import, offers: Sequence[Offer], hub: HubListing) -> tuple[Pairs, list[Offer]]:
    """Each offer with its variant on the hub, by our own record first and by option values else; and those without."""
    recorded = _recorded(listing)
    by_id = {variant.id: variant for variant in hub.variants}
    words = _hub_words([(each, by_id.get(recorded.get(each.variant.id, ""))) for each in offers])
    free = {variant.values: variant for variant in hub.variants if variant.id not in recorded.values()}
    pairs: Pairs = []
    missing: list[Offer] = []
    for offer in offers:
        found = by_id.get(recorded.get(offer.variant.id, ""))
        found = found or free.pop(_values(offer), None) or free.pop(_said(offer, words), None)
        # A variant that the partner deleted and made again takes its predecessor's place.
        found = found or _predecessor(offer, hub, [each for _, each in pairs])
        if found:
            pairs.append((offer, found))
        else:
            missing.append(offer)
    return pairs, missing


def add_missing(store: Store, listing: Import, offers: Sequence[Offer], hub: HubListing) -> Pairs:
    """Add the offers' variants that the hub lacks; answers all pairs. Raises Misfit where the options don't fit."""
    pairs, missing = pair(listing, offers, hub)
    if not missing:
        return pairs
    names = [option.name for option in hub.options]
    words = _hub_words(pairs)
    new = [VariantRow(_said(offer, words), new=_renamed(offer, names, _said(offer, words))) for offer in missing]
    return _write(store, listing, offers, hub, names, {}, new)


def rename_options(store: Store, listing: Import, offers: Sequence[Offer], hub: HubListing) -> Pairs:
    """Give our variants the partner's option names and values; the owner's own variants keep their values."""
    pairs, missing = pair(listing, offers, hub)
    names = [name for name, _ in offers[0].variant.options]
    new = [VariantRow(_values(offer), new=listing_variant(offer)) for offer in missing]
    return _write(store, listing, offers, hub, names, {each.id: _values(offer) for offer, each in pairs}, new)


def drop(store: Store, hub: HubListing, variant_ids: Collection[str]) -> None:
    """Delete these variants of the hub product; raises Misfit when nothing would be left."""
    rows = [VariantRow(variant.values, variant.id) for variant in hub.variants if variant.id not in variant_ids]
    if not rows:
        raise Misfit(f"{hub.title} would have no variants left: withdraw the product instead.")
    if len(rows) < len(hub.variants):
        hub_listings.write_variants(store, hub.id, [option.name for option in hub.options], rows)


def _write(
    store: Store,
    listing: Import,
    offers: Sequence[Offer],
    hub: HubListing,
    names: Sequence[str],
    values: dict[str, tuple[str, ...]],
    new: Sequence[VariantRow],
) -> Pairs:
    rows = [VariantRow(values.get(variant.id, variant.values), variant.id) for variant in hub.variants]
    rows += new
    if any(len(row.values) != len(names) for row in rows):
        raise Misfit(f"{listing.title} has other options on the hub than at the partner: change it there by hand.")
    if len({row.values for row in rows}) < len(rows):
        raise Misfit(f"{listing.title} has a variant of the same options on the hub already.")
    hub_listings.write_variants(store, hub.id, names, rows)
    again = hub_listings.read_hub_listing(store, hub.id)
    if again is None:
        raise Misfit(f"{listing.title} was deleted in your store meanwhile.")
    pairs, lacking = pair(listing, offers, again)
    if lacking:
        raise Misfit(f"{listing.title} still lacks {lacking[0].variant.title} on the hub.")
    return pairs


def _values(offer: Offer) -> tuple[str, ...]:
    return tuple(value for _, value in offer.variant.options)


def _predecessor(offer: Offer, hub: HubListing, taken: Sequence[StandingVariant]) -> StandingVariant | None:
    return next((each for each in hub.variants if each.values == _values(offer) and each not in taken), None)


def _recorded(listing: Import) -> dict[str, str]:
    mappings = ProductMapping.select().where(ProductMapping.listing == listing)
    return {mapping.partner_variant_id: mapping.hub_variant_id for mapping in mappings}


def _hub_words(pairs: Sequence[tuple[Offer, StandingVariant | None]]) -> dict[tuple[int, str], str]:
    """What the hub calls the partner's option values, by their position: the owner may have renamed them."""
    return {
        (position, theirs): ours
        for offer, variant in pairs
        if variant is not None
        for position, (theirs, ours) in enumerate(zip(_values(offer), variant.values, strict=False))
    }


def _said(offer: Offer, words: dict[tuple[int, str], str]) -> tuple[str, ...]:
    return tuple(words.get((position, value), value) for position, value in enumerate(_values(offer)))


def _renamed(offer: Offer, names: Sequence[str], values: Sequence[str]) -> ListingVariant:
    return replace(listing_variant(offer), options=tuple(zip(names, values, strict=False)))
