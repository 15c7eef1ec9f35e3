"""A partner's product comes to the hub once, as a draft without stock, whatever goes wrong on the way."""

import threading
from typing import Any

import pytest

from occhub import leases
from occhub.catalog import importing, planning
from occhub.catalog.listing import safe_html
from occhub.catalog.models import CREATED, FAILED, PLANNED, Import, Product, ProductMapping, Variant
from occhub.database import session
from occhub.errors import Conflict
from occhub.shopify import open_store
from tests.catalog.conftest import NOW, Trade


def _number(gid: str) -> str:
    return gid.rpartition("/")[2]


def _import(trade: Trade, listing: Import | None = None) -> Import:
    return importing.import_product(listing or trade.planned(), as_of=NOW)


def _patch_product(trade: Trade, product: Product, **facts: Any) -> None:
    trade.standin.control("PATCH", f"/shops/{trade.partner.shop}/products/{_number(product.remote_id)}", facts)


def test_r16_an_import_makes_a_draft_without_stock_and_one_mapping_a_variant(trade: Trade) -> None:
    product = trade.a_product()
    listing = _import(trade, trade.planned(product))
    (made,) = trade.products_on_hub()
    assert (listing.state, listing.error, made["title"], made["status"]) == (CREATED, "", product.title, "DRAFT")
    assert listing.hub_product_id == f"gid://shopify/Product/{made['id']}"
    assert {variant["item"]["available"] for variant in made["variants"]} == {0}
    assert {mapping.hub_variant_id for mapping in ProductMapping.select()} == {
        variant["gid"] for variant in made["variants"]
    }
    assert {mapping.stock_wanted_at for mapping in ProductMapping.select()} == {NOW}


def test_variants_are_paired_by_their_options(trade: Trade) -> None:
    _import(trade)
    hub = {variant["gid"]: variant for variant in trade.products_on_hub()[0]["variants"]}
    assert ProductMapping.select().count() == len(hub)
    for mapping in ProductMapping.select():
        theirs = Variant.get(Variant.remote_id == mapping.partner_variant_id)
        assert hub[mapping.hub_variant_id]["title"] == theirs.title
        assert hub[mapping.hub_variant_id]["item"]["gid"] == mapping.hub_item_id
        assert theirs.item_id == mapping.partner_item_id


def test_price_cost_sku_and_weight_are_ours(trade: Trade) -> None:
    product = trade.a_product()
    first = product.variants.order_by(Variant.position).get()
    path = f"/shops/{trade.partner.shop}/variants/{_number(first.remote_id)}"
    trade.standin.control("PATCH", path, {"price": "20.00", "sku": ""})
    _import(trade, trade.planned(product))
    mapping = ProductMapping.get(ProductMapping.partner_variant_id == first.remote_id)
    made = next(
        variant for variant in trade.products_on_hub()[0]["variants"] if variant["gid"] == mapping.hub_variant_id
    )
    assert (made["price"], made["item"]["cost"]) == ("19.60", "14.00")
    assert (mapping.price.amount, mapping.cost.amount) == ("19.60", "14.00")
    assert mapping.arithmetic == "20.00 USD less 30 % = 14.00 USD, plus 40 % = 19.60 USD"
    handle = trade.partner.shop.removesuffix(".myshopify.com")
    assert made["sku"] == mapping.sku == f"PARTNER-{handle}-{_number(first.remote_id)}"
    assert (made["item"]["weight_value"], made["item"]["weight_unit"]) == (float(mapping.grams), "GRAMS")


def test_pictures_and_texts_come_along(trade: Trade) -> None:
    product = trade.a_product()
    _patch_product(trade, product, vendor="Huila, Colombia", tags=["washed", "Colombia"])
    _import(trade, trade.planned(product))
    theirs = next(
        found for found in trade.standin.state(trade.partner.shop)["products"] if found["gid"] == product.remote_id
    )
    (made,) = trade.products_on_hub()
    assert (made["vendor"], set(made["tags"])) == ("Huila, Colombia", {"washed", "Colombia"})
    assert [media["url"] for media in made["media"]] == [media["url"] for media in theirs["media"]]


ALARMING = (
    "<p style='position:fixed' onclick='steal()'>Washed <b>Sidamo</b></p><script>steal()</script><style>p{}</style>"
    "<iframe src='https://evil.example'></iframe><img src=x onerror=steal()><a href='javascript:steal()'>more</a>"
    "<form action='/admin'><input name=q></form><table><tr><td colspan=2>FOB $4.78</td></tr></table>"
)


def test_alarming_descriptions_are_made_safe(trade: Trade) -> None:
    product = trade.a_product()
    _patch_product(trade, product, description_html=ALARMING)
    _import(trade, trade.planned(product))
    shown = trade.products_on_hub()[0]["description_html"]
    assert "<p>Washed <b>Sidamo</b></p>" in shown
    assert '<td colspan="2">FOB $4.78</td>' in shown
    for danger in ("script", "style", "iframe", "img", "onclick", "onerror", "javascript", "form", "steal"):
        assert danger not in shown


def test_a_web_link_stays_and_says_nothing_of_where_the_reader_came_from() -> None:
    assert safe_html('<a href="https://farm.example" target="_top">farm</a>') == (
        '<a href="https://farm.example" rel="noopener noreferrer">farm</a>'
    )


def test_r16_importing_twice_makes_one_product(trade: Trade) -> None:
    listing = trade.planned()
    _import(trade, listing)
    _import(trade, listing)
    assert len(trade.products_on_hub()) == 1


def test_r16_two_at_once_make_one_product(trade: Trade) -> None:
    listing = trade.planned()
    trade.standin.control("POST", "/latency", {"milliseconds": 50})
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def work() -> None:
        with session():
            start.wait()
            try:
                outcomes.append(importing.import_product(listing, as_of=NOW).state)
            except Conflict:
                outcomes.append("busy")

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["busy", CREATED]
    assert len(trade.products_on_hub()) == 1


def test_r16_a_lost_answer_after_creation_makes_one_product(trade: Trade) -> None:
    listing = trade.planned()
    trade.standin.break_down("lost", shop=trade.hub, operation="ProductMade")
    listing = _import(trade, listing)
    assert (listing.state, listing.tries) == (PLANNED, 1)
    assert "tried again" in listing.error
    assert len(trade.products_on_hub()) == 1
    assert ProductMapping.select().count() == 0
    listing = _import(trade, listing)
    (made,) = trade.products_on_hub()
    assert (listing.state, listing.error) == (CREATED, "")
    assert ProductMapping.select().count() == len(made["variants"])


def test_r16_a_crash_before_we_stored_the_product_makes_one_product(trade: Trade) -> None:
    _import(trade)
    ProductMapping.delete().execute()
    Import.update(state=PLANNED, hub_product_id=None).execute()
    (listing,) = importing.unfinished()
    assert _import(trade, listing).state == CREATED
    (made,) = trade.products_on_hub()
    assert ProductMapping.select().count() == len(made["variants"])


def test_what_the_owner_did_before_the_crash_was_noticed_stays(trade: Trade) -> None:
    _import(trade)
    (made,) = trade.products_on_hub()
    trade.standin.control("PATCH", f"/shops/{trade.hub}/products/{made['id']}", {"title": "His own", "tags": ["his"]})
    trade.standin.control("PATCH", f"/shops/{trade.hub}/variants/{made['variants'][0]['id']}", {"price": "77.00"})
    ProductMapping.delete().execute()
    Import.update(state=PLANNED, hub_product_id=None).execute()
    (listing,) = importing.unfinished()
    assert _import(trade, listing).state == CREATED
    (now,) = trade.products_on_hub()
    assert (now["title"], now["tags"], now["variants"][0]["price"]) == ("His own", ["his"], "77.00")
    mapping = ProductMapping.get(ProductMapping.hub_variant_id == made["variants"][0]["gid"])
    assert (mapping.price.amount, mapping.own_price) == ("77.00", True)


def test_where_the_coffee_comes_from_comes_along(trade: Trade) -> None:
    product = trade.a_product()
    fields = [
        {"namespace": "custom", "key": "process", "type": "single_line_text_field", "value": "Washed"},
        {"namespace": "my", "key": "tasting_notes", "type": "list.single_line_text_field", "value": '["Plum", "Fig"]'},
        {"namespace": "custom", "key": "farm", "type": "metaobject_reference", "value": "gid://shopify/Metaobject/1"},
    ]
    _patch_product(trade, product, metafields=fields, tags=["origin__costa-rica", "washed"])
    listing = _import(trade, trade.planned(product))
    (made,) = trade.products_on_hub()
    written = {field["key"]: field["value"] for field in made["metafields"]}
    assert written == {
        "partner_product": listing.key,
        "partner": str(trade.partner.shop),
        "origin": "Costa Rica",
        "process": "Washed",
        "notes": "Plum, Fig",
    }


def test_a_custom_field_the_hub_declares_otherwise_keeps_no_coffee_away(trade: Trade) -> None:
    definition = {"name": "Process", "namespace": "coffee", "key": "process", "type": "url", "ownerType": "PRODUCT"}
    open_store(trade.hub).change("product_definition", {"definition": definition})
    product = trade.a_product()
    _patch_product(trade, product, tags=["Process: Washed"])
    assert _import(trade, trade.planned(product)).state == CREATED
    (made,) = trade.products_on_hub()
    assert [field["key"] for field in made["metafields"]] == ["partner_product"]


def test_trying_again_leaves_what_the_owner_edited_on_the_hub(trade: Trade) -> None:
    listing = _import(trade)
    path = f"/shops/{trade.hub}/products/{_number(listing.hub_product_id)}"
    trade.standin.control("PATCH", path, {"title": "The owner's own title"})
    Import.update(state=FAILED).execute()
    listing = _import(trade, planning.plan_again(listing, as_of=NOW))
    assert listing.state == CREATED
    assert [product["title"] for product in trade.products_on_hub()] == ["The owner's own title"]


def test_a_variant_made_again_by_the_partner_takes_its_old_place_on_the_hub(trade: Trade) -> None:
    listing = _import(trade)
    mapping = ProductMapping.select().first()
    ProductMapping.update(partner_variant_id="gid://shopify/ProductVariant/1").where(
        ProductMapping.id == mapping.id
    ).execute()
    Import.update(state=PLANNED).execute()
    _import(trade, listing)
    assert ProductMapping.find(mapping.id).partner_variant_id == mapping.partner_variant_id
    assert ProductMapping.select().count() == len(trade.products_on_hub()[0]["variants"])


def test_a_product_gone_meanwhile_fails_with_the_reason(trade: Trade) -> None:
    product = trade.a_product()
    listing = trade.planned(product)
    trade.standin.control("DELETE", f"/shops/{trade.partner.shop}/products/{_number(product.remote_id)}")
    listing = _import(trade, listing)
    assert listing.state == FAILED
    assert "gone" in listing.error
    assert trade.products_on_hub() == []


def test_a_product_archived_meanwhile_fails_with_the_reason(trade: Trade) -> None:
    product = trade.a_product()
    listing = trade.planned(product)
    _patch_product(trade, product, status="ARCHIVED")
    assert "archived" in _import(trade, listing).error


def test_a_store_that_does_not_answer_is_tried_five_times(trade: Trade) -> None:
    listing = trade.planned()
    states = []
    for _ in range(importing.MAX_TRIES):
        trade.standin.break_down("error_500", shop=trade.hub, operation="ProductMade")
        listing = _import(trade, listing)
        states.append(listing.state)
    assert states == [PLANNED] * 4 + [FAILED]
    assert trade.products_on_hub() == []


def test_an_import_that_kills_its_worker_each_time_fails_in_the_end(trade: Trade) -> None:
    listing = trade.planned()
    Import.update(tries=importing.MAX_TRIES).execute()
    assert _import(trade, listing).state == FAILED


def test_a_frozen_partner_fails_at_once(trade: Trade) -> None:
    listing = trade.planned()
    trade.standin.break_down("frozen_402", shop=trade.partner.shop, times=3)
    listing = _import(trade, listing)
    assert (listing.state, listing.tries) == (FAILED, 1)
    assert listing.error


def test_an_import_in_somebodys_hands_is_left_to_him(trade: Trade) -> None:
    listing = trade.planned()
    with leases.hold(f"import:{listing.key}"), pytest.raises(Conflict):
        _import(trade, listing)
    assert trade.products_on_hub() == []
