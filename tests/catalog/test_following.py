"""An announced change makes the range or the stock be read again; it is never believed for itself."""

from datetime import timedelta

from occhub import queue, schedule
from occhub.catalog import following, importing, tasks
from occhub.catalog.models import Import, ProductMapping
from occhub.inbox import InboxEvent
from occhub.partners.models import Partner
from tests.catalog.conftest import NOW, Trade

LATER = NOW + timedelta(minutes=10)


def _wanted_at() -> set[object]:
    return {mapping.stock_wanted_at for mapping in ProductMapping.select()}


def test_a_partners_change_wants_his_range_and_the_stock_of_what_we_sell_of_it(trade: Trade) -> None:
    listing = importing.import_product(trade.planned(), as_of=NOW)
    assert following.note_changes(trade.partner.shop, [listing.product_remote_id], as_of=LATER) > 0
    assert Partner.find(trade.partner.id).catalog_wanted_at == LATER
    assert _wanted_at() == {LATER}


def test_a_product_deleted_on_the_hub_wants_its_stock_compared(trade: Trade) -> None:
    listing = importing.import_product(trade.planned(), as_of=NOW)
    assert following.note_changes(trade.hub, [listing.hub_product_id], as_of=LATER) > 0
    assert _wanted_at() == {LATER}


def test_another_partner_with_the_same_product_number_touches_nothing(trade: Trade) -> None:
    listing = importing.import_product(trade.planned(), as_of=NOW)
    assert following.note_changes(trade.other_partner.shop, [listing.product_remote_id], as_of=LATER) == 0
    assert _wanted_at() == {NOW}


def test_products_we_do_not_sell_nudge_no_stock(trade: Trade) -> None:
    queue.open_queue("memory:", schedule.NUDGES, schedule.tick)
    event = InboxEvent(shop=trade.partner.shop, topic="products/update", subject="gid://shopify/Product/1")
    tasks.products_changed(trade.partner.shop, [event], LATER)
    assert queue.ping() == 0
    assert Partner.find(trade.partner.id).catalog_wanted_at == LATER


def test_promised_imports_are_nudged_again_by_the_clock(trade: Trade) -> None:
    queue.open_queue("memory:", schedule.NUDGES, schedule.tick)
    listing = trade.planned()
    tasks.resume_imports()
    assert queue.ping() == 1
    tasks.import_one(listing.id)
    assert Import.find(listing.id).state == "created"
    tasks.resume_imports()
    assert queue.ping() == 2  # the stock of what was imported; no second import
