"""Orders cancelled and refunded: where the units go, what the lines say, what money goes back."""

from decimal import Decimal

import pytest

from standin.commerce import (
    Refusal,
    cancel_order,
    delete_order,
    fulfil_order,
    place_customer_order,
    refund_order,
    restock,
)
from standin.commerce.statuses import fulfillment_status


@pytest.fixture
def order(roaster):
    return place_customer_order(roaster.world, roaster.shop, [(roaster.bag, 4)])


def lines_of(order):
    return [(line.quantity, line.current_quantity, line.unfulfilled_quantity) for line in order.lines]


def test_cancelling_with_restock_returns_the_units_and_the_money(roaster, order):
    roaster.told()
    cancel_order(roaster.world, roaster.shop, order)
    assert roaster.shelf() == (10, 0, 0, 10)
    assert (order.financial_status, order.total_refunded, lines_of(order)) == (
        "REFUNDED",
        Decimal("50.00"),
        [(4, 0, 0)],
    )
    assert order.cancelled_at == order.closed_at is not None
    assert roaster.told() == ["refunds/create", "orders/cancelled", "orders/updated"]


def test_cancelling_without_restock_writes_the_units_off(roaster, order):
    cancel_order(roaster.world, roaster.shop, order, restock=False)
    assert roaster.shelf() == (6, 0, 0, 6)


def test_cancelling_an_unpaid_order_voids_it(roaster):
    order = place_customer_order(roaster.world, roaster.shop, [(roaster.bag, 1)], "PENDING")
    cancel_order(roaster.world, roaster.shop, order)
    assert (order.financial_status, order.total_refunded) == ("VOIDED", 0)


def test_an_order_is_cancelled_once_and_not_after_shipping(roaster, order):
    other = place_customer_order(roaster.world, roaster.shop, [(roaster.bag, 1)])
    fulfil_order(roaster.world, roaster.shop, other)
    with pytest.raises(Refusal, match="shipped"):
        cancel_order(roaster.world, roaster.shop, other)
    cancel_order(roaster.world, roaster.shop, order)
    with pytest.raises(Refusal, match="already"):
        cancel_order(roaster.world, roaster.shop, order)


def test_units_not_shipped_are_cancelled_by_a_refund(roaster, order):
    [line] = order.lines
    refund = refund_order(roaster.world, roaster.shop, order, [(line.id, 3)], "CANCEL")
    assert (lines_of(order), roaster.shelf()) == ([(4, 1, 1)], (9, 1, 0, 10))
    assert (refund.amount, order.financial_status) == (Decimal("37.50"), "PARTIALLY_REFUNDED")


def test_shipped_units_come_back_as_returns_at_the_default_location(roaster, order):
    roastery = roaster.second_location()
    restock(roaster.world, roaster.shop, roaster.bag, 9, roastery)
    [line] = order.lines
    fulfil_order(roaster.world, roaster.shop, order)
    refund_order(roaster.world, roaster.shop, order, [(line.id, 1)], "RETURN")
    assert (lines_of(order), roaster.shelf()) == ([(4, 3, 0)], (7, 0, 0, 7))
    assert fulfillment_status(order) == "FULFILLED"


def test_a_refund_without_restock_leaves_the_shelf_short(roaster, order):
    [line] = order.lines
    refund_order(roaster.world, roaster.shop, order, [(line.id, 4)], "NO_RESTOCK")
    assert (lines_of(order), roaster.shelf()) == ([(4, 0, 0)], (6, 0, 0, 6))
    assert fulfillment_status(order) == "FULFILLMENT_NOT_REQUIRED"


def test_without_a_type_unshipped_units_are_cancelled_and_shipped_ones_returned(roaster, order):
    [line] = order.lines
    fulfil_order(roaster.world, roaster.shop, order, [(line.id, 1)])
    refund = refund_order(roaster.world, roaster.shop, order, [(line.id, 4)])
    assert [(row.restock_type, row.quantity) for row in refund.lines] == [("CANCEL", 3), ("RETURN", 1)]
    assert roaster.shelf() == (10, 0, 0, 10)


@pytest.mark.parametrize(("kind", "units"), [("RETURN", 1), ("CANCEL", 5), ("NO_RESTOCK", 5), (None, 5), ("BURN", 1)])
def test_no_more_is_refunded_than_is_there_to_refund_that_way(roaster, order, kind, units):
    with pytest.raises(Refusal):
        refund_order(roaster.world, roaster.shop, order, [(order.lines[0].id, units)], kind)
    assert (lines_of(order), roaster.shelf(), order.refunds) == ([(4, 4, 4)], (6, 4, 0, 10), [])


def test_shipped_short_and_the_rest_cancelled_closes_a_paid_order(roaster, order):
    [line] = order.lines
    fulfil_order(roaster.world, roaster.shop, order, [(line.id, 3)])
    assert (fulfillment_status(order), order.closed_at) == ("PARTIALLY_FULFILLED", None)
    refund_order(roaster.world, roaster.shop, order, [(line.id, 1)], "CANCEL")
    assert (fulfillment_status(order), lines_of(order)) == ("FULFILLED", [(4, 3, 0)])
    assert order.closed_at is not None


def test_only_finished_orders_can_be_deleted(roaster, order):
    with pytest.raises(Refusal):
        delete_order(roaster.world, roaster.shop, order)
    cancel_order(roaster.world, roaster.shop, order)
    roaster.told()
    delete_order(roaster.world, roaster.shop, order)
    assert (roaster.shop.orders, roaster.told()) == ({}, ["orders/delete"])


def test_every_change_moves_the_time_of_the_order(roaster, order, advance):
    times = [order.updated_at]
    for change in (
        lambda: fulfil_order(roaster.world, roaster.shop, order, [(order.lines[0].id, 1)]),
        lambda: refund_order(roaster.world, roaster.shop, order, [(order.lines[0].id, 1)]),
        lambda: fulfil_order(roaster.world, roaster.shop, order),
    ):
        advance(minutes=1)
        change()
        times.append(order.updated_at)
    assert times == sorted(set(times))
