"""R3 and R5 in numbers."""

from hypothesis import given
from hypothesis import strategies as some

from occhub.inventory.formula import hub_stock, seen_claims, shortfall
from occhub.orders.demand import Claims

units = some.integers(0, 100)


def test_r5_what_we_sold_and_nobody_holds_is_not_sold_again() -> None:
    assert hub_stock(available=20, unclaimed=3, safety=1) == 16


@given(some.integers(-100, 100), units, units)
def test_r5_the_hub_never_offers_less_than_nothing(available: int, unclaimed: int, safety: int) -> None:
    assert hub_stock(available, unclaimed, safety) == max(0, available - unclaimed - safety)


@given(units, units, units, units)
def test_r5_a_claim_moves_nothing_on_the_hub(available: int, sold: int, claimed: int, safety: int) -> None:
    claimed = min(claimed, sold)
    assert hub_stock(available, sold, safety) == hub_stock(available - claimed, sold - claimed, safety)


CLAIMS = Claims(on_draft=5, on_order=4, shipped=3)


def test_r3_claims_count_as_far_as_the_chosen_locations_show_them() -> None:
    assert seen_claims(CLAIMS, reserved=2, committed=9, partial=True) == 2 + 4 + 3


def test_r3_where_all_locations_count_a_draft_just_read_is_believed() -> None:
    assert seen_claims(CLAIMS, reserved=0, committed=9, partial=False) == 5 + 4 + 3


def test_r3_a_placed_order_that_his_shelves_do_not_show_holds_nothing() -> None:
    assert seen_claims(CLAIMS, reserved=5, committed=1, partial=False) == 5 + 1 + 3


@given(units, units, units, some.integers(-50, 100), some.integers(-50, 100), some.booleans())
def test_r3_never_more_is_believed_than_was_claimed(
    draft: int, order: int, shipped: int, reserved: int, committed: int, partial: bool
) -> None:
    believed = seen_claims(Claims(draft, order, shipped), reserved, committed, partial=partial)
    assert shipped <= believed <= draft + order + shipped


def test_demand_beyond_stock_is_short() -> None:
    assert shortfall(available=2, unclaimed=5, unserved=5) == 3
    assert shortfall(available=-3, unclaimed=0, unserved=5) == 3


def test_a_partner_who_oversold_himself_makes_no_customer_of_ours_short() -> None:
    assert shortfall(available=-7, unclaimed=0, unserved=0) == 0
