"""An owner's first morning and his first roaster, in the browser; the tests follow one another."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROASTER, Admin

pytestmark = pytest.mark.browser


def test_the_owner_installs_and_allows_what_the_app_asks_for(newcomer: Admin) -> None:
    programs = newcomer.world.programs
    newcomer.page.goto(f"{programs.standin_url}/")
    newcomer.page.locator("li", has_text="hub.myshopify.com").get_by_role("link", name="Install").click()
    newcomer.page.get_by_role("button", name="Install").click()
    newcomer.heading("Home")
    newcomer.app.locator("s-button[data-ask-scopes]").click()
    question = newcomer.page.locator("#question")
    expect(question).to_contain_text("write_products")
    question.get_by_role("button", name="Allow").click()
    expect(newcomer.page.locator("#toasts")).to_contain_text("Thank you")
    scopes = newcomer.world.hub.state()["scopes"]
    assert {"write_products", "write_inventory", "write_publications"} <= set(scopes)


def test_a_wrong_country_is_told_at_its_field_and_what_was_typed_stays(newcomer: Admin) -> None:
    app = newcomer.open("/settings")
    words = {"Company": "OCC Fulfilment", "Street and number": "12 Harbour Street", "City": "Halifax"}
    for label, value in {**words, "Country": "1A", "E-mail": "orders@occ.example"}.items():
        app.get_by_label(label).first.fill(value)
    app.locator("#settings s-button[type=submit]").click()
    expect(app.get_by_text("Give the country as two letters").first).to_be_visible()
    for label, value in words.items():
        expect(app.get_by_label(label).first).to_have_value(value)
    app.get_by_label("Country").first.fill("CA")
    app.locator("#settings s-button[type=submit]").click()
    expect(newcomer.page.locator("#toasts")).to_contain_text("Settings saved")
    expect(newcomer.open("/settings").get_by_label("Company").first).to_have_value("OCC Fulfilment")


def test_a_roaster_is_invited_comes_in_by_the_link_and_sees_that_he_is_connected(newcomer: Admin) -> None:
    app = newcomer.open("/partners")
    app.locator("s-button[commandfor=invite]").click()
    app.get_by_label("The roaster's name").fill("Milk Road Coffee")
    app.locator("#invite s-button[type=submit]").click()
    link = app.locator("#invited s-text-field").get_attribute("value")
    assert link is not None
    expect(app.locator("#partners")).to_contain_text("Milk Road Coffee")

    newcomer.page.goto(link)
    code = newcomer.page.locator("code").inner_text()
    assert link.endswith(code)
    newcomer.page.get_by_role("link", name=re.compile("Install")).click()
    newcomer.page.get_by_role("link", name=re.compile("Milk Road Coffee")).click()
    newcomer.page.get_by_role("button", name="Install").click()
    expect(newcomer.app.get_by_text("Your store asks to connect")).to_be_visible()
    newcomer.app.get_by_label("Invitation").fill(code)
    newcomer.page.wait_for_timeout(4000)  # what is typed stays where it is
    newcomer.app.locator("s-button[type=submit]").click()
    expect(newcomer.app.get_by_text("You are connected to OCC Coffee")).to_be_visible()

    newcomer.open("/partners")
    expect(newcomer.app.locator("#partners")).to_contain_text("Connected")
    assert newcomer.world.store(ROASTER).state()["tokens"]["live"] == 1
