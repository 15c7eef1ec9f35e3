"""Taking a product off the hub, and bringing the same one back."""

import pytest

from occhub.catalog import importing, planning, withdrawing
from occhub.catalog.models import (
    ARCHIVED,
    ASKING,
    CREATED,
    FAILED,
    LEAVING,
    LIVE,
    PLANNED,
    WITHDRAWN,
    Import,
    Product,
    ProductMapping,
    Variant,
)
from occhub.catalog.publishing import publish_stocked
from occhub.errors import Conflict
from tests.catalog.conftest import NOW, Trade


def _on_sale(trade: Trade) -> Import:
    listing = importing.import_product(trade.planned(), as_of=NOW)
    ProductMapping.update(stock_at=NOW).execute()
    publish_stocked(as_of=NOW)
    return Import.find(listing.id)


def _withdraw(listing: Import, *, delete: bool = False) -> Import:
    withdrawing.ask_to_withdraw(listing, delete=delete, as_of=NOW)
    return withdrawing.withdraw(listing, as_of=NOW)


def test_a_withdrawn_product_is_off_sale_and_kept(trade: Trade) -> None:
    listing = _on_sale(trade)
    (before,) = trade.products_on_hub()
    assert (before["status"], bool(before["published"])) == ("ACTIVE", True)
    assert _withdraw(listing).state == WITHDRAWN
    (made,) = trade.products_on_hub()
    assert (made["id"], made["status"], bool(made["published"])) == (before["id"], "DRAFT", False)
    assert {mapping.off_sale for mapping in ProductMapping.select()} == {True}


def test_r16_withdraw_then_import_restores_the_same_hub_product(trade: Trade) -> None:
    listing = _on_sale(trade)
    before = {mapping.partner_variant_id: mapping.hub_variant_id for mapping in ProductMapping.select()}
    _withdraw(listing)
    again = importing.import_product(trade.planned(), as_of=NOW)
    assert (again.id, again.state, again.hub_product_id) == (listing.id, CREATED, listing.hub_product_id)
    assert {mapping.partner_variant_id: mapping.hub_variant_id for mapping in ProductMapping.select()} == before
    assert {mapping.off_sale for mapping in ProductMapping.select()} == {False}
    assert len(trade.products_on_hub()) == 1


def test_a_product_deleted_on_the_hub_leaves_its_links_in_the_archive(trade: Trade) -> None:
    listing = _withdraw(_on_sale(trade), delete=True)
    assert trade.products_on_hub() == []
    assert (listing.state, listing.hub_product_id) == (WITHDRAWN, None)
    assert {mapping.state for mapping in ProductMapping.select()} == {ARCHIVED}


def test_a_product_withdrawn_for_good_can_be_imported_again(trade: Trade) -> None:
    _withdraw(_on_sale(trade), delete=True)
    again = importing.import_product(trade.planned(), as_of=NOW)
    (made,) = trade.products_on_hub()
    assert again.state == CREATED
    assert ProductMapping.select().count() == len(made["variants"])
    assert {mapping.hub_variant_id for mapping in ProductMapping.select()} == {v["gid"] for v in made["variants"]}


def test_r16_one_the_owner_deleted_on_the_hub_is_made_again_only_on_request(trade: Trade) -> None:
    listing = _on_sale(trade)
    trade.standin.control("DELETE", f"/shops/{trade.hub}/products/{trade.products_on_hub()[0]['id']}")
    _withdraw(listing)
    again = importing.import_product(trade.planned(), as_of=NOW)
    assert again.state == FAILED
    assert "deleted in your store" in again.error
    assert trade.products_on_hub() == []
    again = importing.import_product(planning.plan_again(again, as_of=NOW, recreate=True), as_of=NOW)
    assert again.state == CREATED
    assert len(trade.products_on_hub()) == 1


def test_a_store_that_does_not_answer_is_asked_again(trade: Trade) -> None:
    listing = _on_sale(trade)
    trade.standin.break_down("error_500", shop=trade.hub, operation="Unpublish")
    listing = _withdraw(listing)
    assert (listing.state, bool(listing.error)) == (LEAVING, True)
    assert [found.id for found in withdrawing.leaving()] == [listing.id]
    assert withdrawing.withdraw(listing, as_of=NOW).state == WITHDRAWN


def test_withdrawing_twice_does_no_harm(trade: Trade) -> None:
    listing = _withdraw(_on_sale(trade))
    assert _withdraw(listing).state == WITHDRAWN


def test_a_product_on_its_way_is_not_withdrawn(trade: Trade) -> None:
    listing = trade.planned()
    with pytest.raises(Conflict, match="being imported"):
        withdrawing.ask_to_withdraw(listing, delete=False, as_of=NOW)
    assert Import.find(listing.id).state == PLANNED


def test_r18_an_import_waits_for_a_word_where_name_and_weight_disagree(trade: Trade) -> None:
    product = trade.a_product()
    Variant.update(grams=340, weight_grams=397).where(Variant.product == product).execute()
    listing = trade.planned(product, size_by="")
    assert listing.state == ASKING
    assert importing.import_product(listing, as_of=NOW).state == ASKING
    assert trade.products_on_hub() == []
    assert trade.planned(product, size_by="field").state == PLANNED


@pytest.mark.parametrize("size_by", ["name", "field"])
def test_r18_the_owners_word_decides_which_size_is_written(trade: Trade, size_by: str) -> None:
    trade.a_product()
    lying = next(
        product
        for product in Product.select().where((Product.partner == trade.partner) & (Product.obstacle == ""))
        if planning.disagreements(product)
    )
    (theirs, *_) = planning.disagreements(lying)
    importing.import_product(trade.planned(lying, size_by=size_by), as_of=NOW)
    mapping = ProductMapping.get(ProductMapping.partner_variant_id == theirs.remote_id)
    made = next(v for v in trade.products_on_hub()[0]["variants"] if v["gid"] == mapping.hub_variant_id)
    right = theirs.grams if size_by == "name" else theirs.weight_grams
    assert (mapping.grams, made["item"]["weight_value"]) == (right, float(right))


def test_a_product_that_went_live_again_after_all_is_live(trade: Trade) -> None:
    listing = _on_sale(trade)
    _withdraw(listing)
    importing.import_product(trade.planned(), as_of=NOW)
    ProductMapping.update(stock_at=NOW).execute()
    publish_stocked(as_of=NOW)
    assert Import.find(listing.id).state == LIVE
    assert trade.products_on_hub()[0]["status"] == "ACTIVE"
