"""Following placed orders home."""

from typing import Any

import pytest

from occhub import clock
from occhub.catalog.models import ProductMapping
from occhub.orders import customers, demand, tracking, windows
from occhub.orders.models import MasterLine, Shipment
from tests.orders.conftest import Floor, delete_coffee


@pytest.fixture
def theirs(floor: Floor) -> dict[str, Any]:
    """A placed order of five bags at the partner's."""
    floor.sell(3)
    floor.sell(2)
    floor.place(floor.claim())
    (order,) = floor.orders()
    return dict(order)


def partner_does(floor: Floor, theirs: dict[str, Any], what: str, **facts: Any) -> None:
    """Something happens to our order in the partner's store."""
    floor.standin.control("POST", f"/shops/{floor.partner.shop}/orders/{theirs['id']}/{what}", facts)


def track(floor: Floor) -> int:
    return tracking.track(floor.partner, as_of=clock.now())


def test_a_parcel_and_its_units_are_read_back(floor: Floor, theirs: dict[str, Any]) -> None:
    parcel = {"company": "UPS", "number": "1Z999", "url": "https://ups.example/1Z999"}
    line = theirs["lines"][0]["id"]
    partner_does(floor, theirs, "fulfil", lines=[{"line_id": line, "quantity": 2}], tracking=parcel)
    assert track(floor) == 1
    (shipment,) = Shipment.select()
    assert (shipment.company, shipment.number, shipment.units) == ("UPS", "1Z999", 2)
    assert floor.line().shipped == 2
    assert floor.line().confirmed == 5
    assert track(floor) == 0


def test_several_parcels_add_up(floor: Floor, theirs: dict[str, Any]) -> None:
    line = theirs["lines"][0]["id"]
    partner_does(floor, theirs, "fulfil", lines=[{"line_id": line, "quantity": 2}])
    partner_does(floor, theirs, "fulfil")
    track(floor)
    assert floor.line().shipped == 5
    assert Shipment.select().count() == 2
    assert floor.part().fulfillment_status == "FULFILLED"


def test_r13_a_placed_order_cancelled_by_the_partner_is_wanted_again(floor: Floor, theirs: dict[str, Any]) -> None:
    partner_does(floor, theirs, "cancel")
    ProductMapping.update(stock_wanted_at=None).execute()
    assert track(floor) == 1
    assert demand.unclaimed([floor.coffee.id], clock.now()) == {floor.coffee.id: 5}
    assert ProductMapping.find(floor.coffee.id).stock_wanted_at is not None
    floor.claim()
    assert floor.window().number == 2
    assert floor.line().confirmed == 5


def test_r13_what_the_partner_takes_off_the_order_is_wanted_again(floor: Floor, theirs: dict[str, Any]) -> None:
    partner_does(floor, theirs, "edit", line_id=theirs["lines"][0]["id"], quantity=4)
    track(floor)
    assert demand.unclaimed([floor.coffee.id], clock.now()) == {floor.coffee.id: 1}
    floor.claim()
    assert floor.line().confirmed == 1
    confirmed = [line.confirmed for line in MasterLine.select().order_by(MasterLine.id)]
    assert confirmed == [4, 1]


def test_nothing_placed_is_nothing_asked(floor: Floor) -> None:
    floor.sell(1)
    floor.claim()
    assert tracking.under_way(floor.partner, clock.now()) == []
    assert track(floor) == 0


def test_r13_a_coffee_deleted_after_it_was_shipped_stays_shipped(floor: Floor, theirs: dict[str, Any]) -> None:
    line = theirs["lines"][0]["id"]
    partner_does(floor, theirs, "fulfil", lines=[{"line_id": line, "quantity": 2}])
    track(floor)
    delete_coffee(floor, floor.coffee)
    partner_does(floor, theirs, "fulfil")
    track(floor)
    assert (floor.line().shipped, floor.line().confirmed) == (5, 5)
    assert demand.unclaimed([floor.coffee.id], clock.now()) == {floor.coffee.id: 0}


def test_a_coffee_deleted_before_its_order_was_ever_looked_at_is_not_guessed_at(
    floor: Floor, theirs: dict[str, Any]
) -> None:
    delete_coffee(floor, floor.coffee)
    partner_does(floor, theirs, "fulfil")
    track(floor)
    assert (floor.line().shipped, floor.line().confirmed) == (0, 5)
    assert floor.part().fulfillment_status == "FULFILLED"


def test_the_customers_order_and_the_window_say_how_far_it_is_shipped(floor: Floor, theirs: dict[str, Any]) -> None:
    def words() -> tuple[str, str]:
        (order, _), now = customers.customer_orders("all", as_of=clock.now()).orders, clock.now()
        return order.chips[0].words, windows.list_windows(as_of=now).rows[0].words

    assert words() == (f"placed as {theirs['name']}", "placed")
    line = theirs["lines"][0]["id"]
    partner_does(floor, theirs, "fulfil", lines=[{"line_id": line, "quantity": 2}])
    track(floor)
    assert words() == (f"partly shipped, {theirs['name']}", "partly shipped")
    partner_does(floor, theirs, "fulfil")
    track(floor)
    assert words() == (f"shipped, {theirs['name']}", "shipped")
