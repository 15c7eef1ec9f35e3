"""The owner's hand on the pages, the calendar, the statement, and what the partner sees."""

import re
from datetime import timedelta

from starlette.testclient import TestClient

from occhub import clock
from occhub.audit import AuditEntry
from occhub.orders.models import MasterOrder, PartnerOrderLine
from tests.orders.conftest import Floor
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
