"""The owner's pages of prices: terms, prices of his own, price lists, exchange rates."""

import pytest

from occhub.catalog import tasks
from occhub.catalog.models import Variant
from occhub.catalog.terms import PriceRule, TradeTerms
from occhub.partners.models import Hub, Partner
from tests.catalog.conftest import BEYOND, NOW, Owner, Trade
from tests.catalog.test_pages import _agree, _coffee, _imported, _range

PRICING = {"price_way": "margin", "margin": "30", "least_margin": "20", "tolerance": "7.5", "exchange_rate": "1"}


def test_terms_of_price_are_kept_and_show_what_repricing_would_do(trade: Trade, owner: Owner) -> None:
    _imported(trade, owner)
    path = f"/partners/{trade.partner.id}/pricing"
    assert "priced at these terms" in owner.see(path)
    page = owner.click(path, **PRICING, follow_title="ignore")
    assert "for a margin of 30 %" in page
    terms = TradeTerms.of(trade.partner)
    assert (terms.price_way, terms.margin_bp, terms.least_margin_bp, terms.tolerance_bp) == ("margin", 3000, 2000, 750)
    assert terms.follow["title"] == "ignore"
    owner.click(f"/partners/{trade.partner.id}/repricing")
    tasks.follow()
    assert "priced at these terms" in owner.see(path)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("margin", "91"),
        ("least_margin", "-1"),
        ("tolerance", "1e9"),
        ("exchange_rate", "0"),
        ("exchange_rate", "NaN"),
        ("price_way", "gift"),
        ("follow_title", "perhaps"),
    ],
)
def test_senseless_terms_name_their_field_and_change_nothing(
    trade: Trade, owner: Owner, field: str, typed: str
) -> None:
    owner.click(f"/partners/{trade.partner.id}/pricing", 422, **{**PRICING, field: typed})
    assert TradeTerms.select().count() == 0
    assert Partner.find(trade.partner.id).exchange_rate == "1"


def test_a_variant_has_its_own_price(trade: Trade, owner: Owner) -> None:
    _agree(trade)
    product = _coffee(trade)
    variant = product.variants.order_by(Variant.position).first()
    path = f"{_range(trade)}/{product.id}/price"
    assert "Your own price for" in owner.fetch(f"{path}?variant={variant.id}")
    opened = owner.click(path, variant=str(variant.id), cost="7.00", markup="100")
    assert "cost typed: 7.00 USD, plus 100 % = 14.00 USD" in opened
    owner.click(path, variant=str(variant.id))
    assert PriceRule.select().count() == 0


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("cost", "-1"),
        ("cost", "0"),
        ("cost", "x"),
        ("cost", "1e99999999"),
        ("markup", "1e9"),
        ("margin", "91"),
        ("discount", "96"),
        ("price_way", "gift"),
    ],
)
def test_a_senseless_own_price_changes_nothing(trade: Trade, owner: Owner, field: str, typed: str) -> None:
    owner.click(f"{_range(trade)}/{_coffee(trade).id}/price", 422, **{field: typed})
    assert PriceRule.select().count() == 0


@pytest.mark.parametrize("variant", ["x", "-1", "999999", BEYOND])
def test_an_own_price_for_no_variant_of_the_product_is_none(trade: Trade, owner: Owner, variant: str) -> None:
    path = f"{_range(trade)}/{_coffee(trade).id}/price"
    owner.click(path, 404, variant=variant, cost="1.00")
    assert owner.client.get(f"{path}?variant={variant}", headers=owner.token).status_code == 404
    assert PriceRule.select().count() == 0


def test_a_price_list_sets_the_costs_of_its_skus(trade: Trade, owner: Owner) -> None:
    _agree(trade)
    variant = Variant.select().where((Variant.product == _coffee(trade)) & (Variant.sku != "")).first()
    path = f"/partners/{trade.partner.id}/price-lists"
    answer = owner.click(path, price_list="Wholesale 2026", lines=f"{variant.sku}, 5.50\nUNKNOWN-1; 3")
    assert "1 SKU on the list that he does not sell" in answer
    assert "UNKNOWN-1" in answer
    for name, lines in (("Other", "no cost 1 here"), ("", "A, 1"), ("Other", f"{variant.sku}, -1")):
        owner.click(path, 422, price_list=name, lines=lines)
    assert "Wholesale 2026" in owner.see(f"/partners/{trade.partner.id}/pricing")
    assert "His price less" in owner.click(f"{path}/removal")
    owner.click(f"{path}/removal", 409)


def test_a_price_list_of_the_partners_store_is_chosen(trade: Trade, owner: Owner) -> None:
    path = f"/partners/{trade.partner.id}/price-lists"
    assert "keeps no price list" in owner.fetch(path)
    trade.standin.control("POST", f"/shops/{trade.partner.shop}/price-lists", {"name": "Cafés", "adjustment": -35})
    shown = owner.fetch(path)
    assert "Cafés: 0 prices, everything else 35 % off" in shown
    chosen = shown.partition('name="remote_id" value="')[2].partition('"')[0]
    assert "Cafés" in owner.click(path, remote_id=chosen)
    owner.click(path, 422, remote_id="gid://shopify/PriceList/1")


def test_an_old_exchange_rate_warns(trade: Trade, owner: Owner) -> None:
    hub = Hub.get_hub()
    other = "EUR" if hub.currency != "EUR" else "JPY"
    Partner.update(currency=other).where(Partner.id == trade.partner.id).execute()
    path = f"/partners/{trade.partner.id}/pricing"
    assert "Nobody has said when" in owner.see(path)
    assert "Nobody has said when" not in owner.click(path, **{**PRICING, "exchange_rate": "1.37"})
    TradeTerms.update(rate_at=NOW.replace(month=8)).execute()
    assert "days old" in owner.see(path)
