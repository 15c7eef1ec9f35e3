"""Whatever customers, merchants and drafts do, in any order: no unit is invented and none is lost."""

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from standin import commerce
from standin.clock import Clock
from standin.world import DraftLine, InventoryItem, InventoryLevel, Location, Product, Variant, World

START = "2026-11-02T09:00:00+00:00"
QUANTITIES = st.integers(1, 6)
INDEX = st.integers(0, 50)
GOODS = st.integers(0, 2)


class Store(RuleBasedStateMachine):
    """A store of three variants at two locations; `on_shelves` counts what should lie there, by variant."""

    @initialize()
    def open_the_store(self) -> None:
        self.at = Clock.parse(f"{START}@0.001").now()
        self.world = World(clock=Clock.parse(f"{START}@0.001"))
        self.shop = self.world.add_shop("roaster.myshopify.com", "A roaster")
        second = Location(self.shop.next_id(), name="Roastery")
        self.shop.locations[second.id] = second
        self.places = list(self.shop.locations.values())
        self.goods = [
            self.put_up(f"Coffee {number}", policy) for number, policy in enumerate(("DENY", "CONTINUE", "DENY"))
        ]
        self.on_shelves = {variant.id: 16 for variant in self.goods}

    def put_up(self, title: str, policy: str) -> Variant:
        now = self.world.now()
        product = Product(self.shop.next_id(), title, title.lower(), now, now)
        item = InventoryItem(self.shop.next_id(), self.shop.next_id(), now, now)
        for place, units in zip(self.places, (10, 6), strict=True):
            item.levels[place.id] = InventoryLevel(item.id, place.id, now, now, available=units, damaged=1)
        variant = Variant(item.variant_id, product.id, item.id, now, now, price=12, inventory_policy=policy)
        self.shop.products[product.id] = product
        self.shop.add_variant(product, variant, item)
        return variant

    def order(self, index: int):
        orders = list(self.shop.orders.values())
        return orders[index % len(orders)] if orders else None

    def draft(self, index: int):
        drafts = list(self.shop.drafts.values())
        return drafts[index % len(drafts)] if drafts else None

    def draft_lines(self, wanted) -> list[DraftLine]:
        return [
            DraftLine(self.shop.next_id(), self.goods[good].id, self.goods[good].product_id, "Coffee", units, 12)
            for good, units in wanted
        ]

    def attempt(self, act, *arguments, **named):
        """The act's answer, None when the store refused; a refusal must have changed no stock."""
        before = self.stock()
        try:
            return act(self.world, self.shop, *arguments, **named)
        except commerce.Refusal:
            assert self.stock() == before
            return None

    def stock(self):
        return [
            (level.id, level.available, level.committed, level.reserved, level.on_hand) for level in self.shop.levels()
        ]

    @rule(wanted=st.lists(st.tuples(GOODS, QUANTITIES), min_size=1, max_size=3), paid=st.booleans())
    def a_customer_buys(self, wanted, paid):
        lines = [(self.goods[good], units) for good, units in wanted]
        self.attempt(commerce.place_customer_order, lines, "PAID" if paid else "PENDING")

    @rule(good=GOODS, units=QUANTITIES)
    def a_sale_over_the_counter(self, good, units):
        if self.attempt(commerce.sell_in_shop, self.goods[good], units):
            self.on_shelves[self.goods[good].id] -= units

    @rule(good=GOODS, units=QUANTITIES, place=st.integers(0, 1))
    def a_delivery(self, good, units, place):
        commerce.restock(self.world, self.shop, self.goods[good], units, self.places[place])
        self.on_shelves[self.goods[good].id] += units

    @rule(index=INDEX)
    def payment(self, index):
        if order := self.order(index):
            self.attempt(commerce.pay_order, order)

    @rule(index=INDEX, restock=st.booleans())
    def cancelling(self, index, restock):
        if order := self.order(index):
            left = {line.id: line.unfulfilled_quantity for line in order.lines}
            if self.attempt(commerce.cancel_order, order, restock) and not restock:
                for line in order.lines:
                    self.on_shelves[line.variant_id] -= left[line.id]

    @rule(index=INDEX, row=INDEX, units=QUANTITIES, kind=st.sampled_from([None, "CANCEL", "RETURN", "NO_RESTOCK"]))
    def refunding(self, index, row, units, kind):
        if order := self.order(index):
            line = order.lines[row % len(order.lines)]
            left = line.unfulfilled_quantity
            refund = self.attempt(commerce.refund_order, order, [(line.id, units)], kind)
            if refund:
                returned = sum(each.quantity for each in refund.lines if each.restock_type == "RETURN")
                self.on_shelves[line.variant_id] += returned
            if refund and kind == "NO_RESTOCK":
                self.on_shelves[line.variant_id] -= min(units, left)

    @rule(index=INDEX, row=INDEX, units=st.integers(0, 8))
    def editing(self, index, row, units):
        if order := self.order(index):
            self.attempt(commerce.edit_order, order, order.lines[row % len(order.lines)].id, units)

    @rule(index=INDEX, row=INDEX, units=QUANTITIES, everything=st.booleans())
    def shipping(self, index, row, units, everything):
        if order := self.order(index):
            line = order.lines[row % len(order.lines)]
            shipment = self.attempt(commerce.fulfil_order, order, None if everything else [(line.id, units)])
            for each in shipment.lines if shipment else ():
                self.on_shelves[order.line(each.line_id).variant_id] -= each.quantity

    @rule(index=INDEX)
    def calling_a_shipment_back(self, index):
        order = self.order(index)
        if order and order.fulfillments and self.attempt(commerce.cancel_fulfilment, order, order.fulfillments[-1]):
            for each in order.fulfillments[-1].lines:
                self.on_shelves[order.line(each.line_id).variant_id] += each.quantity

    @rule(wanted=st.lists(st.tuples(GOODS, QUANTITIES), min_size=1, max_size=3), days=st.sampled_from([0, 1, 30]))
    def opening_a_draft(self, wanted, days):
        until = self.world.now() + timedelta(days=days) if days else None
        self.attempt(commerce.create_draft, self.draft_lines(wanted), {"reserve_inventory_until": until})

    @rule(index=INDEX, wanted=st.lists(st.tuples(GOODS, QUANTITIES), max_size=3), days=st.sampled_from([0, 1, 30]))
    def rewriting_a_draft(self, index, wanted, days):
        if draft := self.draft(index):
            until = self.world.now() + timedelta(days=days) if days else None
            self.attempt(commerce.update_draft, draft, self.draft_lines(wanted), {"reserve_inventory_until": until})

    @rule(index=INDEX, pending=st.booleans())
    def completing_a_draft(self, index, pending):
        if draft := self.draft(index):
            orders = len(self.shop.orders)
            done = draft.status == "COMPLETED"
            made = self.attempt(commerce.complete_draft, draft, pending)
            assert len(self.shop.orders) == orders + (made is not None)
            assert not (done and made)

    @rule(index=INDEX)
    def deleting_a_draft(self, index):
        if draft := self.draft(index):
            self.attempt(commerce.delete_draft, draft)

    @rule(hours=st.sampled_from([1, 30]))
    def time_goes_by(self, hours):
        self.world.clock = Clock.parse(f"{(self.world.now() + timedelta(hours=hours)).isoformat()}@0.001")
        commerce.release_expired(self.world)

    @rule(place=st.integers(0, 1))
    def another_default_location(self, place):
        self.places[0].is_active = place == 0

    @invariant()
    def what_lies_there_is_what_came_less_what_left(self):
        for variant in self.goods:
            levels = self.shop.item_of(variant).levels.values()
            states = sum(level.available + level.committed + level.reserved + level.damaged for level in levels)
            assert states == sum(level.on_hand for level in levels) == self.on_shelves[variant.id] + 2

    @invariant()
    def committed_is_what_orders_still_have_to_ship(self):
        for variant in self.goods:
            lines = [
                line for order in self.shop.orders.values() for line in order.lines if line.variant_id == variant.id
            ]
            for place in self.places:
                held = sum(line.committed.get(place.id, 0) for line in lines)
                assert self.shop.item_of(variant).levels[place.id].committed == held
            assert sum(sum(line.committed.values()) for line in lines) == sum(
                line.unfulfilled_quantity for line in lines
            )

    @invariant()
    def reserved_is_what_open_drafts_hold(self):
        now = self.world.now()
        for variant in self.goods:
            reserved = sum(level.reserved for level in self.shop.item_of(variant).levels.values())
            holding = [
                draft
                for draft in self.shop.drafts.values()
                if draft.status == "OPEN" and draft.reserve_inventory_until and draft.reserve_inventory_until > now
            ]
            asked = sum(line.quantity for draft in holding for line in draft.lines if line.variant_id == variant.id)
            assert reserved == asked

    @invariant()
    def every_line_adds_up(self):
        for order in self.shop.orders.values():
            for line in order.lines:
                assert 0 <= line.unfulfilled_quantity <= line.quantity
                assert 0 <= line.current_quantity <= line.quantity
                assert line.fulfilled_quantity >= line.returned_quantity >= 0
            assert order.total_refunded <= order.total_received


TestStore = Store.TestCase
TestStore.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
