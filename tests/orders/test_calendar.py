"""The calendar of a partner's orders, and orders smaller than agreed."""

from datetime import date, datetime, timedelta

import pytest

from occhub import clock
from occhub.database import write
from occhub.errors import Conflict, Invalid, NotFound
from occhub.orders import agreeing, calendar, claiming, placing
from occhub.orders.cutoffs import exceptions_of, next_cutoff
from occhub.orders.history import told
from occhub.orders.models import BELOW_MINIMUM, FREEZING, MasterOrder
from occhub.orders.terms import CalendarException, OrderTerms
from occhub.orders.wishing import GRACE
from tests.orders.conftest import Floor

WEEK = timedelta(days=7)


def day_of(floor: Floor, moment: datetime) -> date:
    return moment.astimezone(floor.hub.timezone).date()


def agree(floor: Floor, **fields: str) -> None:
    agreeing.save(floor.partner, {"below_minimum": "send", "late_after_days": "7", **fields})


def test_a_window_that_is_closed_while_the_owner_looks_cannot_be_moved_any_more(floor: Floor) -> None:
    floor.sell(3)
    seen = floor.claim()
    assert seen is not None
    MasterOrder.update(state=FREEZING).execute()
    with pytest.raises(Conflict):
        calendar.skip(seen, as_of=clock.now())
    with pytest.raises(Conflict), write():
        calendar.carry_over(seen, "You carried it over", as_of=clock.now())
    assert floor.window().cutoff_at == seen.cutoff_at


def test_a_skipped_window_stays_open_until_the_next_cutoff_and_holds_its_stock(floor: Floor) -> None:
    floor.sell(3)
    before = floor.claim()
    assert before is not None
    calendar.skip(before, as_of=clock.now())
    after = floor.window()
    assert day_of(floor, after.cutoff_at) == day_of(floor, before.cutoff_at) + WEEK
    assert placing.due(before.cutoff_at) == []
    assert floor.partner in claiming.due(clock.now())
    floor.claim()
    assert floor.part().reserved_until >= after.cutoff_at + GRACE - timedelta(minutes=1)
    assert any("You skipped" in event.sentence for event in told(after))


def test_a_window_that_was_placed_can_not_be_skipped(floor: Floor) -> None:
    floor.sell(3)
    with pytest.raises(Conflict):
        calendar.skip(floor.place(floor.claim()), as_of=clock.now())


def test_holidays_push_the_open_window_behind_them_and_taken_back_they_do_not(floor: Floor) -> None:
    floor.sell(3)
    usual = floor.claim().cutoff_at  # type: ignore[union-attr]
    first = day_of(floor, usual)
    calendar.close_days(floor.partner, f"{first}", f"{first + WEEK}", "harvest", as_of=clock.now())
    assert day_of(floor, floor.window().cutoff_at) == first + 2 * WEEK
    (exception,) = exceptions_of(floor.partner)
    calendar.forget(floor.partner, exception.id, as_of=clock.now())
    assert floor.window().cutoff_at == usual
    with pytest.raises(NotFound):
        calendar.forget(floor.partner, exception.id, as_of=clock.now())


def test_an_order_closes_early_once(floor: Floor) -> None:
    usual = next_cutoff(floor.partner, clock.now() + WEEK)
    day = day_of(floor, usual)
    calendar.move(floor.partner, f"{day}", f"{day - timedelta(days=2)}", 9, "", as_of=clock.now())
    early = next_cutoff(floor.partner, clock.now() + WEEK).astimezone(floor.hub.timezone)
    if early.date() != day - timedelta(days=2):  # that day lies less than a week ahead
        early = next_cutoff(floor.partner, usual - timedelta(days=6)).astimezone(floor.hub.timezone)
    assert (early.date(), early.hour) == (day - timedelta(days=2), 9)
    assert day_of(floor, next_cutoff(floor.partner, usual)) == day + WEEK


@pytest.mark.parametrize(("first", "last"), [("soon", ""), ("2026-12-24", "2026-12-23"), ("2026-01-01", "2027-01-01")])
def test_days_that_make_no_sense_are_refused(floor: Floor, first: str, last: str) -> None:
    with pytest.raises(Invalid):
        calendar.close_days(floor.partner, first, last, "", as_of=clock.now())
    assert CalendarException.select().count() == 0


def test_too_small_an_order_is_carried_over(floor: Floor) -> None:
    agree(floor, minimum_bags="5", below_minimum="carry")
    floor.sell(3)
    usual = floor.claim().cutoff_at  # type: ignore[union-attr]
    carried = floor.place()
    assert carried.state == "open"
    assert carried.cutoff_at > usual
    assert floor.orders() == []
    floor.sell(2)
    assert floor.place().state == "placed"
    assert [line["quantity"] for line in floor.orders()[0]["lines"]] == [5]


def test_too_small_an_order_is_asked_about_and_sent_when_the_owner_says_so(floor: Floor) -> None:
    agree(floor, minimum="100.00", below_minimum="ask")
    floor.sell(3)
    floor.claim()
    asked = floor.place()
    assert asked.question == BELOW_MINIMUM
    assert "79.00 USD are missing" in asked.failure
    assert placing.due(asked.cutoff_at) == []
    floor.sell(1)
    floor.claim()
    assert floor.line().confirmed == 4
    placing.ask_now(floor.window(), as_of=asked.cutoff_at)
    assert floor.place().state == "placed"


def test_too_small_an_order_nobody_decides_about_is_carried_over_after_the_grace(floor: Floor) -> None:
    agree(floor, minimum_bags="5", below_minimum="ask")
    floor.sell(3)
    floor.claim()
    asked = floor.place()
    late = asked.cutoff_at + GRACE
    assert [master.id for master in placing.due(late)] == [asked.id]
    carried = placing.place(asked, as_of=late)
    assert (carried.question, carried.failure) == ("", "")
    assert carried.cutoff_at > late


def test_too_small_an_order_is_sent_where_that_is_agreed(floor: Floor) -> None:
    agree(floor, minimum_bags="5")
    floor.sell(3)
    assert floor.place(floor.claim()).state == "placed"


def test_agreed_shipping_stands_on_the_order(floor: Floor) -> None:
    agree(floor, shipping_title="Van on Friday", shipping="12.50")
    floor.sell(3)
    floor.place(floor.claim())
    assert floor.orders()[0]["totals"]["shipping"] in ("12.50", "12.5")
    assert floor.part().shipping_minor == 1250


@pytest.mark.parametrize(
    "fields",
    [
        {"below_minimum": "pray"},
        {"minimum_bags": "-1"},
        {"minimum": "much"},
        {"minimum": "-3"},
        {"shipping": "5"},
        {"late_after_days": "soon"},
    ],
)
def test_terms_that_make_no_sense_are_refused(floor: Floor, fields: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        agree(floor, **fields)
    assert OrderTerms.select().count() == 0
    assert MasterOrder.select().count() == 0
