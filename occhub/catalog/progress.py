"""How far the running imports of a partner have come, told from their rows so that it survives leaving the page."""

from dataclasses import dataclass
from datetime import datetime

from occhub.catalog.models import ASKING, FAILED, LEAVING, WITHDRAWN, Import
from occhub.catalog.standing import is_moving
from occhub.partners.models import Partner


@dataclass(frozen=True)
class Progress:
    """The imports asked for since the oldest one that still runs; `total` is 0 when none runs."""

    total: int
    done: int
    failed: int


def progress(partner: Partner, *, as_of: datetime) -> Progress:
    """The progress of the partner's imports now."""
    imports = list(Import.select().where(Import.partner == partner))
    for listing in imports:
        listing.partner = partner
    moving = [listing for listing in imports if is_moving(listing, as_of=as_of) and listing.state != LEAVING]
    if not moving:
        return Progress(0, 0, 0)
    since = min(listing.planned_at for listing in moving)
    counted = [listing for listing in imports if listing.state not in (ASKING, WITHDRAWN, LEAVING)]
    together = [listing for listing in counted if listing.planned_at >= since]
    failed = sum(listing.state == FAILED for listing in together)
    return Progress(len(together), len(together) - len(moving), failed)
