"""A state machine: sales on both sides, claims, cancellations, lost and doubled webhooks, syncs at any moment.

Its oracle is what the two stores say themselves and the customers' orders as they were bought; none of our own rows.
"""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from occhub import clock
from occhub.inventory import judging, marking, running, syncing
from tests.inventory.conftest import STOCK, Counter

SAFETY = 1
units = some.integers(1, 4)
# How often Shopify tells of it.
told = some.sampled_from((0, 1, 2))


class Trade(RuleBasedStateMachine):
    """One coffee, sold in both stores at once."""

    counter: Counter  # set by the test

    def __init__(self) -> None:
        super().__init__()
        self.coffee = self.counter.coffee
        self.orders: list[tuple[dict[str, Any], int]] = []
        self.promised = 0  # what the partner had when the hub's number was last made
        self.sync()

    @rule(quantity=units, times=told)
    def customer_buys(self, quantity: int, times: int) -> None:
        if self.counter.hub_stock(self.coffee) >= quantity:
            self._buy(quantity, times)
        self._never_twice()

    @precondition(lambda self: self.orders)
    @rule(data=some.data(), times=told)
    def customer_cancels(self, data: Any, times: int) -> None:
        # Where both stores have sold the last bags, Shopify itself offers again what a cancelled order gives back: the
        # hub stands at 0, not below. Nobody can prevent that; the next round takes it away.
        self.promised = max(self.promised, self._owed())
        order, _ = self.orders.pop(data.draw(some.integers(0, len(self.orders) - 1)))
        self.counter.cancel(order)
        for _ in range(times):
            self.counter.capture(order)
        self._never_twice()

    @rule(quantity=units, times=told)
    def partner_sells(self, quantity: int, times: int) -> None:
        if self.counter.available(self.coffee) >= quantity:
            self.counter.partner_sells(quantity, self.coffee)
        self._announce(times)

    @rule(quantity=units, times=told)
    def partner_restocks(self, quantity: int, times: int) -> None:
        self.counter.partner_restocks(quantity, self.coffee)
        self._announce(times)

    @rule()
    def claim(self) -> None:
        spare = self._spare()
        self.counter.claim()
        # What the draft gives back is the partner's again, and was never sold.
        self.promised += max(0, spare - self._spare())
        self._never_twice()

    @rule()
    def round(self) -> None:
        if self.counter.coffee.stock_wanted_at is not None:
            self._synced(self.counter.available(self.coffee), running.compare_changed)

    @rule()
    def sync(self) -> None:
        self._synced(self.counter.available(self.coffee), self.counter.pass_)

    @rule(quantity=units)
    def sync_while_a_customer_buys(self, quantity: int) -> None:
        """Between the reading of both stores and the writing of the number."""
        owed = syncing.what_is_owed

        def buy_meanwhile(*arguments: Any, **options: Any) -> Any:
            syncing.what_is_owed = owed
            if self.counter.hub_stock(self.coffee) >= quantity:
                self._buy(quantity, 0)
            return owed(*arguments, **options)

        syncing.what_is_owed = buy_meanwhile
        try:
            self._synced(self.counter.available(self.coffee), self.counter.pass_)
        finally:
            syncing.what_is_owed = owed

    def teardown(self) -> None:
        """Quiet, and the hub is exactly right; then everything is put back for the next trade."""
        self.counter.pass_()
        self.counter.pass_()
        right = max(0, self.counter.available(self.coffee) - self._owed() - SAFETY)
        shown = self.counter.hub_stock(self.coffee)
        for order, _ in self.orders:
            self.counter.cancel(order)
            self.counter.capture(order)
        self.counter.claim()
        self.counter.partner_restocks(STOCK - self.counter.available(self.coffee), self.coffee)
        self.counter.pass_()
        assert shown == right

    def _buy(self, quantity: int, times: int) -> None:
        order = self.counter.buy(quantity, self.coffee, captured=False)
        self.orders.append((order, quantity))
        for _ in range(times):
            self.counter.capture(order)

    def _announce(self, times: int) -> None:
        for _ in range(times):
            marking.want_items(str(self.coffee.partner.shop), [self.coffee.partner_item_id], as_of=clock.now())
        self._never_twice()

    def _synced(self, available: int, act: Any) -> None:
        self.promised = max(self.promised, available)
        act()
        # A pass may leave the number to the next round; then the promise before it stands.
        if self.counter.hub_stock(self.coffee) <= max(0, available - self._owed()):
            self.promised = available
        self._never_twice()

    def _owed(self) -> int:
        """Bought on the hub, and not yet set aside at the partner."""
        return max(0, self._bought_beyond_reserve())

    def _spare(self) -> int:
        """Set aside for us at the partner, and wanted by nobody any more: what a cancelled order leaves for a while."""
        return max(0, -self._bought_beyond_reserve())

    def _bought_beyond_reserve(self) -> int:
        bought = sum(quantity for _, quantity in self.orders)
        (level,) = self.counter.theirs(self.coffee)["stock"].values()
        return bought - int(level["reserved"])

    def _never_twice(self) -> None:
        owed, spare, shown = self._owed(), self._spare(), self.counter.hub_stock(self.coffee)
        story = f"{shown} offered beside {owed} sold; he had {self.promised} and holds {spare} to spare"
        assert shown + owed <= max(owed, self.promised) + spare, story


def run_trade(counter: Counter, examples: int, steps: int) -> None:
    machine = type("TradeHere", (Trade,), {"counter": counter})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


def naive_mirror(available: int, unclaimed: int, safety: int) -> int:
    return max(0, available - safety)


def test_no_unit_is_promised_twice_and_quiet_makes_every_number_right(counter: Counter) -> None:
    run_trade(counter, examples=4, steps=12)


@pytest.mark.slow
def test_no_unit_is_promised_twice_over_many_days(counter: Counter) -> None:
    run_trade(counter, examples=12, steps=25)


def test_the_naive_mirror_fails_the_same_trade(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "hub_stock", naive_mirror)
    with pytest.raises(AssertionError):
        run_trade(counter, examples=4, steps=12)


def test_the_naive_mirror_puts_what_was_sold_back_on_sale(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "hub_stock", naive_mirror)
    counter.buy(3)
    counter.pass_()
    assert counter.hub_stock() == STOCK - SAFETY
