"""The app in the admin's frame, and what App Bridge does for it."""

import re
from typing import Any

import pytest

pytestmark = pytest.mark.browser


def test_the_app_opens_in_the_frame_and_the_admin_shows_its_menu_and_title(desk: Any) -> None:
    desk.open()
    assert desk.frame.locator("#here").inner_text() == "home"
    desk.page.get_by_role("link", name="Second").wait_for()
    assert desk.tiny.seen == [("/", "launch")]
    assert "Home of the app" in desk.page.locator("#app-title").inner_text()
    assert desk.page.url.endswith("/apps/key")


def test_a_deep_address_opens_that_page_of_the_app(desk: Any) -> None:
    desk.open("/second?tab=terms")
    assert desk.frame.locator("#here").inner_text() == "/second"
    desk.page.wait_for_url("**/apps/key/second?tab=terms")


def test_the_menu_moves_the_app_through_the_bounce_page(desk: Any) -> None:
    desk.open()
    desk.page.get_by_role("link", name="Second").click()
    desk.frame.locator("#here", has_text="/second").wait_for()
    assert desk.tiny.seen == [("/", "launch"), ("/second", "bounce")]
    desk.page.wait_for_url("**/apps/key/second")
    assert desk.page.locator("#app-nav a[aria-current]").inner_text() == "Second"
    desk.page.get_by_role("link", name="OCC Inventory Hub").click()
    desk.frame.locator("#here", has_text="home").wait_for()


def test_elements_and_calls_work_after_a_bounce(desk: Any) -> None:
    desk.tiny.bodies["/second"] = "<s-page heading='Again'><s-button id=b>Press</s-button></s-page>"
    desk.open()
    desk.page.get_by_role("link", name="Second").click()
    desk.frame.get_by_role("button", name="Press").click()
    assert desk.inside.evaluate("fetch('/call').then(r => r.json())")["dest"] == "https://roaster.myshopify.com"
    assert desk.inside.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(241, 241, 241)"


def test_fetch_to_the_app_carries_a_token_and_to_others_none(desk: Any) -> None:
    desk.open()
    desk.frame.locator("#here").wait_for()
    answer = desk.inside.evaluate("fetch('/call', {method: 'POST', body: 'a=1'}).then(r => r.json())")
    assert answer == {"dest": "https://roaster.myshopify.com", "language": "en", "body": "a=1"}
    seen: list[str | None] = []
    desk.page.on("request", lambda request: seen.append(request.headers.get("authorization")))
    desk.inside.evaluate(f"fetch('{desk.shell}/shopifycloud/app-bridge.js').then(r => r.text())")
    assert seen == [None]


def test_a_refused_token_is_replaced_once_and_the_body_sent_again(desk: Any) -> None:
    desk.open()
    desk.frame.locator("#here").wait_for()
    desk.tiny.refusals = 1
    call = "fetch('/call', {method: 'POST', body: 'kept'}).then(async r => [r.status, await r.text()])"
    status, text = desk.inside.evaluate(call)
    assert (status, "kept" in text) == (200, True)
    desk.tiny.refusals = 2
    assert desk.inside.evaluate(call)[0] == 401


def test_the_app_can_send_the_person_out_of_the_frame(desk: Any) -> None:
    desk.open()
    desk.frame.locator("#here").wait_for()
    desk.inside.evaluate("void fetch('/elsewhere')")
    desk.page.wait_for_url(f"{desk.shell}/store/roaster/orders")


@pytest.mark.parametrize(
    ("href", "lands"),
    [
        ("shopify://admin/orders", "/store/roaster/orders"),
        ("https://admin.shopify.com/store/roaster/products", "/store/roaster/products"),
    ],
)
def test_links_to_the_admin_open_it(desk: Any, href: str, lands: str) -> None:
    desk.show(f"<s-page heading=x><s-link href='{href}' target=_top>Out</s-link></s-page>")
    desk.frame.get_by_role("link", name="Out").click()
    desk.page.wait_for_url(desk.shell + lands)


def test_a_page_opened_outside_the_admin_goes_into_it(desk: Any) -> None:
    desk.page.goto(f"{desk.tiny_address}/second?shop=roaster.myshopify.com&tab=a")
    desk.page.wait_for_url(re.compile(r"/store/roaster/apps/key/second\?tab=a$"))
    assert desk.frame.locator("#here").inner_text() == "/second"


def test_history_changes_of_the_app_show_in_the_admins_address(desk: Any) -> None:
    desk.open()
    desk.frame.locator("#here").wait_for()
    desk.inside.evaluate("history.pushState(null, '', '/partners/7?host=x&tab=stock')")
    desk.page.wait_for_url("**/apps/key/partners/7?tab=stock")


def test_a_deferred_app_bridge_refuses_to_start(desk: Any) -> None:
    with desk.page.expect_event("pageerror"):
        desk.page.goto(f"{desk.tiny_address}/deferred")
    assert desk.page.evaluate("typeof shopify") == "undefined"
    assert "without async" in desk.errors.pop()


def test_toasts_show_and_their_action_reaches_the_app(desk: Any) -> None:
    desk.open()
    desk.frame.locator("#here").wait_for()
    show = "window.undone = 0; shopify.toast.show('Imported 6', {action: 'Undo', onAction: () => window.undone += 1})"
    desk.inside.evaluate(f"() => {{ {show} }}")
    desk.page.get_by_text("Imported 6").wait_for()
    desk.page.get_by_role("button", name="Undo").click()
    desk.inside.wait_for_function("window.undone === 1")


def test_optional_scopes_are_asked_for_in_a_dialog(desk: Any) -> None:
    desk.open()
    desk.frame.locator("#here").wait_for()
    asking = "() => { window.got = shopify.scopes.request(['write_products']) }"
    desk.inside.evaluate(asking)
    desk.page.get_by_role("button", name="Cancel").click()
    assert desk.inside.evaluate("window.got")["result"] == "declined-all"
    assert "write_products" not in desk.shop.installations["key"]
    desk.inside.evaluate(asking)
    desk.page.get_by_role("button", name="Allow").click()
    assert desk.inside.evaluate("window.got")["result"] == "granted-all"
    assert "write_products" in desk.shop.installations["key"]
    revoked = desk.inside.evaluate("shopify.scopes.revoke(['write_products'])")
    assert "write_products" not in revoked["detail"]["granted"]


def test_a_changed_form_brings_up_the_save_bar(desk: Any) -> None:
    desk.show(
        """<s-page heading=x><form data-save-bar>
        <s-text-field label="Name" name="name" value="Onda"></s-text-field></form></s-page>
        <script>document.addEventListener('submit', e => { e.preventDefault();
          window.saved = new FormData(e.target).get('name') })</script>"""
    )
    name = desk.frame.get_by_label("Name")
    name.fill("Milk Road")
    desk.page.get_by_role("button", name="Discard").click()
    desk.page.locator("#save-bar").wait_for(state="hidden")
    assert name.input_value() == "Onda"
    name.fill("Kestrel")
    desk.page.get_by_role("link", name="Second").click()
    desk.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert desk.frame.get_by_label("Name").input_value() == "Kestrel"
    desk.page.get_by_role("button", name="Save", exact=True).click()
    desk.inside.wait_for_function("window.saved === 'Kestrel'")
    desk.page.locator("#save-bar").wait_for(state="hidden")
