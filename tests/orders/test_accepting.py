"""R13: a draft the partner changed by hand may stay as he wrote it."""

from datetime import timedelta
from typing import Any

import pytest

from occhub import clock
from occhub.errors import Conflict
from occhub.orders import accepting, claiming, demand, settling
from occhub.orders.history import told
from occhub.orders.models import CHANGED, PLACED, MasterOrder, MasterPart
from occhub.orders.periods import period_of
from occhub.orders.wishing import GRACE
from tests.orders.conftest import Floor, moment_of
from tests.orders.test_claiming import change_by_hand


def write_lines(floor: Floor, *lines: dict[str, Any]) -> None:
    """The partner writes other lines into our draft."""
    change = {"id": floor.part().draft_id, "input": {"lineItems": list(lines)}, "after": None}
    floor.store.change("draft_update", change)


def keep(floor: Floor) -> MasterOrder:
    master = floor.claim()
    assert master is not None
    assert master.question == CHANGED
    return accepting.accept(master, as_of=clock.now())


def on_draft(floor: Floor) -> list[int]:
    return [line["quantity"] for line in floor.drafts()[-1]["lines"]]


def test_r13_what_the_partner_wrote_is_placed_and_what_found_no_room_waits_for_the_next(floor: Floor) -> None:
    first, second = floor.sell(3), floor.sell(2)
    floor.claim()
    change_by_hand(floor, 4)
    kept = keep(floor)
    assert (kept.question, kept.failure) == ("", "")
    assert (floor.status(first), floor.status(second)) == ("created", "pending")
    placed = floor.place()
    assert placed.state == PLACED
    assert [line["quantity"] for line in floor.orders()[0]["lines"]] == [4]
    floor.claim()
    assert on_draft(floor) == [1]
    floor.place()
    assert floor.status(second) == "created"
    assert demand.unclaimed([floor.coffee.id], clock.now()) == {floor.coffee.id: 0}


def test_r13_a_kept_draft_is_left_alone_by_sales_and_by_the_daily_check(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    change_by_hand(floor, 2)
    keep(floor)
    floor.sell(5)
    assert floor.partner not in claiming.due(clock.now())
    floor.claim(always=True)
    assert on_draft(floor) == [2]
    assert demand.unclaimed([floor.coffee.id], clock.now()) == {floor.coffee.id: 6}


def test_r13_his_prices_are_the_agreed_ones_once_they_are_kept(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    price = {"amount": "8.50", "currencyCode": "USD"}
    write_lines(floor, {"variantId": floor.coffee.partner_variant_id, "quantity": 3, "priceOverride": price})
    keep(floor)
    assert floor.line().cost_minor == 850
    floor.place()
    (item,) = settling.statement(floor.partner, period_of(floor.partner, "order-1")).items
    assert (item.owed.amount, item.difference.minor) == ("25.50", 0)


def test_r13_a_coffee_he_added_comes_as_surplus_and_what_is_no_coffee_is_told(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    write_lines(
        floor,
        {"variantId": floor.coffee.partner_variant_id, "quantity": 3},
        {"variantId": floor.second_coffee.partner_variant_id, "quantity": 2},
        {"title": "A mug", "quantity": 1, "originalUnitPriceWithCurrency": {"amount": "5", "currencyCode": "USD"}},
    )
    keep(floor)
    assert any("1 of its lines" in event.sentence for event in told(floor.window()))
    floor.place()
    assert demand.surplus([floor.second_coffee.id], clock.now()) == {floor.second_coffee.id: 2}
    later = floor.sell(2, floor.second_coffee)
    assert floor.claim() is None
    assert floor.status(later) == "created"


def test_r13_changed_again_the_owner_is_asked_again(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    change_by_hand(floor, 2)
    keep(floor)
    change_by_hand(floor, 1)
    master = floor.claim()
    assert master is not None
    assert master.question == CHANGED


def test_r13_kept_once_ours_can_still_be_put_back(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    change_by_hand(floor, 2)
    keep(floor)
    change_by_hand(floor, 1)
    master = floor.claim()
    assert master is not None
    claiming.answer(master)
    floor.claim(overwrite=True)
    assert on_draft(floor) == [3]


def test_r13_a_draft_nobody_changed_can_not_be_kept(floor: Floor) -> None:
    floor.sell(3)
    master = floor.claim()
    assert master is not None
    with pytest.raises(Conflict):
        accepting.accept(master, as_of=clock.now())


def test_the_words_on_a_kept_order_let_it_be_shipped(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    change_by_hand(floor, 2)
    keep(floor)
    floor.place()
    assert "do not" not in floor.orders()[0]["note"]


def test_r8_a_coffee_that_stands_on_two_drafts_is_ordered_once_when_ours_is_made_again(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("occhub.orders.planning.LINES", 1)
    floor.sell(2)
    floor.sell(1, floor.second_coffee)
    floor.claim()
    second = MasterPart.get(MasterPart.position == 2)
    price = {"amount": "7.00", "currencyCode": "USD"}
    both = [
        {"variantId": coffee.partner_variant_id, "quantity": units, "priceOverride": price}
        for coffee, units in ((floor.coffee, 2), (floor.second_coffee, 1))
    ]
    floor.store.change("draft_update", {"id": second.draft_id, "input": {"lineItems": both}, "after": None})
    floor.claim()
    claiming.answer(accepting.accept(floor.window(), as_of=clock.now()))
    assert floor.partner in claiming.due(clock.now())
    floor.claim(overwrite=True)
    assert sorted(line["quantity"] for draft in floor.drafts() for line in draft["lines"]) == [1, 2]


def test_r13_a_kept_draft_goes_on_holding_stock_when_its_cutoff_moves(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    change_by_hand(floor, 2)
    kept = keep(floor)
    later = kept.cutoff_at + timedelta(days=7)
    MasterOrder.update(cutoff_at=later).execute()
    assert floor.partner in claiming.due(clock.now())
    floor.claim()
    draft = floor.drafts()[0]
    assert moment_of(draft["reserve_inventory_until"]) == pytest.approx(later + GRACE, abs=timedelta(seconds=1))
    assert f"{later.astimezone(floor.hub.timezone):%d %B %Y}" in draft["note"]
    assert on_draft(floor) == [2]
    assert floor.partner not in claiming.due(clock.now())
