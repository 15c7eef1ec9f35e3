"""The elements of the Polaris stub: what they submit, how they are reached, how they lay out."""

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

HTMX = Path(__file__).parents[3] / "static/vendor/htmx.org@4.0.1/dist/htmx.min.js"

# The tags of @shopify/polaris-types 1.1.0.
TAGS = (
    "avatar badge banner box button button-group checkbox chip choice choice-list clickable "
    "clickable-chip color-field color-picker date-field date-picker divider drop-zone email-field "
    "empty-state grid grid-item heading icon image link list-item menu modal money-field number "
    "number-field option option-group ordered-list page paragraph password-field popover press-button "
    "progress query-container scroll-box search-field section select spinner stack switch table "
    "table-body table-cell table-header table-header-row table-row text text-area text-field thumbnail "
    "tooltip unordered-list url-field"
)

FIELDS = """<form id="f">
  <s-text-field label="Name" name="name" value="Onda" required></s-text-field>
  <s-number-field label="Markup" name="markup" value="35"></s-number-field>
  <s-money-field label="Minimum" name="minimum" value="1.50" currencycode="EUR"></s-money-field>
  <s-text-area label="Note" name="note"></s-text-area>
  <s-date-field label="From" name="from" value="2026-11-22"></s-date-field>
  <s-select label="Cadence" name="cadence"><s-option value="day">Every day</s-option>
    <s-option value="week" selected>Every week</s-option></s-select>
  <s-checkbox label="Pause" name="pause"></s-checkbox>
  <s-switch label="Notify" name="notify" value="yes" checked></s-switch>
  <s-choice-list label="Rule" name="rule"><s-choice value="paid" selected>Paid</s-choice>
    <s-choice value="all">All</s-choice></s-choice-list>
  <s-choice-list label="Days" name="days" multiple><s-choice value="mo" selected>Monday</s-choice>
    <s-choice value="th" selected>Thursday</s-choice></s-choice-list>
  <s-text-field label="Off" name="off" value="x" disabled></s-text-field>
  <s-button type="submit" variant="primary">Save</s-button> <s-button type="reset">Undo</s-button>
</form><script>
  document.addEventListener('submit', e => { e.preventDefault(); window.sent = entries() });
  function entries() { return [...new FormData(document.getElementById('f'))].map(([k, v]) => k + '=' + v).join('&') }
</script>"""
AS_WRITTEN = "name=Onda&markup=35&minimum=1.50&note=&from=2026-11-22&cadence=week&notify=yes&rule=paid&days=mo&days=th"


def test_every_tag_of_the_types_package_is_defined(desk: Any) -> None:
    desk.open()
    desk.frame.locator("#here").wait_for()
    missing = "tags => tags.filter(tag => !customElements.get('s-' + tag))"
    tags = TAGS.split()
    assert len(tags) == 62
    assert desk.inside.evaluate(missing, tags) == []


def test_fields_submit_what_the_page_was_written_with(desk: Any) -> None:
    desk.show(FIELDS)
    desk.frame.get_by_role("button", name="Save").click()
    assert desk.inside.evaluate("window.sent") == AS_WRITTEN


def test_fields_submit_what_a_person_put_in_and_reset_to_what_was_written(desk: Any) -> None:
    desk.show(FIELDS)
    frame = desk.frame
    frame.get_by_label("Name").fill("Kestrel")
    frame.get_by_label("Markup").fill("40")
    frame.get_by_label("Note").fill("two\nlines")
    frame.get_by_label("Cadence").select_option("day")
    frame.get_by_label("Pause").check()
    frame.get_by_label("Notify").uncheck()
    frame.get_by_label("All", exact=True).check()
    frame.get_by_label("Monday").uncheck()
    changed = desk.inside.evaluate("entries()").replace("\r\n", "\n")
    assert changed == (
        "name=Kestrel&markup=40&minimum=1.50&note=two\nlines&from=2026-11-22&cadence=day&pause=on&rule=all&days=th"
    )
    frame.get_by_role("button", name="Undo").click()
    desk.inside.wait_for_function(f"entries() === '{AS_WRITTEN}'")
    assert frame.get_by_label("Name").input_value() == "Onda"


def test_input_and_change_reach_the_host_once(desk: Any) -> None:
    desk.show(FIELDS)
    desk.inside.evaluate(
        """() => { window.heard = []; for (const name of ['input', 'change'])
        document.addEventListener(name, e => heard.push(name + ' ' + e.target.localName + ' ' + e.target.value)) }"""
    )
    desk.frame.get_by_label("Name").fill("Kestrel")
    desk.frame.get_by_label("Name").blur()
    desk.frame.get_by_label("Pause").check()
    assert desk.inside.evaluate("heard") == [
        "input s-text-field Kestrel",
        "change s-text-field Kestrel",
        "input s-checkbox on",
        "change s-checkbox on",
    ]


def test_scripts_set_and_read_fields_as_properties(desk: Any) -> None:
    desk.show(FIELDS)
    script = """() => { const of = name => document.querySelector(`[name=${name}]`);
      of('name').value = 'Set'; of('cadence').value = 'day'; of('pause').checked = true; of('days').values = ['th'];
      of('name').error = 'Too short'; return [of('name').value, of('cadence').value, of('rule').values, entries()] }"""
    name, cadence, rule, sent = desk.inside.evaluate(script)
    assert (name, cadence, rule) == ("Set", "day", ["paid"])
    assert "name=Set&" in sent
    assert "pause=on" in sent
    desk.frame.get_by_text("Too short").wait_for()
    assert desk.frame.get_by_label("Name").get_attribute("aria-invalid") == "true"


def test_everything_is_reached_and_worked_by_keyboard(desk: Any) -> None:
    desk.show(FIELDS)
    desk.frame.get_by_label("Name").focus()
    keys = desk.page.keyboard
    for _ in range(4):
        keys.press("Tab")
    focused = "document.activeElement.getAttribute('name')"
    assert desk.inside.evaluate(focused) == "from"
    desk.frame.get_by_label("Paid").focus()
    keys.press("ArrowDown")
    assert "rule=all" in desk.inside.evaluate("entries()")
    desk.frame.get_by_label("Notify").focus()
    keys.press("Space")
    assert "notify" not in desk.inside.evaluate("entries()")
    desk.frame.get_by_role("button", name="Save").focus()
    keys.press("Enter")
    desk.inside.wait_for_function("window.sent")


def test_the_focused_control_has_a_ring(desk: Any) -> None:
    desk.show(FIELDS)
    desk.frame.get_by_label("Notify").focus()
    desk.page.keyboard.press("Tab")
    ring = """() => { let at = document.activeElement;
      while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      return getComputedStyle(at).outlineStyle }"""
    assert desk.inside.evaluate(ring) == "solid"


def test_disabled_and_busy_buttons_do_nothing(desk: Any) -> None:
    desk.show(
        """<form><s-button type=submit disabled id=a>Off</s-button>
        <s-button type=submit loading id=b>Busy</s-button></form><script>window.sent = 0; window.clicks = 0;
        document.addEventListener('submit', e => { e.preventDefault(); sent += 1 });
        for (const each of [a, b]) each.addEventListener('click', () => clicks += 1)</script>"""
    )
    for name in ("Off", "Busy"):
        desk.frame.get_by_role("button", name=name).click(force=True)
    desk.inside.evaluate("() => { a.click(); b.click(); return new Promise(done => setTimeout(done, 50)) }")
    assert desk.inside.evaluate("[sent, clicks]") == [0, 0]


def test_a_listener_can_prevent_a_submit(desk: Any) -> None:
    desk.show(
        """<form><s-button type=submit id=a>Go</s-button></form><script>window.sent = 0;
        document.addEventListener('submit', e => { e.preventDefault(); sent += 1 });
        document.addEventListener('click', e => e.preventDefault())</script>"""
    )
    desk.frame.get_by_role("button", name="Go").click()
    desk.inside.evaluate("() => new Promise(done => setTimeout(done, 50))")
    assert desk.inside.evaluate("sent") == 0


def test_a_modal_opens_by_command_focuses_its_field_and_closes(desk: Any) -> None:
    desk.show(
        """<s-page heading=x><s-button commandfor="ask" command="--show">Invite</s-button>
        <s-modal id="ask" heading="Invite a partner"><s-text-field label="Roaster"></s-text-field>
        <s-button slot="primary-action" variant="primary" commandfor="ask" command="--hide">Done</s-button>
        </s-modal></s-page><script>window.heard = []; for (const name of ['show', 'hide', 'afterhide'])
        ask.addEventListener(name, () => heard.push(name))</script>"""
    )
    frame = desk.frame
    dialog = frame.get_by_role("dialog", name="Invite a partner")
    frame.get_by_role("button", name="Invite").click()
    dialog.wait_for()
    desk.page.keyboard.type("Onda")
    assert frame.get_by_label("Roaster").input_value() == "Onda"
    frame.get_by_role("button", name="Done").click()
    dialog.wait_for(state="hidden")
    frame.get_by_role("button", name="Invite").click()
    dialog.wait_for()
    desk.page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert desk.inside.evaluate("heard") == ["show", "hide", "afterhide", "show", "hide", "afterhide"]


def test_a_menu_opens_under_its_button_and_closes_after_a_choice(desk: Any) -> None:
    desk.show(
        """<s-page heading=x><s-button commandfor="more">More</s-button><s-menu id="more" accessibilitylabel="More">
        <s-button id="one">Rename</s-button></s-menu></s-page>
        <script>window.chosen = 0; one.addEventListener('click', () => chosen += 1)</script>"""
    )
    menu = desk.frame.get_by_role("menu")
    more = desk.frame.get_by_role("button", name="More")
    more.click()
    menu.wait_for()
    assert menu.bounding_box()["y"] >= more.bounding_box()["y"] + more.bounding_box()["height"]
    more.click()
    menu.wait_for(state="hidden")
    desk.page.wait_for_timeout(300)
    more.click()
    desk.frame.get_by_role("button", name="Rename").click()
    menu.wait_for(state="hidden")
    assert desk.inside.evaluate("chosen") == 1


TABLE = """<s-table><s-table-header-row><s-table-header listslot="primary">Coffee</s-table-header>
<s-table-header format="numeric">Bags</s-table-header></s-table-header-row><s-table-body><s-table-row clickdelegate="l">
<s-table-cell><s-link id="l" href="#chosen">Sidamo</s-link></s-table-cell><s-table-cell>7</s-table-cell></s-table-row>
</s-table-body></s-table>"""


def test_a_table_aligns_figures_and_its_rows_can_be_clicked(desk: Any) -> None:
    desk.show(f"<s-page heading=x>{TABLE}</s-page>")
    cell = desk.frame.get_by_role("cell", name="7")
    assert cell.evaluate("cell => getComputedStyle(cell).textAlign") == "end"
    assert desk.frame.get_by_role("columnheader").count() == 2
    cell.click()
    desk.inside.wait_for_function("location.hash === '#chosen'")


def test_a_table_becomes_a_labelled_list_on_a_phone(desk: Any) -> None:
    desk.page.set_viewport_size({"width": 375, "height": 700})
    desk.show(f"<s-page heading=x>{TABLE}</s-page>")
    assert desk.frame.locator("s-table-cell .label").all_inner_texts() == ["", "Bags"]
    assert desk.frame.get_by_role("columnheader").count() == 0
    assert desk.inside.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_container_queries_in_attributes_choose_the_columns(desk: Any) -> None:
    desk.show(
        """<s-page heading=x><div id="wrap" style="width: 700px"><s-query-container><s-grid id="g" gap="base small-200"
        gridtemplatecolumns="@container (inline-size > 500px) repeat(2, 1fr), 1fr"><b>a</b><b>b</b></s-grid>
        </s-query-container></div></s-page>"""
    )
    columns = "getComputedStyle(g).gridTemplateColumns.split(' ').length"
    assert desk.inside.evaluate(columns) == 2
    assert desk.inside.evaluate("[getComputedStyle(g).rowGap, getComputedStyle(g).columnGap]") == ["16px", "8px"]
    desk.inside.evaluate("wrap.style.width = '300px'")
    assert desk.inside.evaluate(columns) == 1


def test_htmx_sends_the_fields_with_a_token_and_swapped_elements_come_alive(desk: Any) -> None:
    desk.page.route("**/htmx.js", lambda route: route.fulfill(path=HTMX, content_type="text/javascript"))
    desk.page.route(
        "**/answer",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f"<s-badge id=got tone=success>{route.request.post_data} "
            f"{route.request.headers.get('authorization', '')[:7]}</s-badge><s-button id=late>Late</s-button>",
        ),
    )
    desk.show(
        """<s-page heading=x><form hx-post="/answer" hx-target="#out">
        <s-text-field label="Name" name="name" value="Onda"></s-text-field>
        <s-button type="submit">Save</s-button></form><div id="out"></div></s-page><script src="/htmx.js"></script>"""
    )
    desk.frame.get_by_role("button", name="Save").click()
    desk.frame.get_by_text("name=Onda Bearer").wait_for()
    desk.frame.get_by_role("button", name="Late").wait_for()
