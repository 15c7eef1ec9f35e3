"""Bringing customers' orders in: one row for each hub order and partner, whatever the order of the news."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from peewee import chunked

from occhub import clock
from occhub.catalog.models import ProductMapping
from occhub.catalog.skus import is_partner_sku, prefix
from occhub.database import rows, write
from occhub.orders import statuses
from occhub.orders.models import LEFT_OUT, PartnerOrder, PartnerOrderLine, SeenOrder, Walk
from occhub.orders.redacting import is_redacted
from occhub.orders.wanting import wanted
from occhub.partners.models import Hub, Partner
from occhub.shopify.client import Store
from occhub.shopify.orders import read_orders, walk_orders
from occhub.shopify.types import HubLine, HubOrder, OrderStamp

log = logging.getLogger(__name__)

AT_ONCE = 50
# Shopify shows the orders of 60 days; a younger one that it denies was deleted (R1).
SHOWN_FOR = timedelta(days=60)
SURELY_SHOWN_FOR = timedelta(days=55)
WALK = "orders"
OVERLAP = timedelta(minutes=5)
LOOK_BACK = timedelta(hours=3)
# Shopify tells changes to the second: one read sooner after its change may have changed again within that second.
SETTLED_AFTER = timedelta(seconds=10)
# A walk that sees no more than this had it all on one page, so that nothing could move while it turned pages.
ONE_PAGE = 100


def capture_orders(store: Store, ids: Iterable[str], *, as_of: datetime) -> list[int]:
    """Read these hub orders again and keep what they need of partners; answers the partners whose need changed.

    `store` is the hub's. Repeated, late or out of order: an older reading never replaces a newer one.
    """
    touched: set[int] = set()
    for batch in chunked(dict.fromkeys(ids), AT_ONCE):
        read_at = clock.now()
        found = read_orders(store, batch)
        with write():  # one for all: a burst waits for the disk once
            for hub_order_id, order in found.items():
                touched |= _forget(hub_order_id, as_of) if order is None else _keep(order, read_at, as_of)
    return sorted(touched)


def walk(store: Store, *, as_of: datetime) -> list[int]:
    """Capture every order changed since the last complete walk (R6 step 2); answers the partners whose need changed."""
    last = Walk.get_or_none(Walk.name == WALK)
    since = max(last.started_at - OVERLAP, as_of - SHOWN_FOR) if last else as_of - SHOWN_FOR
    touched, turned_pages = _capture_changed(store, since, as_of)
    if turned_pages:
        # What changed meanwhile has moved to the front, behind our back.
        touched |= _capture_changed(store, as_of - OVERLAP, as_of)[0]
    with write():
        Walk.insert(name=WALK, started_at=as_of).on_conflict(
            conflict_target=[Walk.name], update={Walk.started_at: as_of}, where=(Walk.started_at < as_of)
        ).execute()
    return sorted(touched)


def walk_again(store: Store, *, as_of: datetime) -> list[int]:
    """Look once more at all that changed in the last hours, whatever the walks before have noted as done."""
    return sorted(_capture_changed(store, as_of - LOOK_BACK, as_of)[0])


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


def _capture_changed(store: Store, since: datetime, as_of: datetime) -> tuple[set[int], bool]:
    stamps = list(walk_orders(store, since))
    unseen: list[str] = []
    for batch in chunked(stamps, statuses.ROWS):
        query = SeenOrder.select().where(SeenOrder.hub_order_id.in_([stamp.id for stamp in batch]))
        seen = {row.hub_order_id: row for row in query}
        unseen += [stamp.id for stamp in batch if stamp.id not in seen or not _is_current(seen[stamp.id], stamp)]
    return set(capture_orders(store, unseen, as_of=as_of)), len(stamps) > ONE_PAGE


def _is_current(seen: SeenOrder, stamp: OrderStamp) -> bool:
    return bool(seen.updated_at >= stamp.updated_at and seen.read_at >= stamp.updated_at + SETTLED_AFTER)


def _keep(order: HubOrder, read_at: datetime, as_of: datetime) -> set[int]:
    if not _is_news(order, read_at):
        return set()
    known = {line.hub_line_id: line for line in _known_lines(order.id)}
    sellers = _sellers(order, known)
    touched = set()
    for partner_id in sorted({partner_id for partner_id, _ in sellers.values()}):
        row = _keep_order(order, partner_id, as_of)
        changed_mappings = [
            _keep_line(row, line, sellers[line.id][1], known.get(line.id))
            for line in order.lines
            if line.id in sellers and sellers[line.id][0] == partner_id
        ]
        statuses.refresh([row.id])
        if any(changed_mappings):
            touched.add(partner_id)
            _want_stock({mapping_id for mapping_id in changed_mappings if mapping_id}, as_of)
    return touched


def _is_news(order: HubOrder, read_at: datetime) -> bool:
    if is_redacted(order.id):
        return False
    stamp = {SeenOrder.updated_at: order.updated_at, SeenOrder.read_at: read_at}
    same = (SeenOrder.updated_at == order.updated_at) & (SeenOrder.read_at <= read_at)
    # Conditional: of two readings at once the newer wins, whichever is written last.
    return bool(
        SeenOrder.insert({SeenOrder.hub_order_id: order.id, **stamp})
        .on_conflict(
            conflict_target=[SeenOrder.hub_order_id],
            update=stamp,
            where=(SeenOrder.updated_at < order.updated_at) | same,
        )
        .as_rowcount()
        .execute()
    )


def _known_lines(hub_order_id: str) -> Iterable[PartnerOrderLine]:
    return PartnerOrderLine.select().join(PartnerOrder).where(PartnerOrder.hub_order_id == hub_order_id)


def _sellers(order: HubOrder, known: dict[str, PartnerOrderLine]) -> dict[str, tuple[int, int | None]]:
    """Line id -> (partner, mapping) of the lines that are a partner's; a mapping is fixed at first sight."""
    variants = [line.variant_id for line in order.lines if line.variant_id]
    mappings = {
        row.hub_variant_id: row for row in ProductMapping.select().where(ProductMapping.hub_variant_id << variants)
    }
    sellers: dict[str, tuple[int, int | None]] = {}
    for line in order.lines:
        mapping = mappings.get(line.variant_id or "")
        if line.id in known:
            sellers[line.id] = (known[line.id].order.partner_id, known[line.id].mapping_id)
        elif mapping is not None:
            # What was bought before the product became the partner's was the hub's own stock (R7). Shopify tells times
            # to the second; in the second itself the sale counts, or the bag would go back on sale.
            if mapping.created_at.replace(microsecond=0) <= order.created_at:
                sellers[line.id] = (mapping.partner_id, mapping.id)
        elif (partner_id := _partner_by_sku(line.sku)) is not None:
            sellers[line.id] = (partner_id, None)
    return sellers


def _partner_by_sku(sku: str) -> int | None:
    """The partner whose goods this SKU claims to be: a line without mapping is shown as an orphan, never dropped."""
    if not is_partner_sku(sku):
        return None
    partners = Partner.select(Partner.id, Partner.shop).where(Partner.shop.is_null(False))
    named = [partner for partner in partners if sku.startswith(prefix(partner.domain))]
    if named:
        # "milk-road" before "milk": the longer name is the one meant.
        return int(max(named, key=lambda partner: len(partner.domain)).id)
    log.warning("the SKU %s names a partner we do not know", sku)
    return None


def _keep_order(order: HubOrder, partner_id: int, as_of: datetime) -> PartnerOrder:
    facts = {
        "hub_order_name": order.name,
        "hub_updated_at": order.updated_at,
        "cancelled_at": order.cancelled_at,
        "gone_at": None,
        "test": order.test,
        "financial_status": order.financial_status,
    }
    first = {"partner": partner_id, "hub_order_id": order.id, "ordered_at": order.created_at, "captured_at": as_of}
    key = (PartnerOrder.hub_order_id, PartnerOrder.partner)
    PartnerOrder.insert({**first, **facts}).on_conflict(conflict_target=key, update=facts).execute()
    row: PartnerOrder = PartnerOrder.get((PartnerOrder.hub_order_id == order.id) & (PartnerOrder.partner == partner_id))
    return row


def _keep_line(row: PartnerOrder, line: HubLine, mapping_id: int | None, known: PartnerOrderLine | None) -> int | None:
    """Insert or update the line; answers its mapping when the units wanted of it have changed."""
    facts = {
        "quantity": line.quantity,
        "current_quantity": line.current_quantity,
        "fulfilled": line.fulfilled,
        "returned": line.returned,
        "wanted": wanted(
            cancelled=row.cancelled_at is not None,
            gone=False,
            left_out=known is not None and known.choice == LEFT_OUT,
            test=row.test,
            current_quantity=line.current_quantity,
            fulfilled=line.fulfilled,
            returned=line.returned,
            route_test_orders=Hub.get_hub().route_test_orders,
        ),
    }
    first = {
        "order": row.id,
        "mapping": mapping_id,
        "hub_line_id": line.id,
        "hub_variant_id": line.variant_id,
        "sku": line.sku,
        "title": " – ".join(filter(None, (line.title, line.variant_title))),
        "unit_price_minor": line.unit_price.minor,
    }
    key = (PartnerOrderLine.hub_line_id,)
    PartnerOrderLine.insert({**first, **facts}).on_conflict(conflict_target=key, update=facts).execute()
    return mapping_id if (known.wanted if known else 0) != facts["wanted"] else None


def _forget(hub_order_id: str, as_of: datetime) -> set[int]:
    """Shopify answers null: deleted if it ought to be shown; else keep what was last read (R1)."""
    known = PartnerOrder.select().where(
        (PartnerOrder.hub_order_id == hub_order_id)
        & PartnerOrder.gone_at.is_null()
        & (PartnerOrder.ordered_at > as_of - SURELY_SHOWN_FOR)
    )
    touched = set()
    for row in known:
        lines = (PartnerOrderLine.order == row.id) & (PartnerOrderLine.wanted > 0)
        _want_stock({line.mapping_id for line in PartnerOrderLine.select().where(lines) if line.mapping_id}, as_of)
        PartnerOrder.update(gone_at=as_of).where(PartnerOrder.id == row.id).execute()
        PartnerOrderLine.update(wanted=0).where(PartnerOrderLine.order == row.id).execute()
        statuses.refresh([row.id])
        touched.add(int(row.partner_id))
    return touched


def _want_stock(mapping_ids: set[int], as_of: datetime) -> None:
    ProductMapping.update(stock_wanted_at=as_of).where(ProductMapping.id << list(mapping_ids)).execute()
