"""What the queue of changes says our price would be is what it becomes when the change is accepted."""

from occhub.catalog import costing, noticing, planning
from occhub.catalog.foreseeing import foresee
from occhub.catalog.models import Change, Product, ProductMapping
from occhub.catalog.noticing import ADDED, COST, PRICE
from occhub.catalog.terms import TradeTerms
from occhub.database import write
from tests.catalog.conftest import NOW, Trade
from tests.catalog.test_changes import _accept, _first, _import, _look, _price


def test_a_price_becomes_what_was_foreseen(trade: Trade) -> None:
    listing = _import(trade)
    planning.agree_markup(trade.partner, 4000)
    mapping = _first(listing)
    _price(trade, str(trade.partner.shop), mapping.partner_variant_id, "99.00")
    (change,) = _look(trade, listing)
    foreseen = foresee([change])[change.id]
    assert (change.field, foreseen.now) == (PRICE, mapping.price)
    _accept([change])
    assert ProductMapping.find(mapping.id).price == foreseen.quote.price != mapping.price


def test_a_new_variants_price_is_foreseen(trade: Trade) -> None:
    listing = _import(trade)
    planning.agree_markup(trade.partner, 4000)
    mapping = _first(listing)
    ProductMapping.delete().where(ProductMapping.id == mapping.id).execute()
    (change,) = _look(trade, listing)
    foreseen = foresee([change])[change.id]
    assert (change.field, foreseen.now) == (ADDED, None)
    _accept([change])
    assert _first_of(mapping.partner_variant_id).price == foreseen.quote.price


def test_a_dearer_list_is_foreseen(trade: Trade) -> None:
    listing = _import(trade)
    planning.agree_markup(trade.partner, 4000)
    sku = Product.get(Product.remote_id == listing.product_remote_id).variants.first().sku
    costing.take_typed(trade.partner, "Wholesale", f"{sku}, 50.00", as_of=NOW)
    with write():
        noticing.compare_costs(trade.partner)
    change = Change.get(Change.field == COST)
    foreseen = foresee([change])[change.id]
    assert foreseen.quote.cost.amount == "50.00"
    _accept([change])
    assert _first_of(change.variant_remote_id).price == foreseen.quote.price


def test_nothing_is_foreseen_without_a_markup_and_of_texts(trade: Trade) -> None:
    listing = _import(trade)
    TradeTerms.create(partner=trade.partner, follow={PRICE: "ask", "title": "ask"})
    _price(trade, str(trade.partner.shop), _first(listing).partner_variant_id, "99.00")
    assert foresee(_look(trade, listing)) == {}
    planning.agree_markup(trade.partner, 4000)
    assert foresee(list(Change.select().where(Change.field != PRICE))) == {}


def _first_of(partner_variant_id: str) -> ProductMapping:
    mapping: ProductMapping = ProductMapping.get(ProductMapping.partner_variant_id == partner_variant_id)
    return mapping
