"""What the clock, webhooks and nudges start in this room; each finds its work in rows and may run twice."""

import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from occhub import clock
from occhub.database import session
from occhub.errors import Conflict, HubError
from occhub.inbox import Waiting
from occhub.orders import capturing, claiming, matching, placing, reconciling, tracking
from occhub.orders.models import MasterOrder
from occhub.partners.models import DISCONNECTED, Hub, Partner
from occhub.queue import nudge
from occhub.shopify import open_store
from occhub.shopify.tokens import has_token

log = logging.getLogger(__name__)

# Each waits for its store most of the time, and holds a connection to the database.
AT_ONCE = 30


def orders_changed(shop: str, events: Sequence[Waiting], as_of: datetime) -> None:
    """Orders were announced: the hub's are captured, a partner's are tracked."""
    hub = Hub.get_hub()
    if shop == hub.shop:
        ids = [event.subject for event in events if event.subject]
        if capturing.capture_orders(open_store(shop), ids, as_of=as_of):
            nudge("claims")
        return
    partner = Partner.at(shop)
    if partner is not None and tracking.track(partner, as_of=as_of, trigger="webhook"):
        nudge("claims")


def walk() -> None:
    """Capture what no webhook told."""
    if capturing.walk(open_store(Hub.get_hub().shop), as_of=clock.now()):
        nudge("claims")


def walk_again() -> None:
    """Hourly: the last hours once more, with overlap."""
    if capturing.walk_again(open_store(Hub.get_hub().shop), as_of=clock.now()):
        nudge("claims")


def reread_unfinished() -> None:
    """Nightly: every order that still waits, by id."""
    if capturing.reread_unfinished(open_store(Hub.get_hub().shop), as_of=clock.now()):
        nudge("claims")


def claim_due() -> None:
    """Bring every draft up to date that our own rows say is not."""
    now = clock.now()
    _each(claiming.due(now), lambda partner: claiming.claim(partner, as_of=now))


def place_due() -> None:
    """Place what is due, and fail what partners who have left owe."""
    now = clock.now()
    release_left()
    due = placing.due(now)
    if not due:
        return
    with ThreadPoolExecutor(1, thread_name_prefix="catch up") as alone:
        # Once for all windows that close together; meanwhile each looks at its draft.
        captured = alone.submit(_capture_now, now)
        _each(due, lambda master: placing.place(master, as_of=now, catch_up=captured.result))


def release_left() -> None:
    """Fail what partners who have left owe (R14)."""
    _each(Partner.select().where(Partner.state == DISCONNECTED), reconciling.release_left)


def place(master_id: int) -> None:
    """Place this window if it is due."""
    now = clock.now()
    _each([master for master in placing.due(now) if master.id == master_id], lambda it: placing.place(it, as_of=now))


def check_daily(trigger: str = "clock") -> None:
    """R21; `occhub route` does the same at once."""
    now = clock.now()
    try:
        _capture_now(now)
    except HubError as error:
        # The drafts are checked against what is known; what is learnt later is claimed within minutes.
        log.warning("the daily check goes without the newest orders: %s", error)
    _each(Partner.reachable(), lambda partner: reconciling.check_daily(partner, now, trigger=trigger))


def track_all() -> None:
    """Follow every placed order that is under way."""
    now = clock.now()
    partners = [partner for partner in Partner.reachable() if tracking.under_way(partner, now)]
    _each(partners, lambda partner: tracking.track(partner, as_of=now))


def match_restored() -> None:
    """R15: after a restore, compare every partner's store with what we know."""
    now = clock.now()
    _each(matching.pending_partners(), lambda partner: reconciling.match_restored(partner, now))


def sweep() -> None:
    """Delete stray drafts at every partner's, also where one has left but his store still lets us in."""
    now = clock.now()
    reachable = [
        partner for partner in Partner.select().where(Partner.shop.is_null(False)) if has_token(partner.domain)
    ]
    _each(reachable, lambda partner: reconciling.sweep_strays(partner, now))


def _capture_now(now: datetime) -> None:
    with session():
        placing.capture_now(now)


def _each(things: Iterable[Partner] | Iterable[MasterOrder], act: Callable[..., object]) -> None:
    """Stores wait for nobody but themselves: several are worked on side by side."""
    todo: list[Partner | MasterOrder] = list(things)
    if len(todo) < 2:
        for thing in todo:
            _guarded(thing, act)
        return
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="orders") as workers:
        done = [workers.submit(_guarded, thing, act) for thing in todo]
    for each in done:  # when all have had their turn: what nobody foresaw is the job's error
        each.result()


def _guarded(thing: Partner | MasterOrder, act: Callable[..., object]) -> None:
    # One store's trouble is no other's; it is written on its window and in its run.
    with session():
        try:
            act(thing)
        except Conflict as error:
            log.info("%s", error)
        except HubError as error:
            log.warning("%s: %s", act, error)
