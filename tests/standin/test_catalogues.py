"""The generated catalogues look like the audited roasters' stores."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from standin.catalogues import (
    DEMO_ROASTERS,
    DemoRoaster,
    ProductSeed,
    VariantSeed,
    demo_catalogue,
    generate,
    picture_svg,
    routes,
    stock,
)
from standin.world import World

NOW = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)
SIZE_IN_NAME = re.compile(r"(\d+) ?(gms|g|kg|oz|lb)\b", re.IGNORECASE)
GRAMS = {"g": 1, "gms": 1, "kg": 1000, "oz": 28.35, "lb": 453.6}


def catalogue(size: int = 120, seed: int = 1, currency: str = "USD") -> list[ProductSeed]:
    return generate(size, seed, currency=currency, vendor="Testbed Coffee")


@pytest.fixture(scope="module")
def many() -> list[ProductSeed]:
    """Thirty stores' worth of products."""
    return [product for seed in range(30) for product in catalogue(150, seed)]


def coffees(products: Iterable[ProductSeed]) -> list[ProductSeed]:
    return [product for product in products if product.kind == "coffee"]


def off_label(variant: VariantSeed) -> bool | None:
    """Whether the weight field is more than 12 % off the size in the name; None without a size."""
    found = SIZE_IN_NAME.search(variant.title)
    if not found:
        return None
    grams = int(found[1]) * GRAMS[found[2].lower()]
    return abs(variant.grams - grams) > 0.12 * grams


def test_the_same_seed_gives_the_same_catalogue_and_another_seed_another() -> None:
    assert catalogue(seed=7) == catalogue(seed=7)
    assert catalogue(seed=7) != catalogue(seed=8)


@pytest.mark.parametrize("size", [1, 21, 28, 250, 893])
def test_a_catalogue_has_exactly_as_many_products_as_asked_for(size: int) -> None:
    products = catalogue(size)
    assert len(products) == size
    assert len({product.handle for product in products}) == size


def test_sixty_percent_of_an_active_shop_are_coffees() -> None:
    assert len(coffees(catalogue(150))) == 90


def test_most_of_a_big_store_is_a_sold_out_archive() -> None:
    old = [product for product in coffees(catalogue(893)) if product.weeks_on_sale >= 20]
    assert len(old) > 893 / 2
    assert all(variant.available <= 0 for product in old for variant in product.variants)


def test_a_coffee_has_about_four_and_a_half_variants(many: list[ProductSeed]) -> None:
    counts = [len(product.variants) for product in coffees(many)]
    assert 4.1 < sum(counts) / len(counts) < 5.1
    assert 1 in counts


def test_options_are_size_size_and_grind_or_default_title_with_changing_names_and_order(
    many: list[ProductSeed],
) -> None:
    layouts = {tuple(option.name for option in product.options) for product in coffees(many)}
    assert {("Title",), ("Size",), ("Weight",), ("Size", "Grind"), ("Grind", "Size")} <= layouts


def test_every_variant_has_its_own_combination_of_its_products_option_values(many: list[ProductSeed]) -> None:
    for product in many:
        combinations = [variant.values for variant in product.variants]
        assert len(set(combinations)) == len(combinations)
        for values in combinations:
            assert all(value in option.values for value, option in zip(values, product.options, strict=True))


def test_about_one_sized_variant_in_five_lies_about_its_weight(many: list[ProductSeed]) -> None:
    answers = [lie for product in coffees(many) for v in product.variants if (lie := off_label(v)) is not None]
    assert 0.12 < sum(answers) / len(answers) < 0.28


def test_one_weight_of_a_store_is_absurd_and_some_are_zero(many: list[ProductSeed]) -> None:
    assert sum(variant.grams > 100_000 for product in catalogue() for variant in product.variants) == 1
    assert any(variant.grams == 0 for product in coffees(many) for variant in product.variants)


def test_wholesale_twins_repeat_a_retail_coffee_for_less() -> None:
    products = coffees(catalogue(150, 3))
    twins = [product for product in products if "wholesale" in _all_words(product)]
    assert twins
    for twin in twins:
        retail = [
            product
            for product in products
            if product.pictures == twin.pictures and "wholesale" not in _all_words(product)
        ]
        assert any(product.variants[0].price > twin.variants[0].price for product in retail)


def _all_words(product: ProductSeed) -> str:
    return " ".join((product.title, product.vendor, *product.tags)).lower()


def test_skus_are_sometimes_blank_and_sometimes_reused_across_grinds(many: list[ProductSeed]) -> None:
    blank = [variant for product in coffees(many) for variant in product.variants if not variant.sku]
    reused = [p for p in coffees(many) if len({v.sku for v in p.variants if v.sku}) not in (0, len(p.variants))]
    assert blank
    assert reused


def test_every_sort_of_other_goods_is_there() -> None:
    by_kind = {product.kind: product for product in catalogue(120)}
    kinds = {"mug", "shirt", "hardware", "instant", "sampler", "case pack", "white label"}
    assert kinds <= by_kind.keys()
    assert by_kind["gift card"].is_gift_card
    assert by_kind["subscription"].requires_selling_plan
    assert by_kind["bundle"].has_variants_that_requires_components
    assert by_kind["collateral"].variants[0].price == Decimal("0.00")
    assert "hidden" in by_kind["helper"].tags


def test_products_are_in_every_status(many: list[ProductSeed]) -> None:
    assert {product.status for product in many} == {"ACTIVE", "DRAFT", "ARCHIVED", "UNLISTED"}


def test_titles_carry_years_pipes_capitals_emoji_and_accents(many: list[ProductSeed]) -> None:
    titles = [product.title for product in many]
    for pattern in (
        r"^2026 ",
        r" \| ",
        r"^[A-ZÁÉÍÓÚÑÃÊ', -]{8,}$",
        "[\U0001f300-\U0001faff☕✨]",
        "[áéíóúñã]",
        r"- 2026$",
    ):
        assert any(re.search(pattern, title) for title in titles), pattern


def test_a_quarter_of_descriptions_is_empty_and_the_rest_is_messy(many: list[ProductSeed]) -> None:
    texts = [product.description_html for product in coffees(many)]
    assert 0.18 < texts.count("") / len(texts) < 0.32
    for piece in ("<table", "<script", "style=", "FOB cost: $", "<iframe", "subject to change"):
        assert any(piece in text for text in texts), piece


def test_tags_are_messy_and_missing_in_some_houses(many: list[ProductSeed]) -> None:
    tags = Counter(tag for product in coffees(many) for tag in product.tags)
    assert {"origin__colombia", "Process: Anaerobic", "Colombia", "no-discount"} <= tags.keys()
    assert any(not product.tags for product in coffees(many))


def test_stock_comes_in_bursts_with_untracked_and_always_in_stock_coffees(many: list[ProductSeed]) -> None:
    variants = [variant for product in coffees(many) for variant in product.variants]
    assert any(variant.available > 150 for variant in variants)
    assert 0.15 < sum(variant.available == 0 for variant in variants) / len(variants) < 0.6
    assert any(not variant.tracked for variant in variants)
    assert {variant.policy for variant in variants} == {"DENY", "CONTINUE"}


@pytest.mark.parametrize(("currency", "decimals"), [("USD", 2), ("JPY", 0), ("KWD", 3)])
def test_prices_have_the_decimals_of_the_currency(currency: str, decimals: int) -> None:
    prices = [v.price for product in catalogue(40, currency=currency) for v in product.variants]
    assert {-int(price.as_tuple().exponent) for price in prices} == {decimals}


@pytest.mark.parametrize("roaster", DEMO_ROASTERS, ids=lambda roaster: roaster.name)
def test_a_demo_roaster_begins_with_clean_coffees_of_known_skus_and_plenty_of_stock(roaster: DemoRoaster) -> None:
    products = demo_catalogue(roaster.domain)
    assert len(products) == roaster.size
    skus = Counter(variant.sku for product in products for variant in product.variants)
    for product in products[: len(roaster.coffees)]:
        assert product.status == "ACTIVE"
        assert product.pictures
        for variant in product.variants:
            assert variant.sku.startswith(f"{roaster.code}-")
            assert skus[variant.sku] == 1
            assert variant.available >= 40
            assert off_label(variant) is False


def test_a_picture_is_an_svg_with_the_coffees_name_and_the_same_every_time() -> None:
    name = "onda-roasters--sidamo--bag-1"
    assert "Sidamo" in "".join(ElementTree.fromstring(picture_svg(name)).itertext())
    assert picture_svg(name) == picture_svg(name)
    assert picture_svg(name) != picture_svg("onda-roasters--sidamo--bag-2")


@pytest.mark.parametrize(
    "name", ["anything", "<script>alert(1)</script>", "a--b--nothing-x", "----", "a--b--mug-99999"]
)
def test_any_name_gives_a_well_formed_picture(name: str) -> None:
    assert ElementTree.fromstring(picture_svg(name)).tag.endswith("svg")


def test_the_picture_of_every_product_is_served(many: list[ProductSeed]) -> None:
    names = {picture for product in many[:150] for picture in product.pictures}
    with TestClient(Starlette(routes=routes)) as client:
        for name in names:
            answer = client.get(f"/cdn/pictures/{name}.svg?width=200")
            assert answer.headers["content-type"] == "image/svg+xml"
            assert answer.text == picture_svg(name)


def test_stocking_a_store_puts_every_seed_into_it_and_tells_nobody() -> None:
    world = World()
    shop = world.add_shop("testbed.myshopify.com", "Testbed", currency="USD", timezone="America/New_York")
    seeds = catalogue(60)
    products = stock(shop, seeds, now=NOW, address="http://127.0.0.1:4000/")
    assert [product.title for product in products] == [seed.title for seed in seeds]
    assert not world.outgoing
    for product, seed in zip(products, seeds, strict=True):
        assert bool(product.published) == (seed.status in ("ACTIVE", "UNLISTED"))
        assert [variant.title for variant in product.variants] == [variant.title for variant in seed.variants]
        assert product.created_at <= NOW
        for variant, sown in zip(product.variants, seed.variants, strict=True):
            item = shop.item_of(shop.variants[variant.id])
            assert item.available == (sown.available if sown.tracked else 0)
            assert item.levels[shop.primary_location.id].gid


def test_a_stocked_product_shows_pictures_at_the_stand_ins_address() -> None:
    world = World()
    shop = world.add_shop("onda-roasters.myshopify.com", "Onda Roasters", currency="USD")
    product = stock(shop, demo_catalogue(shop.domain), now=NOW, address="http://127.0.0.1:4000")[0]
    assert product.media[0].url == "http://127.0.0.1:4000/cdn/pictures/onda-roasters--sidamo--bag-1.svg"


def test_releases_fall_into_the_roasters_friday_hour() -> None:
    world = World()
    shop = world.add_shop("testbed.myshopify.com", "Testbed", timezone="UTC")
    products = stock(shop, catalogue(30), now=NOW, address="http://127.0.0.1:4000")
    assert {(product.created_at.weekday(), product.created_at.hour) for product in products} == {(4, 7)}
