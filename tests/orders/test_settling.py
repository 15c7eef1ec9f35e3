"""What a partner is owed: placed at the agreed cost, less shortages, plus tax and shipping; his own total beside it."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta

import pytest

from occhub import clock
from occhub.database import session, write
from occhub.errors import Conflict, Invalid, NotFound
from occhub.money import Money
from occhub.orders import agreeing, lateness, periods, settling, tracking
from occhub.orders.models import PLACED, MasterOrder, MasterPart
from occhub.orders.periods import Period
from occhub.orders.settling import Statement
from occhub.partners.models import CONNECTED, Hub, Partner
from tests.orders.conftest import Floor


def place(floor: Floor, units: int = 3) -> None:
    """Sell, and place now, in this month."""
    floor.sell(units)
    window = floor.claim()
    assert window is not None
    MasterOrder.update(cutoff_at=clock.now()).where(MasterOrder.id == window.id).execute()
    floor.place()


def read(floor: Floor) -> Statement:
    return settling.statement(floor.partner, this_month(floor))


def this_month(floor: Floor) -> Period:
    return periods.period_of(floor.partner, periods.this_month(clock.now()))


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
    assert statement.total("owed") == statement.total("theirs") == dollars("26.00")
    assert statement.total("difference").minor == 0


def test_what_was_short_is_not_owed(floor: Floor) -> None:
    place(floor, 5)
    line = floor.orders()[-1]["lines"][0]
    at_partner(floor, "refund", lines=[{"line_id": line["id"], "quantity": 2}])
    statement = read(floor)
    assert (statement.items[0].short, statement.items[0].shortage) == (2, dollars("14.00"))
    assert statement.total("owed") == dollars("21.00")


def test_an_order_the_partner_cancelled_is_not_owed(floor: Floor) -> None:
    place(floor)
    at_partner(floor, "cancel")
    statement = read(floor)
    assert statement.items[0].is_cancelled
    assert (statement.total("owed").minor, statement.total("theirs").minor) == (0, 0)


def test_the_month_is_marked_as_paid_once_with_day_and_reference(floor: Floor) -> None:
    place(floor)
    month = this_month(floor)
    with pytest.raises(Invalid):
        settling.mark_paid(floor.partner, month, "yesterday", "A-1", as_of=clock.now())
    with pytest.raises(Invalid):
        settling.mark_paid(floor.partner, month, "2026-12-01", "", as_of=clock.now())
    assert settling.mark_paid(floor.partner, month, "2026-12-01", "A-1", as_of=clock.now()) == 1
    statement = read(floor)
    assert statement.unpaid.minor == 0
    assert statement.total("owed").minor > 0
    assert statement.items[0].master.paid_reference == "A-1"
    with pytest.raises(Conflict):
        settling.mark_paid(floor.partner, month, "2026-12-01", "A-2", as_of=clock.now())


def test_the_file_has_a_row_an_order_and_no_formulas(floor: Floor) -> None:
    place(floor)
    month = this_month(floor)
    settling.mark_paid(floor.partner, month, "2026-12-01", "=1+1", as_of=clock.now())
    head, row = settling.as_csv(read(floor)).splitlines()
    assert head.startswith("order,our reference,placed")
    assert row.startswith(floor.part().order_name)
    assert "21.00" in row
    assert ",'=1+1" in row


def test_what_is_no_period_is_not_found(floor: Floor) -> None:
    for key in ("2026-13", "", "all", "2026-W54", "2026-12-02..2026-12-01", "2026-02-30..2026-03-01", "order-1"):
        with pytest.raises(NotFound):
            periods.period_of(floor.partner, key)


def test_the_owner_chooses_a_month_a_week_an_order_or_the_days(floor: Floor) -> None:
    place(floor, 2)
    place(floor, 3)
    long_ago = clock.now() - timedelta(days=40)
    MasterOrder.update(placed_at=long_ago).where(MasterOrder.number == 1).execute()
    zone = floor.hub.timezone
    now, then = clock.now().astimezone(zone), long_ago.astimezone(zone)
    bags = {
        f"{now:%Y-%m}": 3,
        f"{then:%Y-%m}": 2,
        f"{now:%G-W%V}": 3,
        f"{then:%G-W%V}": 2,
        "order-1": 2,
        "order-2": 3,
        periods.key_of_days(f"{then:%Y-%m-%d}", f"{now:%Y-%m-%d}"): 5,
        periods.key_of_days(f"{then:%Y-%m-%d}", f"{then:%Y-%m-%d}"): 2,
    }
    found = {key: settling.statement(floor.partner, periods.period_of(floor.partner, key)).bags for key in bags}
    assert found == bags
    offered = {key for _, choices in periods.known_periods(floor.partner) for key, _ in choices}
    assert offered == {key for key in bags if ".." not in key}


def test_days_that_are_none_are_refused_by_field(floor: Floor) -> None:
    for first, last, field in (("x", "2026-12-01", "first_day"), ("2026-12-02", "2026-12-01", "last_day")):
        with pytest.raises(Invalid) as refusal:
            periods.key_of_days(first, last)
        assert refusal.value.field == field


def test_an_order_placed_at_midnight_belongs_to_the_hubs_day(floor: Floor) -> None:
    place(floor)
    zone = floor.hub.timezone
    last_minute = datetime(2026, 10, 31, 23, 59, 59, tzinfo=zone).astimezone(UTC)
    for moment, month in ((last_minute, "2026-10"), (last_minute + timedelta(seconds=1), "2026-11")):
        MasterOrder.update(placed_at=moment).execute()
        (found, *_) = periods.known_periods(floor.partner)[0][1]
        assert found[0] == month
        assert settling.statement(floor.partner, periods.period_of(floor.partner, month)).bags == 3


def test_a_partner_is_late_who_has_shipped_nothing_for_so_many_days(floor: Floor) -> None:
    place(floor)
    soon, late = clock.now() + timedelta(days=6), clock.now() + timedelta(days=8)
    assert lateness.late_orders(soon) == []
    (order,) = lateness.late_orders(late)
    assert (order.master, order.days) == (floor.window(), 8)
    assert lateness.late_orders(late, partner=floor.other) == []
    agreeing.save(floor.partner, {"below_minimum": "send", "late_after_days": "9"})
    assert lateness.late_orders(late) == []
    assert lateness.late_orders(late + timedelta(days=1)) != []
    at_partner(floor, "fulfil")
    assert lateness.late_orders(late + timedelta(days=1)) == []


def test_what_turns_out_short_after_paying_was_paid_too_much(floor: Floor) -> None:
    place(floor, 5)
    settling.mark_paid(floor.partner, this_month(floor), "2026-11-20", "W-1", as_of=clock.now())
    assert read(floor).unpaid.minor == 0
    line = floor.orders()[-1]["lines"][0]
    at_partner(floor, "refund", lines=[{"line_id": line["id"], "quantity": 2}])
    assert read(floor).unpaid == dollars("-14.00")
    settling.mark_paid(floor.partner, this_month(floor), "2026-11-25", "C-9", as_of=clock.now())
    assert read(floor).unpaid.minor == 0
    assert MasterOrder.get().paid_reference == "W-1, C-9"


def test_of_two_who_pay_at_once_one_counts(either_database: str) -> None:
    now = clock.now()
    Hub.create(shop="hub.myshopify.com", currency="USD", zone="UTC")
    partner = Partner.create(name="Milk Road", state=CONNECTED, currency="USD", created_at=now)
    facts = {"opens_at": now, "cutoff_at": now, "placed_at": now, "currency": "USD", "state": PLACED}
    window = MasterOrder.create(partner=partner, number=1, **facts)
    MasterPart.create(master=window, state=PLACED, shipping_minor=2100, tax_minor=0, total_minor=2100)
    period = periods.period_of(partner, "order-1")

    def pay() -> None:
        with session():
            settling.mark_paid(partner, period, "2026-11-20", "W-1", as_of=now)

    with ThreadPoolExecutor(1) as others:
        with write():
            MasterOrder.update(paid_minor=2100, paid_at=now, paid_reference="W-1").execute()
            second = others.submit(pay)
            wait([second], timeout=0.5)  # PostgreSQL has let him look by then
        with pytest.raises(Conflict):
            second.result()
    assert MasterOrder.get().paid_minor == 2100


def test_a_payment_marked_by_mistake_is_taken_back(floor: Floor) -> None:
    place(floor)
    settling.mark_paid(floor.partner, this_month(floor), "2026-11-20", "W-1", as_of=clock.now())
    settling.unmark_paid(floor.partner, 1, as_of=clock.now())
    assert read(floor).unpaid == dollars("21.00")
    with pytest.raises(Conflict):
        settling.unmark_paid(floor.partner, 1, as_of=clock.now())
