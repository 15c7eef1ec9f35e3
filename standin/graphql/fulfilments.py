"""Reading shipments: their parcels, what is in them, and by id."""

from typing import Any

from graphql import GraphQLResolveInfo

from standin.graphql.connections import Connection, connection
from standin.graphql.order_reading import money_bag, visible
from standin.graphql.registry import Call, field, query
from standin.graphql.shop import of_kind
from standin.world import Fulfillment, FulfillmentLine, Location, Order, Tracking


@query("fulfillment")
def the_fulfilment(info: GraphQLResolveInfo, *, id: str) -> Fulfillment | None:
    """A shipment by id."""
    found: Fulfillment | None = visible(info.context, of_kind(info.context, "Fulfillment", id))
    return found


@field("Fulfillment", "trackingInfo")
def tracking_info(shipment: Fulfillment, info: GraphQLResolveInfo, *, first: int | None = None) -> list[Tracking]:
    """Its parcels."""
    return shipment.tracking_info[:first]


@field("Fulfillment", "fulfillmentLineItems")
def fulfillment_line_items(shipment: Fulfillment, info: GraphQLResolveInfo, **page: Any) -> Connection:
    """What is in it."""
    order = order_of_shipment(shipment, info)
    return connection([_row(info.context, order, each) for each in shipment.lines], **page)


@field("Fulfillment", "order")
def order_of_shipment(shipment: Fulfillment, info: GraphQLResolveInfo) -> Order:
    """The order it belongs to."""
    found: Order = info.context.shop.orders[shipment.order_id]
    return found


@field("Fulfillment", "location")
def location_of_shipment(shipment: Fulfillment, info: GraphQLResolveInfo) -> Location | None:
    """Where it left from, null for goods that are not counted."""
    found: Location | None = info.context.shop.locations.get(shipment.location_id)
    return found


@field("Fulfillment", "totalQuantity")
def total_quantity(shipment: Fulfillment, info: GraphQLResolveInfo) -> int:
    """Units in it."""
    return sum(each.quantity for each in shipment.lines)


@field("Fulfillment", "requiresShipping")
def requires_shipping(shipment: Fulfillment, info: GraphQLResolveInfo) -> bool:
    """Whether anything in it travels."""
    lines = {line.id: line for line in order_of_shipment(shipment, info).lines}
    return any(lines[each.line_id].requires_shipping for each in shipment.lines)


def _row(call: Call, order: Order, row: FulfillmentLine) -> dict[str, Any]:
    line = order.line(row.line_id)
    assert line
    worth = money_bag(line.paid_price * row.quantity, call)
    return {
        "id": row.gid,
        "line_item": line,
        "quantity": row.quantity,
        "original_total_set": worth,
        "discounted_total_set": worth,
    }
