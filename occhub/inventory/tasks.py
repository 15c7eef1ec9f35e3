"""What the clock, webhooks and nudges start in this room."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from occhub import clock, leases
from occhub.errors import Conflict
from occhub.inventory.marking import want_items
from occhub.inventory.running import carry_out, start_run, sync_wanted, unfinished_runs
from occhub.partners.models import Partner
from occhub.queue import nudge

log = logging.getLogger(__name__)

# A round may find that more has changed meanwhile; beyond so many the next tick goes on.
_ROUNDS = 20


def sync_everything() -> None:
    """The hourly pass over every mapping."""
    nudge("stock run", start_run("clock", as_of=clock.now()).id)


def sync_now() -> None:
    """The operator's command: a pass over everything, done when it returns."""
    run_stock(start_run("person", as_of=clock.now()).id)


def sync_partner(partner_id: int) -> None:
    """A pass over one partner, because his terms or his state changed."""
    nudge("stock run", start_run("person", as_of=clock.now(), partner=Partner.find(partner_id)).id)


def run_stock(run_id: int) -> None:
    """Do a promised run, unless another worker does; imports that waited for their stock may then go on sale."""
    try:
        carry_out(run_id, as_of=clock.now())
    except Conflict:
        log.debug("run %s is being done elsewhere", run_id)
        return
    nudge("publish")


def sync_changed() -> None:
    """Rounds over what changed, until nothing is left; one worker does them, gathering what comes in meanwhile."""
    for run_id in unfinished_runs():
        nudge("stock run", run_id)
    try:
        with leases.hold("stock rounds"):
            for _ in range(_ROUNDS):
                if not sync_wanted(as_of=clock.now()):
                    break
    except Conflict:
        return
    nudge("publish")


def items_changed(shop: str, events: Sequence[Any], as_of: datetime) -> None:
    """`inventory_levels/update`, `inventory_items/update` of a partner."""
    if want_items(shop, {event.subject for event in events}, as_of=as_of):
        nudge("stock")
