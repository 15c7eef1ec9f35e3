"""What the catalogue does when nudged by name, told by Shopify, or woken by the clock."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from occhub import clock
from occhub.catalog import (
    applying,
    costing,
    following,
    hiding,
    importing,
    observing,
    publishing,
    refreshing,
    withdrawing,
)
from occhub.catalog.models import Import
from occhub.errors import Conflict
from occhub.inbox import Waiting
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
        costing.read_again(Partner.find(partner_id), as_of=clock.now())
    except Conflict:
        return
    follow()


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
    follow()
    publish_ready()


def follow() -> None:
    """Carry out every change that was accepted, take off the hub what is to leave, hide what is gone."""
    now = clock.now()
    leaving, changed = withdrawing.leaving(), applying.unapplied()
    for listing in leaving:
        with suppress(Conflict):
            withdrawing.withdraw(listing, as_of=now)
    for listing in changed:
        with suppress(Conflict):
            applying.apply_changes(listing, as_of=now)
    if hiding.hide_goods(as_of=now) + hiding.hide_variants() or leaving or changed:
        nudge("stock")


def look_again(shop: str, product_ids: Sequence[str]) -> None:
    """Read products that a store announced, and follow what changed of those we sell."""
    following.look_again(shop, product_ids, as_of=clock.now())
    follow()


def see_own_prices() -> None:
    """Know the prices that the owner sets in his store."""
    observing.see_own_prices()


def publish_ready() -> None:
    """Put on sale what has its stock, and off it the single variants that are gone."""
    publishing.publish_stocked(as_of=clock.now())
    hiding.hide_variants()


def products_changed(shop: str, events: Sequence[Waiting], as_of: datetime) -> None:
    """A store announced that products were made, changed or deleted."""
    ids = sorted({event.subject for event in events})
    if following.note_changes(shop, ids, as_of=as_of):
        nudge("look again", shop, ids)
        nudge("stock")
