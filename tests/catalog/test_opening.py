"""An opened product tells of each variant what it costs and where its weight field lies."""

from occhub.catalog import planning
from occhub.catalog.models import Variant
from occhub.catalog.opening import open_product
from tests.catalog.conftest import Trade


def test_prices_appear_once_a_markup_is_agreed(trade: Trade) -> None:
    product = trade.a_product()
    assert {opened.quote for opened in open_product(trade.partner, product)} == {None}
    planning.agree_markup(trade.partner, 4000)
    for opened in open_product(trade.partner, product):
        assert opened.quote.cost == opened.cost
        assert opened.quote.price.minor > opened.cost.minor


def test_r18_a_weight_field_that_lies_is_named(trade: Trade) -> None:
    product = trade.a_product()
    Variant.update(grams=340, weight_grams=340).where(Variant.product == product).execute()
    assert {opened.lie for opened in open_product(trade.partner, product)} == {""}
    Variant.update(grams=340, weight_grams=172_365).where(Variant.product == product).execute()
    assert {opened.lie for opened in open_product(trade.partner, product)} == {
        "The name says 340 g, the weight field 172,365 g."
    }


def test_what_is_sold_without_counting_is_always_in_stock(trade: Trade) -> None:
    product = trade.a_product()
    Variant.update(tracked=True, policy="CONTINUE").where(Variant.product == product).execute()
    assert all(opened.always_in_stock for opened in open_product(trade.partner, product))
