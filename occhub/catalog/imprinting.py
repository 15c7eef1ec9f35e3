"""Remember what a product of ours was made from, and tell an owner's edit on the hub from our own writing."""

from occhub.catalog.listing import safe_html
from occhub.catalog.models import Import, Imprint
from occhub.shopify.hub_listings import HubListing
from occhub.shopify.types import PartnerProduct

TITLE, DESCRIPTION, IMAGES, OPTIONS = "title", "description", "images", "options"


def remember(listing: Import, product: PartnerProduct, hub: HubListing) -> None:
    """Keep both sides after the import, once; what stands on the hub then is ours. Call inside `write()`."""
    ours = {
        "hub_title": hub.title if hub.title == product.title else None,
        "hub_description_html": None if listing.linked else hub.description_html,
        "hub_media_ids": None if listing.linked else list(hub.media_ids),
    }
    Imprint.insert(
        listing=listing.id,
        title=product.title,
        description_html=safe_html(product.description_html),
        image_urls=image_urls(product),
        options=options(product),
        **ours,
    ).on_conflict(action="nothing", conflict_target=[Imprint.listing]).execute()


def image_urls(product: PartnerProduct) -> list[str]:
    """Where the partner's pictures lie."""
    return [image.url for image in product.images]


def options(product: PartnerProduct) -> list[list[object]]:
    """The partner's options as kept in rows."""
    return [[option.name, list(option.values)] for option in product.options]


def edited(imprint: Imprint, hub: HubListing) -> set[str]:
    """The fields that the owner has edited on the hub since we wrote them, or that never were ours."""
    return {
        field
        for field, ours, now in (
            (TITLE, imprint.hub_title, hub.title),
            (DESCRIPTION, imprint.hub_description_html, hub.description_html),
            (IMAGES, imprint.hub_media_ids, list(hub.media_ids)),
        )
        if ours != now
    }
