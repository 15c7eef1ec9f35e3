"""Every page by keyboard alone: Tab comes to everything that can be pressed or filled in, and shows where it is."""

from typing import Any

import pytest
from playwright.sync_api import Frame, expect

from tests.browser.conftest import ROASTER, Admin

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/partners",
    "/partners/1",
    "/partners/1/products",
    "/partners/1/stock",
    "/partners/1/pricing",
    "/partners/1/calendar",
    "/partners/1/statement",
    "/products",
    "/products/1",
    "/products/1/stock",
    "/stock/1",
    "/changes",
    "/orders",
    "/windows",
    "/windows/1",
    "/activity",
    "/sync-runs",
    "/sync-runs/1",
    "/activity/messages",
    "/activity/changes",
    "/activity/privacy",
    "/activity/health",
    "/settings",
    "/settings/keys",
    "/settings/stock",
)
# What a person can do something with, and sees. A number for each, to be ticked off.
WANTED = """() => {
  const kinds = "a[href], button, input, select, textarea, summary, s-button, s-link, s-checkbox, s-clickable, "
    + "s-text-field, s-number-field, s-search-field, s-email-field, s-select, s-text-area, s-date-field";
  const seen = [...document.querySelectorAll(kinds)].filter((each) =>
    !each.closest("[disabled], dialog:not([open])") && each.type !== "hidden" && each.checkVisibility()
    && each.getBoundingClientRect().height > 0);
  seen.forEach((each, number) => { each.dataset.walked = number; });
  return seen.map((each) => each.outerHTML.slice(0, 120));
}"""
# Which of them has the focus, and whether one can see it.
FOCUSED = """() => {
  let deepest = document.activeElement;
  const host = deepest?.closest("[data-walked]");
  while (deepest?.shadowRoot?.activeElement) deepest = deepest.shadowRoot.activeElement;
  const ringed = [deepest, deepest?.parentElement, host].filter(Boolean).some((each) => {
    const style = getComputedStyle(each);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  });
  return { number: host ? Number(host.dataset.walked) : -1, ringed };
}"""


@pytest.mark.parametrize("path", PAGES)
def test_tab_comes_to_everything_and_shows_where_it_is(admin: Admin, path: str) -> None:
    admin.open(path)
    _walk(admin)


def test_tab_comes_to_everything_of_the_roasters_page(admin: Admin) -> None:
    admin.open("/", store=ROASTER)
    _walk(admin)


def test_a_question_takes_the_keyboard_and_escape_says_no(admin: Admin) -> None:
    app = admin.open("/products/1")
    asked: list[str] = []
    admin.page.on("request", lambda request: asked.append(request.method))
    app.locator("#sold s-button", has_text="Withdraw").focus()
    admin.page.keyboard.press("Enter")
    expect(app.locator("#question-words")).to_be_visible()
    admin.page.keyboard.press("Escape")
    expect(app.locator("#question-words")).to_be_hidden()
    assert "POST" not in asked
    expect(app.locator("#sold s-button", has_text="Withdraw")).to_be_focused()


def _walk(admin: Admin) -> None:
    frame = next(frame for frame in admin.page.frames if frame.name == "app-iframe")
    wanted: list[str] = frame.evaluate(WANTED)
    reached, unseen = _tab_through(admin, frame, 2 * len(wanted) + 40)
    assert [wanted[number] for number in range(len(wanted)) if number not in reached] == []
    assert [wanted[number] for number in unseen] == []


def _tab_through(admin: Admin, frame: Frame, most: int) -> tuple[set[int], list[int]]:
    reached: set[int] = set()
    unseen: list[int] = []
    frame.evaluate("document.getElementById('page').focus()")
    for _ in range(most):
        admin.page.keyboard.press("Tab")
        now: dict[str, Any] = frame.evaluate(FOCUSED)
        if now["number"] >= 0:
            reached.add(now["number"])
            if not now["ringed"]:
                unseen.append(now["number"])
        elif reached:
            break
    return reached, unseen
