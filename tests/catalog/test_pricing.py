"""Prices: cost, markup, exchange, endings, margin - in every currency's own decimals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from occhub.catalog import pricing
from occhub.catalog.pricing import ROUNDINGS, Terms
from occhub.errors import Invalid
from occhub.money import Money

CURRENCIES = st.sampled_from(["CAD", "USD", "JPY", "KWD"])
AMOUNTS = st.integers(min_value=0, max_value=10**9)
RATES = st.decimals(min_value="0.0001", max_value="1000", places=4)
BASIS_POINTS = st.integers(min_value=0, max_value=pricing.MAX_MARKUP_BP)


def test_cost_is_the_retail_price_less_the_discount() -> None:
    assert pricing.cost(Money(1900, "CAD"), 3000) == Money(1330, "CAD")


def test_half_a_cent_of_cost_rounds_up() -> None:
    assert pricing.cost(Money(1995, "CAD"), 5000) == Money(998, "CAD")


def test_price_is_cost_plus_markup_in_the_hubs_currency() -> None:
    assert pricing.price(Money(1330, "USD"), Decimal("1.35"), "CAD", 4000, "none") == Money(2514, "CAD")


@pytest.mark.parametrize(
    ("amount", "rounding", "rounded"),
    [
        (Money(1862, "CAD"), "none", Money(1862, "CAD")),
        (Money(1862, "CAD"), ".00", Money(1900, "CAD")),
        (Money(1862, "CAD"), ".50", Money(1950, "CAD")),
        (Money(1850, "CAD"), ".50", Money(1850, "CAD")),
        (Money(1862, "CAD"), ".95", Money(1895, "CAD")),
        (Money(1896, "CAD"), ".95", Money(1995, "CAD")),
        (Money(1862, "CAD"), ".99", Money(1899, "CAD")),
        (Money(1862, "CAD"), "5", Money(2000, "CAD")),
        (Money(2001, "JPY"), "5", Money(2005, "JPY")),
        (Money(2001, "JPY"), ".99", Money(2001, "JPY")),
        (Money(5432, "KWD"), ".95", Money(5950, "KWD")),
        (Money(5432, "KWD"), ".00", Money(6000, "KWD")),
    ],
)
def test_a_price_is_rounded_up_to_the_next_ending(amount: Money, rounding: str, rounded: Money) -> None:
    assert pricing.round_up(amount, rounding) == rounded


def test_yen_become_dinars_with_the_right_decimals() -> None:
    assert pricing.convert(Money(1000, "JPY"), Decimal("0.002"), "KWD") == Money(2000, "KWD")
    assert pricing.convert(Money(2000, "KWD"), Decimal("500"), "JPY") == Money(1000, "JPY")


def test_a_quote_shows_its_arithmetic() -> None:
    terms = Terms(3000, 4000, ".99", Decimal("0.7300"), "USD")
    quote = pricing.quote(Money(1900, "CAD"), terms)
    assert quote.sentence == (
        "19.00 CAD less 30 % = 13.30 CAD, times 0.73 = 9.71 USD, plus 40 % = 13.59 USD, rounded up = 13.99 USD"
    )
    assert (quote.cost, quote.hub_cost, quote.price) == (Money(1330, "CAD"), Money(971, "USD"), Money(1399, "USD"))
    assert quote.margin == "30.5 %"


def test_a_quote_in_one_currency_speaks_of_no_exchange() -> None:
    quote = pricing.quote(Money(2000, "CAD"), Terms(2500, 3333, "none", Decimal(1), "CAD"))
    assert quote.sentence == "20.00 CAD less 25 % = 15.00 CAD, plus 33.33 % = 20.00 CAD"


@given(AMOUNTS, CURRENCIES, CURRENCIES, RATES, BASIS_POINTS, st.sampled_from(ROUNDINGS))
def test_rounding_never_lowers_a_price(
    minor: int, currency: str, hub_currency: str, rate: Decimal, markup: int, rounding: str
) -> None:
    plain = pricing.price(Money(minor, currency), rate, hub_currency, markup, "none")
    rounded = pricing.price(Money(minor, currency), rate, hub_currency, markup, rounding)
    assert rounded.minor >= plain.minor


@given(AMOUNTS, CURRENCIES, st.sampled_from(ROUNDINGS))
def test_rounding_a_rounded_price_changes_nothing(minor: int, currency: str, rounding: str) -> None:
    once = pricing.round_up(Money(minor, currency), rounding)
    assert pricing.round_up(once, rounding) == once


@given(
    AMOUNTS,
    CURRENCIES,
    CURRENCIES,
    RATES,
    st.integers(min_value=0, max_value=10_000),
    BASIS_POINTS,
    st.sampled_from(ROUNDINGS),
)
def test_no_markup_loses_money(
    minor: int, currency: str, hub_currency: str, rate: Decimal, discount: int, markup: int, rounding: str
) -> None:
    quote = pricing.quote(Money(minor, currency), Terms(discount, markup, rounding, rate, hub_currency))
    assert quote.price.minor >= quote.hub_cost.minor
    assert 0 <= quote.margin_bp <= 10_000


@given(AMOUNTS, AMOUNTS, BASIS_POINTS, st.sampled_from(ROUNDINGS))
def test_a_dearer_coffee_never_becomes_the_cheaper_one(one: int, other: int, markup: int, rounding: str) -> None:
    low, high = (
        pricing.price(Money(minor, "CAD"), Decimal(1), "CAD", markup, rounding).minor for minor in sorted((one, other))
    )
    assert low <= high


@pytest.mark.parametrize(
    ("typed", "basis_points"), [("40", 4000), (" 37,5 % ", 3750), ("0", 0), ("33.33", 3333), ("500", 50_000)]
)
def test_a_markup_is_typed_as_a_percentage(typed: str, basis_points: int) -> None:
    assert pricing.parse_markup(typed) == basis_points


@pytest.mark.parametrize("typed", ["", "-1", "1e9", "forty", "500.01", "999999999", "12.345", "NaN"])
def test_a_markup_that_makes_no_sense_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        pricing.parse_markup(typed)
    assert refusal.value.field == "markup"
