"""What can't be imported says why; wholesale listings and twins are known by their words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from occhub.catalog.judging import fold, is_wholesale, obstacle, search_words, twin_key
from occhub.shopify.types import Option, PartnerProduct, PartnerVariant

VARIANT = PartnerVariant(
    id="gid://shopify/ProductVariant/1",
    item_id="gid://shopify/InventoryItem/1",
    title="12 oz",
    sku="SID-12",
    barcode="",
    price="19.00",
    options=(("Size", "12 oz"),),
    tracked=True,
    policy="DENY",
    quantity=7,
    weight_value=340.0,
    weight_unit="GRAMS",
    hs_code="",
    country="",
    requires_shipping=True,
    taxable=True,
    position=1,
)
COFFEE = PartnerProduct(
    id="gid://shopify/Product/1",
    title="San Agustín",
    handle="san-agustin",
    description_html="",
    vendor="Huila, Colombia",
    product_type="Coffee",
    status="ACTIVE",
    tags=("Process: Washed",),
    updated_at=datetime(2026, 11, 1, tzinfo=UTC),
    is_gift_card=False,
    needs_subscription=False,
    is_bundle=False,
    options=(Option("Size", ("12 oz",)),),
    images=(),
    variants=(VARIANT,),
)


def test_a_coffee_on_sale_has_no_obstacle() -> None:
    assert obstacle(COFFEE) == ""


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"is_gift_card": True}, "gift card"),
        ({"needs_subscription": True}, "sold by subscription only"),
        ({"is_bundle": True}, "bundle"),
        ({"status": "DRAFT"}, "a draft at the partner"),
        ({"status": "ARCHIVED"}, "archived at the partner"),
        ({"status": "UNLISTED"}, "unlisted at the partner"),
        ({"status": "SUSPENDED"}, "not on sale at the partner"),
        ({"variants": ()}, "has no price"),
        ({"variants": (VARIANT, replace(VARIANT, price="0.00"))}, "has no price"),
    ],
)
def test_what_cannot_be_imported_says_why(facts: dict[str, object], why: str) -> None:
    assert obstacle(replace(COFFEE, **facts)) == why


@pytest.mark.parametrize(
    "facts", [{"title": "Wholesale – Sidamo"}, {"vendor": "Wholesale"}, {"tags": ("Normal Wholesale",)}]
)
def test_wholesale_is_said_in_title_vendor_or_tag(facts: dict[str, object]) -> None:
    assert is_wholesale(replace(COFFEE, **facts))
    assert not is_wholesale(COFFEE)


@pytest.mark.parametrize(
    "title", ["SAN AGUSTIN", "San Agustín (Wholesale)", "san  agustín!", "Wholesale | San Agustin"]
)
def test_listings_of_one_coffee_are_twins(title: str) -> None:
    assert twin_key(title) == twin_key("San Agustín")


def test_different_coffees_are_no_twins() -> None:
    assert twin_key("San Agustín") != twin_key("San Agustín Decaf")


def test_a_search_finds_names_without_accents_and_skus() -> None:
    words = search_words(COFFEE)
    assert fold("Agustin") in words
    assert "sid-12" in words
    assert "huila" in words
