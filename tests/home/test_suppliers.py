"""The owner's list of partners and the page of each."""

from datetime import timedelta

from occhub import clock
from occhub.home.suppliers import PAGE, SupplierPage, describe, list_suppliers
from occhub.orders.models import MasterLine, MasterPart
from occhub.orders.periods import Period
from occhub.orders.settling import mark_paid, statement
from occhub.orders.steering import add_bags
from occhub.partners.models import ATTENTION, Partner
from tests.orders.conftest import Floor
from tests.people import Person


def names(found: SupplierPage) -> list[str]:
    return [supplier.partner.name for supplier in found.rows]


def test_the_list_shows_goods_open_order_and_what_is_owed(floor: Floor, owner: Person) -> None:
    floor.sell(3)
    floor.claim()
    floor.place()
    floor.sell(2)
    floor.claim()
    supplier = next(s for s in list_suppliers(as_of=clock.now()).rows if s.partner.id == floor.partner.id)
    assert supplier.window is not None
    assert (supplier.window.bags, str(supplier.owed)) == (2, "21.00 USD")
    page = owner.see("/partners")
    assert "2 bags" in page
    assert "21.00 USD" in page


def test_the_list_is_searched_and_filtered_by_state(floor: Floor, owner: Person) -> None:
    Partner.update(state=ATTENTION, attention="Our access has ended.").where(Partner.id == floor.other.id).execute()
    assert names(list_suppliers("needs you", as_of=clock.now())) == ["Onda"]
    assert names(list_suppliers(search="milk", as_of=clock.now())) == ["Milk Road"]
    assert "Onda" not in owner.fetch("/partners?tab=connected")


def test_the_page_of_a_partner_who_needs_attention_says_what_to_do(floor: Floor, owner: Person) -> None:
    Partner.update(state=ATTENTION, attention="Our access has ended.", connected_at=clock.now()).execute()
    page = owner.see(f"/partners/{floor.partner.id}")
    assert "Our access has ended." in page
    assert "/apps/" in page


def test_the_live_check_answers_with_a_sentence(floor: Floor, owner: Person) -> None:
    assert "answers, and everything we need is granted" in owner.click(f"/partners/{floor.partner.id}/check")
    floor.standin.break_down("frozen_402", shop=floor.partner.domain, times=5)
    assert "frozen" in owner.click(f"/partners/{floor.partner.id}/check")
    assert Partner.find(floor.partner.id).state == ATTENTION


def test_bags_sold_in_30_days_leave_out_what_was_cancelled_and_the_owners_own(floor: Floor, owner: Person) -> None:
    floor.sell(3)
    cancelled = floor.sell(4)
    floor.happen(cancelled, "cancel")
    floor.capture(cancelled)
    floor.claim()
    add_bags(floor.window(), floor.coffee.id, 5, as_of=clock.now())
    assert describe(floor.partner, as_of=clock.now()).bags == 3
    assert describe(floor.partner, as_of=clock.now() + timedelta(days=31)).bags == 0
    Partner.update(connected_at=clock.now()).execute()
    assert "3 bags" in owner.see(f"/partners/{floor.partner.id}")


def test_the_list_is_sorted(floor: Floor) -> None:
    floor.sell(2, floor.others_coffee)
    Partner.update(last_contact_at=clock.now()).where(Partner.id == floor.other.id).execute()
    now = clock.now()
    assert names(list_suppliers(as_of=now)) == ["Milk Road", "Onda"]
    assert names(list_suppliers(sort="bags", as_of=now)) == ["Onda", "Milk Road"]
    assert names(list_suppliers(sort="contact", as_of=now)) == ["Milk Road", "Onda"]
    assert names(list_suppliers(sort="nonsense", as_of=now)) == ["Milk Road", "Onda"]


def test_a_long_list_has_pages(floor: Floor, owner: Person) -> None:
    for number in range(PAGE):
        Partner.create(name=f"Roaster {number:02}", created_at=clock.now())
    assert len(list_suppliers(as_of=clock.now()).rows) == PAGE
    assert len(list_suppliers(page=2, as_of=clock.now()).rows) == 2
    assert "Page 2 of 2" in owner.fetch("/partners?page=2")


def test_a_partners_orders_are_his_own(floor: Floor, owner: Person) -> None:
    floor.sell(3)
    floor.claim()
    assert "no. 1" in owner.see(f"/partners/{floor.partner.id}/orders")
    assert "no. 1" not in owner.see(f"/partners/{floor.other.id}/orders")


def test_what_is_owed_is_what_the_statement_says(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    floor.place()
    MasterLine.update(confirmed=2).execute()  # one bag was short
    MasterPart.update(tax_minor=120, shipping_minor=500, subtotal_minor=2100, total_minor=2720).execute()
    now = clock.now()
    forever = Period("all", "all", now - timedelta(days=400), now + timedelta(days=400))
    assert str(statement(floor.partner, forever).unpaid) == "20.20 USD"
    assert str(describe(floor.partner, as_of=now).owed) == "20.20 USD"
    MasterPart.update(financial_status="PAID").execute()  # he says so in his store; the owner has not
    assert str(describe(floor.partner, as_of=now).owed) == "20.20 USD"
    mark_paid(floor.partner, forever, "2026-11-28", "bank 7", as_of=now)
    assert str(describe(floor.partner, as_of=now).owed) == "0.00 USD"
    MasterLine.update(confirmed=1).execute()  # another turns out short: too much was paid
    assert str(statement(floor.partner, forever).unpaid) == "-7.00 USD"
    assert str(describe(floor.partner, as_of=now).owed) == "-7.00 USD"
    MasterPart.update(order_cancelled_at=now).execute()
    assert str(statement(floor.partner, forever).unpaid) == str(describe(floor.partner, as_of=now).owed)
