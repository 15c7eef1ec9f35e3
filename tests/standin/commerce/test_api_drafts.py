"""The Admin API of draft orders: what they hold, when they lapse, and that each becomes one order at most."""

from datetime import timedelta
from decimal import Decimal

import pytest

pytestmark = pytest.mark.usefixtures("no_violations")

STATE = """fragment State on DraftOrder {
  id name status ready createdAt updatedAt completedAt reserveInventoryUntil tags poNumber note2 email taxExempt
  customAttributes { key value }
  shippingAddress { company city countryCodeV2 }
  order { id name createdAt cancelledAt }
  lineItems(first: 250, after: $after) {
    nodes {
      id quantity title sku variant { id } priceOverride { amount currencyCode }
      approximateDiscountedUnitPriceSet { shopMoney { amount currencyCode } }
    }
    pageInfo { hasNextPage endCursor }
  }
  subtotalPriceSet { shopMoney { amount currencyCode } }
  totalShippingPriceSet { shopMoney { amount } }
  totalTaxSet { shopMoney { amount } }
  totalPriceSet { shopMoney { amount } }
}
"""
CREATE = (
    STATE
    + """mutation Open($input: DraftOrderInput!, $after: String) {
  draftOrderCreate(input: $input) { draftOrder { ...State } userErrors { field message } } }"""
)
UPDATE = (
    STATE
    + """mutation Rewrite($id: ID!, $input: DraftOrderInput!, $after: String) {
  draftOrderUpdate(id: $id, input: $input) { draftOrder { ...State } userErrors { field message } } }"""
)
COMPLETE = (
    STATE
    + """mutation Complete($id: ID!, $pending: Boolean, $after: String) {
  draftOrderComplete(id: $id, paymentPending: $pending) { draftOrder { ...State } userErrors { field message } } }"""
)
READ = STATE + "query Read($id: ID!, $after: String) { draftOrder(id: $id) { ...State } }"
DELETE = """mutation Delete($id: ID!) {
  draftOrderDelete(input: {id: $id}) { deletedId userErrors { field message } } }"""
NEWEST = """query Newest($after: String) {
  draftOrders(first: 2, after: $after, sortKey: UPDATED_AT, reverse: true) {
    nodes { id name status createdAt updatedAt tags poNumber order { id } }
    pageInfo { hasNextPage endCursor }
  }
}"""
TAGGED = "query Tagged($query: String!) { draftOrders(first: 5, query: $query) { nodes { id } } }"
ORDER = """query Placed($id: ID!) { order(id: $id) {
  name note tags poNumber sourceName displayFinancialStatus displayFulfillmentStatus paymentGatewayNames
  customAttributes { key value } shippingAddress { city } shippingLine { title }
  totalPriceSet { shopMoney { amount currencyCode } } totalOutstandingSet { shopMoney { amount } }
} }"""


def line(variant, quantity, price=None):
    row = {"variantId": variant.gid, "quantity": quantity}
    return row | ({"priceOverride": {"amount": price, "currencyCode": "USD"}} if price else {})


def opened(roaster, *lines, **more):
    answer = roaster.data(CREATE, input={"lineItems": list(lines) or [line(roaster.bag, 2)], **more})
    assert answer["userErrors"] == []
    return answer["draftOrder"]


def in_days(roaster, days):
    return (roaster.world.now() + timedelta(days=days)).isoformat()


def test_a_draft_reads_back_what_was_written_with_the_agreed_prices(roaster):
    draft = opened(
        roaster,
        line(roaster.bag, 3, "8.10"),
        line(roaster.kilo, 1),
        tags=["t-4711", "hub"],
        poNumber="HUB-2026-W45",
        note="For the hub",
        email="hub@example.com",
        customAttributes=[{"key": "window", "value": "2026-W45"}],
        shippingAddress={"company": "The hub", "city": "Rotterdam", "countryCode": "NL"},
        shippingLine={"title": "Pallet", "priceWithCurrency": {"amount": "7.50", "currencyCode": "USD"}},
    )
    assert roaster.data(READ, id=draft["id"]) == draft
    assert (draft["name"], draft["status"], draft["ready"], draft["tags"]) == ("#D1", "OPEN", True, ["hub", "t-4711"])
    assert draft["shippingAddress"] == {"company": "The hub", "city": "Rotterdam", "countryCodeV2": "NL"}
    agreed, retail = draft["lineItems"]["nodes"]
    assert (agreed["quantity"], agreed["priceOverride"]) == (3, {"amount": "8.1", "currencyCode": "USD"})
    assert (retail["priceOverride"], retail["sku"]) == (None, "KILO")
    assert draft["subtotalPriceSet"]["shopMoney"]["amount"] == "64.3"
    assert draft["totalPriceSet"]["shopMoney"]["amount"] == "71.8"


def test_tax_is_that_of_the_store_unless_the_draft_is_exempt(roaster):
    roaster.shop.tax_rate, roaster.shop.taxes_included = Decimal("0.09"), False
    draft = opened(roaster, line(roaster.bag, 2, "10.00"))
    assert draft["totalTaxSet"]["shopMoney"]["amount"] == "1.8"
    exempt = roaster.data(UPDATE, id=draft["id"], input={"taxExempt": True})["draftOrder"]
    assert (exempt["totalTaxSet"]["shopMoney"]["amount"], exempt["taxExempt"]) == ("0.0", True)


def test_lines_of_an_update_replace_the_list_and_nothing_else(roaster):
    draft = opened(roaster, line(roaster.bag, 2), line(roaster.kilo, 1), tags=["hub"])
    changed = roaster.data(UPDATE, id=draft["id"], input={"lineItems": [line(roaster.bag, 5)]})["draftOrder"]
    assert [(row["sku"], row["quantity"]) for row in changed["lineItems"]["nodes"]] == [("BAG", 5)]
    assert changed["tags"] == ["hub"]


def test_an_update_of_lines_alone_sends_no_webhook(roaster):
    draft = opened(roaster)
    assert roaster.told() == ["draft_orders/create"]
    roaster.data(UPDATE, id=draft["id"], input={"lineItems": [line(roaster.bag, 5)]})
    assert roaster.told() == []
    roaster.data(UPDATE, id=draft["id"], input={"note": "Please roast on Tuesday"})
    assert roaster.told() == ["draft_orders/update"]


def test_a_reservation_follows_the_lines_at_the_default_location_only(roaster):
    roastery = roaster.second_location()
    roaster.world.move_stock(roaster.shop, roaster.shop.item_of(roaster.bag), roastery.id, available=50)
    draft = opened(roaster, line(roaster.bag, 4))
    assert roaster.shelf() == (10, 0, 0, 10)
    roaster.data(UPDATE, id=draft["id"], input={"reserveInventoryUntil": in_days(roaster, 2)})
    assert roaster.shelf() == (6, 0, 4, 10)
    roaster.data(UPDATE, id=draft["id"], input={"lineItems": [line(roaster.bag, 1)]})
    assert roaster.shelf() == (9, 0, 1, 10)
    assert roaster.shelf(location=roastery) == (50, 0, 0, 50)


def test_a_reservation_does_not_ask_whether_the_goods_are_there(roaster):
    opened(roaster, line(roaster.bag, 25), reserveInventoryUntil=in_days(roaster, 2))
    assert roaster.shelf() == (-15, 0, 25, 10)


def test_a_reservation_lapses_when_its_time_is_up(roaster, advance):
    draft = opened(roaster, line(roaster.bag, 4), reserveInventoryUntil=in_days(roaster, 2))
    advance(days=1)
    roaster.data(READ, id=draft["id"])
    assert roaster.shelf() == (6, 0, 4, 10)
    advance(days=1, minutes=1)
    roaster.data(READ, id=draft["id"])
    assert roaster.shelf() == (10, 0, 0, 10)


def test_taking_the_time_away_frees_the_goods(roaster):
    draft = opened(roaster, line(roaster.bag, 4), reserveInventoryUntil=in_days(roaster, 2))
    roaster.data(UPDATE, id=draft["id"], input={"reserveInventoryUntil": None})
    assert roaster.shelf() == (10, 0, 0, 10)


def test_deleting_a_draft_frees_the_goods(roaster):
    draft = opened(roaster, line(roaster.bag, 4), reserveInventoryUntil=in_days(roaster, 2))
    roaster.told()
    assert roaster.data(DELETE, id=draft["id"]) == {"deletedId": draft["id"], "userErrors": []}
    assert (roaster.shelf(), roaster.told()) == ((10, 0, 0, 10), ["draft_orders/delete"])
    assert roaster.data(READ, id=draft["id"]) is None


@pytest.mark.parametrize(("pending", "status", "outstanding"), [(True, "PENDING", "24.3"), (None, "PAID", "0.0")])
def test_completing_makes_an_order_that_carries_the_drafts_words(roaster, pending, status, outstanding):
    words = {"tags": ["hub"], "poNumber": "HUB-1", "note": "n", "customAttributes": [{"key": "a", "value": "b"}]}
    draft = opened(roaster, line(roaster.bag, 3, "8.10"), **words, shippingAddress={"city": "Rotterdam"})
    roaster.told()
    done = roaster.data(COMPLETE, id=draft["id"], pending=pending)
    assert done["userErrors"] == []
    assert (done["draftOrder"]["status"], done["draftOrder"]["completedAt"] is None) == ("COMPLETED", False)
    order = roaster.data(ORDER, id=done["draftOrder"]["order"]["id"])
    assert order == {
        "name": "#1001",
        "note": "n",
        "tags": ["hub"],
        "poNumber": "HUB-1",
        "sourceName": "shopify_draft_order",
        "displayFinancialStatus": status,
        "displayFulfillmentStatus": "UNFULFILLED",
        "paymentGatewayNames": ["manual"],
        "customAttributes": [{"key": "a", "value": "b"}],
        "shippingAddress": {"city": "Rotterdam"},
        "shippingLine": None,
        "totalPriceSet": {"shopMoney": {"amount": "24.3", "currencyCode": "USD"}},
        "totalOutstandingSet": {"shopMoney": {"amount": outstanding}},
    }
    paid = [] if pending else ["orders/paid"]
    assert roaster.told() == ["draft_orders/update", "orders/create", *paid]


def test_completing_turns_what_is_reserved_into_committed(roaster):
    draft = opened(roaster, line(roaster.bag, 4), reserveInventoryUntil=in_days(roaster, 2))
    roaster.data(COMPLETE, id=draft["id"], pending=True)
    assert roaster.shelf() == (6, 4, 0, 10)


def test_completing_without_a_reservation_takes_the_goods_checked_or_not(roaster):
    draft = opened(roaster, line(roaster.bag, 12))
    roaster.data(COMPLETE, id=draft["id"], pending=True)
    assert roaster.shelf() == (-2, 12, 0, 10)


@pytest.mark.parametrize("pending", [True, False])
def test_completing_twice_shows_the_same_order_and_says_so(roaster, pending):
    draft = opened(roaster)
    first = roaster.data(COMPLETE, id=draft["id"], pending=pending)["draftOrder"]
    again = roaster.data(COMPLETE, id=draft["id"], pending=pending)
    assert again["draftOrder"]["order"] == first["order"]
    assert len(again["userErrors"]) == len(roaster.shop.orders) == 1
    if not pending:
        assert again["userErrors"] == [{"field": None, "message": "This order has been paid"}]


def test_a_draft_is_not_ready_for_a_moment_when_asked_to(roaster, advance):
    roaster.world.draft_ready_seconds = 3
    draft = opened(roaster)
    refused = roaster.data(COMPLETE, id=draft["id"], pending=True)
    assert (draft["ready"], refused["draftOrder"]["status"], len(refused["userErrors"])) == (False, "OPEN", 1)
    advance(seconds=3)
    assert roaster.data(READ, id=draft["id"])["ready"]
    assert roaster.data(COMPLETE, id=draft["id"], pending=True)["userErrors"] == []


def test_a_completed_draft_can_be_neither_changed_nor_deleted(roaster):
    draft = opened(roaster)
    roaster.data(COMPLETE, id=draft["id"], pending=True)
    assert roaster.data(UPDATE, id=draft["id"], input={"note": "x"})["userErrors"]
    refused = roaster.data(DELETE, id=draft["id"])
    assert (refused["deletedId"], len(refused["userErrors"])) == (None, 1)


def test_a_draft_with_a_deleted_variant_is_not_completed(roaster):
    draft = opened(roaster, line(roaster.bag, 1), line(roaster.kilo, 1))
    roaster.shop.remove_variant(roaster.shop.product_of(roaster.bag), roaster.bag)
    message = f"Product with ID {roaster.bag.id} is no longer available."
    assert roaster.data(COMPLETE, id=draft["id"])["userErrors"] == [{"field": None, "message": message}]
    assert [row["variant"] is None for row in roaster.data(READ, id=draft["id"])["lineItems"]["nodes"]] == [True, False]


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"lineItems": []}, None, "Add at least 1 product"),
        ({"lineItems": [{"title": "", "quantity": 1}]}, None, "Merchandise title is empty."),
        ({"email": "nobody"}, ["email"], "Email is invalid"),
        ({"tags": ["x" * 41]}, ["tags", "0"], "Title Tag exceeds the maximum length of 40 characters"),
        ({"reserveInventoryUntil": "2026-11-01T00:00:00Z"}, None, "Reserve until can't be in the past"),
        (
            {"lineItems": [{"variantId": "gid://shopify/ProductVariant/9", "quantity": 1}]},
            None,
            "Product with ID 9 is no longer available.",
        ),
        (
            {"lineItems": [{"title": "Coffee", "quantity": 0}]},
            ["lineItems", "0", "quantity"],
            "Quantity must be greater than or equal to 1",
        ),
        (
            {"lineItems": [{"title": "x", "quantity": 1, "priceOverride": {"amount": "1", "currencyCode": "EUR"}}]},
            ["lineItems", "0", "priceOverride", "currencyCode"],
            "The currency must be the store's, USD",
        ),
    ],
)
def test_what_a_store_does_not_take_changes_nothing(roaster, wrong, field, message):
    draft = opened(roaster, reserveInventoryUntil=in_days(roaster, 1))
    answer = roaster.data(UPDATE, id=draft["id"], input=wrong)
    assert answer == {"draftOrder": None, "userErrors": [{"field": field, "message": message}]}
    assert roaster.data(READ, id=draft["id"]) == draft


@pytest.mark.parametrize("document", [UPDATE, COMPLETE, DELETE])
def test_a_draft_that_is_not_there(roaster, document):
    variables = {"input": {"note": "x"}} if document is UPDATE else {}
    errors = roaster.data(document, id="gid://shopify/DraftOrder/1", **variables)["userErrors"]
    assert errors == [{"field": ["id"], "message": "Draft order does not exist"}]


def test_the_plain_list_is_current_and_pages_from_the_newest_change(roaster, advance):
    ids = []
    for _ in range(3):
        ids.append(opened(roaster)["id"])
        advance(seconds=2)
    roaster.data(UPDATE, id=ids[0], input={"note": "changed last"})
    first = roaster.data(NEWEST)
    rest = roaster.data(NEWEST, after=first["pageInfo"]["endCursor"])
    assert [node["id"] for node in first["nodes"] + rest["nodes"]] == [ids[0], ids[2], ids[1]]


def test_a_search_learns_of_a_draft_only_after_a_while(roaster, advance):
    draft = opened(roaster, tags=["t-1"])
    assert roaster.data(TAGGED, query="tag:t-1") == {"nodes": []}
    advance(seconds=6)
    assert roaster.data(TAGGED, query="tag:t-1") == {"nodes": [{"id": draft["id"]}]}
