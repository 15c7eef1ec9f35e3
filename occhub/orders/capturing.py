"""Bringing customers' orders in: one row for each hub order and partner, whatever the order of the news."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from peewee import chunked

from occhub import clock
from occhub.database import rows, write
from occhub.orders import statuses
from occhub.orders.models import PartnerOrder, PartnerOrderLine, SeenOrder, Walk
from occhub.orders.recording import forget, record
from occhub.shopify.client import Store
from occhub.shopify.errors import BadAnswer
from occhub.shopify.orders import read_orders, walk_orders
from occhub.shopify.types import HubOrder, OrderStamp

AT_ONCE = 100
# Of many orders the next are read while these are written down.
READERS = 5
# Shopify shows the orders of 60 days.
SHOWN_FOR = timedelta(days=60)
WALK = "orders"
# Under this name stands the first of the walks that were not complete, until one is.
INCOMPLETE = "orders, but for some"
OVERLAP = timedelta(minutes=5)
LOOK_BACK = timedelta(hours=3)
# Shopify tells changes to the second: one read sooner after its change may have changed again within that second.
SETTLED_AFTER = timedelta(seconds=10)
# While an order cannot be read no number of stock rises; a single one must not freeze the hub for ever.
UNREAD_FOR = timedelta(days=1)

log = logging.getLogger(__name__)


class SomeUnread(BadAnswer):
    """Shopify fails at single orders; all the others are captured."""


def capture_orders(store: Store, ids: Iterable[str], *, as_of: datetime) -> list[int]:
    """Read these hub orders again and keep what they need of partners; answers the partners whose need changed.

    `store` is the hub's. Repeated, late or out of order: an older reading never replaces a newer one. Raises a
    StoreError, for orders at which Shopify fails (SomeUnread) only once the others are kept.
    """
    touched: set[int] = set()
    unread: set[str] = set()
    for read_at, found in _readings(store, list(dict.fromkeys(ids)), unread):
        gone = [hub_order_id for hub_order_id, order in found.items() if order is None]
        with write():  # one for all: a burst waits for the disk once
            touched |= record([order for order in found.values() if order], read_at, as_of)
            touched |= forget(gone, as_of) if gone else set()
    if unread:
        raise SomeUnread(store.shop, f"Shopify fails at {', '.join(sorted(unread))}")
    return sorted(touched)


def walk(store: Store, *, as_of: datetime) -> list[int]:
    """Capture every order changed since the last complete walk (R6 step 2); answers the partners whose need changed.

    Raises a StoreError. For orders at which Shopify has failed for a day (SomeUnread) no walk waits any longer: they
    come again when they change, and their messages stand among those that failed.
    """
    last = Walk.get_or_none(Walk.name == WALK)
    since = max(last.started_at - OVERLAP, as_of - SHOWN_FOR) if last else as_of - SHOWN_FOR
    try:
        touched = _capture_changed(store, since, as_of)
    except SomeUnread as error:
        if as_of - _incomplete_since(as_of) < UNREAD_FOR:
            raise
        log.error("the walk over the hub's orders goes on without some: %s", error)
        touched = []
    with write():
        Walk.insert(name=WALK, started_at=as_of).on_conflict(
            conflict_target=[Walk.name], update={Walk.started_at: as_of}, where=(Walk.started_at < as_of)
        ).execute()
        Walk.delete().where(Walk.name == INCOMPLETE).execute()
    return touched


def _incomplete_since(as_of: datetime) -> datetime:
    """Since when no walk could read all there was."""
    with write():
        Walk.insert(name=INCOMPLETE, started_at=as_of).on_conflict(
            action="nothing", conflict_target=[Walk.name]
        ).execute()
    first = Walk.get_or_none(Walk.name == INCOMPLETE)  # another walk may have been complete just now
    return first.started_at if first else as_of


def walk_again(store: Store, *, as_of: datetime) -> list[int]:
    """Look once more at all that changed in the last hours, whatever the walks before have noted as done."""
    return _capture_changed(store, as_of - LOOK_BACK, as_of)


def reread_unfinished(store: Store, *, as_of: datetime) -> list[int]:
    """Read by id every order that still waits for bags and that Shopify still shows; no list can hide it then."""
    waiting = PartnerOrderLine.select(PartnerOrderLine.order).where(
        PartnerOrderLine.fulfilled < PartnerOrderLine.current_quantity
    )
    orders = PartnerOrder.select(PartnerOrder.hub_order_id).where(
        PartnerOrder.id.in_(waiting)
        & PartnerOrder.hub_order_id.startswith("gid://")  # not by hand, not redacted
        & PartnerOrder.cancelled_at.is_null()
        & PartnerOrder.gone_at.is_null()
        & (PartnerOrder.ordered_at > as_of - SHOWN_FOR)
    )
    return capture_orders(store, sorted({hub_order_id for (hub_order_id,) in rows(orders)}), as_of=as_of)


def _capture_changed(store: Store, since: datetime, as_of: datetime) -> list[int]:
    stamps = list(walk_orders(store, since))
    unseen: list[str] = []
    for batch in chunked(stamps, statuses.ROWS):
        query = SeenOrder.select().where(SeenOrder.hub_order_id.in_([stamp.id for stamp in batch]))
        seen = {row.hub_order_id: row for row in query}
        unseen += [stamp.id for stamp in batch if stamp.id not in seen or not _is_current(seen[stamp.id], stamp)]
    return capture_orders(store, unseen, as_of=as_of)


def _is_current(seen: SeenOrder, stamp: OrderStamp) -> bool:
    return bool(seen.updated_at >= stamp.updated_at and seen.read_at >= stamp.updated_at + SETTLED_AFTER)


def _readings(
    store: Store, ids: Sequence[str], unread: set[str]
) -> Iterator[tuple[datetime, dict[str, HubOrder | None]]]:
    """The orders as Shopify shows them, many at a time, with the moment before they were asked for."""
    batches = list(chunked(ids, AT_ONCE))

    def read(batch: Sequence[str]) -> tuple[datetime, dict[str, HubOrder | None]]:
        return clock.now(), read_orders(store, batch, unread=unread)

    if len(batches) < 2:
        yield from map(read, batches)
        return
    with ThreadPoolExecutor(READERS, thread_name_prefix="capture") as readers:
        yield from readers.map(read, batches)
