"""A hub that sells, in the browser: importing in a row, syncing, placing, the keyboard, a phone."""

import pytest
from playwright.sync_api import Locator, expect

from standin.demo import acts
from standin.demo.people import soon
from tests.browser.conftest import ROASTER, Admin

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/partners",
    "/partners/1",
    "/partners/1/products",
    "/products",
    "/products/1",
    "/orders",
    "/windows",
    "/windows/1",
    "/activity",
    "/sync-runs/1",
    "/settings",
)


def test_a_coffee_is_found_while_he_types_and_imported_in_its_row(admin: Admin) -> None:
    app = admin.open("/partners/1/products")
    app.locator("s-search-field[name=q]").locator("input").press_sequentially("gatom", delay=30)
    expect(app.locator("tbody[id^=product-]")).to_have_count(1)
    row = app.locator("tbody[id^=product-]")
    row.locator("s-button", has_text="Import").click()
    expect(row).to_contain_text("Live", timeout=30_000)
    expect(app.locator("s-search-field[name=q]").locator("input")).to_have_value("gatom")
    assert "Gatomboya" in [product["title"] for product in acts.on_sale(admin.world.hub)]


def test_sync_now_shows_that_it_runs_and_how_it_ended(admin: Admin) -> None:
    app = admin.open("/")
    app.locator("s-button", has_text="Sync now").click()
    expect(app.get_by_text("compared,")).to_be_visible(timeout=30_000)
    app.locator("s-link", has_text="See what changed").click()
    expect(app.locator("#page")).to_contain_text("Stock compared")


def test_the_open_order_is_placed_after_a_question(admin: Admin) -> None:
    app = admin.open("/orders")
    app.locator("s-link", has_text="Partner orders").click()
    admin.heading("Partner orders")
    app.locator("#windows s-table-body s-link").first.click()
    expect(app.locator("#window")).to_contain_text("Milk Road Coffee")
    app.locator("#window s-button", has_text="Place now").click()
    expect(app.locator("#question")).to_contain_text("It can't be taken back")
    app.locator("#question s-button", has_text="Cancel").click()
    assert acts.orders_of_ours(admin.world.store(ROASTER)) == []
    app.locator("#window s-button", has_text="Place now").click()
    app.locator("#question s-button", has_text="Place now").click()
    expect(app.locator("#window")).to_contain_text("placed", timeout=30_000)
    orders = soon("their order", lambda: acts.orders_of_ours(admin.world.store(ROASTER)))
    assert [acts.units_of(order) for order in orders] == [3]


def test_by_keyboard_alone_he_reaches_a_page_and_what_it_is_for(admin: Admin) -> None:
    admin.open("/")
    menu = admin.page.locator("#app-nav a", has_text="Partners")
    _tab_to(admin, menu)
    admin.page.keyboard.press("Enter")
    admin.heading("Partners")
    primary = admin.app.locator("s-button[commandfor=invite]")
    _tab_to(admin, primary)
    admin.page.keyboard.press("Enter")
    expect(admin.app.get_by_label("The roaster's name")).to_be_focused()
    admin.page.keyboard.press("Escape")
    expect(admin.app.get_by_label("The roaster's name")).to_be_hidden()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [1280, 375])
def test_no_page_scrolls_sideways(admin: Admin, path: str, width: int) -> None:
    admin.open(path)
    assert admin.overflow() <= 0


def test_what_the_roaster_sees_fits_a_phone(admin: Admin) -> None:
    admin.page.set_viewport_size({"width": 375, "height": 800})
    expect(admin.open("/", store=ROASTER).get_by_text("You are connected")).to_be_visible()
    assert admin.overflow() <= 0


def _tab_to(admin: Admin, wanted: Locator) -> None:
    """Press Tab until the focus is there."""
    for _ in range(60):
        admin.page.keyboard.press("Tab")
        if wanted.evaluate("element => element.getRootNode().activeElement === element"):
            return
    raise AssertionError("60 times Tab, and not there")
