"""R17: a product goes on sale only after its first stock has been written."""

from datetime import timedelta
from typing import Any

import pytest

from occhub import leases
from occhub.catalog import importing, publishing
from occhub.catalog.models import CREATED, FAILED, LEAVING, LIVE, STOCKED, WITHDRAWN, Import, Product, ProductMapping
from occhub.catalog.selling import find_sold
from occhub.database import session
from occhub.partners.models import Hub
from tests.catalog.conftest import NOW, Trade

LATER = NOW + timedelta(minutes=1)


def _imported(trade: Trade, **wish: Any) -> Import:
    return importing.import_product(trade.planned(**wish), as_of=NOW)


def _stock_all() -> None:
    ProductMapping.update(stock_at=NOW).execute()


def _on_sale(trade: Trade) -> bool:
    (product,) = trade.products_on_hub()
    return product["status"] == "ACTIVE" and bool(product["published"])


def test_r17_nothing_is_published_before_every_variant_has_its_stock(trade: Trade) -> None:
    listing = _imported(trade)
    ProductMapping.update(stock_at=NOW).where(
        ProductMapping.id != ProductMapping.select().order_by(ProductMapping.id).first().id
    ).execute()
    assert publishing.publish_stocked(as_of=LATER) == []
    assert Import.find(listing.id).state == CREATED
    assert not _on_sale(trade)


def test_r17_with_its_stock_written_the_product_goes_live(trade: Trade) -> None:
    listing = _imported(trade)
    _stock_all()
    assert [live.id for live in publishing.publish_stocked(as_of=LATER)] == [listing.id]
    assert (Import.find(listing.id).state, Import.find(listing.id).changed_at) == (LIVE, LATER)
    assert _on_sale(trade)
    assert publishing.publish_stocked(as_of=LATER) == []


def _two_imported(trade: Trade) -> list[Import]:
    trade.a_product()
    products = Product.select().where((Product.partner == trade.partner) & (Product.obstacle == "")).limit(2)
    made = [importing.import_product(trade.planned(product), as_of=NOW) for product in products]
    _stock_all()
    return made


def test_several_are_published_in_one_call(trade: Trade, caplog: pytest.LogCaptureFixture) -> None:
    made = _two_imported(trade)
    with caplog.at_level("INFO", "occhub.shopify.client"):
        live = publishing.publish_stocked(as_of=LATER)
    assert {each.id for each in live} == {each.id for each in made}
    assert all(product["status"] == "ACTIVE" and product["published"] for product in trade.products_on_hub())
    assert sorted(row.args[0] for row in caplog.records) == ["product_set", "product_set", "products_published"]


def test_of_several_one_that_is_gone_keeps_none_of_the_others_off_sale(
    trade: Trade, caplog: pytest.LogCaptureFixture
) -> None:
    gone, here = _two_imported(trade)
    trade.standin.control("DELETE", f"/shops/{trade.hub}/products/{str(gone.hub_product_id).rpartition('/')[2]}")
    with caplog.at_level("INFO", "occhub.catalog.publishing"):
        assert [live.id for live in publishing.publish_stocked(as_of=LATER)] == [here.id]
    assert "2 drafts are published one by one" in caplog.text
    assert (Import.find(gone.id).state, Import.find(here.id).state) == (FAILED, LIVE)
    assert _on_sale(trade)


def test_several_of_which_nobody_was_answered_are_published_one_by_one(trade: Trade) -> None:
    made = _two_imported(trade)
    trade.standin.break_down("lost", shop=trade.hub, operation="ProductsPublished")
    assert len(publishing.publish_stocked(as_of=LATER)) == len(made)
    assert all(product["status"] == "ACTIVE" and product["published"] for product in trade.products_on_hub())


def test_a_draft_stays_a_draft_until_the_owner_asks(trade: Trade) -> None:
    listing = _imported(trade, publish=False)
    _stock_all()
    publishing.publish_stocked(as_of=LATER)
    assert Import.find(listing.id).state == STOCKED
    assert not _on_sale(trade)
    publishing.ask_to_publish(listing, as_of=LATER)
    publishing.publish_stocked(as_of=LATER)
    assert Import.find(listing.id).state == LIVE
    assert _on_sale(trade)


def test_a_hub_that_does_not_answer_is_tried_again(trade: Trade) -> None:
    listing = _imported(trade)
    _stock_all()
    trade.standin.break_down("lost", shop=trade.hub, operation="ProductOnSale")
    publishing.publish_stocked(as_of=LATER)
    assert Import.find(listing.id).state == STOCKED
    assert Import.find(listing.id).error
    publishing.publish_stocked(as_of=LATER)
    assert (Import.find(listing.id).state, Import.find(listing.id).error) == (LIVE, "")


def test_a_hub_that_refuses_us_fails_the_import(trade: Trade) -> None:
    listing = _imported(trade)
    _stock_all()
    trade.standin.break_down("locked_423", shop=trade.hub, times=3)
    publishing.publish_stocked(as_of=LATER)
    assert Import.find(listing.id).state == FAILED


def test_a_store_without_an_online_store_says_so(trade: Trade) -> None:
    listing = _imported(trade)
    _stock_all()
    Hub.update(publication_id=None).execute()
    publishing.publish_stocked(as_of=LATER)
    assert "online store" in Import.find(listing.id).error


def test_what_is_tried_in_vain_again_and_again_is_off_sale_and_no_longer_on_its_way(trade: Trade) -> None:
    listing = _imported(trade)
    _stock_all()
    Hub.update(publication_id="").execute()
    for minutes in range(0, 70, 10):
        publishing.publish_stocked(as_of=NOW + timedelta(minutes=minutes))
    found = find_sold(listing.id, as_of=NOW + timedelta(minutes=61)).standing
    assert (found.word, found.note, found.moving) == ("Off sale", publishing.NO_STORE, False)


def test_what_is_withdrawn_while_it_goes_on_sale_leaves_again(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    listing = _imported(trade)
    _stock_all()
    put_on_sale = publishing.listings.activate_and_publish

    def and_withdraw(*asked: Any) -> None:
        put_on_sale(*asked)
        with session():
            Import.update(state=WITHDRAWN).execute()

    monkeypatch.setattr(publishing.listings, "activate_and_publish", and_withdraw)
    assert publishing.publish_stocked(as_of=LATER) == []
    assert Import.find(listing.id).state == LEAVING


def test_whoever_publishes_does_what_others_would(trade: Trade) -> None:
    listing = _imported(trade)
    _stock_all()
    with leases.hold("publishing"):
        assert publishing.publish_stocked(as_of=LATER) == []
    assert [live.id for live in publishing.publish_stocked(as_of=LATER)] == [listing.id]
