"""Following placed orders home: parcels, what was shipped, what never will be."""

from datetime import datetime, timedelta

from peewee import chunked

from occhub.catalog.models import ProductMapping
from occhub.database import rows, write
from occhub.orders import arriving, statuses
from occhub.orders.history import tell
from occhub.orders.journal import run_of
from occhub.orders.models import PLACED, MasterLine, MasterOrder, MasterPart, Shipment
from occhub.partners.models import Partner
from occhub.shopify import open_store
from occhub.shopify.orders import read_placed_orders
from occhub.shopify.types import PlacedOrder

AT_ONCE = 20
# Shopify shows an order for 60 days; one it denies sooner was deleted.
SURELY_SHOWN_FOR = timedelta(days=55)


def track(partner: Partner, *, as_of: datetime, trigger: str = "clock") -> int:
    """Read the partner's orders that are still under way again; answers how many have changed. Raises a StoreError."""
    parts = {str(part.order_id): part for part in under_way(partner, as_of)}
    store = open_store(partner.domain)
    with run_of("track", trigger, store, as_of=as_of, partner_id=partner.id) as run:
        for batch in chunked(parts, AT_ONCE):
            for order_id, order in read_placed_orders(store, batch).items():
                with write():
                    run.changed += (
                        _vanish(parts[order_id], as_of) if order is None else _keep(parts[order_id], order, as_of)
                    )
        run.read = len(parts)
    return run.changed


def under_way(partner: Partner, as_of: datetime) -> list[MasterPart]:
    """The partner's placed orders of which something may still change, and which Shopify still shows."""
    query = (
        MasterPart.select(MasterPart, MasterOrder)
        .join(MasterOrder)
        .where(
            MasterOrder.partner == partner,
            MasterPart.state == PLACED,
            MasterPart.order_id.is_null(False),
            MasterPart.order_cancelled_at.is_null(),
            MasterOrder.placed_at.is_null() | (MasterOrder.placed_at > as_of - SURELY_SHOWN_FOR),
        )
    )
    return list(query.order_by(MasterPart.id))


def _keep(part: MasterPart, order: PlacedOrder, as_of: datetime) -> bool:
    before = _picture(part)
    if order.cancelled_at and part.order_cancelled_at is None:
        tell(part.master_id, f"They cancelled {order.name}; {arriving.WANTED_AGAIN}", as_of=as_of)
    MasterPart.update(
        order_name=order.name,
        order_cancelled_at=order.cancelled_at,
        fulfillment_status=order.fulfillment_status,
        financial_status=order.financial_status,
        subtotal_minor=order.subtotal.minor,
        tax_minor=order.tax.minor,
        shipping_minor=order.shipping.minor,
        total_minor=order.total.minor,
        tracked_at=as_of,
    ).where(MasterPart.id == part.id).execute()
    _keep_shipments(part, order, as_of)
    arriving.keep_lines(part, order, as_of=as_of)
    changed = _picture(part) != before
    if changed:
        statuses.refresh_parts([part.id])
    return changed


def _vanish(part: MasterPart, as_of: datetime) -> bool:
    tell(part.master_id, f"{part.order_name} is not on their store any more; {arriving.WANTED_AGAIN}", as_of=as_of)
    MasterPart.update(order_cancelled_at=as_of, tracked_at=as_of).where(MasterPart.id == part.id).execute()
    _want_stock([line.mapping_id for line in MasterLine.select().where(MasterLine.part == part)], as_of)
    statuses.refresh_parts([part.id])
    return True


def _keep_shipments(part: MasterPart, order: PlacedOrder, as_of: datetime) -> None:
    known = {row.remote_id: row.status for row in Shipment.select().where(Shipment.part == part)}
    for parcel in order.shipments:
        facts = {
            "status": parcel.status,
            "company": parcel.company,
            "number": parcel.number,
            "url": parcel.url,
            "units": sum(quantity for _, quantity in parcel.lines),
        }
        first = {"part": part.id, "remote_id": parcel.id, "seen_at": as_of}
        Shipment.insert({**first, **facts}).on_conflict(conflict_target=[Shipment.remote_id], update=facts).execute()
        if known.get(parcel.id) != parcel.status:
            bags, by = f"{facts['units']} bag{'' if facts['units'] == 1 else 's'}", f"{parcel.company} {parcel.number}"
            done = "Shipped" if parcel.status == arriving.SENT else f"A parcel is {parcel.status.lower()}"
            tell(part.master_id, f"{done}: {bags}{', ' if by.strip() else ''}{by.strip()}.", as_of=as_of)


def _picture(part: MasterPart) -> tuple[object, ...]:
    row = MasterPart.get_by_id(part.id)
    lines = MasterLine.select(MasterLine.id, MasterLine.confirmed, MasterLine.shipped).where(MasterLine.part == part)
    parcels = Shipment.select(Shipment.remote_id, Shipment.status, Shipment.number).where(Shipment.part == part)
    return (
        (row.order_name, row.order_cancelled_at, row.fulfillment_status, row.financial_status, row.total_minor),
        sorted(rows(lines)),
        sorted(rows(parcels)),
    )


def _want_stock(mapping_ids: list[int], as_of: datetime) -> None:
    ProductMapping.update(stock_wanted_at=as_of).where(ProductMapping.id << mapping_ids).execute()
