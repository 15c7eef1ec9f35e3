"""Stock in the browser: sync now everywhere, why a number is what it is, what both stores have sold."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from standin.demo.people import soon
from tests.browser.conftest import ROASTER, Admin, World, seat, trade

pytestmark = pytest.mark.browser

SKU = "MILK-DEMEKA-12OZ-WH"


@pytest.fixture(scope="module")
def selling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A hub of these tests' own, whose stock they move."""
    yield from trade(tmp_path_factory.mktemp("stock"))


@pytest.fixture
def owner(chromium: Browser, selling: World, width: int) -> Iterator[Admin]:
    yield from seat(chromium, selling, width)


def bags(world: World, store: str, sku: str) -> tuple[int, int]:
    """A variant's number and how many of it are available in a store."""
    variants = [variant for product in world.store(store).state()["products"] for variant in product["variants"]]
    (found,) = [variant for variant in variants if variant["sku"] == sku]
    return found["id"], sum(level["available"] for level in found["stock"].values())


@pytest.mark.parametrize("path", ["/partners/1/stock", "/products/1/stock", "/stock/1", "/"])
def test_sync_now_tells_in_its_place_how_it_went(owner: Admin, path: str) -> None:
    app = owner.open(path)
    app.locator("s-button", has_text="Sync now").click()
    expect(app.locator(".progress")).to_contain_text("compared,", timeout=30_000)
    app.locator("s-link", has_text="See what changed").click()
    expect(app.locator("#page")).to_contain_text("Stock compared")


def test_the_numbers_on_the_page_are_new_when_the_sync_has_ended(owner: Admin) -> None:
    world = owner.world
    app = owner.open("/stock/1")
    variant, before = bags(world, ROASTER, SKU)
    expect(app.locator("#number")).to_contain_text(f"Why is this {before - 1}?")
    world.store(ROASTER).do(f"/variants/{variant}/sell", quantity=2)
    app.locator("s-button", has_text="Sync now").click()
    expect(app.locator("#number")).to_contain_text(f"Why is this {before - 3}?", timeout=30_000)
    expect(app.locator("#reasons")).to_contain_text(f"{before - 2} at the roaster")
    expect(app.locator(".progress")).to_contain_text("compared,")  # and how it went still stands there
    app.locator("s-button", has_text="Sync again").click()
    expect(app.locator(".progress")).to_contain_text("0 changed", timeout=30_000)


def test_any_number_leads_to_its_reason(owner: Admin) -> None:
    world = owner.world
    variant, before = bags(world, ROASTER, SKU)
    world.store(ROASTER).do(f"/variants/{variant}/sell", quantity=5)
    soon("the hub follows", lambda: bags(world, "hub", f"PARTNER-{ROASTER}-{SKU}")[1] == before - 5 - 1, 30)
    app = owner.open("/products")
    app.locator('s-link[href="/products/1/stock"]').click()
    owner.heading("Stock of Demeka Becha")
    app.locator('s-link[href="/stock/1"]').click()
    expect(app.locator("#page")).to_contain_text(f"Why is this {before - 6}?")
    expect(app.locator("#page")).to_contain_text(f"{before - 5} at Milk Road Coffee, less 1 kept back.")
    app.locator('s-link[href^="/sync-runs/"]').first.click()
    expect(app.locator("#page")).to_contain_text("Demeka Becha")


@pytest.mark.parametrize("width", [1280, 375])
def test_no_page_of_stock_scrolls_sideways(owner: Admin, width: int) -> None:
    for path in ("/sync-runs", "/products/1/stock", "/stock/1", "/partners/1/stock", "/settings/stock"):
        owner.open(path)
        assert owner.overflow() <= 0, path


def test_the_last_bag_sold_twice_shows_on_the_page_that_happens_to_be_open(owner: Admin) -> None:
    world = owner.world
    app = owner.open("/settings/stock")
    hub_sku = f"PARTNER-{ROASTER}-{SKU}"
    world.hub.do("/orders", lines=[{"sku": hub_sku, "quantity": bags(world, "hub", hub_sku)[1]}])
    variant, _ = bags(world, ROASTER, SKU)
    world.store(ROASTER).do(f"/variants/{variant}/restock", quantity=-6)
    expect(app.locator("#alarm")).to_contain_text("nobody has them: #1002", timeout=45_000)
    app.locator("#alarm s-link").click()
    owner.heading("More sold than there is")
    expect(app.locator("#page")).to_contain_text("#1002")
    expect(app.locator("#alarm")).to_be_hidden()  # the page says it already
