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
from occhub.partners.models import DISCONNECTED, Partner

NEW_FOR = timedelta(days=7)
# Stock and sale follow an import within moments; what takes longer waits for something.
ON_ITS_WAY_FOR = timedelta(hours=1)


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
        return _imported(listing, product, as_of)
    if product is None or product.gone_at:
        return Standing("Gone", note="No longer in the partner's store.")
    if product.obstacle:
        return Standing("Can't be imported", note=product.obstacle)
    if listing is not None:
        return Standing("Withdrawn", importable=True)
    if _is_new(product, as_of):
        return Standing("New", "info", importable=True)
    return Standing("Not imported", importable=True)


def is_moving(listing: Import, *, as_of: datetime) -> bool:
    """Whether the import is on its way and nobody has to do anything."""
    if _is_off_sale(listing):
        return not _is_hidden(listing.partner) and as_of - listing.changed_at < ON_ITS_WAY_FOR
    return listing.state in (PLANNED, CREATED, LEAVING)


def _is_off_sale(listing: Import) -> bool:
    """Whether it has its stock and is to be on sale, but is not."""
    return listing.state == STOCKED and bool(listing.publish) and listing.gone_at is None


def _is_hidden(partner: Partner) -> bool:
    return partner.state == DISCONNECTED and bool(partner.hides_goods)


def _is_new(product: Product, as_of: datetime) -> bool:
    since = new_since(product.partner, as_of)
    return since is not None and product.first_seen_at > since


def new_since(partner: Partner, as_of: datetime) -> datetime | None:
    """What was first seen after this is new at the partner; None before he was connected."""
    # On the day a partner connects his whole range is new to us, which says nothing.
    connected: datetime | None = partner.connected_at
    return max(as_of - NEW_FOR, connected + timedelta(days=1)) if connected else None


def _imported(listing: Import, product: Product | None, as_of: datetime) -> Standing:
    if listing.state == FAILED:
        return Standing("Import failed", "critical", listing.error, importable=True)
    if listing.state == ASKING:
        return Standing("Which size?", "warning", "Its name and its weight field tell different sizes.", asks=True)
    if listing.state == LEAVING:
        return Standing("Leaving", "info", listing.error, moving=True)
    if listing.gone_at is not None:
        return Standing("Gone at the partner", "warning", "Off sale here until it is back.")
    if is_moving(listing, as_of=as_of):
        step = {PLANNED: 1, CREATED: 2, STOCKED: 3}[listing.state]
        return Standing(f"Importing {step} of 3", "info", listing.error, moving=True)
    if _is_off_sale(listing):
        return Standing("Off sale", "warning", _why_off_sale(listing))
    if product is None or product.gone_at:
        return Standing("Gone at the partner", "warning", "Still on the hub; no longer in the partner's store.")
    if listing.state == LIVE:
        return Standing("Live", "success")
    return Standing("Imported, draft", "neutral")


def _why_off_sale(listing: Import) -> str:
    if _is_hidden(listing.partner):
        return f"Hidden until {listing.partner.name} is connected again."
    return str(listing.error) or "It goes on sale by itself once there is a variant to sell."
