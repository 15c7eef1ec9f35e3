"""A product the hub had already is linked by a person's decision; its texts and prices stay, its stock follows."""

import pytest

from occhub.catalog import applying, following, importing, linking, planning
from occhub.catalog.models import LIVE, Change, Import, Product, ProductMapping, Variant
from occhub.errors import Conflict, Invalid
from occhub.shopify import hub_listings, listings, open_store
from occhub.shopify.listings import Listing, ListingVariant
from tests.catalog.conftest import NOW, Trade


def _own_product(trade: Trade, product: Product, *, sku: str = "", barcode: str = "") -> str:
    """The owner's own product with the first variant's SKU, or this one and this barcode."""
    planning.agree_markup(trade.partner, 4000)
    listings.ensure_definition(open_store(trade.hub))
    first = product.variants.first()
    variant = ListingVariant(
        key="",
        sku=sku or first.sku,
        barcode=barcode,
        price="33.00",
        cost="10.00",
        options=(("Title", "Default Title"),),
        tracked=True,
        policy="DENY",
        weight_value=250.0,
        weight_unit="GRAMS",
        hs_code="",
        country="",
    )
    options = (listings.Option("Title", ("Default Title",)),)
    own = Listing("The owner's Sidamo", "<p>His words.</p>", "Hub", "Coffee", ("his",), options, (), (variant,))
    return hub_listings.make_product(open_store(trade.hub), "the owners own", own).id


def _with_sku(trade: Trade) -> Product:
    trade.a_product()
    for product in Product.select().where((Product.partner == trade.partner) & (Product.obstacle == "")):
        if product.variants.first().sku:
            found: Product = product
            return found
    raise AssertionError("no product of the catalogue has a SKU")


def test_linking_keeps_texts_and_prices_and_has_stock_follow(trade: Trade) -> None:
    product = _with_sku(trade)
    own = _own_product(trade, product)
    preview = linking.preview(product, own)
    assert [pair.replaced for pair in preview.pairs] == [0]
    listing = linking.link(trade.partner, product, own, as_of=NOW)
    assert (listing.hub_product_id, listing.linked) == (own, True)
    (made,) = trade.products_on_hub()
    assert (made["title"], made["variants"][0]["price"]) == ("The owner's Sidamo", "33.00")
    mapping = ProductMapping.get()
    assert (mapping.price.amount, mapping.stock_wanted_at, mapping.created_at) == ("33.00", NOW, NOW)


@pytest.mark.parametrize("by", ["sku", "barcode"])
def test_a_product_of_the_same_sku_or_barcode_is_suggested_and_paired(trade: Trade, by: str) -> None:
    trade.standin.control("POST", "/rules", {"index_lag_seconds": 0})
    product = _with_sku(trade)
    first = product.variants.order_by(Variant.position).first()
    if by == "barcode":
        path = f"/shops/{trade.partner.shop}/variants/{first.remote_id.rpartition('/')[2]}"
        trade.standin.control("PATCH", path, {"barcode": "4006381333931"})
        own = _own_product(trade, product, sku="HIS-OWN", barcode="4006381333931")
    else:
        own = _own_product(trade, product, sku=first.sku)
    (suggested,) = linking.suggest(trade.partner, product)
    assert (suggested.hub_product_id, suggested.title, suggested.alike) == (own, "The owner's Sidamo", 1)
    assert Import.select().count() == 0  # only a person links
    (pair,) = linking.preview(product, own).pairs
    assert pair.theirs.id == first.remote_id


def test_a_product_is_linked_once(trade: Trade) -> None:
    product = _with_sku(trade)
    own = _own_product(trade, product)
    linking.link(trade.partner, product, own, as_of=NOW)
    with pytest.raises(Conflict):
        linking.link(trade.partner, product, own, as_of=NOW)
    assert Import.select().count() == 1


def test_what_has_nothing_in_common_is_not_linked(trade: Trade) -> None:
    product = next(
        each
        for each in Product.select().where(Product.partner == _with_sku(trade).partner)
        if each.variants.count() > 1 and not each.obstacle
    )
    own = _own_product(trade, product, sku="NOTHING-LIKE-IT")
    with pytest.raises(Invalid):
        linking.link(trade.partner, product, own, as_of=NOW)
    assert Import.select().count() == 0


@pytest.mark.parametrize("hub_product", ["", "gid://shopify/Product/1", "gid://shopify/Order/1"])
def test_an_unknown_product_is_not_linked(trade: Trade, hub_product: str) -> None:
    planning.agree_markup(trade.partner, 4000)
    with pytest.raises(Invalid):
        linking.link(trade.partner, trade.a_product(), hub_product, as_of=NOW)


def test_what_came_by_an_import_is_not_suggested(trade: Trade) -> None:
    product = _with_sku(trade)
    importing.import_product(trade.planned(product), as_of=NOW)
    planning.agree_markup(trade.partner, 4000)
    assert linking.suggest(trade.partner, product) == []


def test_a_linked_products_texts_are_the_owners(trade: Trade) -> None:
    product = _with_sku(trade)
    listing = linking.link(trade.partner, product, _own_product(trade, product), as_of=NOW)
    Import.update(state=LIVE).where(Import.id == listing.id).execute()
    path = f"/shops/{trade.partner.shop}/products/{product.remote_id.rpartition('/')[2]}"
    trade.standin.control("PATCH", path, {"title": "Their new title"})
    following.look_again(str(trade.partner.shop), [product.remote_id], as_of=NOW)
    for changed in applying.unapplied():
        applying.apply_changes(changed, as_of=NOW)
    assert Change.get(Change.field == "title").state == "dismissed"
    assert trade.products_on_hub()[0]["title"] == "The owner's Sidamo"


def test_r7_linking_shows_the_stock_that_will_be_replaced(trade: Trade) -> None:
    product = _with_sku(trade)
    own = _own_product(trade, product)
    (made,) = trade.products_on_hub()
    trade.standin.control("POST", f"/shops/{trade.hub}/variants/{made['variants'][0]['id']}/restock", {"quantity": 8})
    assert [(pair.replaced, pair.elsewhere) for pair in linking.preview(product, own).pairs] == [(8, 0)]


def test_r7_stock_at_the_hubs_other_places_is_not_replaced_and_the_owner_is_told(trade: Trade) -> None:
    product = _with_sku(trade)
    own = _own_product(trade, product)
    (made,) = trade.products_on_hub()
    cafe = trade.standin.control("POST", f"/shops/{trade.hub}/locations", {"name": "Café"})["gid"]
    path = f"/shops/{trade.hub}/variants/{made['variants'][0]['id']}/restock"
    trade.standin.control("POST", path, {"quantity": 8})
    trade.standin.control("POST", path, {"quantity": 3, "location_id": cafe})
    assert [(pair.replaced, pair.elsewhere) for pair in linking.preview(product, own).pairs] == [(8, 3)]
