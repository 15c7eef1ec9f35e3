"""The console drives the control API from a page."""

from typing import Any

import pytest

from standin.commerce import place_customer_order

pytestmark = pytest.mark.browser


def form_of(desk: Any, button: str) -> Any:
    return desk.page.locator("form", has=desk.page.get_by_role("button", name=button, exact=True)).first


def press(desk: Any, button: str) -> None:
    """Press a form's button and wait for the page to come back with what happened."""
    with desk.page.expect_navigation():
        form_of(desk, button).get_by_role("button").click()


@pytest.fixture
def console(desk: Any, goods: None) -> Any:
    desk.page.goto(f"{desk.shell}/console?shop={desk.shop.domain}")
    return desk


def some_variant(desk: Any) -> Any:
    shop = desk.shop
    return next(
        each for each in shop.variants.values() if shop.item_of(each).tracked and shop.item_of(each).available > 5
    )


def test_a_customer_buys_pays_and_sends_back(console: Any) -> None:
    variant = some_variant(console)
    item = console.shop.item_of(variant)
    before = item.available
    form = form_of(console, "Buy")
    form.get_by_label("Variant").fill(str(variant.id))
    form.get_by_label("Units").fill("3")
    form.get_by_label("Payment").select_option("PENDING")
    press(console, "Buy")
    order = next(iter(console.shop.orders.values()))
    assert (order.financial_status, item.available) == ("PENDING", before - 3)
    press(console, "Pay")
    assert order.financial_status == "PAID"
    form_of(console, "Ship these").get_by_label("Units to ship").fill("2")
    press(console, "Ship these")
    assert order.lines[0].fulfilled_quantity == 2
    press(console, "Refund")
    assert (order.lines[0].current_quantity, item.available) == (2, before - 2)


def test_an_order_is_edited_shipped_with_tracking_or_cancelled(console: Any) -> None:
    variant = some_variant(console)
    first, second = (place_customer_order(console.world, console.shop, [(variant, 2)], "PAID", False) for _ in range(2))
    console.page.reload()
    form_of(console, "Edit").get_by_label("New quantity").fill("1")
    press(console, "Edit")
    press(console, "Ship all with tracking")
    assert second.lines[0].current_quantity == 1
    assert second.fulfillments[0].tracking_info[0].company == "PostNL"
    console.page.locator("details").nth(1).locator("summary").click(position={"x": 2, "y": 8})
    with console.page.expect_navigation():
        console.page.locator("details").nth(1).get_by_role("button", name="Cancel").click()
    assert first.cancelled_at is not None


def test_goods_are_sold_restocked_changed_and_deleted(console: Any) -> None:
    variant = some_variant(console)
    product, item = console.shop.product_of(variant), console.shop.item_of(variant)
    before = item.available
    for button, number in (("Sell in their own shop", "2"), ("Restock", "7")):
        form_of(console, button).get_by_label("Variant").fill(str(variant.id))
        form_of(console, button).get_by_label("Units").fill(number)
        press(console, button)
    assert item.available == before + 5
    form_of(console, "Change variant").get_by_label("Variant").fill(str(variant.id))
    form_of(console, "Change variant").get_by_label("Price").fill("12.50")
    press(console, "Change variant")
    assert str(variant.price) == "12.50"
    form_of(console, "Change product").get_by_label("Product").fill(str(product.id))
    form_of(console, "Change product").get_by_label("Title").fill("Renamed")
    press(console, "Change product")
    assert product.title == "Renamed"
    console.page.on("dialog", lambda dialog: dialog.accept())
    form_of(console, "Delete product").get_by_label("Product").fill(str(product.id))
    press(console, "Delete product")
    assert product.id not in console.shop.products


def test_things_are_broken_and_mended(console: Any) -> None:
    form_of(console, "Break").get_by_label("What").select_option("error_502")
    form_of(console, "Break").get_by_label("Times").fill("3")
    press(console, "Break")
    assert [(fault.kind, fault.times) for fault in console.world.faults] == [("error_502", 3)]
    press(console, "Mend everything")
    assert console.world.faults == []


def test_webhooks_clock_and_latency_are_set(console: Any) -> None:
    webhooks = console.page.locator("section", has=console.page.get_by_role("heading", name="Webhooks"))
    webhooks.get_by_label("Extra copies").fill("2")
    webhooks.get_by_label("Delay, s").fill("0.5")
    webhooks.get_by_label("any order").check()
    with console.page.expect_navigation():
        webhooks.get_by_role("button", name="Set").click()
    settings = console.world.deliveries
    assert (settings.duplicate, settings.delay, settings.shuffle, settings.paused) == (2, 0.5, True, False)
    console.page.get_by_label("New clock").fill("2027-01-05T10:00:00+00:00@60")
    clock = console.page.locator("section", has=console.page.get_by_role("heading", name="Clock"))
    with console.page.expect_navigation():
        clock.get_by_role("button", name="Set").click()
    assert (console.world.now().year, console.world.clock.speed) == (2027, 60.0)
    console.page.get_by_label("Extra ms for every answer").fill("250")
    with console.page.expect_navigation():
        console.page.locator("form[data-path='/_control/latency']").get_by_role("button", name="Set").click()
    assert console.world.latency_milliseconds == 250


def test_the_report_is_shown_and_a_refusal_is_told(console: Any) -> None:
    console.world.report.violation("too many rows", "roaster.myshopify.com", "Stock", "251 rows")
    console.page.reload()
    console.page.get_by_text("too many rows: 251 rows").wait_for()
    form_of(console, "Buy").get_by_label("Variant").fill("1")
    form_of(console, "Buy").get_by_role("button").click()
    console.page.locator("#log .bad", has_text="Buy: 404").wait_for()
    press(console, "Clear the report")
    console.page.get_by_text("Nothing to complain about.").wait_for()


def test_the_app_is_thrown_out_and_let_in_again(console: Any) -> None:
    console.page.on("dialog", lambda dialog: dialog.accept())
    press(console, "Uninstall")
    assert console.shop.installations == {}
    press(console, "Install")
    assert "key" in console.shop.installations
