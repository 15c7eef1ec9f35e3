"""Money: exact, in one currency at a time, written as Shopify writes it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from occhub.money import Money, decimals, round_half_up

currencies = st.sampled_from(["USD", "CAD", "JPY", "KWD"])
amounts = st.integers(min_value=-(10**12), max_value=10**12)


@given(amounts, currencies)
def test_an_amount_survives_being_written_and_read(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.parse(money.amount, currency) == money


@given(amounts, amounts, currencies)
def test_adding_and_taking_away_again_changes_nothing(one: int, two: int, currency: str) -> None:
    money, other = Money(one, currency), Money(two, currency)
    assert money + other - other == money


@pytest.mark.parametrize(
    ("text", "currency", "minor", "written"),
    [
        ("19.90", "USD", 1990, "19.90"),
        ("19.9", "USD", 1990, "19.90"),
        ("0", "USD", 0, "0.00"),
        ("0.005", "USD", 1, "0.01"),
        ("-3.455", "USD", -346, "-3.46"),
        ("1200", "JPY", 1200, "1200"),
        ("1200.5", "JPY", 1201, "1201"),
        ("1.2345", "KWD", 1235, "1.235"),
    ],
)
def test_each_currency_has_its_decimals(text: str, currency: str, minor: int, written: str) -> None:
    money = Money.parse(text, currency)
    assert money.minor == minor
    assert money.amount == written


@pytest.mark.parametrize("text", ["", "free", "1,50", "NaN", "Infinity", "1e99999999", "1" * 400])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an amount of money"):
        Money.parse(text, "USD")


def test_currencies_never_mix() -> None:
    dollars, euros = Money(100, "USD"), Money(100, "EUR")
    for mix in (lambda: dollars + euros, lambda: dollars - euros, lambda: dollars < euros):
        with pytest.raises(ValueError, match="different currencies"):
            mix()


def test_units_multiply_and_amounts_compare() -> None:
    assert Money(250, "USD") * 3 == Money(750, "USD")
    assert max(Money(100, "USD"), Money(250, "USD")) == Money(250, "USD")
    assert str(Money(250, "USD")) == "2.50 USD"


def test_halves_go_away_from_zero() -> None:
    assert [round_half_up(Decimal(text)) for text in ("0.5", "1.5", "2.5", "-0.5", "2.49")] == [1, 2, 3, -1, 2]


def test_decimals_follow_the_standard() -> None:
    assert [decimals(code) for code in ("USD", "JPY", "KWD")] == [2, 0, 3]
