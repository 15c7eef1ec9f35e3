"""Capturing: one result, whatever Shopify tells, how often and in what order."""

from datetime import timedelta

import pytest

from occhub import clock
from occhub.catalog.models import ProductMapping
from occhub.orders import capturing, pooling, recording
from occhub.orders.models import PartnerOrder, PartnerOrderLine, SeenOrder, Walk
from occhub.orders.wanting import PAID
from occhub.partners.models import Hub
from occhub.shopify import open_store
from occhub.shopify.errors import BadAnswer, Unavailable
from tests.orders.conftest import Floor


def wanted(floor: Floor, mapping: ProductMapping | None = None) -> int:
    """Units wanted of a coffee over all orders."""
    lines = PartnerOrderLine.select().where(PartnerOrderLine.mapping == (mapping or floor.coffee))
    return sum(line.wanted for line in lines)


def test_a_mixed_cart_becomes_one_order_for_each_partner(floor: Floor) -> None:
    order = floor.buy((floor.coffee, 2), (floor.others_coffee, 1), (floor.second_coffee, 4))
    assert floor.capture(order) == [floor.partner.id, floor.other.id]
    lines = {(row.order.partner_id, row.mapping_id): row.wanted for row in PartnerOrderLine.select()}
    assert lines == {
        (floor.partner.id, floor.coffee.id): 2,
        (floor.partner.id, floor.second_coffee.id): 4,
        (floor.other.id, floor.others_coffee.id): 1,
    }
    assert floor.captured(order).financial_status in PAID


def test_an_order_of_the_hubs_own_goods_is_remembered_as_seen_and_nothing_else(floor: Floor) -> None:
    ProductMapping.update(hub_variant_id="gid://shopify/ProductVariant/1").where(
        ProductMapping.id == floor.coffee.id
    ).execute()
    order = floor.buy((floor.coffee, 2))
    assert floor.capture(order) == []
    assert PartnerOrder.select().count() == 0
    assert SeenOrder.select().where(SeenOrder.hub_order_id == order["gid"]).exists()


def test_captured_twice_is_captured_once(floor: Floor) -> None:
    order = floor.buy((floor.coffee, 2))
    floor.capture(order)
    assert floor.capture(order, order) == []
    assert PartnerOrderLine.select().count() == 1
    assert wanted(floor) == 2


def test_an_older_reading_never_replaces_a_newer_one(floor: Floor) -> None:
    order = floor.sell(5)
    SeenOrder.update(updated_at=clock.now() + timedelta(hours=1)).execute()
    floor.refund(order, 3)
    assert floor.capture(order) == []
    assert wanted(floor) == 5


def test_r1_a_refund_before_delivery_is_not_wanted_any_more(floor: Floor) -> None:
    order = floor.sell(5)
    floor.refund(order, 2)
    assert floor.capture(order) == [floor.partner.id]
    assert wanted(floor) == 3


def test_r1_a_refund_after_delivery_is_still_wanted(floor: Floor) -> None:
    order = floor.sell(5)
    floor.happen(order, "fulfil")
    floor.refund(order, 2, restock_type="NO_RESTOCK")
    assert floor.capture(order) == []
    assert wanted(floor) == 5


def test_r1_a_return_to_the_shelf_is_not_wanted_any_more(floor: Floor) -> None:
    order = floor.sell(5)
    floor.happen(order, "fulfil")
    floor.refund(order, 2, restock_type="RETURN")
    floor.capture(order)
    assert wanted(floor) == 3


def test_r1_a_cancelled_order_is_not_wanted(floor: Floor) -> None:
    order = floor.sell(5)
    floor.happen(order, "cancel")
    floor.capture(order)
    assert wanted(floor) == 0
    assert floor.status(order) == "cancelled"


def test_an_edit_changes_what_is_wanted(floor: Floor) -> None:
    order = floor.sell(5)
    floor.happen(order, "edit", line_id=order["lines"][0]["id"], quantity=1)
    floor.capture(order)
    assert wanted(floor) == 1


def test_a_test_order_is_shown_and_not_wanted(floor: Floor) -> None:
    order = floor.buy((floor.coffee, 2), test=True)
    floor.capture(order)
    assert floor.captured(order).test
    assert wanted(floor) == 0


def test_a_setting_routes_test_orders_those_captured_before_too(floor: Floor) -> None:
    order = floor.buy((floor.coffee, 2), test=True)
    floor.capture(order)
    assert pooling.pool(floor.partner) == {}
    Hub.update(route_test_orders=True).execute()
    assert capturing.reread_unfinished(open_store(floor.hub.shop), as_of=clock.now()) == [floor.partner.id]
    assert pooling.pool(floor.partner)[floor.coffee.id].units == 2
    Hub.update(route_test_orders=False).execute()
    assert capturing.reread_unfinished(open_store(floor.hub.shop), as_of=clock.now()) == [floor.partner.id]
    assert (wanted(floor), floor.status(order)) == (0, "cancelled")


def test_r1_a_sale_over_the_hubs_counter_is_wanted_though_it_was_handed_over_at_once(floor: Floor) -> None:
    variant = floor.coffee.hub_variant_id.rpartition("/")[2]
    order = floor.standin.control("POST", f"/shops/{floor.hub.shop}/variants/{variant}/sell", {"quantity": 2})
    assert floor.capture() == [floor.partner.id]
    line = PartnerOrderLine.get()
    assert (line.fulfilled, line.wanted, floor.status(order)) == (2, 2, "pending")
    assert pooling.pool(floor.partner)[floor.coffee.id].units == 2
    floor.refund(order, 1, restock_type="RETURN")
    floor.capture(order)
    assert wanted(floor) == 1


def test_an_exchange_wants_what_was_taken_instead_and_what_came_back_no_more(floor: Floor) -> None:
    order = floor.sell(2)
    floor.refund(order, 2)
    new = floor.others_coffee.hub_variant_id
    floor.happen(order, "edit", variant_id=new, quantity=1)
    assert floor.capture(order) == [floor.partner.id, floor.other.id]
    assert (wanted(floor), wanted(floor, floor.others_coffee)) == (0, 1)
    assert (floor.status(order), floor.status(order, floor.other)) == ("cancelled", "pending")


def test_r1_of_an_exchange_after_delivery_both_count_until_the_first_is_back_on_the_shelf(floor: Floor) -> None:
    order = floor.buy((floor.coffee, 1), (floor.others_coffee, 1))
    floor.happen(order, "fulfil", lines=[{"line_id": order["lines"][0]["id"], "quantity": 1}])
    floor.happen(order, "edit", variant_id=floor.second_coffee.hub_variant_id, quantity=1)
    floor.refund(order, 1, restock_type="NO_RESTOCK")
    floor.capture(order)
    assert (wanted(floor), wanted(floor, floor.second_coffee), wanted(floor, floor.others_coffee)) == (1, 1, 1)


def test_a_renewed_subscription_is_wanted_at_once_and_ordered_when_its_payment_came_in(floor: Floor) -> None:
    order = floor.buy((floor.coffee, 2), financial_status="PENDING")
    floor.capture(order)
    assert (wanted(floor), pooling.pool(floor.partner)) == (2, {})
    floor.happen(order, "pay")
    floor.capture(order)
    assert pooling.pool(floor.partner)[floor.coffee.id].units == 2


def test_r1_a_young_order_that_shopify_denies_was_deleted(floor: Floor) -> None:
    order = floor.sell(5)
    PartnerOrder.update(hub_order_id="gid://shopify/Order/1").execute()
    assert capturing.capture_orders(open_store(floor.hub.shop), ["gid://shopify/Order/1"], as_of=clock.now())
    assert wanted(floor) == 0
    assert PartnerOrder.get().gone_at is not None
    assert order["gid"] != PartnerOrder.get().hub_order_id


def test_r1_an_old_order_that_shopify_denies_keeps_what_was_last_read(floor: Floor) -> None:
    floor.sell(5)
    PartnerOrder.update(
        hub_order_id="gid://shopify/Order/1", ordered_at=clock.now() - recording.SURELY_SHOWN_FOR
    ).execute()
    assert capturing.capture_orders(open_store(floor.hub.shop), ["gid://shopify/Order/1"], as_of=clock.now()) == []
    assert wanted(floor) == 5


def test_r7_what_was_bought_before_linking_is_not_captured(floor: Floor) -> None:
    order = floor.buy((floor.coffee, 2))
    ProductMapping.update(created_at=clock.now() + timedelta(minutes=1)).execute()
    assert floor.capture(order) == []
    assert PartnerOrderLine.select().count() == 0


def test_a_partners_sku_without_link_is_shown_as_an_orphan(floor: Floor) -> None:
    handle = floor.partner.shop.removesuffix(".myshopify.com")
    variant = floor.coffee.hub_variant_id.rpartition("/")[2]
    floor.standin.control("PATCH", f"/shops/{floor.hub.shop}/variants/{variant}", {"sku": f"PARTNER-{handle}-X1"})
    order = floor.buy((floor.coffee, 2))
    ProductMapping.update(hub_variant_id="gid://shopify/ProductVariant/1").where(
        ProductMapping.id == floor.coffee.id
    ).execute()
    floor.capture(order)
    assert PartnerOrderLine.get().mapping is None
    assert floor.status(order) == "failed"
    assert "linked to none" in floor.captured(order).failure


def test_a_line_keeps_its_mapping_when_the_variant_is_deleted_on_the_hub(floor: Floor) -> None:
    order = floor.sell(5)
    state = floor.standin.state(floor.hub.shop)["products"]
    products = state.values() if isinstance(state, dict) else state
    product = next(p for p in products for v in p["variants"] if v["gid"] == floor.coffee.hub_variant_id)
    floor.standin.control("DELETE", f"/shops/{floor.hub.shop}/products/{product['id']}")
    floor.refund(order, 2)
    floor.capture(order)
    assert wanted(floor) == 3


def test_r6_a_walk_finds_what_no_webhook_told_and_the_next_one_reads_nothing_twice(floor: Floor) -> None:
    orders = [floor.buy((floor.coffee, 1)) for _ in range(3)]
    assert floor.capture() == [floor.partner.id]
    assert wanted(floor) == 3
    floor.refund(orders[0], 1)
    assert floor.capture() == [floor.partner.id]
    assert wanted(floor) == 2


def test_r6_a_walk_reads_only_what_changed(floor: Floor) -> None:
    for _ in range(3):
        floor.buy((floor.coffee, 1))
    floor.capture()
    SeenOrder.update(read_at=clock.now() + capturing.SETTLED_AFTER).execute()
    store = open_store(floor.hub.shop)
    assert capturing.walk(store, as_of=clock.now()) == []
    assert store.calls == 1


def test_r6_an_order_at_which_shopify_fails_keeps_no_other_from_being_captured(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("occhub.shopify.client.PAUSES", ())
    bad = floor.buy((floor.coffee, 1))
    floor.buy((floor.coffee, 2))
    floor.standin.break_down("spoilt", mentions=bad["gid"])
    with pytest.raises(BadAnswer, match=bad["gid"]):
        floor.capture()
    assert wanted(floor) == 2
    assert Walk.select().where(Walk.name == capturing.WALK).count() == 0
    floor.standin.control("DELETE", "/faults")
    floor.capture()
    assert wanted(floor) == 3


def test_r6_an_order_unreadable_for_a_day_is_waited_for_no_longer(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("occhub.shopify.client.PAUSES", ())
    bad = floor.buy((floor.coffee, 1))
    floor.buy((floor.coffee, 2))
    floor.standin.break_down("spoilt", mentions=bad["gid"])
    store, began, day = open_store(floor.hub.shop), clock.now(), timedelta(days=1)
    for moment in (began, began + day - timedelta(seconds=1)):
        with pytest.raises(capturing.SomeUnread):
            capturing.walk(store, as_of=moment)
    capturing.walk(store, as_of=began + day)
    (walk,) = Walk.select()
    assert (wanted(floor), walk.name, walk.started_at) == (2, capturing.WALK, began + day)
    floor.standin.control("DELETE", "/faults")
    capturing.capture_orders(store, [bad["gid"]], as_of=clock.now())  # as its message does when it is replayed
    assert wanted(floor) == 3


def test_r6_an_order_of_which_shopify_fails_at_a_further_page_keeps_no_other_from_being_captured(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("occhub.shopify.client.PAUSES", ())
    bad = floor.buy(*[(floor.coffee, 1)] * 60)
    floor.buy((floor.coffee, 2))
    floor.standin.break_down("internal", operation="Orders", mentions='"after": "', times=9)
    with pytest.raises(capturing.SomeUnread, match=bad["gid"]):
        floor.capture()
    assert wanted(floor) == 2


def test_r6_two_changes_within_one_second_are_both_seen(floor: Floor) -> None:
    order = floor.buy((floor.coffee, 3))
    floor.capture()
    floor.refund(order, 1)
    floor.capture()
    floor.refund(order, 1)
    floor.capture()
    assert wanted(floor) == 1


def test_r6_a_walk_is_complete_only_when_all_of_it_was_captured(floor: Floor) -> None:
    floor.buy((floor.coffee, 1))
    floor.standin.break_down("error_500", operation="Orders", times=10)
    with pytest.raises(Unavailable):
        floor.capture()
    assert Walk.select().count() == 0


def test_a_capture_asks_for_the_stock_of_what_it_changed(floor: Floor) -> None:
    floor.sell(1)
    changed = ProductMapping.select().where(ProductMapping.stock_wanted_at.is_null(False))
    assert [mapping.id for mapping in changed] == [floor.coffee.id]


def test_what_a_walk_has_missed_the_hourly_look_finds(floor: Floor) -> None:
    floor.buy((floor.coffee, 2))
    Walk.create(name="orders", started_at=clock.now() + timedelta(hours=1))
    assert floor.capture() == []
    store = open_store(floor.hub.shop)
    assert capturing.walk_again(store, as_of=clock.now()) == [floor.partner.id]


def test_an_order_that_still_waits_is_read_by_id_at_night_and_others_are_not(floor: Floor) -> None:
    waiting, sent = floor.sell(2), floor.sell(1)
    floor.happen(sent, "fulfil")
    floor.capture(sent)
    floor.happen(waiting, "cancel")
    SeenOrder.update(updated_at=clock.now() - timedelta(days=1)).execute()
    store = open_store(floor.hub.shop)
    assert capturing.reread_unfinished(store, as_of=clock.now()) == [floor.partner.id]
    assert store.calls == 1
    assert floor.status(waiting) == "cancelled"


def test_more_orders_than_a_call_takes_are_read_side_by_side(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        floor.buy((floor.coffee, 1 + number % 2), (floor.others_coffee, 1))
    monkeypatch.setattr(capturing, "AT_ONCE", 2)
    assert floor.capture() == [floor.partner.id, floor.other.id]
    assert (wanted(floor), wanted(floor, floor.others_coffee)) == (10, 7)


@pytest.mark.expects_violations
def test_a_store_that_prices_orders_one_by_one_is_asked_for_fewer_at_once(floor: Floor) -> None:
    floor.standin.control("POST", "/rules", {"nodes_per_id": True})
    orders = [floor.buy((floor.coffee, 1)) for _ in range(25)]
    floor.capture(*orders)
    assert wanted(floor) == 25
    report = floor.standin.control("GET", "/report")["violations"]
    assert [violation["rule"] for violation in report] == ["query too dear"]
