"""Products of ours on the hub: made once per key, put on sale and taken off, priced."""

from dataclasses import replace
from typing import Any

import pytest

from occhub.shopify import Store, open_store
from occhub.shopify.errors import Rejected
from occhub.shopify.hub_listings import make_product
from occhub.shopify.listings import (
    Listing,
    ListingVariant,
    activate_and_publish,
    ensure_definition,
    find_product,
    set_prices,
    unpublish,
)
from occhub.shopify.products import read_product
from occhub.shopify.shops import find_publication
from occhub.shopify.types import Image, Option

KEY = "roaster-a.111"
VARIANT = ListingVariant(
    key="gid://shopify/ProductVariant/1",
    sku="PARTNER-roaster-a-X",
    barcode="",
    price="23.50",
    cost="14.10",
    options=(("Size", "250 g"), ("Grind", "Whole bean")),
    tracked=True,
    policy="DENY",
    weight_value=250.0,
    weight_unit="GRAMS",
    hs_code="090121",
    country="CO",
)


def listing(sizes: int = 2, grinds: int = 2) -> Listing:
    size_names = tuple(f"{250 * n} g" for n in range(1, sizes + 1))
    grind_names = tuple(f"Grind {n}" for n in range(1, grinds + 1))
    pairs = [(size, grind) for size in size_names for grind in grind_names]
    return Listing(
        title="Janson",
        description_html="<p>Jasmine.</p>",
        vendor="Roaster A",
        product_type="Coffee",
        tags=("panama",),
        options=(Option("Size", size_names), Option("Grind", grind_names)),
        images=(Image("https://cdn.example/bag.jpg", "A bag"),),
        variants=tuple(
            replace(VARIANT, key=f"v{n}", options=(("Size", size), ("Grind", grind)), sku=f"SKU-{n % 2}")
            for n, (size, grind) in enumerate(pairs)
        ),
    )


@pytest.fixture
def hub(cast: Any) -> Store:
    store = open_store(cast.hub)
    ensure_definition(store)
    return store


def test_the_definition_may_be_ensured_again(hub: Store) -> None:
    ensure_definition(hub)


def test_an_unknown_key_finds_nothing(hub: Store, cast: Any) -> None:
    assert find_product(hub, KEY) is None


def test_a_hub_that_does_not_know_our_key_yet_has_no_product_of_it(cast: Any) -> None:
    assert find_product(open_store(cast.hub), KEY) is None


def pictures(standin: Any, shop: str) -> list[str]:
    """The alternative texts of the only product's pictures, those Shopify has still to process too."""
    (product,) = standin.state(shop)["products"]
    return [media["alt"] for media in product["media"]]


def test_a_new_product_is_a_draft_without_stock(hub: Store, standin: Any, cast: Any) -> None:
    made = make_product(hub, KEY, listing())
    assert made.status == "DRAFT"
    assert find_product(hub, KEY) == made.id
    seen = read_product(hub, made.id)
    assert seen is not None
    assert (seen.title, seen.vendor, seen.tags) == ("Janson", "Roaster A", ("panama",))
    assert pictures(standin, cast.hub) == ["A bag"]
    first = seen.variants[0]
    assert (first.price, first.tracked, first.quantity, first.weight_value) == ("23.50", True, 0, 250.0)
    assert (first.hs_code, first.country) == ("090121", "CO")


def test_a_product_of_one_variant(hub: Store) -> None:
    only = replace(VARIANT, options=(("Title", "Default Title"),))
    plain = replace(listing(), options=(Option("Title", ("Default Title",)),), variants=(only,))
    assert len(make_product(hub, KEY, plain).variants) == 1


def test_more_variants_than_a_page_are_made_and_read_whole(hub: Store) -> None:
    wanted = listing(sizes=26, grinds=10)
    made = make_product(hub, KEY, wanted)
    assert len({variant.id for variant in made.variants}) == 260
    seen = read_product(hub, made.id)
    assert seen is not None
    assert [variant.id for variant in seen.variants] == [variant.id for variant in made.variants]


def test_publishing_puts_it_on_sale_and_unpublishing_takes_it_off(hub: Store, standin: Any, cast: Any) -> None:
    made = make_product(hub, KEY, listing())
    publication = find_publication(hub) or ""
    activate_and_publish(hub, made.id, publication)
    (product,) = standin.state(cast.hub)["products"]
    assert product["status"] == "ACTIVE"
    assert len(product["published"]) == 1
    unpublish(hub, made.id, publication)
    (product,) = standin.state(cast.hub)["products"]
    assert product["published"] == {}


def test_prices_and_costs_are_set_on_the_variants_named(hub: Store, standin: Any, cast: Any) -> None:
    made = make_product(hub, KEY, listing())
    set_prices(hub, made.id, {made.variants[1].id: ("29.00", "17.40")})
    (product,) = standin.state(cast.hub)["products"]
    prices = {variant["gid"]: (variant["price"], variant["item"]["cost"]) for variant in product["variants"]}
    assert prices[made.variants[1].id] == ("29.00", "17.40")
    assert prices[made.variants[0].id] == ("23.50", "14.10")


def test_a_refusal_says_why(hub: Store) -> None:
    with pytest.raises(Rejected):
        make_product(hub, KEY, replace(listing(), title=""))
