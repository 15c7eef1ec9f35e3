"""People buying at a store, and what it does to the shelf."""

from decimal import Decimal

import pytest

from standin.commerce import OutOfStock, Refusal, edit_order, fulfil_order, pay_order, place_customer_order, restock
from standin.commerce import sell_in_shop as sell
from standin.commerce.statuses import fulfillment_status
from standin.commerce.totals import original_totals


def test_a_customer_order_takes_units_from_available_to_committed(roaster):
    order = place_customer_order(roaster.world, roaster.shop, [(roaster.bag, 4)])
    assert (order.name, order.financial_status, fulfillment_status(order)) == ("#1001", "PAID", "UNFULFILLED")
    assert roaster.shelf() == (6, 4, 0, 10)


def test_orders_are_numbered_one_after_the_other(roaster):
    names = [place_customer_order(roaster.world, roaster.shop, [(roaster.bag, 1)]).name for _ in range(3)]
    assert names == ["#1001", "#1002", "#1003"]


def test_a_variant_with_policy_deny_is_not_oversold(roaster):
    with pytest.raises(OutOfStock, match="10 left, 11 asked for"):
        place_customer_order(roaster.world, roaster.shop, [(roaster.bag, 6), (roaster.bag, 5)])
    assert (roaster.shelf(), roaster.shop.orders) == ((10, 0, 0, 10), {})


def test_a_variant_with_policy_continue_goes_below_zero(roaster):
    place_customer_order(roaster.world, roaster.shop, [(roaster.kilo, 5)])
    assert roaster.shelf(roaster.kilo) == (-2, 5, 0, 3)


def test_an_order_is_served_by_the_location_that_has_it_all(roaster):
    roastery = roaster.second_location()
    restock(roaster.world, roaster.shop, roaster.bag, 20, roastery)
    place_customer_order(roaster.world, roaster.shop, [(roaster.bag, 15)])
    assert (roaster.shelf(), roaster.shelf(location=roastery)) == ((10, 0, 0, 10), (5, 15, 0, 20))


def test_an_order_no_location_has_alone_is_spread_over_several(roaster):
    roastery = roaster.second_location()
    restock(roaster.world, roaster.shop, roaster.bag, 8, roastery)
    place_customer_order(roaster.world, roaster.shop, [(roaster.bag, 15)])
    assert (roaster.shelf(), roaster.shelf(location=roastery)) == ((0, 10, 0, 10), (3, 5, 0, 8))


def test_a_cafe_that_ships_nothing_does_not_serve_web_orders(roaster):
    cafe = roaster.second_location("Café", fulfills_online_orders=False)
    restock(roaster.world, roaster.shop, roaster.bag, 20, cafe)
    with pytest.raises(OutOfStock):
        place_customer_order(roaster.world, roaster.shop, [(roaster.bag, 11)])
    sell(roaster.world, roaster.shop, roaster.bag, 2, cafe)
    assert roaster.shelf(location=cafe) == (18, 0, 0, 18)


def test_untracked_goods_have_no_stock_to_move(roaster):
    roaster.shop.item_of(roaster.bag).tracked = False
    order = place_customer_order(roaster.world, roaster.shop, [(roaster.bag, 50)])
    fulfil_order(roaster.world, roaster.shop, order)
    assert roaster.shelf() == (10, 0, 0, 10)


def test_a_sale_over_the_counter_is_paid_and_gone(roaster):
    order = sell(roaster.world, roaster.shop, roaster.bag, 3)
    assert (order.source_name, order.financial_status, fulfillment_status(order)) == ("pos", "PAID", "FULFILLED")
    assert (roaster.shelf(), order.email) == ((7, 0, 0, 7), None)


def test_an_unpaid_order_waits_for_its_money(roaster):
    order = place_customer_order(roaster.world, roaster.shop, [(roaster.bag, 2)], "PENDING")
    roaster.told()
    pay_order(roaster.world, roaster.shop, order)
    assert (order.financial_status, order.total_received) == ("PAID", Decimal("25.00"))
    assert roaster.told() == ["orders/paid", "orders/updated"]
    with pytest.raises(Refusal):
        pay_order(roaster.world, roaster.shop, order)


@pytest.mark.parametrize(("included", "tax", "total"), [(True, "2.17", "25.00"), (False, "2.38", "27.38")])
def test_tax_is_inside_the_price_or_on_top_of_it(roaster, included, tax, total):
    roaster.shop.tax_rate, roaster.shop.taxes_included = Decimal("0.095"), included
    order = place_customer_order(roaster.world, roaster.shop, [(roaster.bag, 2)])
    sums = original_totals(order)
    assert (sums.goods, sums.tax, sums.total) == (Decimal("25.00"), Decimal(tax), Decimal(total))


def test_editing_less_keeps_the_quantity_and_gives_the_units_back(roaster):
    order = place_customer_order(roaster.world, roaster.shop, [(roaster.bag, 5)])
    [line] = order.lines
    roaster.told()
    edit_order(roaster.world, roaster.shop, order, line.id, 0)
    assert (line.quantity, line.current_quantity, line.unfulfilled_quantity) == (5, 0, 0)
    assert (roaster.shelf(), fulfillment_status(order)) == ((10, 0, 0, 10), "FULFILLMENT_NOT_REQUIRED")
    assert order.edited
    assert roaster.told() == ["orders/updated", "orders/edited"]


def test_editing_more_raises_the_quantity_and_takes_the_units(roaster):
    order = place_customer_order(roaster.world, roaster.shop, [(roaster.bag, 2)])
    [line] = order.lines
    edit_order(roaster.world, roaster.shop, order, line.id, 5)
    assert (line.quantity, line.current_quantity, roaster.shelf()) == (5, 5, (5, 5, 0, 10))
    assert order.financial_status == "PARTIALLY_PAID"


def test_what_was_shipped_cannot_be_edited_away(roaster):
    order = place_customer_order(roaster.world, roaster.shop, [(roaster.bag, 5)])
    [line] = order.lines
    fulfil_order(roaster.world, roaster.shop, order, [(line.id, 2)])
    with pytest.raises(Refusal, match="2 units"):
        edit_order(roaster.world, roaster.shop, order, line.id, 1)


def test_the_webhook_of_an_order_carries_the_person_and_the_payload_of_the_rest_api(roaster):
    order = place_customer_order(roaster.world, roaster.shop, [(roaster.bag, 2)])
    body = next(event.payload for event in roaster.world.outgoing if event.topic == "orders/create")
    assert (body["id"], body["name"], body["total_price"], body["financial_status"]) == (
        order.id,
        "#1001",
        "25.00",
        "paid",
    )
    assert body["email"] == order.email
    assert body["customer"]["id"] == order.customer_id
    assert body["shipping_address"]["last_name"] == order.shipping_address.last_name
    [line] = body["line_items"]
    assert (line["sku"], line["quantity"], line["current_quantity"], line["price"]) == ("BAG", 2, 2, "12.50")


def test_every_level_that_moves_is_told(roaster):
    place_customer_order(roaster.world, roaster.shop, [(roaster.bag, 2)])
    [event] = [event for event in roaster.world.outgoing if event.topic == "inventory_levels/update"]
    assert (event.payload["inventory_item_id"], event.payload["available"]) == (roaster.bag.item_id, 8)
