"""What the clock, webhooks and nudges start in this room."""

from collections.abc import Sequence
from datetime import datetime

from occhub import clock
from occhub.inbox import Waiting
from occhub.inventory.alarming import is_news, tell_shortages
from occhub.inventory.keeping import forget_old
from occhub.inventory.marking import want_items
from occhub.inventory.places import learn_places
from occhub.inventory.running import is_at_work, start_run, work_off
from occhub.partners.models import Hub, Partner
from occhub.queue import nudge
from occhub.shopify.auth import app_url_in_admin


def sync_everything() -> None:
    """The hourly pass over every mapping; a hub without a stock location has none yet, and Home says what to do."""
    if Hub.get_hub().location_id is None:
        return
    start_run("clock", as_of=clock.now())
    nudge("stock")


def sync_partner(partner_id: int) -> None:
    """A pass over one partner, because his terms or his state changed."""
    start_run("person", as_of=clock.now(), partner=Partner.find(partner_id))
    nudge("stock")


def sync_now() -> None:
    """`occhub sync`: compare everything before this returns, unless another process is at it."""
    start_run("person", as_of=clock.now())
    work_off()


def sync_changed() -> None:
    """Promised runs, and rounds over what changed; after each, imports that waited for their stock may go on sale."""
    work_off(after_each=_tell_what_follows)


def tell_short() -> None:
    """Send the owner what is short and untold: at once after a round, and each minute what did not arrive."""
    tell_shortages(app_url_in_admin(Hub.get_hub().shop))


def _tell_what_follows() -> None:
    nudge("publish")
    if is_news():
        nudge("shortages")


def items_changed(shop: str, events: Sequence[Waiting], as_of: datetime) -> None:
    """`inventory_levels/update`, `inventory_items/update` of a partner; who is at the line sees it without a nudge."""
    if want_items(shop, {event.subject for event in events}, as_of=as_of) and not is_at_work():
        nudge("stock")


def learn() -> None:
    """Daily, and when a store was welcomed: where partners keep their goods."""
    if learn_places(as_of=clock.now()):
        nudge("stock")


def forget() -> None:
    """Daily: runs and changes older than the owner keeps them."""
    forget_old(as_of=clock.now())
