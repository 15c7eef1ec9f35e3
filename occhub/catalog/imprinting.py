"""Remember what a product of ours was made from, and tell an owner's edit on the hub from our own writing."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from occhub.catalog import tracing
from occhub.catalog.listing import Offer, safe_html
from occhub.catalog.models import Import, Imprint
from occhub.shopify.hub_listings import HubListing, StandingVariant
from occhub.shopify.types import PartnerProduct

TITLE, DESCRIPTION, IMAGES, OPTIONS = "title", "description", "images", "options"
ORIGIN, CUSTOMS = "origin", "customs"


def remember(listing: Import, product: PartnerProduct, hub: HubListing, variant_ids: Collection[str]) -> None:
    """Keep both sides after the import, once; what stands on the hub then is ours. Call inside `write()`.

    `variant_ids` are those of the hub's variants that came from the partner.
    """
    ours = {
        "hub_title": hub.title if hub.title == product.title else None,
        "hub_description_html": None if listing.linked else hub.description_html,
        "hub_media_ids": None if listing.linked else list(hub.media_ids),
        "hub_options": None if listing.linked else hub_options(hub, variant_ids),
        "hub_facts": None if listing.linked else tracing.known(hub.facts),
        "hub_customs": None if listing.linked else hub_customs(hub, variant_ids),
    }
    Imprint.insert(
        listing=listing.id,
        title=product.title,
        description_html=safe_html(product.description_html),
        image_urls=image_urls(product),
        options=options(product),
        facts=tracing.trace(product),
        customs=customs(product),
        **ours,
    ).on_conflict(action="nothing", conflict_target=[Imprint.listing]).execute()


def origin_of(listing: Import) -> dict[str, str]:
    """Where the coffee comes from, as the partner tells: {"process": "Washed", …}; empty where nothing is known."""
    imprint = Imprint.get_or_none(Imprint.listing == listing)
    return dict(imprint.facts) if imprint else {}


def add_variants(listing: Import, new: Sequence[tuple[Offer, StandingVariant]]) -> None:
    """Remember the options and customs facts of variants that came later. Call inside `write()`."""
    imprint = Imprint.get(Imprint.listing == listing)
    theirs = {offer.variant.id: [value for _, value in offer.variant.options] for offer, _ in new}
    facts = {"options": imprint.options | {"values": imprint.options["values"] | theirs}}
    facts["customs"] = imprint.customs | {offer.variant.id: list(offer.variant.customs) for offer, _ in new}
    if imprint.hub_customs is not None:
        facts["hub_customs"] = imprint.hub_customs | {variant.id: list(variant.customs) for _, variant in new}
    if imprint.hub_options is not None:
        ours = {variant.id: list(variant.values) for _, variant in new}
        facts["hub_options"] = imprint.hub_options | {"values": imprint.hub_options["values"] | ours}
    Imprint.update(facts).where(Imprint.id == imprint.id).execute()


def image_urls(product: PartnerProduct) -> list[str]:
    """Where the partner's pictures lie."""
    return [image.url for image in product.images]


def options(product: PartnerProduct) -> dict[str, Any]:
    """The names of the partner's options, and what each variant has for them."""
    values = {variant.id: [value for _, value in variant.options] for variant in product.variants}
    return {"names": [option.name for option in product.options], "values": values}


def hub_options(hub: HubListing, variant_ids: Collection[str]) -> dict[str, Any]:
    """The same of the hub, for these variants."""
    values = {variant.id: list(variant.values) for variant in hub.variants if variant.id in variant_ids}
    return {"names": [option.name for option in hub.options], "values": values}


def customs(product: PartnerProduct) -> dict[str, list[str]]:
    """HS code and country of each of the partner's variants."""
    return {variant.id: list(variant.customs) for variant in product.variants}


def hub_customs(hub: HubListing, variant_ids: Collection[str]) -> dict[str, list[str]]:
    """The same of the hub, for these variants."""
    return {variant.id: list(variant.customs) for variant in hub.variants if variant.id in variant_ids}


def fact_changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """What was and is told of the origin, where that differs: (["process: Washed"], ["process: Natural"])."""
    names = [name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name)]
    told = [[f"{name}: {facts[name]}" for name in names if name in facts] for facts in (before, after)]
    return told[0], told[1]


def customs_changes(before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> tuple[list[str], list[str]]:
    """What customs were and are told of the variants that are still there, where that differs, once each."""
    changed = [(old, after[id_]) for id_, old in before.items() if after.get(id_, old) != old]
    told = dict.fromkeys((_customs_in_words(old), _customs_in_words(new)) for old, new in changed)
    return [old for old, _ in told], [new for _, new in told]


def option_changes(before: dict[str, Any], after: dict[str, Any]) -> tuple[list[str], list[str]]:
    """What options and values were called and are called now; variants that come or go are followed by themselves."""
    renamed = [
        (" / ".join(values), " / ".join(after["values"][variant_id]))
        for variant_id, values in before["values"].items()
        if after["values"].get(variant_id, values) != values
    ]
    names = (before["names"], after["names"]) if before["names"] != after["names"] else ([], [])
    return [*names[0], *(old for old, _ in renamed)], [*names[1], *(new for _, new in renamed)]


def edited(imprint: Imprint, hub: HubListing) -> set[str]:
    """The fields that the owner has edited on the hub since we wrote them, or that never were ours."""
    known, declared = imprint.hub_options, imprint.hub_customs
    differs = {
        TITLE: imprint.hub_title != hub.title,
        DESCRIPTION: imprint.hub_description_html != hub.description_html,
        IMAGES: imprint.hub_media_ids != list(hub.media_ids),
        OPTIONS: known is None or any(option_changes(known, hub_options(hub, known["values"]))),
        ORIGIN: imprint.hub_facts != tracing.known(hub.facts),
        CUSTOMS: declared is None or any(customs_changes(declared, hub_customs(hub, declared))),
    }
    return {field for field, own in differs.items() if own}


def _customs_in_words(said: list[str]) -> str:
    hs_code, country = said
    return f"{hs_code or 'no HS code'}, {country or 'no country'}"
