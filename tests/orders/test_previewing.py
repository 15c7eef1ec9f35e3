"""What a window comes to before it is placed."""

from decimal import Decimal

from occhub import clock
from occhub.catalog.models import ProductMapping
from occhub.money import Money
from occhub.orders import agreeing, steering
from occhub.orders.models import PartnerOrderLine
from occhub.orders.previewing import preview
from tests.orders.conftest import Floor


def dollars(amount: str) -> Money:
    return Money.parse(amount, "USD")


def test_the_sums_of_an_open_window(floor: Floor) -> None:
    ProductMapping.update(grams=250).where(ProductMapping.id == floor.coffee.id).execute()
    floor.capture(floor.buy((floor.coffee, 3), (floor.second_coffee, 1)))
    PartnerOrderLine.update(unit_price_minor=1200).execute()
    agreeing.save(floor.partner, {"below_minimum": "ask", "minimum_bags": "6", "late_after_days": "7"})
    window = floor.claim()
    assert window is not None
    sums = preview(window)
    assert (sums.bags, sums.kilograms, sums.unsized) == (4, "0.8", 1)
    assert (sums.cost, sums.margin) == (dollars("28.00"), dollars("20.00"))
    assert str(sums.missing) == "2 bags"
    assert sums.before is None


def test_bags_of_the_owners_own_cost_but_are_no_loss(floor: Floor) -> None:
    floor.sell(1)
    PartnerOrderLine.update(unit_price_minor=1200).execute()
    window = floor.claim()
    assert window is not None
    steering.add_bags(window, floor.coffee.id, 5, as_of=clock.now())
    floor.claim()
    sums = preview(window)
    assert (sums.cost, sums.margin) == (dollars("42.00"), dollars("5.00"))


def test_a_window_is_held_against_the_last_order(floor: Floor) -> None:
    floor.sell(5)
    placed = floor.place(floor.claim())
    floor.sell(2)
    window = floor.claim()
    assert window is not None
    sums = preview(window)
    assert sums.before == placed
    assert (sums.more_bags, sums.more_cost) == (-3, dollars("-21.00"))


def test_the_margin_is_in_the_hubs_currency_at_the_partners_rate(floor: Floor) -> None:
    floor.partner.exchange_rate = "1.5"
    floor.partner.save()
    floor.sell(2)
    PartnerOrderLine.update(unit_price_minor=1200).execute()
    window = floor.claim()
    assert window is not None
    assert preview(window).margin == dollars("3.00")


def test_the_margin_is_of_what_customers_pay_after_their_discount(floor: Floor) -> None:
    order = floor.buy((floor.coffee, 2), discount_percent=25)
    floor.capture(order)
    window = floor.claim()
    assert window is not None
    paid = Decimal(order["lines"][0]["unit_price"]) * 2 * 3 / 4
    assert preview(window).margin == Money.parse(str(paid - 14), "USD")
