"""R1 and R2: what is wanted of a line, and what counts as paid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from occhub.orders.wanting import is_paid_enough, payable_statuses, wanted

UNITS = st.integers(0, 50)


def line(**facts: int | bool) -> int:
    """A line of a good order unless told otherwise."""
    good = {"cancelled": False, "gone": False, "test": False, "current_quantity": 3, "fulfilled": 0, "returned": 0}
    return wanted(**{**good, **facts})  # type: ignore[arg-type]


def test_r1_an_open_line_wants_its_current_quantity() -> None:
    assert line(current_quantity=3) == 3


@pytest.mark.parametrize("fate", ["cancelled", "gone", "test"])
def test_r1_a_cancelled_deleted_or_test_order_wants_nothing(fate: str) -> None:
    assert line(**{fate: True}) == 0


def test_r1_a_test_order_is_wanted_when_the_owner_routes_them() -> None:
    assert line(test=True, route_test_orders=True) == 3


def test_r1_a_refund_before_delivery_lowers_what_is_wanted() -> None:
    assert line(current_quantity=1, fulfilled=0) == 1


def test_r1_a_refund_after_delivery_without_return_creates_no_surplus() -> None:
    assert line(current_quantity=0, fulfilled=3, returned=0) == 3


def test_r1_units_that_came_back_are_not_wanted() -> None:
    assert line(current_quantity=1, fulfilled=3, returned=2) == 1


@given(current=UNITS, fulfilled=UNITS, returned=UNITS)
def test_r1_wanted_is_never_less_than_what_the_customer_is_still_owed(
    current: int, fulfilled: int, returned: int
) -> None:
    units = line(current_quantity=current, fulfilled=fulfilled, returned=returned)
    assert units >= current
    assert units >= fulfilled - returned
    assert units in (current, fulfilled - returned)


@given(current=UNITS, fulfilled=UNITS, returned=UNITS)
def test_r1_a_cancelled_order_wants_nothing_whatever_its_lines_say(current: int, fulfilled: int, returned: int) -> None:
    assert line(cancelled=True, current_quantity=current, fulfilled=fulfilled, returned=returned) == 0


@pytest.mark.parametrize(
    ("status", "rules"),
    [
        ("PAID", {"paid", "authorized", "all"}),
        ("PARTIALLY_REFUNDED", {"paid", "authorized", "all"}),
        ("AUTHORIZED", {"authorized", "all"}),
        ("PENDING", {"all"}),
        ("", {"all"}),
    ],
)
def test_r2_the_payment_rule_decides_what_may_be_ordered(status: str, rules: set[str]) -> None:
    assert {rule for rule in ("paid", "authorized", "all") if is_paid_enough(status, rule)} == rules


def test_r2_an_unknown_rule_is_an_error() -> None:
    with pytest.raises(ValueError, match="not a payment rule"):
        payable_statuses("sometimes")
