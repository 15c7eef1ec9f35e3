"""The owner's hand on the tiller: hold a line, leave it out, take it back, say what it is; add bags of his own."""

import secrets
from datetime import datetime

from occhub.catalog.models import ProductMapping
from occhub.database import write
from occhub.errors import Conflict, Invalid, NotFound
from occhub.orders import statuses
from occhub.orders.history import tell
from occhub.orders.models import (
    FREEZING,
    HELD,
    LEFT_OUT,
    UNPLACED,
    Allocation,
    MasterLine,
    MasterOrder,
    MasterPart,
    PartnerOrder,
    PartnerOrderLine,
)
from occhub.orders.wanting import wanted
from occhub.partners.models import Hub

BY_HAND = "by-hand:"  # the hub order id of bags that no customer bought
MOST_BAGS = 1000
_WORDS = {
    HELD: "held {title} of {order} back",
    LEFT_OUT: "left {title} of {order} out",
    "": "took {title} of {order} in",
}


def choose(line_id: int, choice: str, *, as_of: datetime) -> PartnerOrder:
    """Hold a customer's line, leave it out, or ("") order it as usual; answers its order. Raises NotFound, Invalid.

    A line left out is on the owner's shelf already: nobody's stock is asked for it; on a placed order it is surplus.
    """
    if choice not in _WORDS:
        raise Invalid("choice", "Choose to hold it, to leave it out, or to order it.")
    with write():
        line = _line(line_id)
        keep(line, as_of, choice=choice, waived=0)
        for master in _windows_of(line):
            words = _WORDS[choice].format(title=line.title, order=line.order.hub_order_name)
            tell(master, f"You {words}.", as_of=as_of)
        statuses.refresh([line.order_id])
    return PartnerOrder.find(line.order_id)


def recognize(line_id: int, mapping_id: int, *, as_of: datetime) -> PartnerOrder:
    """The owner says which coffee a line is that has none: it is ordered from then on. Raises a HubError.

    R7 leaves out what was sold before a product was linked; this is his word that it is the partner's all the same.
    """
    with write():
        line = _line(line_id)
        if line.mapping_id is not None:
            raise Conflict("It is known already which coffee this is.")
        mapping = ProductMapping.find(mapping_id)
        if mapping.partner_id != line.order.partner_id:
            raise Invalid("mapping", "This coffee is another roaster's.")
        PartnerOrderLine.update(mapping=mapping, failure="").where(PartnerOrderLine.id == line.id).execute()
        _want_stock(mapping.id, as_of)
        statuses.refresh([line.order_id])
    return PartnerOrder.find(line.order_id)


def add_bags(master: MasterOrder, mapping_id: int, bags: int, *, as_of: datetime) -> PartnerOrder:
    """Order bags for the owner's own shelf with this window; they are traced like a customer's. Raises a HubError."""
    if master.state not in UNPLACED or master.state == FREEZING:
        raise Conflict("This order is closed; add the bags to the next one.")
    if not 1 <= bags <= MOST_BAGS:
        raise Invalid("bags", f"Between 1 and {MOST_BAGS:,} bags.")
    mapping = ProductMapping.find(mapping_id)
    if mapping.partner_id != master.partner_id:
        raise Invalid("mapping", "This coffee is another roaster's.")
    number = f"{BY_HAND}{secrets.token_hex(8)}"
    with write():
        order: PartnerOrder = PartnerOrder.create(
            partner=master.partner_id,
            hub_order_id=number,
            hub_order_name="By hand",
            ordered_at=as_of,
            captured_at=as_of,
            hub_updated_at=as_of,
            financial_status="PAID",
        )
        PartnerOrderLine.create(
            order=order,
            mapping=mapping,
            hub_line_id=number,
            hub_variant_id=mapping.hub_variant_id,
            sku=mapping.sku,
            title=mapping.title,
            quantity=bags,
            current_quantity=bags,
            unit_price_minor=0,
            wanted=bags,
        )
        _want_stock(mapping.id, as_of)
        tell(master, f"You added {bags} x {mapping.title} by hand.", as_of=as_of)
        statuses.refresh([order.id])
    return order


def is_by_hand(order: PartnerOrder) -> bool:
    """Whether the owner added it himself; the hub's store knows nothing of it."""
    return bool(order.hub_order_id.startswith(BY_HAND))


def keep(line: PartnerOrderLine, as_of: datetime, *, choice: str, waived: int) -> None:
    """Write down what the owner decided of a customer's line and what is wanted of it then; call inside `write()`."""
    order = line.order
    units = wanted(
        cancelled=order.cancelled_at is not None,
        gone=order.gone_at is not None,
        test=order.test,
        current_quantity=line.current_quantity,
        fulfilled=line.fulfilled,
        returned=line.returned,
        left_out=choice == LEFT_OUT,
        quantity=line.quantity,
        waived=waived,
        route_test_orders=Hub.get_hub().route_test_orders,
    )
    changed = PartnerOrderLine.update(choice=choice, waived=waived, wanted=units, failure="")
    changed.where(PartnerOrderLine.id == line.id).execute()
    if line.mapping_id:
        _want_stock(line.mapping_id, as_of)


def _line(line_id: int) -> PartnerOrderLine:
    """The customer's line as it is now, whoever is capturing its order; inside `write()`. Raises NotFound."""
    this = PartnerOrderLine.id == line_id
    # An update first, because on PostgreSQL only that waits for who is writing the row, and keeps others off it.
    if not PartnerOrderLine.update(wanted=PartnerOrderLine.wanted).where(this).execute():
        raise NotFound("There is no such line.")
    line: PartnerOrderLine = PartnerOrderLine.get(this)
    return line


def _windows_of(line: PartnerOrderLine) -> list[MasterOrder]:
    on = Allocation.select(MasterLine.part).join(MasterLine).where(Allocation.order_line == line)
    return list(MasterOrder.select().join(MasterPart).where(MasterPart.id << on).distinct())


def _want_stock(mapping_id: int, as_of: datetime) -> None:
    ProductMapping.update(stock_wanted_at=as_of).where(ProductMapping.id == mapping_id).execute()
