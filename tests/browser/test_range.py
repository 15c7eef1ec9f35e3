"""A roaster's range as the owner works with it: rows open, listings of one coffee ask first, many come in at once."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, expect

from standin.demo import acts
from standin.demo.people import soon
from tests.browser.conftest import Admin, World, seat, trade

pytestmark = pytest.mark.browser

RANGE = "/partners/1/products"
# How far anything that scrolls within itself is too wide, tables in their shadows among it.
INNER = """() => {
  const boxes = [...document.querySelectorAll("s-table")].map((table) => table.shadowRoot.querySelector(".scroll"));
  const goods = [...document.querySelectorAll(".goods")].map((table) => table.parentElement);
  return Math.max(0, ...[...boxes, ...goods].map((box) => box.scrollWidth - box.clientWidth));
}"""


@pytest.fixture(scope="module")
def selling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A hub that sells, for these tests alone: they import half of a range."""
    yield from trade(tmp_path_factory.mktemp("range"))


@pytest.fixture
def owner(chromium: Browser, selling: World, width: int) -> Iterator[Admin]:
    yield from seat(chromium, selling, width)


def row_of(app: FrameLocator, title: str) -> Locator:
    return app.locator("tbody.good", has=app.locator(f"s-checkbox[accessibilitylabel='Tick {title}']")).first


@pytest.mark.parametrize("width", [1280, 375])
def test_a_row_opens_under_itself_and_closes_where_the_keyboard_is(owner: Admin, width: int) -> None:
    app = owner.open(RANGE)
    row = row_of(app, "El Injerto")
    button = row.locator("s-button[id^=open-]")
    expect(button).to_have_text("Variants")
    button.focus()
    owner.page.keyboard.press("Enter")
    expect(row.locator(".variants tbody")).to_have_count(4)
    expect(row.locator(".variants")).to_contain_text("MILK-INJERTO-12OZ-WH")
    assert inner_overflow(owner) == owner.overflow() == 0
    expect(button).to_have_text("Close")
    expect(button).to_be_focused()
    owner.page.keyboard.press("Enter")
    expect(row.locator(".variants")).to_have_count(0)


def test_one_of_several_listings_comes_in_after_a_question_only(owner: Admin) -> None:
    app = owner.open(RANGE)
    app.locator("s-search-field[name=q] input").press_sequentially("bombe", delay=20)
    rows = app.locator("tbody.good")
    expect(rows).to_have_count(2)
    expect(app.locator(".twins")).to_contain_text("Listed 2 times: they differ in price")
    expect(rows.last).to_contain_text("Wholesale")
    expect(rows.last).to_contain_text("a kilo")
    rows.last.locator("s-button", has_text="Import").click()
    expect(rows.last.locator("[role=alert]")).to_contain_text("This is the cheapest listing of it")
    rows.last.locator("s-button", has_text="Leave it").click()
    expect(rows.last.locator("[role=alert]")).to_have_count(0)
    assert "2026 Bombe - Ethiopia" not in titles(owner)
    rows.first.locator("s-button", has_text="Import").click()
    rows.first.locator("s-button", has_text="Import this one").click()
    expect(rows.first).to_contain_text("Which size?")
    rows.first.locator("s-button", has_text="Go by the name").click()
    expect(rows.first).to_contain_text("Live", timeout=30_000)
    rows.last.locator("s-button", has_text="Import").click()
    expect(rows.last.locator("[role=alert]")).to_contain_text("You sell this coffee already")


def test_many_come_in_behind_the_page_and_the_bar_is_there_on_return(owner: Admin) -> None:
    latency = f"{owner.world.programs.standin_url}/_control/latency"
    app = owner.open(RANGE)
    for title in ("El Injerto", "Gatomboya", "Baratza Encore ESP"):
        row_of(app, title).locator("s-checkbox").click()
    httpx.post(latency, json={"milliseconds": 700}, trust_env=False).raise_for_status()
    try:
        app.locator("s-button", has_text="Import what is ticked").click()
        expect(app.locator("#imports")).to_contain_text("of 3 imports done")
        app.locator("s-link[href='/partners/1']").first.click()
        owner.heading("Milk Road Coffee")
        app = owner.open(RANGE)
        expect(app.locator("#imports progress")).to_be_visible()
    finally:
        httpx.post(latency, json={"milliseconds": 0}, trust_env=False).raise_for_status()
    soon("all three on sale", lambda: {"El Injerto", "Gatomboya", "Baratza Encore ESP"} <= titles(owner), 60)
    expect(app.locator("#imports progress")).to_have_count(0, timeout=30_000)


def inner_overflow(admin: Admin) -> int:
    frame = next(frame for frame in admin.page.frames if frame.name == "app-iframe")
    wide: int = frame.evaluate(INNER)
    return wide


def titles(admin: Admin) -> set[str]:
    return {product["title"] for product in acts.on_sale(admin.world.hub)}
