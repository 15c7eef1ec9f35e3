"""The owner's hand on the tiller: held, left out, back, and bags by hand."""

import pytest

from occhub import clock
from occhub.catalog.models import ProductMapping
from occhub.errors import Conflict, Invalid, NotFound
from occhub.orders import demand, steering
from occhub.orders.history import told
from occhub.orders.models import HELD, LEFT_OUT, Allocation, PartnerOrder, PartnerOrderLine
from tests.orders.conftest import Floor


def choose(floor: Floor, choice: str) -> None:
    steering.choose(PartnerOrderLine.select().order_by(PartnerOrderLine.id).first().id, choice, as_of=clock.now())


def test_a_line_held_back_is_not_ordered_but_keeps_stock_off_sale(floor: Floor) -> None:
    order = floor.sell(3)
    floor.claim()
    choose(floor, HELD)
    floor.claim()
    assert floor.drafts() == []
    assert floor.status(order) == "pending"
    assert demand.unclaimed([floor.coffee.id], clock.now()) == {floor.coffee.id: 3}


def test_a_line_taken_back_in_is_ordered(floor: Floor) -> None:
    floor.sell(3)
    choose(floor, HELD)
    assert floor.claim() is None
    choose(floor, "")
    floor.claim()
    assert floor.line().confirmed == 3


def test_a_line_left_out_is_on_the_owners_shelf_and_asks_for_nobodys_stock(floor: Floor) -> None:
    order = floor.sell(3)
    choose(floor, LEFT_OUT)
    assert floor.claim() is None
    assert demand.unclaimed([floor.coffee.id], clock.now()) == {floor.coffee.id: 0}
    floor.capture(order)
    assert PartnerOrderLine.get().wanted == 0


def test_r4_a_line_left_out_after_placing_is_surplus_for_the_next_customer(floor: Floor) -> None:
    floor.sell(3)
    floor.place(floor.claim())
    choose(floor, LEFT_OUT)
    assert demand.surplus([floor.coffee.id], clock.now()) == {floor.coffee.id: 3}
    later = floor.sell(2)
    assert floor.claim() is None
    assert floor.status(later) == "created"
    assert any(f"spare, went to {later['name']}" in event.sentence for event in told(floor.window()))


def test_bags_by_hand_are_ordered_and_traced_like_a_customers(floor: Floor) -> None:
    floor.sell(3)
    window = floor.claim()
    assert window is not None
    order = steering.add_bags(window, floor.second_coffee.id, 6, as_of=clock.now())
    floor.claim()
    assert floor.line(floor.second_coffee).confirmed == 6
    floor.place()
    (theirs,) = floor.orders()
    assert sorted(line["quantity"] for line in theirs["lines"]) == [3, 6]
    assert Allocation.get(Allocation.order_line == order.lines.get()).units == 6
    assert demand.surplus([floor.second_coffee.id], clock.now()) == {floor.second_coffee.id: 0}
    assert any("You added 6" in event.sentence for event in told(floor.window()))


def test_bags_by_hand_are_refused_where_they_make_no_sense(floor: Floor) -> None:
    floor.sell(3)
    window = floor.claim()
    assert window is not None
    for mapping, bags in ((floor.coffee.id, 0), (floor.coffee.id, 1001), (floor.others_coffee.id, 1)):
        with pytest.raises(Invalid):
            steering.add_bags(window, mapping, bags, as_of=clock.now())
    placed = floor.place(window)
    with pytest.raises(Conflict):
        steering.add_bags(placed, floor.coffee.id, 1, as_of=clock.now())
    with pytest.raises(NotFound):
        steering.choose(0, HELD, as_of=clock.now())
    with pytest.raises(Invalid):
        choose(floor, "burnt")


@pytest.fixture
def orphan(floor: Floor) -> PartnerOrderLine:
    """Two bags with a SKU of the partner's, of a variant linked to none of his coffees."""
    handle = floor.partner.shop.removesuffix(".myshopify.com")
    variant = floor.coffee.hub_variant_id.rpartition("/")[2]
    floor.standin.control("PATCH", f"/shops/{floor.hub.shop}/variants/{variant}", {"sku": f"PARTNER-{handle}-X1"})
    order = floor.buy((floor.coffee, 2))
    ProductMapping.update(hub_variant_id="gid://shopify/ProductVariant/1").where(
        ProductMapping.id == floor.coffee.id
    ).execute()
    floor.capture(order)
    line: PartnerOrderLine = PartnerOrderLine.get()
    return line


def test_an_orphan_is_taken_in_when_the_owner_says_which_coffee_it_is(floor: Floor, orphan: PartnerOrderLine) -> None:
    assert floor.claim() is None
    order = steering.recognize(orphan.id, floor.second_coffee.id, as_of=clock.now())
    assert (order.status, order.failure) == ("pending", "")
    assert demand.unclaimed([floor.second_coffee.id], clock.now()) == {floor.second_coffee.id: 2}
    floor.claim()
    assert floor.line(floor.second_coffee).confirmed == 2
    assert PartnerOrder.get().status == "created"


def test_a_coffee_known_or_another_roasters_is_not_taken_in(floor: Floor, orphan: PartnerOrderLine) -> None:
    with pytest.raises(Invalid, match="another roaster"):
        steering.recognize(orphan.id, floor.others_coffee.id, as_of=clock.now())
    steering.recognize(orphan.id, floor.second_coffee.id, as_of=clock.now())
    with pytest.raises(Conflict, match="known already"):
        steering.recognize(orphan.id, floor.coffee.id, as_of=clock.now())
    with pytest.raises(NotFound):
        steering.recognize(999, floor.coffee.id, as_of=clock.now())
