"""SKUs on the hub: readable, within Shopify's limit, never doubled within a product."""

from hypothesis import given
from hypothesis import strategies as st

from occhub.catalog.skus import LONGEST, hub_sku, is_partner_sku, prefix

SHOP = "north-fork.myshopify.com"
VARIANT = "gid://shopify/ProductVariant/4711"


def test_a_sku_carries_the_shop_and_the_partners_own() -> None:
    assert hub_sku(SHOP, "SID-250", VARIANT, ()) == "PARTNER-north-fork-SID-250"


def test_a_blank_sku_becomes_the_variants_number() -> None:
    assert hub_sku(SHOP, "  ", VARIANT, ()) == "PARTNER-north-fork-4711"


def test_a_sku_reused_across_grinds_is_numbered() -> None:
    taken = {"PARTNER-north-fork-SID", "PARTNER-north-fork-SID-2"}
    assert hub_sku(SHOP, "SID", VARIANT, taken) == "PARTNER-north-fork-SID-3"


def test_a_long_sku_is_cut_and_stays_distinct() -> None:
    first = hub_sku(SHOP, "x" * 400, VARIANT, ())
    second = hub_sku(SHOP, "x" * 400, VARIANT, {first})
    assert len(first) == len(second) == LONGEST
    assert second.endswith("-2")


def test_our_skus_are_told_from_the_hubs_own() -> None:
    assert is_partner_sku("PARTNER-north-fork-SID")
    assert not is_partner_sku("MUG-01")
    assert not is_partner_sku("PARTNERSHIP")


@given(st.lists(st.text(max_size=300), max_size=12))
def test_no_two_variants_of_a_product_share_a_sku(originals: list[str]) -> None:
    taken: list[str] = []
    for number, original in enumerate(originals):
        taken.append(hub_sku(SHOP, original, f"gid://shopify/ProductVariant/{number}", taken))
    assert len(set(taken)) == len(originals)
    assert all(len(sku) <= LONGEST and sku.startswith(prefix(SHOP)) and is_partner_sku(sku) for sku in taken)
