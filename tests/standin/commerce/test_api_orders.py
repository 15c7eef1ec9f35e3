"""The Admin API of orders: what a hub reads after a sale and what a partner's order tells of its way."""

import pytest

from standin.commerce import cancel_order, edit_order, fulfil_order, place_customer_order, refund_order
from standin.world import Tracking

pytestmark = pytest.mark.usefixtures("no_violations")

DETAIL = """query Detail($id: ID!, $after: String) { order(id: $id) {
  id name createdAt updatedAt processedAt cancelledAt cancelReason closedAt test edited
  displayFinancialStatus displayFulfillmentStatus
  lineItems(first: 100, after: $after) {
    nodes { id sku title quantity currentQuantity unfulfilledQuantity variant { id }
      originalUnitPriceSet { shopMoney { amount currencyCode } } }
    pageInfo { hasNextPage endCursor }
  }
  refunds(first: 20) {
    id createdAt refundLineItems(first: 50) { nodes { quantity restockType restocked lineItem { id } } }
  }
} }"""
SHIPPED = """query Shipped($id: ID!) { order(id: $id) {
  merchantEditable merchantEditableErrors displayFulfillmentStatus
  fulfillments(first: 20) {
    id status displayStatus createdAt updatedAt estimatedDeliveryAt deliveredAt
    trackingInfo(first: 5) { company number url }
    fulfillmentLineItems(first: 50) { nodes { quantity lineItem { id } } pageInfo { hasNextPage endCursor } }
  }
} }"""
MANY = """query Many($ids: [ID!]!) { nodes(ids: $ids) {
  ... on Order { id updatedAt cancelledAt displayFulfillmentStatus displayFinancialStatus }
} }"""
NEWEST = """query Newest($key: OrderSortKeys!, $after: String) {
  orders(first: 2, after: $after, sortKey: $key, reverse: true) {
    nodes { id name createdAt updatedAt cancelledAt } pageInfo { hasNextPage endCursor }
  }
}"""
FOUND = """query Found($query: String!) {
  orders(first: 25, query: $query, sortKey: UPDATED_AT) { nodes { name processedAt test lineItems(first: 5) {
    nodes { id sku quantity currentQuantity unfulfilledQuantity variant { id } } } } }
}"""
SUMS = """fragment Shown on MoneyBag { shopMoney { amount } }
query Sums($id: ID!) { order(id: $id) {
  subtotalPriceSet { ...Shown } totalPriceSet { ...Shown } totalReceivedSet { ...Shown } totalRefundedSet { ...Shown }
  currentTotalPriceSet { ...Shown }
} }"""
REFUND = """query Refund($id: ID!) { refund(id: $id) {
  refundLineItems(first: 9) { nodes { quantity restockType subtotalSet { shopMoney { amount } } } }
} }"""
SHIPMENT = """query Shipment($id: ID!) { fulfillment(id: $id) {
  fulfillmentLineItems(first: 9) { nodes { quantity lineItem { id } } }
} }"""
WRITE = """mutation Write($input: OrderInput!) {
  orderUpdate(input: $input) { order { id note tags } userErrors { field message } } }"""
CANCEL = """mutation Cancel($id: ID!, $back: Boolean!) {
  orderCancel(orderId: $id, reason: OTHER, restock: true, notifyCustomer: false,
              refundMethod: {originalPaymentMethodsRefund: $back}, staffNote: "not needed") {
    job { id done } orderCancelUserErrors { field message code }
  }
}"""


@pytest.fixture
def order(roaster):
    return place_customer_order(roaster.world, roaster.shop, [(roaster.bag, 4)])


def test_a_fresh_order(roaster, order):
    read = roaster.data(DETAIL, id=order.gid)
    [line] = read["lineItems"]["nodes"]
    assert (read["name"], read["displayFinancialStatus"], read["displayFulfillmentStatus"]) == (
        "#1001",
        "PAID",
        "UNFULFILLED",
    )
    assert line == {
        "id": order.lines[0].gid,
        "sku": "BAG",
        "title": "Sidamo",
        "quantity": 4,
        "currentQuantity": 4,
        "unfulfilledQuantity": 4,
        "variant": {"id": roaster.bag.gid},
        "originalUnitPriceSet": {"shopMoney": {"amount": "12.5", "currencyCode": "USD"}},
    }


def test_an_order_after_shipping_refunding_and_editing(roaster, order):
    [line] = order.lines
    fulfil_order(roaster.world, roaster.shop, order, [(line.id, 1)])
    refund_order(roaster.world, roaster.shop, order, [(line.id, 1)], "RETURN")
    edit_order(roaster.world, roaster.shop, order, line.id, 2)
    read = roaster.data(DETAIL, id=order.gid)
    [row] = read["lineItems"]["nodes"]
    assert (row["quantity"], row["currentQuantity"], row["unfulfilledQuantity"], read["edited"]) == (4, 2, 2, True)
    [refund] = read["refunds"]
    [sent_back] = refund["refundLineItems"]["nodes"]
    assert (sent_back["restockType"], sent_back["restocked"], sent_back["lineItem"]) == (
        "RETURN",
        True,
        {"id": line.gid},
    )


def test_a_refund_and_a_shipment_can_be_read_by_themselves(roaster, order):
    shipment = fulfil_order(roaster.world, roaster.shop, order)
    refund = refund_order(roaster.world, roaster.shop, order, [(order.lines[0].id, 2)])
    [row] = roaster.data(REFUND, id=refund.gid)["refundLineItems"]["nodes"]
    assert row == {"quantity": 2, "restockType": "RETURN", "subtotalSet": {"shopMoney": {"amount": "25.0"}}}
    [row] = roaster.data(SHIPMENT, id=shipment.gid)["fulfillmentLineItems"]["nodes"]
    assert row == {"quantity": 4, "lineItem": {"id": order.lines[0].gid}}


def test_nothing_left_to_ship_needs_no_fulfilment(roaster, order):
    cancel_order(roaster.world, roaster.shop, order)
    read = roaster.data(DETAIL, id=order.gid)
    assert (read["displayFulfillmentStatus"], read["cancelReason"]) == ("FULFILLMENT_NOT_REQUIRED", "OTHER")


def test_a_deleted_variant_is_null_in_the_line(roaster, order):
    roaster.shop.remove_variant(roaster.shop.product_of(roaster.bag), roaster.bag)
    [line] = roaster.data(DETAIL, id=order.gid)["lineItems"]["nodes"]
    assert (line["variant"], line["sku"]) == (None, "BAG")


def test_a_shipment_tells_its_parcels_and_its_lines(roaster, order):
    tracking = Tracking("PostNL", "3SABC", "https://postnl.example/3SABC")
    fulfil_order(roaster.world, roaster.shop, order, [(order.lines[0].id, 3)], tracking)
    read = roaster.data(SHIPPED, id=order.gid)
    [shipment] = read["fulfillments"]
    assert (read["displayFulfillmentStatus"], shipment["status"]) == ("PARTIALLY_FULFILLED", "SUCCESS")
    assert shipment["trackingInfo"] == [{"company": "PostNL", "number": "3SABC", "url": "https://postnl.example/3SABC"}]
    assert shipment["fulfillmentLineItems"]["nodes"] == [{"quantity": 3, "lineItem": {"id": order.lines[0].gid}}]
    assert (read["merchantEditable"], read["merchantEditableErrors"]) == (True, [])


def test_an_archived_order_says_why_it_cannot_be_edited(roaster, order):
    fulfil_order(roaster.world, roaster.shop, order)
    read = roaster.data(SHIPPED, id=order.gid)
    assert (read["merchantEditable"], read["merchantEditableErrors"]) == (False, ["Archived orders can't be edited."])


def test_many_orders_by_id_with_null_for_the_missing(roaster, order):
    read = roaster.data(MANY, ids=[order.gid, "gid://shopify/Order/1"])
    assert [row and row["displayFinancialStatus"] for row in read] == ["PAID", None]


@pytest.mark.parametrize(("key", "names"), [("CREATED_AT", ["#1003", "#1002"]), ("UPDATED_AT", ["#1001", "#1003"])])
def test_the_plain_list_is_current_newest_first(roaster, order, advance, key, names):
    for _ in range(2):
        advance(seconds=1)
        place_customer_order(roaster.world, roaster.shop, [(roaster.bag, 1)])
    advance(seconds=1)
    fulfil_order(roaster.world, roaster.shop, order)
    page = roaster.data(NEWEST, key=key)
    assert [row["name"] for row in page["nodes"]] == names
    rest = roaster.data(NEWEST, key=key, after=page["pageInfo"]["endCursor"])
    assert (len(rest["nodes"]), rest["pageInfo"]["hasNextPage"]) == (1, False)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("updated_at:>='2026-11-02T09:00:00Z'", True),
        ("updated_at:>='2026-11-02T10:00:00Z'", False),
        ("created_at:<'2026-11-02T10:00:00Z' AND name:#1001", True),
        ("tag:hub", True),
        ("tag:other", False),
        ("name:1001", True),
    ],
)
def test_a_search_rides_on_an_index_that_lags(roaster, order, advance, query, found):
    order.tags = ["hub"]
    roaster.world.touch(roaster.shop, order)
    assert roaster.data(FOUND, query=query)["nodes"] == []
    advance(seconds=6)
    assert [row["name"] for row in roaster.data(FOUND, query=query)["nodes"]] == ["#1001"] * found


def test_what_was_paid_and_given_back(roaster, order):
    refund_order(roaster.world, roaster.shop, order, [(order.lines[0].id, 1)])
    sums = {name: bag["shopMoney"]["amount"] for name, bag in roaster.data(SUMS, id=order.gid).items()}
    assert sums == {
        "subtotalPriceSet": "50.0",
        "totalPriceSet": "50.0",
        "totalReceivedSet": "50.0",
        "totalRefundedSet": "12.5",
        "currentTotalPriceSet": "37.5",
    }


def test_a_note_can_be_left_on_an_order(roaster, order):
    answer = roaster.data(WRITE, input={"id": order.gid, "note": "Two bags fewer next week", "tags": ["b", "a"]})
    assert answer["order"] == {"id": order.gid, "note": "Two bags fewer next week", "tags": ["a", "b"]}
    missing = roaster.data(WRITE, input={"id": "gid://shopify/Order/1", "note": "x"})
    assert missing["userErrors"] == [{"field": ["id"], "message": "Order does not exist"}]


@pytest.mark.parametrize(("back", "status"), [(True, "REFUNDED"), (False, "PAID")])
def test_cancelling_gives_the_money_back_only_when_asked_to(roaster, order, back, status):
    answer = roaster.data(CANCEL, id=order.gid, back=back)
    assert (answer["orderCancelUserErrors"], answer["job"]["done"]) == ([], True)
    assert (order.financial_status, roaster.shelf()) == (status, (10, 0, 0, 10))
    again = roaster.data(CANCEL, id=order.gid, back=back)
    assert [error["code"] for error in again["orderCancelUserErrors"]] == ["INVALID"]


def test_orders_older_than_60_days_are_invisible_without_a_scope_of_their_own(roaster, order, advance):
    shipment = fulfil_order(roaster.world, roaster.shop, order)
    advance(days=59)
    assert roaster.data(DETAIL, id=order.gid)["name"] == "#1001"
    advance(days=2)
    assert roaster.data(DETAIL, id=order.gid) is None
    assert roaster.data(MANY, ids=[order.gid, shipment.gid]) == [None, None]
    assert roaster.data(NEWEST, key="ID")["nodes"] == []
    older = ("read_orders", "read_products", "read_all_orders")
    assert roaster.ask(DETAIL, scopes=older, id=order.gid)["data"]["order"]["name"] == "#1001"
