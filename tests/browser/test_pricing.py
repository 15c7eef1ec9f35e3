"""What things cost, in the browser: a price list is pasted, and a wrong line is told at its field."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Admin

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
