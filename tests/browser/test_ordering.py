"""Orders as the owner works with them: bags by hand, placing, what fell short, a statement on paper; on a phone too."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from standin.demo import acts
from standin.demo.people import soon
from tests.browser.conftest import ROASTER, Admin, World, seat, trade

pytestmark = pytest.mark.browser

PAGES = ("/orders", "/windows", "/windows/1", "/partners/1/calendar", "/partners/1/statement", "/restored")


@pytest.fixture(scope="module")
def selling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A hub that sells, for these tests alone: they place its order."""
    yield from trade(tmp_path_factory.mktemp("selling"))


@pytest.fixture
def owner(chromium: Browser, selling: World, width: int) -> Iterator[Admin]:
    yield from seat(chromium, selling, width)


def press(admin: Admin, words: str, *, sure: bool = False) -> None:
    """Press a button of the window, and say yes to the question it asks."""
    admin.app.locator("#window s-button", has_text=words).first.click()
    if sure:
        admin.app.locator("#question s-button", has_text=words).click()


def test_bags_are_added_by_hand_then_all_is_placed_and_what_falls_short_is_closed(owner: Admin) -> None:
    app, store = owner.open("/windows/1"), owner.world.store(ROASTER)
    app.get_by_text("Add bags by hand").click()
    app.locator("#window s-number-field[name=bags] input").fill("2")
    press(owner, "Add")
    expect(app.locator("#window")).to_contain_text("You added 2")
    soon("the bags on the draft", lambda: _units(store.state()["drafts"]) == [5], 90)
    press(owner, "Place now", sure=True)
    (order,) = soon("their order", lambda: acts.orders_of_ours(store), 60)
    line = max(order["lines"], key=lambda each: int(each["quantity"]))
    store.do(f"/orders/{order['id']}/refund", lines=[{"line_id": line["id"], "quantity": 1}])
    expect(app.locator("#window s-button", has_text="Look for parcels now")).to_be_visible(timeout=30_000)
    press(owner, "Look for parcels now")
    expect(app.locator("#window")).to_contain_text("1 short")
    press(owner, "Don't order again", sure=True)
    expect(app.locator("#window")).to_contain_text("You closed what was short")


@pytest.mark.parametrize(("path", "list_"), [("/orders", "#orders"), ("/windows", "#windows")])
def test_an_order_is_searched_for_while_typing(owner: Admin, path: str, list_: str) -> None:
    app = owner.open(path)
    search = app.locator("s-search-field[name=q] input")
    search.fill("nobody's")
    expect(app.locator(list_)).to_contain_text("Nothing found")
    search.fill("milk road")
    expect(app.locator(list_)).to_contain_text("Milk Road Coffee")
    app.locator(f"{list_} nav s-link", has_text="Failed").click()
    expect(app.locator(list_)).not_to_contain_text("Milk Road Coffee")


def test_the_statement_is_chosen_by_order_paid_and_printed(owner: Admin) -> None:
    app = owner.open("/partners/1/statement")
    choice = app.locator("#statement s-select[name=period] select")
    choice.select_option(label=choice.locator("option", has_text="no. 1").inner_text())
    expect(app.locator("#statement")).to_contain_text("Statement, order no. 1")
    app.locator("#statement s-text-field[name=reference] input").fill("Bank 7")
    app.locator("#statement s-button", has_text="Mark as paid").click()
    app.locator("#question s-button", has_text="Mark as paid").click()
    expect(app.locator("#statement s-table")).to_contain_text("Bank 7")
    frame = next(frame for frame in owner.page.frames if frame.name == "app-iframe")
    frame.evaluate("window.print = () => { window.printed = true }")
    app.locator("#statement s-button", has_text="Print").click()
    assert frame.evaluate("window.printed") is True
    app.locator("#statement s-button", has_text="Not paid").click()
    app.locator("#question s-button", has_text="Not paid").click()
    expect(app.locator("#statement s-button", has_text="Mark as paid")).to_be_visible()
    expect(app.locator(".sheet")).to_be_hidden()
    owner.page.emulate_media(media="print")
    expect(app.locator(".sheet")).to_be_visible()
    expect(app.locator(".sheet")).to_contain_text("HUB-1-1")
    for screen in ("s-select[name=period]", "#statement s-table", "s-text-field[name=reference]"):
        expect(app.locator(screen)).to_be_hidden()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [1280, 375])
def test_no_page_of_orders_scrolls_sideways(owner: Admin, path: str, width: int) -> None:
    app = owner.open(path)
    app.locator("s-page").evaluate("() => document.querySelectorAll('details').forEach((each) => { each.open = true })")
    assert owner.overflow() <= 0


def _units(drafts: list[dict[str, list[dict[str, int]]]]) -> list[int]:
    return [sum(line["quantity"] for line in draft["lines"]) for draft in drafts]
