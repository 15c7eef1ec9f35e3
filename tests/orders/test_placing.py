"""Placing: at the cutoff the draft becomes one order, once, whatever goes wrong."""

from datetime import timedelta

import pytest

from occhub import clock
from occhub.errors import Conflict
from occhub.orders import claiming, demand, drafting, periods, placing, settling, tracking, viewing, windows
from occhub.orders.capturing import SomeUnread
from occhub.orders.models import CLOSED, FAILED, FREEZING, OPEN, PLACED, MasterOrder, MasterPart, WindowEvent
from occhub.orders.wishing import GRACE
from occhub.shopify.drafts import complete_draft, delete_draft
from occhub.shopify.errors import StoreError, Unavailable
from occhub.synclog import SyncLog
from tests.orders.conftest import Floor


def test_at_the_cutoff_the_draft_becomes_one_unpaid_order(floor: Floor) -> None:
    order = floor.sell(3)
    floor.claim()
    placed = floor.place()
    (theirs,) = floor.orders()
    assert placed.state == PLACED
    assert theirs["financial_status"] == "PENDING"
    assert theirs["po_number"] == placed.reference
    assert "do not" not in theirs["note"]
    assert "lease ship" in theirs["note"]
    assert floor.part().order_name == theirs["name"]
    assert floor.part().financial_status == "PENDING"
    assert floor.stock()["committed"] == 3
    assert floor.stock()["reserved"] == 0
    assert floor.status(order) == "created"
    assert demand.unclaimed([floor.coffee.id], clock.now()) == {floor.coffee.id: 0}


def test_placing_twice_places_once(floor: Floor) -> None:
    floor.sell(3)
    floor.place(floor.claim())
    floor.place()
    assert len(floor.orders()) == 1


def test_r9_freezing_begins_with_a_capture(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    floor.buy((floor.coffee, 2))
    floor.place()
    (theirs,) = floor.orders()
    assert [line["quantity"] for line in theirs["lines"]] == [5]


def test_r9_an_order_that_shopify_cannot_show_holds_the_others_up_for_an_hour(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("occhub.shopify.client.PAUSES", ())
    floor.sell(3)
    floor.claim()
    bad = floor.buy((floor.coffee, 1))
    floor.standin.break_down("spoilt", mentions=bad["gid"])
    with pytest.raises(SomeUnread):
        floor.place(after_cutoff=timedelta(minutes=59))
    assert floor.orders() == []
    assert floor.place(after_cutoff=timedelta(minutes=60)).state == PLACED
    (theirs,) = floor.orders()
    assert [line["quantity"] for line in theirs["lines"]] == [3]
    assert placing.UNREAD in [event.sentence for event in WindowEvent.select()]
    floor.standin.control("DELETE", "/faults")
    floor.capture()
    assert floor.claim().number == 2


def test_r9_what_is_learnt_after_the_freezing_goes_into_the_next_window(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    floor.standin.break_down("error_502", operation="DraftComplete")
    with pytest.raises(Unavailable):
        floor.place()
    assert floor.window().state == FREEZING
    late = floor.sell(2)
    floor.place()
    assert [line["quantity"] for line in floor.orders()[0]["lines"]] == [3]
    assert floor.status(late) == "pending"
    floor.claim()
    assert floor.window().number == 2
    assert floor.line().confirmed == 2


def test_r9_an_empty_window_is_closed_without_an_order(floor: Floor) -> None:
    order = floor.sell(3)
    floor.claim()
    floor.happen(order, "cancel")
    placed = floor.place()
    assert placed.state == CLOSED
    assert floor.orders() == []
    assert floor.drafts() == []


def test_a_window_never_claimed_is_placed_all_the_same(floor: Floor) -> None:
    floor.sell(3)
    floor.standin.break_down("error_502", operation="DraftCreate")
    with pytest.raises(Unavailable):
        floor.claim()
    MasterPart.update(creating_since=clock.now() - clock.span(drafting.LOST_AFTER)).execute()
    assert floor.place().state == PLACED
    assert len(floor.orders()) == 1


def test_r11_a_lost_answer_to_the_completion_is_looked_up_by_id(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    floor.standin.break_down("lost", operation="DraftComplete")
    assert floor.place().state == PLACED
    assert len(floor.orders()) == 1


def test_r11_a_completion_of_which_we_never_heard_is_adopted_at_the_next_try(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    floor.standin.break_down("error_502", operation="DraftComplete")
    with pytest.raises(Unavailable):
        floor.place()
    complete_draft(floor.store, floor.part().draft_id)  # the request that was under way arrives after all
    placed = floor.place()
    assert placed.state == PLACED
    assert len(floor.orders()) == 1
    assert floor.part().order_name == floor.orders()[0]["name"]


def test_r13_a_failed_placing_is_tried_again_with_growing_pauses(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    pauses = []
    for _ in range(3):
        floor.standin.break_down("error_502", operation="DraftComplete")
        cutoff = floor.window().cutoff_at
        with pytest.raises(Unavailable):
            floor.place()
        pauses.append(floor.window().next_try_at - cutoff)
    assert pauses == sorted(set(pauses))
    window = floor.window()
    assert window not in placing.due(window.cutoff_at)
    assert window in placing.due(window.next_try_at)
    assert floor.place().state == PLACED
    assert floor.window().failure == ""


def test_r13_after_the_grace_it_fails_and_its_units_are_wanted_again(floor: Floor) -> None:
    order = floor.sell(3)
    floor.claim()
    floor.standin.break_down("error_502", operation="DraftComplete")
    with pytest.raises(Unavailable):
        floor.place(after_cutoff=GRACE)
    failed = MasterOrder.get(MasterOrder.number == 1)
    assert failed.state == FAILED
    assert "48 hours" in failed.failure
    assert floor.status(order) == "pending"
    assert demand.unclaimed([floor.coffee.id], clock.now()) == {floor.coffee.id: 3}
    floor.claim()
    assert floor.window().number == 2
    assert len(floor.drafts()) == 1, "the failed window's draft is gone"
    assert floor.line().confirmed == 3


def test_r13_a_completion_that_comes_to_light_after_the_failure_is_adopted_before_anything_is_ordered_anew(
    floor: Floor,
) -> None:
    order = floor.sell(3)
    floor.claim()
    floor.standin.break_down("error_502", operation="DraftComplete")
    with pytest.raises(Unavailable):
        floor.place(after_cutoff=GRACE)
    complete_draft(floor.store, floor.part().draft_id)
    assert floor.claim() is None
    assert floor.window().number == 1
    assert floor.window().state == PLACED
    assert len(floor.orders()) == 1
    assert floor.status(order) == "created"


def test_r13_a_draft_deleted_before_the_cutoff_is_not_placed_without_the_owner(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    delete_draft(floor.store, floor.part().draft_id)
    with pytest.raises(Conflict, match="deleted"):
        floor.place()
    window = floor.window()
    assert window not in placing.due(window.cutoff_at)
    claiming.answer(window)
    assert window in placing.due(window.cutoff_at)
    assert floor.place().state == PLACED


def test_r13_a_question_left_open_through_the_grace_fails_the_window(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    delete_draft(floor.store, floor.part().draft_id)
    floor.claim()
    window = floor.window()
    assert window in placing.due(window.cutoff_at + GRACE)
    with pytest.raises(Conflict):
        floor.place(after_cutoff=GRACE)
    assert floor.window().state == FAILED


def test_a_dead_token_fails_after_the_grace_too(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    floor.standin.control("POST", f"/shops/{floor.partner.shop}/uninstall")
    with pytest.raises(StoreError):
        floor.place()
    assert floor.window().failure
    with pytest.raises(StoreError):
        floor.place(after_cutoff=GRACE)
    assert floor.window().state == FAILED


def test_r4_units_cancelled_after_placing_are_surplus_and_serve_the_next_customer(floor: Floor) -> None:
    first = floor.sell(5)
    floor.place(floor.claim())
    floor.refund(first, 2)
    floor.capture(first)
    assert demand.surplus([floor.coffee.id], clock.now()) == {floor.coffee.id: 2}
    second = floor.sell(3)
    floor.claim()
    assert floor.window().number == 2
    assert floor.line().confirmed == 1
    assert floor.status(second) == "created"
    assert demand.surplus([floor.coffee.id], clock.now()) == {floor.coffee.id: 0}
    assert demand.unclaimed([floor.coffee.id], clock.now()) == {floor.coffee.id: 0}
    floor.place()
    floor.claim()
    assert floor.window().number == 2, "nothing is ordered twice"


def test_place_now_closes_the_window_at_once(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    window, now = floor.window(), clock.now()
    assert window not in placing.due(now)
    placing.ask_now(window, as_of=now)
    assert floor.window() in placing.due(now)
    placing.place(window, as_of=now)
    floor.sell(1)
    floor.claim()
    assert floor.window().state == OPEN
    assert floor.window().cutoff_at > now
    assert floor.window().number == 2


def test_each_placing_is_noted_with_what_it_cost(floor: Floor) -> None:
    floor.sell(3)
    floor.place(floor.claim())
    run = SyncLog.get(SyncLog.kind == "place")
    assert run.state == "done"
    assert run.partner_id == floor.partner.id
    assert run.calls > 0
    assert run.points > 0
    assert floor.part().order_name in run.detail


def test_an_order_the_partners_store_shows_as_paid_is_flagged(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    complete_draft(floor.store, floor.part().draft_id)
    (theirs,) = floor.orders()
    floor.standin.control("POST", f"/shops/{floor.partner.shop}/orders/{theirs['id']}/pay")
    assert floor.place().state == PLACED
    assert len(floor.orders()) == 1


def test_totals_are_kept_as_the_partners_store_computed_them(floor: Floor) -> None:
    floor.sell(3)
    floor.place(floor.claim())
    part = floor.part()
    assert part.subtotal_minor == 2100
    assert part.total_minor == part.subtotal_minor + part.tax_minor + part.shipping_minor


def test_two_partners_are_placed_each_for_himself(floor: Floor) -> None:
    floor.capture(floor.buy((floor.coffee, 2), (floor.others_coffee, 1)))
    floor.claim()
    claiming.claim(floor.other, as_of=clock.now())
    for master in MasterOrder.select():
        placing.place(master, as_of=master.cutoff_at + timedelta(seconds=1))
    assert [master.state for master in MasterOrder.select()] == [PLACED, PLACED]
    assert len(floor.orders()) == 1


def test_r13_of_an_order_in_two_parts_the_part_that_was_placed_is_owed_and_the_rest_wanted_again(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("occhub.orders.planning.LINES", 2)
    sold = [floor.sell(2, mapping) for mapping in floor.goods[floor.partner.id]]
    floor.claim()
    complete_draft(floor.store, str(floor.part().draft_id))
    floor.standin.break_down("error_500", operation="DraftComplete", times=99)
    with pytest.raises(Unavailable):
        floor.place(after_cutoff=timedelta(hours=48))
    window = floor.window()
    assert window.state == PLACED
    assert "Only a part of it was placed" in window.note
    (item,) = settling.statement(floor.partner, periods.period_of(floor.partner, "order-1")).items
    assert item.bags == 4
    assert sorted(floor.status(order) for order in sold) == ["created", "created", "pending"]
    assert viewing.show_window(window, as_of=clock.now()).open == 4
    for order in floor.orders():
        floor.standin.control("POST", f"/shops/{floor.partner.shop}/orders/{order['id']}/fulfil", {})
    tracking.track(floor.partner, as_of=clock.now())
    assert viewing.show_window(window, as_of=clock.now()).open == 0
    assert windows.list_windows("on the way", as_of=clock.now()).rows == []
    floor.standin.control("DELETE", "/faults")
    floor.claim()
    assert [len(draft["lines"]) for draft in floor.drafts() if draft["status"] == "OPEN"] == [1]


def test_a_draft_that_is_still_computed_is_completed_when_it_is_ready(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor.sell(3)
    floor.claim()
    floor.standin.control("POST", "/rules", {"draft_ready_seconds": 0.3})
    assert floor.place().state == PLACED
    later = floor.sell(1)
    floor.claim()
    floor.standin.control("POST", "/rules", {"draft_ready_seconds": 300})
    monkeypatch.setattr("occhub.orders.placing.READY_LOOKS", 1)
    with pytest.raises(Unavailable, match="still being computed"):
        floor.place()
    assert floor.status(later) == "created"
    assert len(floor.orders()) == 1
