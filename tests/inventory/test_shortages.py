"""Oversell watch: both stores sold the last bag."""

from datetime import UTC, datetime, timedelta

from occhub.inventory.models import Shortage
from occhub.inventory.shortages import open_shortages, who_is_short
from occhub.orders.demand import Waiting
from tests.inventory.conftest import STOCK, Counter

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)


def test_who_bought_first_is_served_first_and_the_list_is_told_oldest_first() -> None:
    orders = [Waiting(1, day, f"#{day}", MONDAY + timedelta(days=day), 2) for day in range(4)]
    assert [(row.order.name, row.short) for row in who_is_short(orders, 5)] == [("#1", 1), ("#2", 2), ("#3", 2)]


def test_nothing_is_short_while_there_is_enough(counter: Counter) -> None:
    counter.buy(STOCK - 1)
    counter.pass_()
    assert open_shortages() == []


def test_the_last_bag_sold_twice_is_told_at_the_next_round_and_ends_with_a_delivery(counter: Counter) -> None:
    counter.buy(STOCK - 1)
    counter.partner_sells(3)
    counter.round(counter.coffee)
    (good,) = open_shortages()
    assert (good.shortage.units, good.mapping.id) == (2, counter.coffee.id)
    counter.claim()  # on his draft now, which drives his own stock below nothing
    counter.round(counter.coffee)
    assert open_shortages()[0].shortage.units == 2
    counter.partner_restocks(10)
    counter.round(counter.coffee)
    assert open_shortages() == []
    assert Shortage.get().ended_at is not None


def test_a_shortage_that_grows_stays_one(counter: Counter) -> None:
    counter.buy(STOCK - 1)
    for _ in range(2):
        counter.partner_sells(2)
        counter.round(counter.coffee)
    assert [(row.units, row.ended_at) for row in Shortage.select()] == [(3, None)]


def test_what_a_customer_has_cancelled_is_short_no_more(counter: Counter) -> None:
    order = counter.buy(STOCK - 1)
    counter.partner_sells(3)
    counter.round(counter.coffee)
    counter.cancel(order)
    counter.capture(order)
    counter.round(counter.coffee)
    assert open_shortages() == []
