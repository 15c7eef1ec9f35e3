"""Shipments: in parts, with parcels, called back."""

import pytest

from standin.commerce import (
    Refusal,
    cancel_fulfilment,
    fulfil_order,
    place_customer_order,
    refund_order,
    track_fulfilment,
)
from standin.commerce.statuses import fulfillment_status
from standin.world import Tracking


@pytest.fixture
def order(roaster):
    order = place_customer_order(roaster.world, roaster.shop, [(roaster.bag, 4), (roaster.kilo, 2)])
    roaster.told()
    return order


def test_shipping_a_part_lowers_committed_by_that_part(roaster, order):
    bags, _ = order.lines
    shipment = fulfil_order(roaster.world, roaster.shop, order, [(bags.id, 3)], Tracking("PostNL", "3SABC"))
    assert (shipment.name, shipment.status, roaster.shelf()) == ("#1001-F1", "SUCCESS", (6, 1, 0, 7))
    assert fulfillment_status(order) == "PARTIALLY_FULFILLED"
    assert roaster.told() == ["orders/partially_fulfilled", "orders/updated", "fulfillments/create"]


def test_shipping_the_rest_fulfils_and_archives_a_paid_order(roaster, order):
    fulfil_order(roaster.world, roaster.shop, order, [(order.lines[0].id, 1)])
    roaster.told()
    fulfil_order(roaster.world, roaster.shop, order)
    assert (fulfillment_status(order), roaster.shelf(), roaster.shelf(roaster.kilo)) == (
        "FULFILLED",
        (6, 0, 0, 6),
        (1, 0, 0, 1),
    )
    assert order.closed_at is not None
    assert roaster.told() == ["orders/fulfilled", "orders/updated", "fulfillments/create"]


def test_no_more_is_shipped_than_is_left(roaster, order):
    with pytest.raises(Refusal, match="Only 4 units"):
        fulfil_order(roaster.world, roaster.shop, order, [(order.lines[0].id, 3), (order.lines[0].id, 2)])
    fulfil_order(roaster.world, roaster.shop, order)
    with pytest.raises(Refusal, match="Nothing"):
        fulfil_order(roaster.world, roaster.shop, order)


def test_a_parcel_number_may_come_later(roaster, order):
    shipment = fulfil_order(roaster.world, roaster.shop, order)
    roaster.told()
    track_fulfilment(roaster.world, roaster.shop, order, shipment, Tracking("DHL", "JD01", "https://dhl.example/JD01"))
    assert [each.number for each in shipment.tracking_info] == ["JD01"]
    assert roaster.told() == ["orders/updated", "fulfillments/update"]


def test_a_shipment_called_back_is_committed_again_where_it_came_from(roaster, order):
    before = (roaster.shelf(), roaster.shelf(roaster.kilo))
    shipment = fulfil_order(roaster.world, roaster.shop, order)
    cancel_fulfilment(roaster.world, roaster.shop, order, shipment)
    assert (roaster.shelf(), roaster.shelf(roaster.kilo)) == before
    assert (shipment.status, fulfillment_status(order), order.closed_at) == ("CANCELLED", "UNFULFILLED", None)


def test_a_shipment_of_which_units_came_back_cannot_be_called_back(roaster, order):
    shipment = fulfil_order(roaster.world, roaster.shop, order)
    refund_order(roaster.world, roaster.shop, order, [(order.lines[0].id, 1)], "RETURN")
    with pytest.raises(Refusal, match="returned"):
        cancel_fulfilment(roaster.world, roaster.shop, order, shipment)
