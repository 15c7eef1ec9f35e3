"""R7: what the partner deleted goes out of stock and off sale, one variant by itself, and is never deleted unasked."""

from typing import Any

from occhub.catalog import hiding, publishing, tasks
from occhub.catalog.models import (
    ACTIVE,
    CREATED,
    GONE,
    LIVE,
    STOCKED,
    Import,
    Product,
    ProductMapping,
    Variant,
)
from occhub.catalog.noticing import REMOVED, WAITING
from occhub.inventory import running
from tests.catalog.conftest import NOW, Trade
from tests.catalog.test_changes import _accept, _import, _look, _number


def _delete(trade: Trade, mapping: ProductMapping) -> None:
    path = f"/shops/{trade.partner.shop}/variants/{_number(mapping.partner_variant_id)}"
    trade.standin.control("DELETE", path)


def _variants_on_hub(trade: Trade) -> dict[str, dict[str, Any]]:
    return {variant["gid"]: variant for variant in trade.products_on_hub()[0]["variants"]}


def test_r7_a_variant_deleted_at_the_partner_is_out_of_stock_and_off_sale_alone(trade: Trade) -> None:
    listing = _import(trade)
    gone, *others = ProductMapping.select().where(ProductMapping.listing == listing)
    _delete(trade, gone)
    (change,) = _look(trade, listing)
    assert (change.field, change.state) == (REMOVED, WAITING)
    running.work_off()
    assert ProductMapping.find(gone.id).state == GONE
    tasks.publish_ready()
    stands = _variants_on_hub(trade)
    assert sum(level["available"] for level in stands[gone.hub_variant_id]["stock"].values()) == 0
    assert len(stands[gone.hub_variant_id]["unpublished"]) == 1
    assert [stands[other.hub_variant_id]["unpublished"] for other in others] == [[] for _ in others]
    assert (trade.products_on_hub()[0]["published"] != {}, Import.find(listing.id).state) == (True, LIVE)
    assert hiding.hide_variants() == 0


def test_r7_a_variant_that_is_there_again_goes_back_on_sale(trade: Trade) -> None:
    listing = _import(trade)
    mapping = ProductMapping.get(ProductMapping.listing == listing)
    ProductMapping.update(state=GONE).where(ProductMapping.id == mapping.id).execute()
    assert hiding.hide_variants() == 1
    assert _variants_on_hub(trade)[mapping.hub_variant_id]["unpublished"]
    ProductMapping.update(state=ACTIVE).execute()
    assert hiding.hide_variants() == 1
    assert not _variants_on_hub(trade)[mapping.hub_variant_id]["unpublished"]


def test_r7_with_its_last_variant_the_product_goes_off_sale(trade: Trade) -> None:
    listing = _import(trade)
    ProductMapping.update(state=GONE).execute()
    assert hiding.hide_goods(as_of=NOW) == 1
    assert trade.products_on_hub()[0]["published"] == {}
    assert publishing.publish_stocked(as_of=NOW) == []
    assert Import.find(listing.id).state == STOCKED


def test_a_store_that_does_not_answer_is_asked_again_to_hide_a_variant(trade: Trade) -> None:
    _import(trade)
    ProductMapping.update(state=GONE).execute()
    trade.standin.break_down("error_500", shop=trade.hub, operation="Unpublish", times=50)
    assert hiding.hide_variants() == 0
    assert not any(mapping.unpublished for mapping in ProductMapping.select())


def test_a_product_of_which_all_variants_were_made_anew_comes_back_with_them(trade: Trade) -> None:
    listing = _import(trade)
    ProductMapping.update(partner_variant_id=ProductMapping.partner_variant_id.concat("0"), state=GONE).execute()
    hiding.hide_goods(as_of=NOW)
    changes = [change for change in _look(trade, listing) if change.field == "added"]
    assert len(changes) == Variant.select().join(Product).where(Product.remote_id == listing.product_remote_id).count()
    _accept(changes)
    assert Import.find(listing.id).state == CREATED
    assert {mapping.state for mapping in ProductMapping.select()} == {ACTIVE}
