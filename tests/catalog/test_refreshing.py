"""The snapshot equals the partner's range after each reading."""

from datetime import timedelta

import pytest

from occhub import leases
from occhub.catalog import refreshing
from occhub.catalog.models import Product, Variant
from occhub.errors import Conflict
from occhub.partners.models import Partner
from occhub.shopify.errors import Unavailable
from occhub.synclog import SyncLog
from tests.catalog.conftest import NOW, Trade

LATER = NOW + timedelta(hours=2)


def _refresh(trade: Trade, as_of=NOW) -> SyncLog:
    return refreshing.refresh(trade.partner, as_of=as_of, trigger="clock")


def test_a_refresh_reads_every_product_with_its_variants(trade: Trade) -> None:
    run = _refresh(trade)
    store = trade.standin.state(trade.partner.shop)
    assert {product.title for product in Product.select()} == {product["title"] for product in store["products"]}
    assert Variant.select().count() == sum(len(product["variants"]) for product in store["products"])
    assert (run.state, run.read, run.changed) == ("done", len(store["products"]), len(store["products"]))
    assert run.calls > 0
    assert run.points > 0
    assert Partner.find(trade.partner.id).catalog_refreshed_at == NOW


def test_a_second_refresh_finds_nothing_changed_and_keeps_the_rows(trade: Trade) -> None:
    _refresh(trade)
    before = {row.id for row in Variant.select()}
    assert _refresh(trade, LATER).changed == 0
    assert {row.id for row in Variant.select()} == before
    assert {product.first_seen_at for product in Product.select()} == {NOW}


def test_a_changed_price_is_seen(trade: Trade) -> None:
    product = trade.a_product()
    variant = product.variants.order_by(Variant.position).get()
    number = variant.remote_id.rpartition("/")[2]
    trade.standin.control("PATCH", f"/shops/{trade.partner.shop}/variants/{number}", {"price": "999.50"})
    _refresh(trade, LATER)
    assert Variant.get_by_id(variant.id).price_minor == 99950
    assert Product.get_by_id(product.id).price_high_minor == 99950


def test_a_deleted_product_is_gone_and_comes_back_when_it_is_read_again(trade: Trade) -> None:
    product = trade.a_product()
    number = product.remote_id.rpartition("/")[2]
    trade.standin.control("DELETE", f"/shops/{trade.partner.shop}/products/{number}")
    assert _refresh(trade, LATER).changed == 1
    assert Product.get_by_id(product.id).gone_at == LATER


def test_partners_with_the_same_numbers_do_not_mix(trade: Trade) -> None:
    _refresh(trade)
    refreshing.refresh(trade.other_partner, as_of=LATER, trigger="clock")
    assert not Product.select().where(Product.gone_at.is_null(False)).exists()
    assert Product.select().where(Product.partner == trade.other_partner).exists()


def test_a_range_that_is_being_read_is_not_read_twice(trade: Trade) -> None:
    with leases.hold(refreshing.lease_name(trade.partner)), pytest.raises(Conflict):
        _refresh(trade)


def test_a_store_that_does_not_answer_leaves_a_failed_run_and_the_old_snapshot(trade: Trade) -> None:
    trade.a_product()
    trade.standin.break_down("error_500", shop=trade.partner.shop, times=20)
    with pytest.raises(Unavailable):
        _refresh(trade, LATER)
    run = SyncLog.select().order_by(SyncLog.id.desc()).get()
    assert run.state == "failed"
    assert run.error
    assert not Product.select().where(Product.gone_at.is_null(False)).exists()
    assert Partner.find(trade.partner.id).catalog_refreshed_at == NOW


def test_a_range_is_due_when_an_hour_old_or_soon_after_an_announcement(trade: Trade) -> None:
    def due(as_of):
        return [partner.id for partner in refreshing.due(as_of)]

    mine = trade.partner.id
    assert mine in due(NOW)
    _refresh(trade)
    assert mine not in due(NOW + timedelta(minutes=59))
    assert mine in due(NOW + timedelta(minutes=60))
    Partner.update(catalog_wanted_at=NOW + timedelta(minutes=1)).where(Partner.id == mine).execute()
    assert mine not in due(NOW + timedelta(minutes=4))
    assert mine in due(NOW + timedelta(minutes=5))
