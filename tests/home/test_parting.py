"""R14: a partner parts with us, by the owner's will or his own."""

import pytest

from occhub import clock
from occhub.catalog import hiding, publishing
from occhub.catalog.models import LIVE, STOCKED, Import, ProductMapping
from occhub.errors import Conflict, Invalid
from occhub.home import parting, tasks
from occhub.inventory import running
from occhub.orders.models import FAILED, PLACED, MasterOrder
from occhub.partners import admitting, connecting, leaving
from occhub.partners.models import CONNECTED, DISCONNECTED, Hub, Partner
from occhub.shopify import open_store, shops, tokens
from tests.orders.conftest import Floor
from tests.people import Person


def disconnect(floor: Floor, **wishes: object) -> Partner:
    parting.disconnect(floor.partner, leaving.HUB, as_of=clock.now(), **wishes)  # type: ignore[arg-type]
    return Partner.find(floor.partner.id)


def test_r14_disconnecting_deletes_the_draft_by_default_and_lists_the_customers_orders(floor: Floor) -> None:
    order = floor.sell(3)
    floor.claim()
    partner = disconnect(floor)
    assert partner.state == DISCONNECTED
    assert floor.drafts() == []
    assert floor.window().state == FAILED
    assert floor.status(order) == FAILED
    assert "left" in floor.captured(order).failure


def test_r14_or_places_it_first(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    partner = disconnect(floor, draft=parting.PLACE)
    assert partner.state == DISCONNECTED
    assert MasterOrder.get().state == PLACED
    assert [order["name"] for order in floor.orders()] == [floor.part().order_name]


def test_what_cannot_be_placed_leaves_the_partner_connected(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    MasterOrder.update(question="changed").execute()
    with pytest.raises(Conflict):
        disconnect(floor, draft=parting.PLACE)
    assert Partner.find(floor.partner.id).state == CONNECTED
    with pytest.raises(Invalid):
        disconnect(floor, draft="whatever")


def test_tokens_and_subscriptions_are_gone_from_his_store(floor: Floor) -> None:
    disconnect(floor)
    state = floor.standin.state(floor.partner.domain)
    assert not tokens.has_token(floor.partner.domain)
    assert list(state["subscriptions"]) == []


def test_his_stock_on_the_hub_goes_to_0(floor: Floor) -> None:
    place = next(place for place in shops.list_locations(open_store(floor.hub.shop)) if place.active)
    Hub.update(location_id=place.id).execute()
    mappings = list(ProductMapping.select())
    partner = disconnect(floor)
    running.start_run("person", as_of=clock.now(), partner=partner)
    running.work_off()
    stock = {m.id: m.hub_available for m in ProductMapping.select()}
    assert [stock[m.id] for m in mappings if m.partner_id == partner.id] == [0, 0, 0]


def test_a_store_that_cannot_be_reached_is_cleared_later_and_sells_nothing_meanwhile(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    floor.standin.break_down("error_500", shop=floor.partner.domain, times=6)
    partner = disconnect(floor)
    assert partner.parting_since is not None
    assert len(floor.drafts()) == 1
    floor.standin.control("DELETE", "/faults")
    tasks.finish_partings()
    assert floor.drafts() == []
    assert not tokens.has_token(floor.partner.domain)
    assert Partner.find(partner.id).parting_since is None


def test_a_store_that_stays_out_of_reach_loses_its_tokens_all_the_same(floor: Floor) -> None:
    floor.standin.break_down("error_500", shop=floor.partner.domain, times=50)
    partner = disconnect(floor)
    parting.finish(partner, as_of=clock.now() + parting.PATIENCE * 2)
    assert not tokens.has_token(floor.partner.domain)
    assert parting.unfinished() == []


def test_hidden_goods_are_taken_off_sale_and_come_back_with_the_partner(floor: Floor) -> None:
    publication = shops.find_publication(open_store(floor.hub.shop))
    Hub.update(publication_id=publication).execute()
    listing = floor.coffee.listing
    hub_variant = next(
        product
        for product in floor.standin.state(floor.hub.shop)["products"]
        if any(variant["gid"] == floor.coffee.hub_variant_id for variant in product["variants"])
    )
    Import.update(state=LIVE, hub_product_id=hub_variant["gid"]).where(Import.id == listing.id).execute()
    disconnect(floor, hide=True)
    assert hiding.hide_goods(as_of=clock.now()) == 1
    assert Import.get_by_id(listing.id).state == STOCKED
    assert publishing.publish_stocked(as_of=clock.now()) == []
    floor.standin.install(floor.partner.domain)
    _come_back(floor)
    assert [back.id for back in publishing.publish_stocked(as_of=clock.now())] == [listing.id]


def test_the_owner_hides_the_goods_of_one_who_has_uninstalled_or_shows_them_again(floor: Floor, owner: Person) -> None:
    page = f"/partners/{floor.partner.id}"
    owner.click(f"{page}/hiding", status=409, hidden="on")
    Partner.update(connected_at=clock.now()).execute()
    leaving.uninstalled(floor.partner, as_of=clock.now())
    assert "Hide his goods" in owner.see(page)
    owner.click(f"{page}/hiding", hidden="on")
    assert list(hiding.hidden_partners().tuples()) == [(floor.partner.id,)]
    assert "Show his goods as sold out" in owner.see(page)
    owner.click(f"{page}/hiding")
    assert list(hiding.hidden_partners().tuples()) == []
    assert "Hide the goods of a partner who has left" in owner.see("/activity/changes")


def test_coming_back_restores_the_mappings(floor: Floor) -> None:
    before = {m.id: m.hub_variant_id for m in ProductMapping.select()}
    disconnect(floor)
    _come_back(floor)
    assert {m.id: m.hub_variant_id for m in ProductMapping.select()} == before
    assert Partner.find(floor.partner.id).state == CONNECTED
    floor.sell(2)
    assert floor.claim() is not None
    assert len(floor.drafts()) == 1


def test_the_owner_chooses_on_the_partners_page(floor: Floor, owner: Person) -> None:
    floor.sell(3)
    floor.claim()
    Partner.update(connected_at=clock.now()).execute()
    page = owner.see(f"/partners/{floor.partner.id}")
    assert "The open order of 3 bags" in page
    owner.click(f"/partners/{floor.partner.id}/disconnection", draft="delete", hide="on")
    assert Partner.find(floor.partner.id).hides_goods
    assert "everything you ordered of him is kept" in owner.see(f"/partners/{floor.partner.id}")


def test_a_partner_disconnects_himself_and_his_draft_is_given_back(floor: Floor, roaster: Person) -> None:
    floor.sell(3)
    floor.claim()
    roaster.click("/own/disconnection")
    assert floor.drafts() == []
    assert Partner.find(floor.partner.id).attention == "The roaster has disconnected."


def _come_back(floor: Floor) -> None:
    shop, now = floor.partner.domain, clock.now()
    connecting.greet(shop, "not looked at", as_of=now)
    admitting.approve(Partner.find(floor.partner.id), as_of=now)
    connecting.greet(shop, floor.standin.control("GET", f"/shops/{shop}/id_token")["id_token"], as_of=now)
