"""What things cost, in the browser: price lists, prices of the owner's own, and changes that wait for his word."""

import httpx
import pytest
from playwright.sync_api import expect

from standin.demo.people import soon
from tests.browser.conftest import ROASTER, Admin

pytestmark = pytest.mark.browser


def test_a_wrong_line_of_a_price_list_is_told_at_its_field_until_it_is_right(admin: Admin) -> None:
    app = admin.open("/partners/1/pricing")
    lines = app.locator("s-text-area[name=lines]")
    app.locator("s-text-field[name=price_list] input").fill("Wholesale 2027")
    lines.locator("textarea").fill("MILK-DEMEKA-12OZ-WH, 15\nMILK-DEMEKA-2LB-WH")
    app.locator("s-button", has_text="Take these costs over").click()
    expect(lines).to_have_attribute("error", "Line 2 is not a SKU and a cost: MILK-DEMEKA-2LB-WH")
    lines.locator("textarea").fill("MILK-DEMEKA-12OZ-WH, 15\nNOBODY, 3")
    app.locator("s-button", has_text="Take these costs over").click()
    expect(app.get_by_text("1 SKU on the list that he does not sell")).to_be_visible()
    expect(app.locator("#problem")).to_be_empty()
    app.locator("s-button", has_text="Use it no more").click()
    app.locator("#question s-button", has_text="Use it no more").click()
    expect(app.get_by_text("His price less 30 %")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_an_own_price_is_typed_and_a_wrong_one_told_at_its_field(admin: Admin, width: int) -> None:
    app = admin.open("/partners/1/products?q=gatomboya")
    row = app.locator("tbody.good").first
    row.locator("s-button[id^=open-]").click()
    row.locator(".variants s-button", has_text="Own price for all").click()
    cost = row.locator("s-text-field[name=cost]")
    cost.locator("input").fill("0")
    row.locator("form s-button", has_text="Save").click()
    expect(cost).to_have_attribute("error", "The cost must be more than 0, and less than a thousand million.")
    assert admin.overflow() == 0
    cost.locator("input").fill("9.00")
    row.locator("form s-button", has_text="Save").click()
    expect(row.locator(".variants tbody").first).to_contain_text("9.00 USD")
    # As it was: an empty form lets the wider rule hold again.
    row.locator(".variants s-button", has_text="Own price for all").click()
    row.locator("s-text-field[name=cost] input").fill("")
    row.locator("form s-button", has_text="Save").click()
    expect(row.locator(".variants tbody").first).not_to_contain_text("9.00 USD")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_change_tells_what_our_price_would_become_and_is_left_as_it_is(admin: Admin, width: int) -> None:
    store, owner = admin.world.store(ROASTER), admin.world.owner
    product = next(each for each in store.state()["products"] if each["title"] == "San Agustín")
    variant, price = product["variants"][0], product["variants"][0]["price"]

    def charge(amount: str) -> None:
        path = f"{admin.world.programs.standin_url}/_control/shops/{store.domain}/variants/{variant['id']}"
        httpx.patch(path, json={"price": amount}, trust_env=False).raise_for_status()

    charge(f"{float(price) * 2:.2f}")
    try:
        soon("the change", lambda: "Your price" in owner.read("/changes"))
        app = admin.open("/changes")
        row = app.locator("s-table-row", has_text=variant["title"])
        expect(row).to_contain_text("margin")
        assert admin.overflow() == 0
        row.locator("s-button", has_text="Dismiss").click()
        expect(app.get_by_text("Nothing to review")).to_be_visible()
    finally:
        charge(price)
