"""What is on the hub already shows the price customers pay, not the one it would have at today's terms."""

from occhub.catalog import planning, scripting
from occhub.catalog.browsing import LOW, browse, browse_one
from occhub.catalog.models import WITHDRAWN, Import, Product, ProductMapping
from occhub.catalog.opening import open_product
from tests.catalog.conftest import NOW, Trade
from tests.catalog.test_changes import _first, _import


def _own_price(trade: Trade, minor: int) -> tuple[Product, ProductMapping]:
    """A coffee on the hub of which one variant has a price of the owner's own."""
    listing = _import(trade)
    planning.agree_markup(trade.partner, 4000)
    mapping = _first(listing)
    ProductMapping.update(price_minor=minor, own_price=True).where(ProductMapping.id == mapping.id).execute()
    return Product.get(Product.remote_id == listing.product_remote_id), ProductMapping.find(mapping.id)


def test_a_row_and_its_variants_show_the_price_that_stands(trade: Trade) -> None:
    product, mapping = _own_price(trade, 99_900)
    row = browse_one(trade.partner, product.id, as_of=NOW)
    assert row.our_price is not None
    assert row.our_price.high == mapping.price
    opened = {each.variant.remote_id: each for each in open_product(trade.partner, product)}
    mine = opened[mapping.partner_variant_id]
    assert mine.quote is not None
    assert (mine.charged, mine.margin) != (mine.quote.price, mine.quote.margin)
    assert mine.charged == mapping.price
    others = [each for each in opened.values() if each is not mine]
    assert all(each.quote and each.charged == each.quote.price and each.margin == each.quote.margin for each in others)


def test_scripts_read_the_price_that_stands(trade: Trade) -> None:
    product, mapping = _own_price(trade, 99_900)
    page = scripting.products_page(trade.partner, as_of=NOW)
    (read,) = [each for each in page["products"] if each["id"] == product.id]
    assert mapping.price.amount in [variant["price"]["amount"] for variant in read["variants"]]


def test_a_thin_margin_on_the_hub_is_found(trade: Trade) -> None:
    product, _ = _own_price(trade, 1)
    found = [row.product.id for group in browse(trade.partner, tab=LOW, as_of=NOW).groups for row in group.rows]
    assert found == [product.id]
    last = browse(trade.partner, sort="margin", as_of=NOW).groups[-1]
    assert product.id in [row.product.id for row in last.rows]


def test_what_was_withdrawn_is_priced_at_todays_terms_again(trade: Trade) -> None:
    product, mapping = _own_price(trade, 99_900)
    Import.update(state=WITHDRAWN).execute()
    row = browse_one(trade.partner, product.id, as_of=NOW)
    assert row.our_price is not None
    assert row.our_price.high != mapping.price
