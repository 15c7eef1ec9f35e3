"""The owner's hand on the pages, the calendar, the statement, and what the partner sees."""

import re
from datetime import timedelta
from urllib.parse import quote

from starlette.testclient import TestClient

from occhub import clock
from occhub.audit import AuditEntry
from occhub.backup import mark_restored
from occhub.catalog.models import ProductMapping
from occhub.orders import claiming, customers, tasks
from occhub.orders.models import MasterOrder, PartnerOrder, PartnerOrderLine
from tests.orders.conftest import Floor
from tests.orders.test_claiming import change_by_hand
from tests.orders.test_pages import FRAGMENT, Owner, owner

__all__ = ["owner"]


def send(owner: Owner, path: str, status: int = 200, **fields: str) -> str:
    """Send a form."""
    answer = owner.client.post(path, data=fields, headers=owner.token | FRAGMENT)
    assert answer.status_code == status, answer.text
    return answer.text


def test_the_window_previews_bags_kilograms_margin_and_the_gap_to_the_minimum(floor: Floor, owner: Owner) -> None:
    floor.coffee.grams = 250
    floor.coffee.save()
    floor.sell(4)
    window = floor.claim()
    assert window is not None
    send(
        owner, f"/partners/{floor.partner.id}/order-terms", minimum_bags="10", below_minimum="ask", late_after_days="5"
    )
    page = owner.see(f"/windows/{window.id}")
    assert "1.0 kg" in page
    assert "6 bags" in page
    assert "28.00 USD" in page
    assert "Opened with the first bags sold." in page


def test_a_line_is_left_out_by_a_button_and_the_change_is_audited(floor: Floor, owner: Owner) -> None:
    floor.sell(3)
    line = PartnerOrderLine.get()
    row = send(owner, f"/orders/{line.order_id}/lines/{line.id}/choice", choice="left out")
    assert "left out" in row
    assert "Order as usual" in row
    entry = AuditEntry.select().order_by(AuditEntry.id.desc()).first()
    assert "leave it out" in entry.what
    assert entry.form["choice"] == "left out"


def test_a_customers_order_leads_to_the_windows_its_bags_stand_on(floor: Floor, owner: Owner) -> None:
    floor.sell(3)
    window = floor.place(floor.claim())
    page = owner.see("/orders")
    assert re.search(rf'3 bags on <s-link href="/windows/{window.id}">{floor.part().order_name}', page)


def test_bags_are_added_by_hand_and_shown(floor: Floor, owner: Owner) -> None:
    floor.sell(3)
    window = floor.claim()
    assert window is not None
    page = send(owner, f"/windows/{window.id}/bags", mapping=str(floor.second_coffee.id), bags="2")
    assert "You added 2" in page
    assert "By hand" in owner.see("/orders")
    send(owner, f"/windows/{window.id}/bags", 422, mapping="x", bags="2")


def test_a_window_is_skipped_by_a_button(floor: Floor, owner: Owner) -> None:
    floor.sell(3)
    window = floor.claim()
    assert window is not None
    assert "You skipped this one" in send(owner, f"/windows/{window.id}/skipping")
    assert MasterOrder.get().cutoff_at == window.cutoff_at + timedelta(days=7)


def test_the_calendar_takes_holidays_and_moved_orders_and_gives_them_back(floor: Floor, owner: Owner) -> None:
    path = f"/partners/{floor.partner.id}/calendar"
    assert "No exceptions." in owner.see(path)
    page = send(owner, f"{path}/closures", first_day="2026-12-24", last_day="2027-01-02", reason="holidays")
    assert "No order closes from 2026-12-24 to 2027-01-02 (holidays)" in page
    page = send(owner, f"{path}/moves", first_day="2027-02-04", moved_to="2027-02-02", moved_hour="9")
    assert "The order of 2027-02-04 closes on 2027-02-02 at 09:00" in page
    send(owner, f"{path}/moves", 422, first_day="2027-02-04", moved_to="2027-02-02", moved_hour="late")
    removal = re.search(rf"{path}/\d+/removal", page)
    assert removal
    assert "(holidays)" not in send(owner, removal[0])


def test_the_statement_is_shown_saved_and_marked_as_paid(floor: Floor, owner: Owner) -> None:
    floor.sell(3)
    window = floor.claim()
    assert window is not None
    MasterOrder.update(cutoff_at=clock.now()).where(MasterOrder.id == window.id).execute()
    floor.place()
    path = f"/partners/{floor.partner.id}/statement"
    page = owner.see(path)
    assert "21.00 USD" in page
    period = re.search(r"statement\.csv\?period=([\d-]+)", page)
    assert period
    assert "21.00" in owner.see(f"{path}.csv?period={period[1]}")
    assert "21.00 USD" in owner.see(f"{path}?period=order-1")
    assert "Nothing was placed" in owner.see(f"{path}/days?first_day=2020-01-01&last_day=2020-01-31")
    owner.see(f"{path}/days?first_day=2020-01-01&last_day=", 422)
    owner.see(f"{path}?period=1999", 404)
    payments = f"/partners/{floor.partner.id}/payments"
    paid = send(owner, payments, period=period[1], paid_on="2026-12-01", reference="A-1")
    assert "A-1" in paid
    assert "Mark as paid" not in paid


def test_the_partner_sees_his_window_without_the_hubs_prices(floor: Floor, owner: Owner) -> None:
    floor.sell(3)
    floor.claim()
    token = floor.standin.control("GET", f"/shops/{floor.partner.shop}/id_token")["id_token"]
    partner = Owner(owner.client, token)
    page = partner.see("/own/window")
    assert "21.00 USD" in page
    assert floor.coffee.title in page
    assert "12.00" not in page
    assert "Margin" not in page
    assert isinstance(owner.client, TestClient)
    owner.see("/own/window", 403)


def test_a_late_partner_is_flagged_in_the_list_and_on_the_window(floor: Floor, owner: Owner) -> None:
    floor.sell(3)
    window = floor.place(floor.claim())
    MasterOrder.update(placed_at=clock.now() - timedelta(days=9)).where(MasterOrder.id == window.id).execute()
    assert "not shipped for 9 days" in owner.see("/windows")
    assert "has shipped nothing for 9 days" in owner.see(f"/windows/{window.id}")


def test_ordering_is_paused_by_a_button_until_it_is_taken_back(floor: Floor, owner: Owner) -> None:
    floor.sell(3)
    window = floor.claim()
    assert window is not None
    path = f"/partners/{floor.partner.id}/calendar"
    page = send(owner, f"{path}/pause")
    assert "(paused)" in page
    assert MasterOrder.get().cutoff_at > window.cutoff_at + timedelta(days=150)
    removal = re.search(rf"{path}/\d+/removal", page)
    assert removal
    send(owner, removal[0])
    assert MasterOrder.get().cutoff_at == window.cutoff_at


def test_only_a_day_on_which_an_order_closes_is_moved(floor: Floor, owner: Owner) -> None:
    path = f"/partners/{floor.partner.id}/calendar/moves"
    refusal = send(owner, path, 422, first_day="2027-02-03", moved_to="2027-02-02", moved_hour="9")
    assert "No order of Milk Road closes on a Wednesday." in refusal


def test_what_became_of_bags_that_are_wanted_no_more_is_said(floor: Floor, owner: Owner) -> None:
    refunded, cancelled = floor.sell(3), floor.sell(2)
    floor.refund(refunded, 1)
    floor.happen(cancelled, "cancel")
    floor.capture(refunded, cancelled)
    page = owner.see("/orders")
    assert "0 ×" not in page
    assert re.search(r"2 × [^<]+<s-text color=\"subdued\">1 refunded", page.replace("\n      ", ""))
    assert re.search(r"2 × [^<]+<s-text color=\"subdued\">cancelled", page.replace("\n      ", ""))


def test_an_order_long_unpaid_has_a_tab_of_its_own(floor: Floor, owner: Owner) -> None:
    unpaid, paid = floor.buy((floor.coffee, 2), financial_status="PENDING"), floor.buy((floor.coffee, 1))
    floor.capture(unpaid, paid)
    assert unpaid["name"] not in owner.see("/orders?tab=unpaid")
    PartnerOrder.update(ordered_at=clock.now() - timedelta(days=4)).execute()
    page = owner.see("/orders?tab=unpaid")
    assert "unpaid for 4 days" in page
    assert paid["name"] not in page
    assert customers.long_unpaid(clock.now()) == 1
    floor.happen(unpaid, "pay")
    floor.capture(unpaid)
    assert customers.long_unpaid(clock.now()) == 0


def test_a_line_that_failed_is_tried_again_by_a_button(floor: Floor, owner: Owner) -> None:
    floor.sell(3)
    line = PartnerOrderLine.get()
    PartnerOrderLine.update(failure="The partner no longer sells it.").execute()
    assert "Try again" in owner.see("/orders")
    assert "Try again" not in send(owner, f"/orders/{line.order_id}/lines/{line.id}/choice", choice="")
    floor.claim()
    assert floor.line().confirmed == 3


def test_the_owner_looks_for_parcels_and_closes_what_is_short(floor: Floor, owner: Owner) -> None:
    floor.sell(5)
    window = floor.place(floor.claim())
    (theirs,) = floor.orders()
    lines = [{"line_id": theirs["lines"][0]["id"], "quantity": 2}]
    floor.standin.control("POST", f"/shops/{floor.partner.shop}/orders/{theirs['id']}/refund", {"lines": lines})
    path = f"/windows/{window.id}"
    page = send(owner, f"{path}/reading")
    assert "2 short" in page
    assert "will not come" in page
    closing = re.search(rf"{path}/lines/\d+/closing", page)
    assert closing
    page = send(owner, closing[0])
    assert "You closed what was short" in page
    assert "wanted again" not in page.split("What happened")[0]
    send(owner, closing[0], 409)


def test_r13_what_the_partner_wrote_is_kept_by_a_button(floor: Floor, owner: Owner) -> None:
    floor.sell(3)
    floor.claim()
    change_by_hand(floor, 2)
    window = floor.claim()
    assert window is not None
    assert "Keep theirs" in owner.see(f"/windows/{window.id}")
    page = send(owner, f"/windows/{window.id}/acceptance")
    assert "is placed so" in page
    assert "Add bags by hand" not in page
    send(owner, f"/windows/{window.id}/acceptance", 409)


def test_r15_the_page_after_a_restore_tells_how_far_it_is(floor: Floor, owner: Owner) -> None:
    assert "never put back" in owner.see("/restored")
    floor.sell(3)
    mark_restored(clock.now())
    assert "Nothing is ordered from Milk Road, Onda before" in owner.see("/windows")
    assert "waits" in owner.see("/restored")
    tasks.match_restored()
    page = owner.see("/restored")
    assert "Every store was compared" in page
    assert "Nothing was found that was not known." in page
    assert "put back from a copy" not in owner.see("/windows")


def test_an_order_is_compared_with_that_of_a_week_ago(floor: Floor, owner: Owner) -> None:
    floor.sell(5)
    placed = floor.place(floor.claim())
    floor.sell(2)
    window = floor.claim()
    assert window is not None
    for days, words in ((7, "Against last week"), (21, "Against the last order")):
        before = window.cutoff_at - timedelta(days=days)
        MasterOrder.update(cutoff_at=before).where(MasterOrder.id == placed.id).execute()
        page = owner.see(f"/windows/{window.id}")
        assert words in page
        assert "-3 bags, -21.00 USD" in page


def test_what_the_partners_stock_can_not_cover_is_told_to_both(floor: Floor, owner: Owner) -> None:
    floor.sell(3)
    window = floor.claim()
    assert window is not None
    ProductMapping.update(partner_available=-2).where(ProductMapping.id == floor.coffee.id).execute()
    assert re.search(r"Not in their stock</dt><dd>2 bags", owner.see(f"/windows/{window.id}"))
    token = floor.standin.control("GET", f"/shops/{floor.partner.shop}/id_token")["id_token"]
    own = Owner(owner.client, token).see("/own/window")
    assert re.search(r"Not in your stock</dt><dd>2 bags", own)


def test_an_order_is_found_by_its_number_a_coffee_or_a_roaster(floor: Floor, owner: Owner) -> None:
    first = floor.buy((floor.coffee, 1), (floor.others_coffee, 1))
    second = floor.buy((floor.coffee, 1))
    floor.capture(first)
    floor.capture(second)

    def found(words: str) -> list[bool]:
        page = owner.see(f"/orders?q={quote(words)}")
        return [order["name"] in page for order in (first, second)]

    assert found("") == [True, True]
    assert found(second["name"]) == [False, True]
    assert found("onda") == [True, False]
    assert found(f"{floor.coffee.partner.name} {first['name']}") == [True, False]
    assert found(first["lines"][0]["title"].lower()) == [True, True]
    assert "Nothing found" in owner.see("/orders?q=nowhere")
    oldest = owner.see("/orders?sort=oldest")
    assert oldest.index(first["name"]) < oldest.index(second["name"])


def test_partner_orders_have_tabs_and_are_found_by_our_reference_or_his_number(floor: Floor, owner: Owner) -> None:
    floor.buy((floor.coffee, 1), (floor.others_coffee, 1))
    floor.capture()
    floor.claim()
    claiming.claim(floor.other, as_of=clock.now())
    window = floor.place()
    name = floor.part().order_name

    def shown(query: str) -> tuple[bool, bool]:
        page = owner.see(f"/windows?{query}")
        return "Milk Road, no. 1" in page, "Onda, no. 1" in page

    assert shown("") == (True, True)
    assert shown("tab=being+filled") == (False, True)
    assert shown("tab=on+the+way") == (True, False)
    assert shown("tab=needs+you") == (False, False)
    assert shown(f"q={quote(name)}") == (True, False)
    assert shown(f"q={window.reference.lower()}") == (True, False)
    assert shown("q=onda") == (False, True)
    assert "Onda, no. 1" not in owner.see(f"/partners/{floor.partner.id}/orders?q=onda")


def test_an_orphan_is_taken_in_by_a_button_and_the_change_is_audited(floor: Floor, owner: Owner) -> None:
    floor.sell(2)
    PartnerOrderLine.update(mapping=None).execute()
    line = PartnerOrderLine.get()
    assert "Which coffee is it?" in owner.see("/orders")
    assert "Choose one" in send(owner, f"/orders/{line.order_id}/lines/{line.id}/coffee", 422, mapping="")
    row = send(owner, f"/orders/{line.order_id}/lines/{line.id}/coffee", mapping=str(floor.coffee.id))
    assert "Which coffee is it?" not in row
    entry = AuditEntry.select().order_by(AuditEntry.id.desc()).first()
    assert "which coffee a line is" in entry.what
    assert entry.form["mapping"] == str(floor.coffee.id)


def test_a_payment_is_taken_back_by_a_button(floor: Floor, owner: Owner) -> None:
    floor.sell(3)
    MasterOrder.update(cutoff_at=clock.now()).where(MasterOrder.id == floor.claim()).execute()
    floor.place()
    path = f"/partners/{floor.partner.id}/payments"
    send(owner, path, period="order-1", paid_on="2026-11-20", reference="W-1")
    page = send(owner, f"{path}/1/removal", period="order-1")
    assert "W-1" not in page
    assert "Mark as paid" in page


def test_r10_a_cost_agreed_meanwhile_is_said_to_hold_from_the_next_order(floor: Floor, owner: Owner) -> None:
    floor.sell(2)
    window = floor.claim()
    assert window is not None
    ProductMapping.update(cost_minor=850).where(ProductMapping.id == floor.coffee.id).execute()
    assert "8.50 USD from the next order" in owner.see(f"/windows/{window.id}")
    assert floor.line().cost_minor == 700
    placed = floor.place()
    assert "from the next order" not in owner.see(f"/windows/{placed.id}")
