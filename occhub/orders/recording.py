"""Keeping what was read of customers' orders: however many, in a handful of statements of one write."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from peewee import EXCLUDED, chunked

from occhub.catalog.models import ProductMapping
from occhub.database import rows
from occhub.orders import statuses
from occhub.orders.models import LEFT_OUT, PartnerOrder, PartnerOrderLine, SeenOrder
from occhub.orders.recognizing import Sold, lines_of_partners
from occhub.orders.redacting import redacted_among
from occhub.orders.wanting import wanted
from occhub.partners.models import Hub
from occhub.shopify.types import HubOrder

# Shopify shows the orders of 60 days; a younger one that it denies was deleted (R1).
SURELY_SHOWN_FOR = timedelta(days=55)
ORDER_KEY = (PartnerOrder.hub_order_id, PartnerOrder.partner)
LINE_KEY = (PartnerOrderLine.hub_line_id,)


def record(found: Sequence[HubOrder], read_at: datetime, as_of: datetime) -> set[int]:
    """Keep these readings where they are news; answers the partners whose need changed. Call inside `write()`."""
    sold = list(lines_of_partners(_news(found, read_at)))
    if not sold:
        return set()
    order_ids = _keep_orders(sold, as_of)
    changed = _keep_lines(sold, order_ids)
    statuses.refresh(set(order_ids.values()))
    _want_stock({line.mapping_id for line in changed if line.mapping_id}, as_of)
    return {line.partner_id for line in changed}


def forget(hub_order_ids: Collection[str], as_of: datetime) -> set[int]:
    """Shopify answers null: deleted if it ought to be shown; else keep what was last read (R1). Inside `write()`."""
    known = rows(
        PartnerOrder.select(PartnerOrder.id, PartnerOrder.partner).where(
            PartnerOrder.hub_order_id.in_(list(hub_order_ids))
            & PartnerOrder.gone_at.is_null()
            & (PartnerOrder.ordered_at > as_of - SURELY_SHOWN_FOR)
        )
    )
    ids = [order_id for order_id, _ in known]
    lines = PartnerOrderLine.order.in_(ids)
    missed = PartnerOrderLine.select(PartnerOrderLine.mapping).where(lines & (PartnerOrderLine.wanted > 0))
    _want_stock({mapping_id for (mapping_id,) in rows(missed) if mapping_id}, as_of)
    PartnerOrder.update(gone_at=as_of).where(PartnerOrder.id.in_(ids)).execute()
    PartnerOrderLine.update(wanted=0).where(lines).execute()
    statuses.refresh(ids)
    return {int(partner_id) for _, partner_id in known}


def _news(found: Sequence[HubOrder], read_at: datetime) -> list[HubOrder]:
    """Those never seen so new; of two readings at once the newer wins, whichever is written last."""
    redacted = redacted_among([order.id for order in found])
    stamps = [
        {"hub_order_id": order.id, "updated_at": order.updated_at, "read_at": read_at}
        for order in found
        if order.id not in redacted
    ]
    if not stamps:
        return []
    same = (SeenOrder.updated_at == EXCLUDED.updated_at) & (SeenOrder.read_at <= EXCLUDED.read_at)
    upsert = SeenOrder.insert_many(stamps).on_conflict(
        conflict_target=[SeenOrder.hub_order_id],
        update=_excluded(SeenOrder, "updated_at", "read_at"),
        where=(SeenOrder.updated_at < EXCLUDED.updated_at) | same,
    )
    news = {hub_order_id for (hub_order_id,) in upsert.returning(SeenOrder.hub_order_id).tuples().execute()}
    return [order for order in found if order.id in news]


def _keep_orders(sold: Sequence[Sold], as_of: datetime) -> dict[tuple[str, int], int]:
    """One row for each hub order and partner; answers their ids."""
    wanted_rows = {
        (order.id, partner_id): {
            "partner": partner_id,
            "hub_order_id": order.id,
            "ordered_at": order.created_at,
            "captured_at": as_of,
            "hub_order_name": order.name,
            "hub_updated_at": order.updated_at,
            "cancelled_at": order.cancelled_at,
            "gone_at": None,
            "test": order.test,
            "financial_status": order.financial_status,
        }
        for order, _, partner_id, _, _ in sold
    }
    changing = ("hub_order_name", "hub_updated_at", "cancelled_at", "gone_at", "test", "financial_status")
    ids: dict[tuple[str, int], int] = {}
    for batch in chunked(wanted_rows.values(), statuses.ROWS):
        upsert = PartnerOrder.insert_many(batch).on_conflict(
            conflict_target=ORDER_KEY, update=_excluded(PartnerOrder, *changing)
        )
        kept = upsert.returning(PartnerOrder.hub_order_id, PartnerOrder.partner, PartnerOrder.id).tuples().execute()
        ids.update({(hub_order_id, partner_id): order_id for hub_order_id, partner_id, order_id in kept})
    return ids


def _keep_lines(sold: Sequence[Sold], order_ids: dict[tuple[str, int], int]) -> list[Sold]:
    """Insert or update the lines; answers those of which another number of units is wanted than before."""
    route_test_orders, changed, line_rows = bool(Hub.get_hub().route_test_orders), [], []
    for each in sold:
        units = _wanted(each, route_test_orders)
        if units != (each.known.wanted if each.known else 0):
            changed.append(each)
        line = each.line
        line_rows.append(
            {
                "order": order_ids[each.order.id, each.partner_id],
                "mapping": each.mapping_id,
                "hub_line_id": line.id,
                "hub_variant_id": line.variant_id,
                "sku": line.sku,
                "title": " – ".join(filter(None, (line.title, line.variant_title))),
                "unit_price_minor": line.unit_price.minor,
                "quantity": line.quantity,
                "current_quantity": line.current_quantity,
                "fulfilled": line.fulfilled,
                "returned": line.returned,
                "wanted": units,
            }
        )
    changing = ("quantity", "current_quantity", "fulfilled", "returned", "wanted")
    for batch in chunked(line_rows, statuses.ROWS):
        PartnerOrderLine.insert_many(batch).on_conflict(
            conflict_target=LINE_KEY, update=_excluded(PartnerOrderLine, *changing)
        ).execute()
    return changed


def _wanted(sold: Sold, route_test_orders: bool) -> int:
    return wanted(
        cancelled=sold.order.cancelled_at is not None,
        gone=False,
        left_out=sold.known is not None and sold.known.choice == LEFT_OUT,
        quantity=sold.line.quantity,
        waived=sold.known.waived if sold.known else 0,
        test=sold.order.test,
        current_quantity=sold.line.current_quantity,
        fulfilled=sold.line.fulfilled,
        returned=sold.line.returned,
        route_test_orders=route_test_orders,
    )


def _excluded(model: type[Any], *names: str) -> dict[Any, Any]:
    """For an upsert: these columns become what was to be inserted."""
    return {getattr(model, name): getattr(EXCLUDED, getattr(model, name).column_name) for name in names}


def _want_stock(mapping_ids: set[int], as_of: datetime) -> None:
    if mapping_ids:
        ProductMapping.update(stock_wanted_at=as_of).where(ProductMapping.id << sorted(mapping_ids)).execute()
