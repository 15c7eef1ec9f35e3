"""The wrong store is connected: the owner always has a way out, and is told what it costs."""

import pytest

from occhub import clock
from occhub.catalog import withdrawing
from occhub.catalog.models import CREATED, LEAVING, LIVE, PLANNED, WITHDRAWN, Import, Product, ProductMapping
from occhub.errors import Conflict
from occhub.home import tasks, undoing
from occhub.inventory import running
from occhub.orders.models import FAILED, MasterOrder
from occhub.partners import accepting, inviting
from occhub.partners.models import ATTENTION, DISCONNECTED, INVITED, WAITING, Hub, Invitation, Partner
from occhub.shopify import open_store, shops, tokens
from occhub.shopify.errors import Unauthorized
from tests.orders.conftest import Floor
from tests.partners.conftest import Fair
from tests.people import Person


def came_by_invitation(partner: Partner) -> None:
    now = clock.now()
    Partner.update(connected_at=now).where(Partner.id == partner.id).execute()
    Import.update(state=LIVE).where(Import.partner == partner).execute()
    Invitation.create(partner=partner, code_hash="x", created_at=now, expires_at=now, used_at=now)


def undo(floor: Floor) -> Partner | None:
    return undoing.undo_connection(Partner.find(floor.partner.id), as_of=clock.now())


def test_a_fresh_connection_to_the_wrong_store_leaves_nothing(fair: Fair) -> None:
    partner, roaster = fair.connected()
    fair.owner.click(f"/partners/{partner.id}/undoing")
    assert Partner.at(roaster.shop) is None
    assert not tokens.has_token(roaster.shop)
    assert Partner.get(Partner.name == "Milk Road").state == INVITED
    assert fair.standin.state(roaster.shop)["subscriptions"] == []
    assert "asks to connect" in roaster.see()


def test_it_can_be_undone_after_the_owner_has_called_it_right(fair: Fair) -> None:
    partner, roaster = fair.connected()
    fair.owner.click(f"/partners/{partner.id}/confirmation")
    assert "Wrong store?" in fair.owner.see(f"/partners/{partner.id}")
    fair.owner.click(f"/partners/{partner.id}/undoing")
    assert not tokens.has_token(roaster.shop)


def test_the_roaster_comes_in_by_a_new_link_from_the_right_store(fair: Fair) -> None:
    partner, wrong = fair.connected()
    fair.owner.click(f"/partners/{partner.id}/undoing")
    fresh = Partner.get(Partner.name == "Milk Road")
    _, code = inviting.invite_again(fresh, as_of=clock.now())
    right = fair.roaster()
    accepting.accept(right.shop, code, as_of=clock.now())
    assert "You are connected" in right.see()
    assert Partner.at(wrong.shop) is None


def test_the_consequences_are_told_before(floor: Floor, owner: Person) -> None:
    came_by_invitation(floor.partner)
    floor.sell(3)
    floor.claim()
    floor.place()
    floor.sell(2)
    floor.claim()
    page = owner.see(f"/partners/{floor.partner.id}")
    for words in ("leave your store", "2 customer orders wait", "1 order placed", "needs a new link"):
        assert words in page


def test_goods_that_were_imported_are_withdrawn_and_at_0(floor: Floor) -> None:
    came_by_invitation(floor.partner)
    place = next(place for place in shops.list_locations(open_store(floor.hub.shop)) if place.active)
    Hub.update(location_id=place.id).execute()
    mine = [mapping.id for mapping in floor.goods[floor.partner.id]]
    fresh = undo(floor)
    assert fresh is not None
    assert {listing.state for listing in Import.select().where(Import.partner == floor.partner)} == {LEAVING}
    for listing in withdrawing.leaving():
        withdrawing.withdraw(listing, as_of=clock.now())
    running.start_run("person", as_of=clock.now())
    running.work_off()
    assert {listing.state for listing in Import.select().where(Import.partner == floor.partner)} == {WITHDRAWN}
    assert [ProductMapping.get_by_id(number).hub_available for number in mine] == [0, 0, 0]
    assert Product.select().where(Product.partner == floor.partner).count() == 0
    assert fresh.shop is None


def test_its_draft_is_deleted_its_tokens_are_wiped_and_its_customers_orders_are_listed(floor: Floor) -> None:
    came_by_invitation(floor.partner)
    order = floor.sell(3)
    floor.claim()
    undo(floor)
    assert floor.drafts() == []
    assert not tokens.has_token(floor.partner.domain)
    assert floor.status(order) == FAILED


def test_what_was_placed_stays_in_the_books_under_the_stores_own_name(floor: Floor) -> None:
    came_by_invitation(floor.partner)
    floor.sell(3)
    floor.claim()
    name, master = floor.partner.name, floor.place()
    fresh = undo(floor)
    assert fresh is not None
    wrong = MasterOrder.find(master.id).partner
    assert wrong.shop == floor.partner.shop
    assert wrong.state == DISCONNECTED
    assert wrong.name != name
    assert (fresh.name, fresh.state) == (name, INVITED)


def test_a_product_that_is_just_being_imported_is_withdrawn_by_the_clock(floor: Floor, owner: Person) -> None:
    came_by_invitation(floor.partner)
    Import.update(state=PLANNED).where(Import.partner == floor.partner).execute()
    undo(floor)
    assert {listing.state for listing in Import.select().where(Import.partner == floor.partner)} == {PLANNED}
    Import.update(state=CREATED).where(Import.partner == floor.partner).execute()
    tasks.finish_partings()
    assert {listing.state for listing in Import.select().where(Import.partner == floor.partner)} <= {LEAVING, WITHDRAWN}


def test_a_store_that_cannot_be_reached_is_cleared_later(floor: Floor) -> None:
    came_by_invitation(floor.partner)
    floor.sell(3)
    floor.claim()
    floor.standin.break_down("error_500", shop=floor.partner.domain, times=6)
    undo(floor)
    assert len(floor.drafts()) == 1
    floor.standin.control("DELETE", "/faults")
    assert Partner.find(floor.partner.id).undone_at is not None
    tasks.finish_partings()
    assert floor.drafts() == []
    assert not tokens.has_token(floor.partner.domain)


def test_a_dead_connection_can_be_undone_too(floor: Floor) -> None:
    came_by_invitation(floor.partner)
    Partner.update(state=ATTENTION).where(Partner.id == floor.partner.id).execute()
    tokens.StoreToken.update(state=tokens.ATTENTION).where(tokens.StoreToken.shop == floor.partner.shop).execute()
    assert undo(floor) is not None
    with pytest.raises(Unauthorized):
        tokens.access_token(floor.partner.domain, clock.now())


def test_who_was_only_let_in_has_no_name_that_waits(floor: Floor) -> None:
    Partner.update(connected_at=clock.now()).where(Partner.id == floor.partner.id).execute()
    assert undo(floor) is None
    assert not Partner.select().where(Partner.state == INVITED).exists()


def test_it_is_undone_once(floor: Floor) -> None:
    came_by_invitation(floor.partner)
    undo(floor)
    with pytest.raises(Conflict, match="no connection to undo"):
        undo(floor)
    with pytest.raises(Conflict):
        undoing.undo_connection(Partner.create(name="Nobody", created_at=clock.now()), as_of=clock.now())


def test_the_wrong_store_sees_nothing_and_may_only_ask(floor: Floor, roaster: Person) -> None:
    came_by_invitation(floor.partner)
    undo(floor)
    page = roaster.see()
    assert "connected before" in page
    assert "You are connected" not in page
    assert Partner.at(roaster.shop).state in (WAITING, DISCONNECTED)  # type: ignore[union-attr]
