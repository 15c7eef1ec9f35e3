"""Bags that were ordered and never came: wanted again by themselves, or closed by the owner."""

import pytest

from occhub import clock
from occhub.errors import Conflict, NotFound
from occhub.orders import demand, shortfalls, tracking
from occhub.orders.history import told
from occhub.orders.models import PartnerOrderLine
from occhub.orders.tracing import customers_behind
from tests.orders.conftest import Floor


def fall_short(floor: Floor, units: int) -> None:
    """The partner takes bags off our placed order."""
    order = floor.orders()[-1]
    lines = [{"line_id": order["lines"][0]["id"], "quantity": units}]
    floor.standin.control("POST", f"/shops/{floor.partner.shop}/orders/{order['id']}/refund", {"lines": lines})
    tracking.track(floor.partner, as_of=clock.now())


def missing(floor: Floor) -> int:
    line = floor.line()
    return shortfalls.shortfalls([line.id])[line.id]


def test_r13_what_fell_short_is_traced_and_ordered_again_by_itself(floor: Floor) -> None:
    floor.sell(3)
    late = floor.sell(2)
    floor.place(floor.claim())
    line = floor.line()
    fall_short(floor, 1)
    assert missing(floor) == 1
    assert [(each.name, each.units, each.short) for each in customers_behind([line.id])[line.id]][1] == (
        late["name"],
        1,
        1,
    )
    floor.claim()
    assert floor.line().confirmed == 1


def test_what_fell_short_is_closed_by_the_owner_and_never_ordered_again(floor: Floor) -> None:
    order = floor.sell(5)
    window = floor.place(floor.claim())
    line = floor.line()
    fall_short(floor, 2)
    floor.claim()
    assert shortfalls.close(window, line.id, as_of=clock.now()) == 2
    floor.claim()
    assert [draft for draft in floor.drafts() if draft["status"] != "COMPLETED"] == []
    assert floor.status(order) == "created"
    assert demand.unclaimed([floor.coffee.id], clock.now()) == {floor.coffee.id: 0}
    assert demand.surplus([floor.coffee.id], clock.now()) == {floor.coffee.id: 0}
    assert any("You closed what was short" in event.sentence for event in told(window))
    with pytest.raises(Conflict):
        shortfalls.close(window, line.id, as_of=clock.now())


def test_refunding_the_closed_bags_too_makes_no_surplus(floor: Floor) -> None:
    order = floor.sell(5)
    window = floor.place(floor.claim())
    fall_short(floor, 2)
    shortfalls.close(window, floor.line().id, as_of=clock.now())
    floor.refund(order, 2)
    floor.capture(order)
    assert PartnerOrderLine.get().wanted == 3
    assert demand.surplus([floor.coffee.id], clock.now()) == {floor.coffee.id: 0}
    floor.refund(order, 1)
    floor.capture(order)
    assert demand.surplus([floor.coffee.id], clock.now()) == {floor.coffee.id: 1}


def test_an_order_the_partner_cancelled_can_be_closed_line_by_line(floor: Floor) -> None:
    floor.sell(3)
    window = floor.place(floor.claim())
    line, theirs = floor.line(), floor.orders()[-1]
    floor.standin.control("POST", f"/shops/{floor.partner.shop}/orders/{theirs['id']}/cancel", {})
    tracking.track(floor.partner, as_of=clock.now())
    assert missing(floor) == 3
    assert shortfalls.close(window, line.id, as_of=clock.now()) == 3
    assert floor.claim() is None


def test_what_customers_gave_up_themselves_is_not_missing(floor: Floor) -> None:
    order = floor.sell(3)
    floor.place(floor.claim())
    fall_short(floor, 2)
    floor.happen(order, "cancel")
    floor.capture(order)
    assert missing(floor) == 0


def test_a_line_of_another_window_is_not_found(floor: Floor) -> None:
    floor.sell(3)
    window = floor.place(floor.claim())
    with pytest.raises(NotFound):
        shortfalls.close(window, 0, as_of=clock.now())
