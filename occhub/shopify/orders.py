"""Orders: the customers' on the hub, and ours at the partners."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from occhub.shopify.answers import Node
from occhub.shopify.client import Store
from occhub.shopify.errors import FailedInside
from occhub.shopify.reading import all_nodes, maybe_moment, moment, money
from occhub.shopify.types import HubLine, HubOrder, OrderStamp, PlacedLine, PlacedOrder, Shipment, TaggedOrder

# 51 and 39 points a call, however many; should Shopify price `nodes` by the id, the client makes smaller calls.
HUB_AT_ONCE, PLACED_AT_ONCE = 100, 50


def walk_orders(store: Store, since: datetime) -> Iterator[OrderStamp]:
    """The store's orders changed at or after `since`, newest change first, from the plain list (R6 step 2).

    One that changes during the walk comes again with its new moment.
    """
    for node in store.walk_back("order_stamps", since):
        yield OrderStamp(node["id"], moment(node["updatedAt"]))


def recent_orders(store: Store, since: datetime) -> Iterator[TaggedOrder]:
    """The store's orders changed at or after `since`, newest change first, from the plain list: a search would lag."""
    for node in store.walk_back("tagged_orders", since):
        created_at = moment(node["createdAt"])
        yield TaggedOrder(node["id"], node["name"], tuple(node["tags"]), node["poNumber"] or "", created_at)


def read_orders(store: Store, ids: Iterable[str], *, unread: set[str] | None = None) -> dict[str, HubOrder | None]:
    """The customers' orders by id; None where Shopify shows none (deleted, or older than 60 days).

    Those at which the store fails go into `unread` instead of the answer; without it they raise FailedInside.
    """
    nodes = store.look_up("orders", ids, size=HUB_AT_ONCE, unread=unread, after=None)
    found: dict[str, HubOrder | None] = {}
    for id_, node in nodes.items():
        try:
            found[id_] = _hub_order(store, node) if node else None
        except FailedInside:  # at a further page of its lines
            if unread is None:
                raise
            unread.add(id_)
    return found


def read_placed_orders(store: Store, ids: Iterable[str]) -> dict[str, PlacedOrder | None]:
    """Our orders at a partner by id, with their parcels; None where there is none any more."""
    nodes = store.look_up("placed_orders", ids, size=PLACED_AT_ONCE, after=None)
    return {id_: _placed_order(store, node) if node else None for id_, node in nodes.items()}


def _hub_order(store: Store, node: Node) -> HubOrder:
    fulfilled, returned = Counter[str](), Counter[str]()
    for fulfillment in node["fulfillments"]:
        if fulfillment["status"] == "SUCCESS":
            for shipped in _shipped(store, fulfillment):
                fulfilled[shipped["lineItem"]["id"]] += shipped["quantity"] or 0
    for refund in node["refunds"]:
        for refunded in _refunded(store, refund):
            if refunded["restockType"] == "RETURN":
                returned[refunded["lineItem"]["id"]] += refunded["quantity"]
    return HubOrder(
        id=node["id"],
        name=node["name"],
        created_at=moment(node["createdAt"]),
        updated_at=moment(node["updatedAt"]),
        cancelled_at=maybe_moment(node["cancelledAt"]),
        test=node["test"],
        financial_status=node["displayFinancialStatus"] or "",
        fulfillment_status=node["displayFulfillmentStatus"],
        lines=tuple(
            HubLine(
                id=line["id"],
                sku=line["sku"] or "",
                title=line["title"],
                variant_title=line["variantTitle"] or "",
                variant_id=line["variant"]["id"] if line["variant"] else None,
                quantity=line["quantity"],
                current_quantity=line["currentQuantity"],
                fulfilled=fulfilled[line["id"]],
                returned=returned[line["id"]],
                unit_price=money(line["discountedUnitPriceAfterAllDiscountsSet"]),
            )
            for line in _lines(store, "orders", node)
        ),
    )


def _placed_order(store: Store, node: Node) -> PlacedOrder:
    lines = tuple(
        PlacedLine(
            id=line["id"],
            variant_id=line["variant"]["id"] if line["variant"] else None,
            quantity=line["quantity"],
            current_quantity=line["currentQuantity"],
            unfulfilled=line["unfulfilledQuantity"],
        )
        for line in _lines(store, "placed_orders", node)
    )
    return PlacedOrder(
        id=node["id"],
        name=node["name"],
        cancelled_at=maybe_moment(node["cancelledAt"]),
        closed_at=maybe_moment(node["closedAt"]),
        financial_status=node["displayFinancialStatus"] or "",
        fulfillment_status=node["displayFulfillmentStatus"],
        subtotal=money(node["currentSubtotalPriceSet"]),
        tax=money(node["currentTotalTaxSet"]),
        shipping=money(node["currentShippingPriceSet"]),
        total=money(node["currentTotalPriceSet"]),
        lines=lines,
        shipments=tuple(_shipment(store, fulfillment) for fulfillment in node["fulfillments"]),
    )


def _shipment(store: Store, fulfillment: Node) -> Shipment:
    parcels = fulfillment["trackingInfo"]
    return Shipment(
        id=fulfillment["id"],
        status=fulfillment["status"],
        company=next((parcel["company"] for parcel in parcels if parcel["company"]), ""),
        number=", ".join(parcel["number"] for parcel in parcels if parcel["number"]),
        url=next((parcel["url"] for parcel in parcels if parcel["url"]), ""),
        lines=tuple((shipped["lineItem"]["id"], shipped["quantity"] or 0) for shipped in _shipped(store, fulfillment)),
    )


def _lines(store: Store, document: str, order: Node) -> list[Node]:
    def more(cursor: str) -> Node | None:
        (again,) = store.look_up(document, [order["id"]], size=1, after=cursor).values()
        return again["lineItems"] if again else None

    return all_nodes(order["lineItems"], more)


def _shipped(store: Store, fulfillment: Node) -> list[Node]:
    def more(cursor: str) -> Node | None:
        again = store.execute("shipped_lines", {"id": fulfillment["id"], "after": cursor})["fulfillment"]
        return again["fulfillmentLineItems"] if again else None

    return all_nodes(fulfillment["fulfillmentLineItems"], more)


def _refunded(store: Store, refund: Node) -> list[Node]:
    def more(cursor: str) -> Node | None:
        again = store.execute("refunded_lines", {"id": refund["id"], "after": cursor})["refund"]
        return again["refundLineItems"] if again else None

    return all_nodes(refund["refundLineItems"], more)
