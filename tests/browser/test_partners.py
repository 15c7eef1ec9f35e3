"""A partner's pages in the browser: terms by the save bar, a wrong store undone, a roaster who pauses and leaves."""

import pytest
from playwright.sync_api import expect

from occhub.home.undoing import WRONG
from standin.demo import acts
from standin.demo.people import soon
from tests.browser.conftest import ROASTER, Admin

pytestmark = pytest.mark.browser
OTHER = "onda-roasters"


def test_terms_show_their_effect_and_are_saved(admin: Admin) -> None:
    app = admin.open("/partners/1/terms")
    effect = app.get_by_text("they ask").first
    before = effect.inner_text()
    app.get_by_label("Markup").first.fill("60")
    expect(admin.page.locator("#save-bar")).to_be_visible()
    app.locator("s-button[type=submit]").click()
    expect(admin.page.locator("#toasts")).to_contain_text("Terms saved")
    expect(admin.page.locator("#save-bar")).to_be_hidden()
    expect(effect).not_to_have_text(before)
    app.get_by_label("Markup").first.fill("25")
    app.locator("s-button[type=submit]").click()
    expect(effect).to_have_text(before)


def test_the_tabs_of_a_partner_lead_round(admin: Admin) -> None:
    app = admin.open("/partners/1")
    for words, title in (
        ("Orders", "Orders from Milk Road Coffee"),
        ("Stock", "Stock of Milk Road Coffee"),
        ("Terms", "Terms of Milk Road Coffee"),
        ("Overview", "Milk Road Coffee"),
    ):
        app.locator("nav[aria-label^=Pages] s-link", has_text=words).click()
        admin.heading(title)


def test_the_wrong_store_is_undone_after_the_consequences_were_told(admin: Admin) -> None:
    world = admin.world
    acts.connect(world.person(OTHER), acts.invite(world.owner, "Harbour Lane"))
    path = acts.page_of(world.owner, "Harbour Lane")
    app = admin.open(path)
    app.locator("s-button", has_text="Undo").first.click()
    expect(app.locator("#undo")).to_contain_text("Our access to that store ends")
    app.locator("#undo s-button", has_text="Keep it").click()
    app.locator("s-button", has_text="Undo").first.click()
    app.locator("#undo s-button[variant=primary]").click()
    expect(admin.page.locator("#toasts")).to_contain_text("Make a new link for Harbour Lane")
    admin.heading("Harbour Lane")
    expect(app.get_by_text("The invitation has been made")).to_be_visible()
    assert list(world.store(OTHER).state()["subscriptions"]) == []
    assert WRONG not in admin.open("/partners").locator("#partners").inner_text()


def test_a_roaster_pauses_goes_on_and_leaves_in_his_own_admin(admin: Admin) -> None:
    world = admin.world
    acts.connect(world.person(OTHER), acts.invite(world.owner, "Onda Roasters"))
    app = admin.open("/", store=OTHER)
    app.locator("s-button", has_text="Pause").click()
    app.locator("#question-yes").click()
    expect(app.get_by_text("You have paused").first).to_be_visible()
    app.locator("s-button", has_text="Go on").click()
    expect(app.get_by_text("You are connected to OCC Coffee")).to_be_visible()
    app.locator("s-button", has_text="Disconnect").click()
    expect(app.locator("#question")).to_contain_text("their access to your store ends")
    app.locator("#question-yes").click()
    expect(app.get_by_text("Your store was connected before")).to_be_visible()
    soon("his store is cleared", lambda: list(world.store(OTHER).state()["subscriptions"]) == [])


@pytest.mark.parametrize("width", [375])
def test_a_roaster_reads_his_page_on_a_phone(admin: Admin, width: int) -> None:
    admin.open("/", store=ROASTER)
    expect(admin.app.get_by_text("This order closes")).to_be_visible()
    assert admin.overflow() <= 0


@pytest.mark.parametrize("width", [375])
def test_a_partners_pages_fit_a_phone(admin: Admin, width: int) -> None:
    for path in (
        "/",
        "/partners",
        "/partners/1",
        "/partners/1/orders",
        "/partners/1/terms",
        "/settings",
        "/activity/changes",
        "/activity/privacy",
        "/activity/health",
    ):
        admin.open(path)
        assert admin.overflow() <= 0, path
