"""What a store says of itself and what a partner sells, read from the stand-in."""

from typing import Any

from occhub import clock
from occhub.shopify import open_store, tokens
from occhub.shopify.products import list_products, read_product, read_products
from occhub.shopify.shops import find_publication, list_locations, read_shop


def test_a_store_introduces_itself(cast: Any) -> None:
    shop = read_shop(open_store(cast.partner))
    assert (shop.domain, shop.currency, shop.zone) == (cast.partner, "USD", "America/New_York")
    assert "read_products" in shop.scopes
    assert "write_products" not in shop.scopes


def test_the_hub_grants_more(cast: Any) -> None:
    assert "write_products" in read_shop(open_store(cast.hub)).scopes


def test_locations_and_the_online_store_are_found(cast: Any, standin: Any) -> None:
    hub = open_store(cast.hub)
    state = standin.state(cast.hub)
    assert [place.id for place in list_locations(hub)] == [place["gid"] for place in state["locations"]]
    assert find_publication(hub) in [channel["gid"] for channel in state["publications"]]


def test_every_product_is_listed_with_all_its_variants(cast: Any, standin: Any) -> None:
    listed = {product.id: product for product in list_products(open_store(cast.partner))}
    there = standin.state(cast.partner)["products"]
    assert set(listed) == {product["gid"] for product in there}
    for product in there:
        found = listed[product["gid"]]
        assert (found.title, found.status, found.vendor) == (product["title"], product["status"], product["vendor"])
        assert [variant.id for variant in found.variants] == [variant["gid"] for variant in product["variants"]]
        assert [variant.price for variant in found.variants] == [variant["price"] for variant in product["variants"]]
        assert [variant.sku for variant in found.variants] == [variant["sku"] or "" for variant in product["variants"]]


def test_what_cannot_be_resold_is_marked(cast: Any) -> None:
    products = list(list_products(open_store(cast.partner)))
    assert any(product.is_gift_card for product in products)
    assert any(product.needs_subscription for product in products)


def test_a_product_that_is_gone_answers_none(cast: Any, standin: Any) -> None:
    store = open_store(cast.partner)
    first, second = list(list_products(store))[:2]
    standin.control("DELETE", f"/shops/{cast.partner}/products/{first.id.rpartition('/')[2]}")
    assert read_product(store, first.id) is None
    assert read_products(store, [first.id, second.id]) == {first.id: None, second.id: second}


def test_a_catalogue_of_hundreds_is_read_in_few_calls_within_the_budget(standin: Any, cast: Any) -> None:
    shop = standin.open_shop(catalogue={"size": 120, "seed": 3})
    tokens.exchange(shop, standin.install(shop), clock.now())
    store = open_store(shop)
    products = list(list_products(store))
    assert len(products) == standin.state(shop)["counts"]["products"] >= 120
    assert store.calls <= 8
    assert store.points <= 500
