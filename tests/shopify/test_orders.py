"""Orders read back from the stand-in: what customers bought on the hub, and how ours fares at a partner."""

from datetime import timedelta
from typing import Any

import pytest

from occhub import clock
from occhub.money import Money
from occhub.shopify import Store, open_store
from occhub.shopify.orders import read_orders, read_placed_orders, walk_orders
from occhub.shopify.types import HubLine, HubOrder


class Counter:
    """A store's till: sells, ships, takes back."""

    def __init__(self, standin: Any, shop: str) -> None:
        self.standin, self.shop, self.store = standin, shop, open_store(shop)
        variants = [v for product in standin.state(shop)["products"] for v in product["variants"]]
        self.variants = [variant for variant in variants if variant["item"]["tracked"]][:3]
        for variant in self.variants:
            standin.control("POST", f"/shops/{shop}/variants/{variant['id']}/restock", {"quantity": 50})

    def sell(self, *quantities: int, **how: Any) -> dict[str, Any]:
        lines = [{"variant_id": v["id"], "quantity": n} for v, n in zip(self.variants, quantities, strict=False)]
        return dict(self.standin.control("POST", f"/shops/{self.shop}/orders", {"lines": lines, **how}))

    def act(self, order: dict[str, Any], verb: str, **how: Any) -> None:
        self.standin.control("POST", f"/shops/{self.shop}/orders/{order['id']}/{verb}", how)

    def read(self, order: dict[str, Any]) -> HubOrder:
        found = read_orders(self.store, [order["gid"]])[order["gid"]]
        assert found is not None
        return found

    def line(self, order: dict[str, Any]) -> HubLine:
        return self.read(order).lines[0]


@pytest.fixture
def till(cast: Any, standin: Any) -> Counter:
    return Counter(standin, cast.partner)


def first(order: dict[str, Any], quantity: int) -> list[dict[str, int]]:
    return [{"line_id": order["lines"][0]["id"], "quantity": quantity}]


def test_an_order_is_read_with_its_lines(till: Counter) -> None:
    order = till.sell(2, 1)
    found = till.read(order)
    assert (found.name, found.financial_status, found.test, found.cancelled_at) == (order["name"], "PAID", False, None)
    assert [line.variant_id for line in found.lines] == [v["gid"] for v in till.variants[:2]]
    assert [(line.quantity, line.current_quantity, line.fulfilled, line.returned) for line in found.lines] == [
        (2, 2, 0, 0),
        (1, 1, 0, 0),
    ]
    assert found.lines[0].unit_price == Money.parse(till.variants[0]["price"], "USD")


def test_a_test_order_says_so(till: Counter) -> None:
    assert till.read(till.sell(1, test=True)).test


def test_an_unpaid_order_is_pending_until_it_is_paid(till: Counter) -> None:
    order = till.sell(1, financial_status="PENDING")
    assert till.read(order).financial_status == "PENDING"
    till.act(order, "pay")
    assert till.read(order).financial_status == "PAID"


def test_a_cancelled_order_says_when(till: Counter) -> None:
    order = till.sell(1)
    till.act(order, "cancel")
    assert till.read(order).cancelled_at is not None


def test_units_removed_before_shipping_leave_the_current_quantity(till: Counter) -> None:
    order = till.sell(3)
    till.act(order, "edit", line_id=order["lines"][0]["id"], quantity=1)
    line = till.line(order)
    assert (line.current_quantity, line.fulfilled) == (1, 0)


def test_units_shipped_and_sent_back_are_both_counted(till: Counter) -> None:
    order = till.sell(3)
    till.act(order, "fulfil")
    till.act(order, "refund", lines=first(order, 2), restock_type="RETURN")
    line = till.line(order)
    assert (line.quantity, line.current_quantity, line.fulfilled, line.returned) == (3, 1, 3, 2)


def test_a_refund_without_return_is_no_return(till: Counter) -> None:
    order = till.sell(3)
    till.act(order, "fulfil")
    till.act(order, "refund", lines=first(order, 1), restock_type="NO_RESTOCK")
    line = till.line(order)
    assert (line.current_quantity, line.fulfilled, line.returned) == (2, 3, 0)


def test_an_order_that_is_not_there_answers_none(till: Counter) -> None:
    gone = "gid://shopify/Order/1"
    order = till.sell(1)
    answers = read_orders(till.store, [gone, order["gid"], gone])
    assert answers[gone] is None
    assert answers[order["gid"]] is not None


def test_a_line_whose_variant_is_gone_keeps_its_units(till: Counter, standin: Any) -> None:
    order = till.sell(2)
    standin.control("DELETE", f"/shops/{till.shop}/products/{till.variants[0]['product_id']}")
    line = till.line(order)
    assert (line.variant_id, line.quantity) == (None, 2)


def test_many_orders_are_read_in_few_calls(till: Counter) -> None:
    orders = [till.sell(1, test=True)["gid"] for _ in range(5)] * 8
    calls = till.store.calls
    assert len(read_orders(till.store, orders)) == 5
    assert till.store.calls == calls + 1


def test_the_walk_goes_newest_change_first_and_stops_at_the_moment(till: Counter, standin: Any) -> None:
    old = till.sell(1)
    standin.control("POST", "/clock", {"spec": f"{(clock.now() + timedelta(hours=1)).isoformat()}@1"})
    middle = till.sell(1)
    standin.control("POST", "/clock", {"spec": f"{(clock.now() + timedelta(hours=2)).isoformat()}@1"})
    new = till.sell(1)
    since = till.read(middle).updated_at
    assert [stamp.id for stamp in walk_orders(till.store, since)] == [new["gid"], middle["gid"]]
    till.act(old, "cancel")
    assert [stamp.id for stamp in walk_orders(till.store, since)] == [old["gid"], new["gid"], middle["gid"]]


def test_a_walk_over_several_pages_misses_nothing(till: Counter) -> None:
    sold = [till.sell(1, test=True)["gid"] for _ in range(120)]
    walked = [stamp.id for stamp in walk_orders(till.store, clock.now() - timedelta(days=1))]
    assert sorted(walked) == sorted(sold)


def test_an_order_that_changes_behind_our_back_is_not_missed(till: Counter) -> None:
    sold = [till.sell(1, test=True) for _ in range(120)]
    walk = walk_orders(till.store, clock.now() - timedelta(days=1))
    walked = [next(walk).id for _ in range(100)]
    hidden = next(order for order in sold if order["gid"] not in walked)
    till.act(hidden, "cancel")  # moves from the second page to the front of the first
    walked += [stamp.id for stamp in walk]
    assert set(walked) == {order["gid"] for order in sold}


def test_an_order_of_ours_is_read_with_its_parcels(till: Counter) -> None:
    order = till.sell(3, 2)
    parcel = {"company": "UPS", "number": "1Z999", "url": "https://ups.example/1Z999"}
    till.act(order, "fulfil", lines=first(order, 2), tracking=parcel)
    placed = read_placed_orders(till.store, [order["gid"]])[order["gid"]]
    assert placed is not None
    assert [(line.quantity, line.unfulfilled) for line in placed.lines] == [(3, 1), (2, 2)]
    (shipment,) = placed.shipments
    assert (shipment.status, shipment.company, shipment.number) == ("SUCCESS", "UPS", "1Z999")
    assert shipment.lines == ((placed.lines[0].id, 2),)
    assert placed.subtotal == Money.parse(order["totals"]["goods"], "USD")
    assert placed.total == Money.parse(order["totals"]["total"], "USD")
    assert placed.cancelled_at is None


def test_an_order_of_many_lines_is_read_whole_with_its_parcels_and_refunds(till: Counter) -> None:
    rows = [{"variant_id": till.variants[n % 3]["id"], "quantity": 1} for n in range(110)]
    order = till.standin.control("POST", f"/shops/{till.shop}/orders", {"lines": rows})
    till.act(order, "fulfil")
    back = [{"line_id": line["id"], "quantity": 1} for line in order["lines"][:60]]
    till.act(order, "refund", lines=back, restock_type="RETURN")
    seen = till.read(order)
    assert [(line.fulfilled, line.returned) for line in seen.lines] == [(1, 1)] * 60 + [(1, 0)] * 50
    placed = read_placed_orders(till.store, [order["gid"]])[order["gid"]]
    assert placed is not None
    assert len(placed.lines) == 110
    assert sum(quantity for _, quantity in placed.shipments[0].lines) == 110


def test_a_placed_order_that_is_gone_answers_none(till: Counter) -> None:
    assert read_placed_orders(till.store, ["gid://shopify/Order/1"]) == {"gid://shopify/Order/1": None}


def test_reading_no_orders_asks_nobody(till: Counter) -> None:
    calls = till.store.calls
    store: Store = till.store
    assert read_orders(store, []) == {}
    assert store.calls == calls
