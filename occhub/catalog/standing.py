"""How far a product has come with us, in the owner's words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from occhub.catalog.models import (
    ASKING,
    CREATED,
    FAILED,
    LEAVING,
    LIVE,
    PLANNED,
    STOCKED,
    WITHDRAWN,
    Import,
    Product,
)
from occhub.partners.models import Partner

NEW_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Standing:
    """A word, its tone and more in `note`; `moving`: changes by itself; `importable`: a click on Import would help.

    `asks`: the size is told in two ways, and a click says which is right.
    """

    word: str
    tone: str = "neutral"
    note: str = ""
    moving: bool = False
    importable: bool = False
    asks: bool = False


def standing(listing: Import | None, product: Product | None, *, as_of: datetime) -> Standing:
    """The standing of an import, or of a product that is not imported; `product` is None when its snapshot is lost."""
    if listing is not None and listing.state != WITHDRAWN:
        return _imported(listing, product)
    if product is None or product.gone_at:
        return Standing("Gone", note="No longer in the partner's store.")
    if product.obstacle:
        return Standing("Can't be imported", note=product.obstacle)
    if listing is not None:
        return Standing("Withdrawn", importable=True)
    if _is_new(product, as_of):
        return Standing("New", "info", importable=True)
    return Standing("Not imported", importable=True)


def is_moving(listing: Import) -> bool:
    """Whether the import is on its way and nobody has to do anything."""
    on_its_way = listing.state == STOCKED and listing.publish and listing.gone_at is None
    return listing.state in (PLANNED, CREATED, LEAVING) or on_its_way


def _is_new(product: Product, as_of: datetime) -> bool:
    since = new_since(product.partner, as_of)
    return since is not None and product.first_seen_at > since


def new_since(partner: Partner, as_of: datetime) -> datetime | None:
    """What was first seen after this is new at the partner; None before he was connected."""
    # On the day a partner connects his whole range is new to us, which says nothing.
    connected: datetime | None = partner.connected_at
    return max(as_of - NEW_FOR, connected + timedelta(days=1)) if connected else None


def _imported(listing: Import, product: Product | None) -> Standing:
    if listing.state == FAILED:
        return Standing("Import failed", "critical", listing.error, importable=True)
    if listing.state == ASKING:
        return Standing("Which size?", "warning", "Its name and its weight field tell different sizes.", asks=True)
    if listing.state == LEAVING:
        return Standing("Leaving", "info", listing.error, moving=True)
    if listing.gone_at is not None:
        return Standing("Gone at the partner", "warning", "Off sale here until it is back.")
    if is_moving(listing):
        step = {PLANNED: 1, CREATED: 2, STOCKED: 3}[listing.state]
        return Standing(f"Importing {step} of 3", "info", listing.error, moving=True)
    if product is None or product.gone_at:
        return Standing("Gone at the partner", "warning", "Still on the hub; no longer in the partner's store.")
    if listing.state == LIVE:
        return Standing("Live", "success")
    return Standing("Imported, draft", "neutral")
