"""A season of buying, cancelling, giving back, holding, claiming, placing and falling short, in any order.

Whatever happened, once a claim was made each partner's store holds just what customers still want, by its own books;
every unit is promised to one customer's line; and the word on each order follows from its units (R8, R12).
"""

import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from peewee import fn

from occhub import clock
from occhub.catalog.models import ProductMapping
from occhub.database import rows
from occhub.orders import steering, tracking
from occhub.orders.models import (
    HELD,
    LEFT_OUT,
    PLACED,
    UNPLACED,
    Allocation,
    MasterLine,
    MasterOrder,
    MasterPart,
    PartnerOrder,
    PartnerOrderLine,
)
from tests.orders.conftest import Floor

units = some.integers(0, 3)
whose = some.integers(0, 9)


class Season(RuleBasedStateMachine):
    """Two coffees of one partner; what is drawn depends on nothing that happened."""

    floor: Floor  # set by the test

    def __init__(self) -> None:
        super().__init__()
        self.coffees = (self.floor.coffee, self.floor.second_coffee)
        self.bought: list[dict[str, Any]] = []
        for coffee in self.coffees:
            for shop, variant in (
                (self.floor.hub.shop, coffee.hub_variant_id),
                (self.floor.partner.shop, coffee.partner_variant_id),
            ):
                path = f"/shops/{shop}/variants/{variant.rpartition('/')[2]}/restock"
                self.floor.standin.control("POST", path, {"quantity": 100})

    @rule(first=units, second=units)
    def customer_buys(self, first: int, second: int) -> None:
        cart = [(coffee, count) for coffee, count in zip(self.coffees, (first, second), strict=True) if count]
        if cart:
            self.bought.append(self.floor.buy(*cart))
            self.floor.capture(self.bought[-1])

    @rule(which=whose)
    def customer_cancels(self, which: int) -> None:
        if (order := self._pick(which)) and not self._on_hub(order)["cancelled_at"]:
            self.floor.happen(order, "cancel")
            self.floor.capture(order)

    @rule(which=whose)
    def customer_gives_one_back(self, which: int) -> None:
        order = self._pick(which)
        if order and not self._on_hub(order)["cancelled_at"] and self._on_hub(order)["lines"][0]["current_quantity"]:
            self.floor.refund(order, 1)
            self.floor.capture(order)

    @rule(which=whose, choice=some.sampled_from((HELD, LEFT_OUT, "")))
    def owner_chooses(self, which: int, choice: str) -> None:
        if order := self._pick(which):
            line = PartnerOrderLine.get(PartnerOrderLine.hub_line_id == order["lines"][-1]["gid"])
            steering.choose(line.id, choice, as_of=clock.now())

    @rule()
    def claims_are_made(self) -> None:
        self.floor.claim()
        self._all_is_right()

    @rule()
    def window_closes(self) -> None:
        if MasterOrder.select().where(MasterOrder.state.in_(UNPLACED)).exists():
            MasterOrder.update(cutoff_at=clock.now()).where(MasterOrder.state.in_(UNPLACED)).execute()
            self.floor.place()
            self.floor.claim()
            self._all_is_right()

    @rule(which=whose, everything=some.booleans())
    def partner_sends_less(self, which: int, everything: bool) -> None:
        alive = [order for order in self.floor.orders() if not order["cancelled_at"]]
        if not alive:
            return
        order = alive[which % len(alive)]
        line = next((line for line in order["lines"] if line["current_quantity"]), None)
        path = f"/shops/{self.floor.partner.shop}/orders/{order['id']}"
        if everything:
            self.floor.standin.control("POST", f"{path}/cancel", {})
        elif line:
            self.floor.standin.control("POST", f"{path}/refund", {"lines": [{"line_id": line["id"], "quantity": 1}]})
        tracking.track(self.floor.partner, as_of=clock.now())

    def teardown(self) -> None:
        self.floor.claim()
        self._all_is_right()

    def _pick(self, which: int) -> dict[str, Any] | None:
        return self.bought[which % len(self.bought)] if self.bought else None

    def _on_hub(self, order: dict[str, Any]) -> dict[str, Any]:
        orders = self.floor.standin.state(self.floor.hub.shop)["orders"]
        found = orders.values() if isinstance(orders, dict) else orders
        return dict(next(each for each in found if each["gid"] == order["gid"]))

    def _all_is_right(self) -> None:
        wanted, waits = self._wanted()
        ordered = _count(self.floor.orders())
        held = _count([draft for draft in self.floor.drafts() if draft["status"] == "OPEN"])
        for coffee in self.coffees:
            variant = coffee.partner_variant_id.rpartition("/")[2]
            if not waits:  # what is held back may stand on an order all the same
                assert held[variant] == max(0, wanted[coffee.id] - ordered[variant])
            promised = self._promised(coffee)
            assert held[variant] == promised["draft"]
            assert promised["order"] <= ordered[variant]
        self._words_are_right()

    def _wanted(self) -> tuple[Counter[int], bool]:
        """By mapping what customers want by the hub's own books and the owner's word; whether anything is held back."""
        wanted, waits = Counter[int](), False
        choices = dict(rows(PartnerOrderLine.select(PartnerOrderLine.hub_line_id, PartnerOrderLine.choice)))
        mappings = {coffee.hub_variant_id.rpartition("/")[2]: coffee.id for coffee in self.coffees}
        orders = self.floor.standin.state(self.floor.hub.shop)["orders"]
        for order in orders.values() if isinstance(orders, dict) else orders:
            for line in order["lines"] if not order["cancelled_at"] else ():
                choice = choices.get(line["gid"], "")
                waits |= choice == HELD and line["current_quantity"] > 0
                wanted[mappings[str(line["variant_id"])]] += 0 if choice == LEFT_OUT else line["current_quantity"]
        return wanted, waits

    def _promised(self, coffee: ProductMapping) -> dict[str, int]:
        def sum_of(where: Any) -> int:
            query = Allocation.select(fn.SUM(Allocation.units)).join(MasterLine).join(MasterPart)
            return int(query.where((MasterLine.mapping == coffee) & where).scalar() or 0)

        alive = (MasterPart.state == PLACED) & MasterPart.order_cancelled_at.is_null()
        return {"order": sum_of(alive), "draft": sum_of(MasterPart.state.in_(UNPLACED))}

    def _words_are_right(self) -> None:
        alive = MasterPart.order_cancelled_at.is_null()
        query = Allocation.select(Allocation.order_line, fn.SUM(Allocation.units)).join(MasterLine).join(MasterPart)
        stands = dict(rows(query.where(alive).group_by(Allocation.order_line)))
        for order in PartnerOrder.select():
            lines = [line for line in order.lines if line.wanted]
            there = all(stands.get(line.id, 0) >= line.wanted for line in lines)
            right = "cancelled" if not lines else "created" if there else "pending"
            assert order.status == right, order.hub_order_name


def _count(papers: list[dict[str, Any]]) -> Counter[str]:
    """By variant, the units on these orders or drafts of a store."""
    found = Counter[str]()
    for paper in papers:
        for line in paper["lines"] if not paper.get("cancelled_at") else ():
            found[str(line["variant_id"])] += line.get("current_quantity", line["quantity"])
    return found


@pytest.mark.slow
def test_r8_r12_whatever_happens_the_store_holds_what_is_wanted_and_every_word_is_right(floor: Floor) -> None:
    number = random.getrandbits(64)
    print(f"seed of this season: {number}")
    machine = seed(number)(type("SeasonHere", (Season,), {"floor": floor}))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=6,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),
        ),
    )
