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
    terms = Terms(0, 4000, "none", Decimal("1.35"), "CAD")
    assert pricing.quote(Money(1330, "USD"), terms).price == Money(2514, "CAD")


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
    plain = pricing.quote(Money(minor, currency), Terms(0, markup, "none", rate, hub_currency)).price
    rounded = pricing.quote(Money(minor, currency), Terms(0, markup, rounding, rate, hub_currency)).price
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
    terms = Terms(0, markup, rounding, Decimal(1), "CAD")
    low, high = (pricing.quote(Money(minor, "CAD"), terms).price.minor for minor in sorted((one, other)))
    assert low <= high


ALL_TERMS = st.builds(
    Terms,
    discount_bp=st.integers(min_value=0, max_value=9_500),
    markup_bp=BASIS_POINTS,
    rounding=st.sampled_from(ROUNDINGS),
    exchange_rate=RATES,
    hub_currency=CURRENCIES,
    way=st.sampled_from(sorted(pricing.WAYS)),
    margin_bp=st.integers(min_value=0, max_value=pricing.MAX_MARGIN_BP),
    least_margin_bp=st.integers(min_value=0, max_value=pricing.MAX_MARGIN_BP),
    typed_cost_minor=st.none() | AMOUNTS,
)


@given(AMOUNTS, CURRENCIES, ALL_TERMS)
def test_no_way_of_pricing_and_no_rounding_breaks_the_least_margin(minor: int, currency: str, terms: Terms) -> None:
    quote = pricing.quote(Money(minor, currency), terms)
    if quote.hub_cost.minor:
        assert quote.margin_bp >= terms.least_margin_bp


@given(AMOUNTS, CURRENCIES, ALL_TERMS)
def test_pricing_again_changes_nothing(minor: int, currency: str, terms: Terms) -> None:
    once = pricing.quote(Money(minor, currency), terms)
    assert pricing.quote(Money(minor, currency), terms) == once
    assert pricing.round_up(once.price, terms.rounding) == once.price


@given(AMOUNTS, CURRENCIES, st.integers(min_value=0, max_value=pricing.MAX_MARGIN_BP))
def test_the_least_price_is_the_least(minor: int, currency: str, least_bp: int) -> None:
    cost = Money(minor + 1, currency)
    price = pricing.least_price(cost, least_bp)
    assert pricing.margin_bp(price, cost) >= least_bp
    assert pricing.margin_bp(Money(price.minor - 1, currency), cost) < least_bp or price == cost


def test_a_fixed_margin_is_a_part_of_the_price() -> None:
    quote = pricing.quote(Money(2000, "CAD"), Terms(3000, 0, "none", Decimal(1), "CAD", way="margin", margin_bp=3000))
    assert (quote.price, quote.margin) == (Money(2000, "CAD"), "30 %")
    assert quote.sentence == "20.00 CAD less 30 % = 14.00 CAD, for a margin of 30 % = 20.00 CAD"


def test_the_partners_own_price_is_exchanged() -> None:
    quote = pricing.quote(Money(2000, "USD"), Terms(3000, 0, "none", Decimal("1.4"), "CAD", way="retail"))
    assert quote.price == Money(2800, "CAD")
    assert quote.sentence.endswith("times 1.4 = 19.60 CAD, sold at the partner's own price = 28.00 CAD")


def test_a_typed_cost_takes_the_discounts_place() -> None:
    terms = Terms(3000, 5000, "none", Decimal(1), "CAD", typed_cost_minor=1000, price_list="Wholesale 2026")
    quote = pricing.quote(Money(2000, "CAD"), terms)
    assert (quote.cost, quote.price) == (Money(1000, "CAD"), Money(1500, "CAD"))
    assert quote.sentence == "Wholesale 2026: 10.00 CAD, plus 50 % = 15.00 CAD"


def test_a_price_below_the_least_margin_is_raised_and_says_so() -> None:
    terms = Terms(3000, 1000, ".95", Decimal(1), "CAD", least_margin_bp=2500)
    quote = pricing.quote(Money(2000, "CAD"), terms)
    assert quote.sentence.endswith("plus 10 % = 15.40 CAD, raised to leave 25 % = 18.67 CAD, rounded up = 18.95 CAD")


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
