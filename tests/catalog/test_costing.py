"""What a partner asks by a price list: typed, or kept in his store; the owner's own word before it, his terms after."""

import pytest

from occhub.catalog import applying, browsing, costing, importing, planning
from occhub.catalog.models import Change, Import, Product, ProductMapping, Variant
from occhub.catalog.noticing import COST, DONE, PRICE, WAITING
from occhub.catalog.quoting import Prices
from occhub.catalog.terms import ListedCost, PriceList, PriceRule
from occhub.errors import Conflict, Invalid
from occhub.partners.models import Hub
from tests.catalog.conftest import NOW, Trade
from tests.catalog.test_changes import _accept, _look, _price

LATER = NOW.replace(hour=14)


def _two(trade: Trade) -> list[Variant]:
    """The variants of a product with at least two, each with a SKU."""
    trade.a_product()
    for product in Product.select().where((Product.partner == trade.partner) & (Product.obstacle == "")):
        variants = list(product.variants.order_by(Variant.position))
        if len(variants) > 1:
            for number, variant in enumerate(variants):
                variant.sku = f"SKU-{number}"
                variant.save()
            return variants
    raise AssertionError("no product of the catalogue has two variants")


def _cost(trade: Trade, variant: Variant) -> tuple[str, str]:
    prices = Prices(trade.partner, Hub.get_hub(), 4000)
    quote = prices.quote(variant.product.remote_id, variant.remote_id, variant.price_minor)
    return quote.cost.amount, quote.sentence.partition(",")[0]


def _list_in_store(trade: Trade, **facts: object) -> str:
    made = trade.standin.control("POST", f"/shops/{trade.partner.shop}/price-lists", {"name": "Cafés"} | facts)
    return f"gid://shopify/PriceList/{made['id']}"


def test_costs_are_those_of_the_lines_and_else_of_the_terms(trade: Trade) -> None:
    first, second = _two(trade)[:2]
    first.price_minor = second.price_minor = 2000
    taken = costing.take_typed(trade.partner, " Wholesale ", "SKU;Cost\nsku-0; 11,50\nNONE\t3.00\n\n", as_of=NOW)
    assert (taken.name, taken.unmatched, taken.taken_at) == ("Wholesale", ["NONE"], NOW)
    assert _cost(trade, first) == ("11.50", "Wholesale: 11.50 USD")
    assert _cost(trade, second) == ("14.00", "20.00 USD less 30 % = 14.00 USD")
    costing.drop(trade.partner)
    assert _cost(trade, first)[0] == "14.00"
    assert ListedCost.select().count() == 0
    with pytest.raises(Conflict):
        costing.drop(trade.partner)


def test_a_newer_list_takes_the_place_of_the_older_one(trade: Trade) -> None:
    first, second = _two(trade)[:2]
    costing.take_typed(trade.partner, "2026", "SKU-0, 11.50\nSKU-1, 20", as_of=NOW)
    costing.take_typed(trade.partner, "2027", "SKU-0, 12.50", as_of=NOW)
    assert _cost(trade, first) == ("12.50", "2027: 12.50 USD")
    assert "less 30 %" in _cost(trade, second)[1]


def test_a_sku_reused_across_grinds_costs_the_same_for_each(trade: Trade) -> None:
    first, second = _two(trade)[:2]
    Variant.update(sku="SKU-0").where(Variant.id == second.id).execute()
    costing.take_typed(trade.partner, "2026", '"SKU-0","11.50"', as_of=NOW)
    assert _cost(trade, first)[0] == _cost(trade, second)[0] == "11.50"


@pytest.mark.parametrize(
    ("name", "lines", "says"),
    [
        ("", "SKU-0, 1", "a name"),
        ("2026", "", "1 to"),
        ("2026", "SKU-0, 1\nSKU-1", "Line 2"),
        ("2026", "SKU-0, -1", "line 1"),
        ("2026", "SKU-0, 0", "line 1"),
        ("2026", "SKU-0; 1.2.3", "Line 1"),
        ("2026", "SKU-0, 1e9", "Line 1"),
        ("2026", "SKU-0, 99999999999", "line 1"),
        ("2026", "SKU-0, 1\nSKU-0, 2", "another cost"),
        ("2026", "NONE, 1", "None of these"),
    ],
)
def test_a_senseless_list_says_which_line_and_changes_nothing(trade: Trade, name: str, lines: str, says: str) -> None:
    _two(trade)
    costing.take_typed(trade.partner, "before", "SKU-0, 11.50", as_of=NOW)
    with pytest.raises(Invalid, match=says):
        costing.take_typed(trade.partner, name, lines, as_of=NOW)
    assert (PriceList.get().name, ListedCost.get().cost_minor) == ("before", 1150)


def test_the_owners_own_word_comes_before_the_list(trade: Trade) -> None:
    first, second = _two(trade)[:2]
    first.price_minor = second.price_minor = 2000
    costing.take_typed(trade.partner, "2026", "SKU-0, 11.50\nSKU-1, 11.50", as_of=NOW)
    ids = {"partner": trade.partner, "product_remote_id": first.product.remote_id}
    PriceRule.create(**ids, discount_bp=5000)
    PriceRule.create(**ids, variant_remote_id=second.remote_id, cost_minor=777)
    assert _cost(trade, first) == ("10.00", "20.00 USD less 50 % = 10.00 USD")
    assert _cost(trade, second) == ("7.77", "cost typed: 7.77 USD")


def test_a_list_of_the_partners_store_is_taken_over_with_its_percentage(trade: Trade) -> None:
    first, second = _two(trade)[:2]
    second.price_minor = 2000
    path = f"/shops/{trade.partner.shop}/variants/{first.remote_id.rpartition('/')[2]}"
    trade.standin.control("PATCH", path, {"sku": "LISTED"})
    chosen = _list_in_store(trade, adjustment=-35, fixed={"LISTED": "11.50"})
    _list_in_store(trade, name="Abroad", currency="JPY")
    assert [(each.name, each.lines) for each in costing.offered(trade.partner)] == [("Cafés", 1)]
    costing.take_from_store(trade.partner, chosen, as_of=NOW)
    assert _cost(trade, first) == ("11.50", "Cafés: 11.50 USD")
    assert _cost(trade, second) == ("13.00", "Cafés: 20.00 USD less 35 % = 13.00 USD")


def test_what_costs_nothing_in_his_store_is_not_sold_for_nothing(trade: Trade) -> None:
    first = _two(trade)[0]
    first.price_minor = 2000
    path = f"/shops/{trade.partner.shop}/variants/{first.remote_id.rpartition('/')[2]}"
    trade.standin.control("PATCH", path, {"sku": "LISTED"})
    chosen = _list_in_store(trade, adjustment=-35, fixed={"LISTED": "0.00"})
    costing.take_from_store(trade.partner, chosen, as_of=NOW)
    assert _cost(trade, first) == ("13.00", "Cafés: 20.00 USD less 35 % = 13.00 USD")
    _list_in_store(trade, adjustment=-100)
    assert costing.offered(trade.partner) == []
    costing.read_again(trade.partner, as_of=LATER)
    assert _cost(trade, first)[0] == "13.00"


def test_a_percentage_on_top_is_said_so(trade: Trade) -> None:
    first = _two(trade)[0]
    first.price_minor = 2000
    costing.take_from_store(trade.partner, _list_in_store(trade, adjustment=5), as_of=NOW)
    assert _cost(trade, first) == ("21.00", "Cafés: 20.00 USD plus 5 % = 21.00 USD")


def _sold_by_list(trade: Trade) -> ProductMapping:
    """A variant on the hub, at a cost of 20.00 by a list of the partner's store."""
    first = _two(trade)[0]
    path = f"/shops/{trade.partner.shop}/variants/{first.remote_id.rpartition('/')[2]}"
    trade.standin.control("PATCH", path, {"sku": "LISTED"})
    chosen = _list_in_store(trade, fixed={"LISTED": "20.00"})
    costing.take_from_store(trade.partner, chosen, as_of=NOW)
    planning.agree_markup(trade.partner, 4000)
    importing.import_product(trade.planned(first.product), as_of=NOW)
    mapping: ProductMapping = ProductMapping.get(ProductMapping.partner_variant_id == first.remote_id)
    assert (mapping.cost.amount, mapping.price.amount) == ("20.00", "28.00")
    return mapping


def test_a_dearer_list_asks_beyond_the_tolerance_and_follows_within(trade: Trade) -> None:
    mapping = _sold_by_list(trade)
    _list_in_store(trade, fixed={"LISTED": "25.00"})
    costing.read_again(trade.partner, as_of=LATER)
    change = Change.get()
    assert (change.field, change.state, change.before, change.after) == (COST, WAITING, "20.00", "25.00")
    _accept([change])
    assert ProductMapping.find(mapping.id).price.amount == "35.00"
    _list_in_store(trade, fixed={"LISTED": "25.50"})
    costing.read_again(trade.partner, as_of=LATER)
    applying.apply_changes(Import.get(), as_of=LATER)
    assert (Change.get().state, ProductMapping.find(mapping.id).price.amount) == (DONE, "35.70")
    assert (PriceList.get().taken_at, PriceList.get().read_at) == (NOW, LATER)


def test_a_retail_price_that_changes_nothing_for_us_is_no_question(trade: Trade) -> None:
    mapping = _sold_by_list(trade)
    _price(trade, str(trade.partner.shop), mapping.partner_variant_id, "99.00")
    assert _look(trade, Import.get()) == []
    assert ProductMapping.find(mapping.id).retail_minor == 9900
    costing.drop(trade.partner)
    _price(trade, str(trade.partner.shop), mapping.partner_variant_id, "50.00")
    assert [(change.field, change.state) for change in _look(trade, Import.get())] == [(PRICE, WAITING)]


def test_a_list_gone_from_his_store_keeps_its_last_costs(trade: Trade) -> None:
    first = _two(trade)[0]
    costing.take_from_store(trade.partner, _list_in_store(trade, adjustment=-35), as_of=NOW)
    PriceList.update(remote_id="gid://shopify/PriceList/1").execute()
    costing.read_again(trade.partner, as_of=LATER)
    assert PriceList.get().read_at == NOW
    assert "less 35 %" in _cost(trade, first)[1]


def test_what_the_list_does_not_name_is_told(trade: Trade) -> None:
    assert costing.unlisted(trade.partner) == []
    mapping = _sold_by_list(trade)
    others = {each.partner_variant_id for each in costing.unlisted(trade.partner)}
    assert others == {each.remote_id for each in _two(trade)} - {mapping.partner_variant_id}


def test_a_row_of_the_range_spans_the_prices_of_its_variants(trade: Trade) -> None:
    first, *others = _two(trade)
    planning.agree_markup(trade.partner, 4000)
    costing.take_typed(trade.partner, "2026", "SKU-0, 1.00", as_of=NOW)
    row = browsing.browse_one(trade.partner, first.product_id, as_of=NOW)
    assert row.cost.low.amount == "1.00"
    assert row.our_price is not None
    assert row.our_price.low.amount == "1.40"
    ids = {"partner": trade.partner, "product_remote_id": first.product.remote_id}
    PriceRule.create(**ids, variant_remote_id=others[0].remote_id, cost_minor=100_000)
    row = browsing.browse_one(trade.partner, first.product_id, as_of=NOW)
    assert row.our_price is not None
    assert (row.our_price.low.amount, row.our_price.high.amount) == ("1.40", "1400.00")
