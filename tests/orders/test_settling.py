"""What a partner is owed: placed at the agreed cost, less shortages, plus tax and shipping; his own total beside it."""

from datetime import timedelta

import pytest

from occhub import clock
from occhub.errors import Conflict, Invalid, NotFound
from occhub.money import Money
from occhub.orders import agreeing, settling, tracking
from occhub.orders.models import MasterOrder
from occhub.orders.settling import Statement
from tests.orders.conftest import Floor


def place(floor: Floor, units: int = 3) -> None:
    """Sell, and place now, in this month."""
    floor.sell(units)
    window = floor.claim()
    assert window is not None
    MasterOrder.update(cutoff_at=clock.now()).where(MasterOrder.id == window.id).execute()
    floor.place()


def read(floor: Floor) -> Statement:
    (month,) = settling.months(floor.partner)
    return settling.statement(floor.partner, month)


def dollars(amount: str) -> Money:
    return Money.parse(amount, "USD")


def at_partner(floor: Floor, what: str, **facts: object) -> None:
    order = floor.orders()[-1]
    floor.standin.control("POST", f"/shops/{floor.partner.shop}/orders/{order['id']}/{what}", dict(facts))
    tracking.track(floor.partner, as_of=clock.now())


def test_owed_is_what_was_placed_at_the_agreed_cost_and_the_shipping_agreed(floor: Floor) -> None:
    agreeing.save(
        floor.partner, {"below_minimum": "send", "shipping_title": "Van", "shipping": "5", "late_after_days": "7"}
    )
    place(floor)
    statement = read(floor)
    (item,) = statement.items
    assert (item.bags, item.goods, item.shipping) == (3, dollars("21.00"), dollars("5.00"))
    assert statement.owed == statement.theirs == dollars("26.00")
    assert statement.difference.minor == 0


def test_what_was_short_is_not_owed(floor: Floor) -> None:
    place(floor, 5)
    line = floor.orders()[-1]["lines"][0]
    at_partner(floor, "refund", lines=[{"line_id": line["id"], "quantity": 2}])
    statement = read(floor)
    assert (statement.items[0].short, statement.items[0].shortage) == (2, dollars("14.00"))
    assert statement.owed == dollars("21.00")


def test_an_order_the_partner_cancelled_is_not_owed(floor: Floor) -> None:
    place(floor)
    at_partner(floor, "cancel")
    statement = read(floor)
    assert statement.items[0].is_cancelled
    assert (statement.owed.minor, statement.theirs.minor) == (0, 0)


def test_the_month_is_marked_as_paid_once_with_day_and_reference(floor: Floor) -> None:
    place(floor)
    month = read(floor).month
    with pytest.raises(Invalid):
        settling.mark_paid(floor.partner, month, "yesterday", "A-1", as_of=clock.now())
    with pytest.raises(Invalid):
        settling.mark_paid(floor.partner, month, "2026-12-01", "", as_of=clock.now())
    assert settling.mark_paid(floor.partner, month, "2026-12-01", "A-1", as_of=clock.now()) == 1
    statement = read(floor)
    assert statement.unpaid.minor == 0
    assert statement.owed.minor > 0
    assert statement.items[0].master.paid_reference == "A-1"
    with pytest.raises(Conflict):
        settling.mark_paid(floor.partner, month, "2026-12-01", "A-2", as_of=clock.now())


def test_the_file_has_a_row_an_order_and_no_formulas(floor: Floor) -> None:
    place(floor)
    month = read(floor).month
    settling.mark_paid(floor.partner, month, "2026-12-01", "=1+1", as_of=clock.now())
    head, row = settling.as_csv(read(floor)).splitlines()
    assert head.startswith("order,our reference,placed")
    assert row.startswith(floor.part().order_name)
    assert "21.00" in row
    assert ",'=1+1" in row


def test_what_is_no_month_is_not_found(floor: Floor) -> None:
    for month in ("2026-13", "", "all"):
        with pytest.raises(NotFound):
            settling.statement(floor.partner, month)


def test_a_partner_is_late_who_has_shipped_nothing_for_so_many_days(floor: Floor) -> None:
    place(floor)
    soon, late = clock.now() + timedelta(days=6), clock.now() + timedelta(days=8)
    assert settling.late_by(floor.window(), soon) == 0
    assert settling.late_by(floor.window(), late) == 8
    at_partner(floor, "fulfil")
    assert settling.late_by(floor.window(), late) == 0
