"""The owner's list of partners and the page of each."""

from occhub import clock
from occhub.home.suppliers import list_suppliers
from occhub.partners.models import ATTENTION, Partner
from tests.orders.conftest import Floor
from tests.people import Person


def test_the_list_shows_goods_open_order_and_what_is_owed(floor: Floor, owner: Person) -> None:
    floor.sell(3)
    floor.claim()
    floor.place()
    floor.sell(2)
    floor.claim()
    supplier = next(s for s in list_suppliers() if s.partner.id == floor.partner.id)
    assert supplier.window is not None
    assert (supplier.window.bags, str(supplier.owed)) == (2, "21.00 USD")
    page = owner.see("/partners")
    assert "2 bags" in page
    assert "21.00 USD" in page


def test_the_list_is_searched_and_filtered_by_state(floor: Floor, owner: Person) -> None:
    Partner.update(state=ATTENTION, attention="Our access has ended.").where(Partner.id == floor.other.id).execute()
    assert [s.partner.name for s in list_suppliers("needs you")] == ["Onda"]
    assert [s.partner.name for s in list_suppliers(search="milk")] == ["Milk Road"]
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
