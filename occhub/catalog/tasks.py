"""What the catalogue does when nudged by name, told by Shopify, or woken by the clock."""

from collections.abc import Sequence
from datetime import datetime

from occhub import clock
from occhub.catalog import following, importing, publishing, refreshing
from occhub.catalog.models import Import
from occhub.errors import Conflict
from occhub.inbox import InboxEvent
from occhub.partners.models import Partner
from occhub.queue import nudge


def refresh_due() -> None:
    """Have every range read again whose snapshot is old."""
    for partner in refreshing.due(clock.now()):
        nudge("range", partner.id, "clock")


def refresh_partner(partner_id: int, trigger: str = "person") -> None:
    """Read one partner's range, unless somebody is at it."""
    try:
        refreshing.refresh(Partner.find(partner_id), as_of=clock.now(), trigger=trigger)
    except Conflict:
        return


def import_one(import_id: int) -> None:
    """Do one promised import, unless somebody is at it; its stock comes next."""
    try:
        importing.import_product(Import.find(import_id), as_of=clock.now())
    except Conflict:
        return
    nudge("stock")


def resume_imports() -> None:
    """Nudge every import that is promised and not done, and publish what only waits for that."""
    for listing in importing.unfinished():
        nudge("import", listing.id)
    publish_ready()


def publish_ready() -> None:
    """Put on sale what has its stock."""
    publishing.publish_stocked(as_of=clock.now())


def products_changed(shop: str, events: Sequence[InboxEvent], as_of: datetime) -> None:
    """A store announced that products were made, changed or deleted."""
    if following.note_changes(shop, [event.subject for event in events], as_of=as_of):
        nudge("stock")
