"""Claiming: the partner's draft follows what our customers bought."""

from datetime import timedelta

import pytest

from occhub import clock, leases
from occhub.catalog.models import ProductMapping
from occhub.errors import Conflict, Misconfigured
from occhub.orders import claiming, demand, drafting, steering
from occhub.orders.models import (
    CHANGED,
    CREATING,
    DELETED,
    HELD,
    OPEN,
    PLACED,
    Allocation,
    MasterLine,
    MasterOrder,
    MasterPart,
    PartnerOrderLine,
)
from occhub.orders.pooling import unplaced
from occhub.orders.wishing import GRACE, wish_for
from occhub.partners.models import Hub
from occhub.shopify.drafts import complete_draft, delete_draft, update_draft
from occhub.shopify.errors import Unavailable
from occhub.synclog import SyncLog
from tests.orders.conftest import Floor, delete_coffee, moment_of


def test_a_sale_is_reserved_on_one_draft_at_the_partners_store(floor: Floor) -> None:
    before = floor.stock()["available"]
    floor.sell(3)
    master = floor.claim()
    (draft,) = floor.drafts()
    assert master is not None
    assert master.state == OPEN
    assert [(line["quantity"], line["price_override"]) for line in draft["lines"]] == [(3, "7.00")]
    assert floor.stock() == {"available": before - 3, "reserved": 3, "committed": 0}
    assert floor.line().confirmed == 3


def test_the_draft_says_whose_it_is_and_until_when(floor: Floor) -> None:
    floor.sell(1)
    master = floor.claim()
    assert master is not None
    (draft,) = floor.drafts()
    handle = floor.hub.shop.removesuffix(".myshopify.com")
    assert set(draft["tags"]) == {"occ-hub", f"hub-{handle}", master.reference, f"t-{floor.part().token}"}
    assert draft["po_number"] == master.reference
    assert "please do not complete or ship" in draft["note"]
    assert draft["email"] == "orders@hub.example"
    assert draft["shipping_address"]["company"] == "Hub Coffee Fulfilment"
    assert moment_of(draft["reserve_inventory_until"]) == (master.cutoff_at + GRACE).replace(microsecond=0)


def test_nothing_wanted_and_no_draft_is_nothing_done(floor: Floor) -> None:
    assert floor.claim() is None
    assert MasterOrder.select().count() == 0
    assert SyncLog.select().count() == 0


def test_r8_more_sales_replace_the_quantities_and_never_add_to_them(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    floor.sell(2)
    floor.sell(4, floor.second_coffee)
    floor.claim()
    floor.claim()
    (draft,) = floor.drafts()
    assert [line["quantity"] for line in draft["lines"]] == [5, 4]
    assert floor.stock()["reserved"] == 5


def test_r8_a_cancelled_sale_leaves_the_draft_again(floor: Floor) -> None:
    order = floor.sell(3)
    floor.sell(2, floor.second_coffee)
    floor.claim()
    floor.happen(order, "cancel")
    floor.capture(order)
    floor.claim()
    (draft,) = floor.drafts()
    assert [line["quantity"] for line in draft["lines"]] == [2]
    assert floor.stock()["reserved"] == 0


def test_a_draft_that_becomes_empty_is_deleted_and_made_anew_when_needed(floor: Floor) -> None:
    order = floor.sell(3)
    floor.claim()
    floor.happen(order, "cancel")
    floor.capture(order)
    floor.claim()
    assert floor.drafts() == []
    floor.sell(1)
    floor.claim()
    assert [line["quantity"] for draft in floor.drafts() for line in draft["lines"]] == [1]
    assert MasterOrder.select().count() == 1


def test_r2_an_unpaid_order_is_claimed_only_when_it_is_paid(floor: Floor) -> None:
    order = floor.buy((floor.coffee, 2), financial_status="PENDING")
    floor.capture(order)
    assert floor.claim() is None
    assert demand.unclaimed([floor.coffee.id], clock.now()) == {floor.coffee.id: 2}
    floor.happen(order, "pay")
    floor.capture(order)
    floor.claim()
    assert floor.line().confirmed == 2


def test_r10_the_agreed_cost_holds_until_the_window_is_placed(floor: Floor) -> None:
    floor.sell(1)
    floor.claim()
    ProductMapping.update(cost_minor=900).execute()
    floor.sell(1)
    floor.claim()
    assert [line["price_override"] for line in floor.drafts()[0]["lines"]] == ["7.00"]
    floor.place()
    floor.sell(1)
    floor.claim()
    assert floor.line().cost_minor == 900


def test_r12_an_order_is_created_when_all_its_units_stand_on_the_partners_store(floor: Floor) -> None:
    order = floor.sell(3)
    assert floor.status(order) == "pending"
    floor.claim()
    assert floor.status(order) == "created"
    more = floor.sell(1)
    assert (floor.status(order), floor.status(more)) == ("created", "pending")


def test_every_unit_leads_to_its_customer(floor: Floor) -> None:
    first, second = floor.sell(3), floor.sell(2)
    floor.claim()
    shares = {
        share.order_line.order.hub_order_id: share.units
        for share in Allocation.select().where(Allocation.line == floor.line())
    }
    assert shares == {first["gid"]: 3, second["gid"]: 2}


def test_r11_a_lost_create_answer_is_found_again_by_its_token(floor: Floor) -> None:
    floor.sell(3)
    floor.standin.break_down("lost", operation="DraftCreate")
    with pytest.raises(Unavailable):
        floor.claim()
    assert floor.part().state == CREATING
    (stray,) = floor.drafts()
    assert stray["reserved"] == {}
    floor.claim()
    (draft,) = floor.drafts()
    assert draft["id"] == stray["id"]
    assert floor.part().draft_id == draft["gid"]
    assert floor.line().confirmed == 3


def test_r11_a_create_that_never_happened_is_repeated_only_after_it_can_no_longer_arrive(floor: Floor) -> None:
    floor.sell(3)
    floor.standin.break_down("error_502", operation="DraftCreate")
    with pytest.raises(Unavailable):
        floor.claim()
    with pytest.raises(Unavailable, match="not yet certain"):
        floor.claim()
    assert floor.drafts() == []
    MasterPart.update(creating_since=clock.now() - clock.span(drafting.LOST_AFTER)).execute()
    floor.claim()
    assert len(floor.drafts()) == 1


def test_r11_a_lost_update_answer_changes_nothing(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    floor.sell(2)
    floor.standin.break_down("lost", operation="DraftUpdate")
    with pytest.raises(Unavailable):
        floor.claim()
    assert demand.claimed_units([floor.coffee.id], clock.now()) == {floor.coffee.id: 3}
    master = floor.claim()
    assert master is not None
    assert master.question == ""
    assert floor.line().confirmed == 5


def test_a_failed_claim_is_written_on_the_window_and_tried_again_later(floor: Floor) -> None:
    floor.sell(3)
    floor.standin.break_down("locked_423", operation="DraftCreate")
    with pytest.raises(Exception, match="locked"):
        floor.claim()
    window = floor.window()
    assert window.failure
    assert window.next_try_at is not None
    assert floor.partner not in claiming.due(clock.now())
    assert floor.partner in claiming.due(clock.now() + timedelta(minutes=5)) or floor.part().state == CREATING


def test_r13_a_draft_completed_early_is_adopted_and_the_next_window_opens(floor: Floor) -> None:
    order = floor.sell(3)
    floor.claim()
    complete_draft(floor.store, floor.part().draft_id)
    floor.sell(2)
    second = floor.claim()
    first = MasterOrder.get(MasterOrder.number == 1)
    assert first.state == PLACED
    assert "himself" in first.note
    assert second is not None
    assert second.number == 2
    assert floor.line().confirmed == 2
    assert floor.status(order) == "created"
    assert demand.claimed_units([floor.coffee.id], clock.now()) == {floor.coffee.id: 5}


def test_r13_a_draft_deleted_by_the_partner_is_not_made_again_without_the_owner(floor: Floor) -> None:
    order = floor.sell(3)
    floor.claim()
    delete_draft(floor.store, floor.part().draft_id)
    master = floor.claim()
    assert master is not None
    assert master.question == DELETED
    assert floor.drafts() == []
    assert demand.claimed_units([floor.coffee.id], clock.now()) == {floor.coffee.id: 0}
    assert floor.status(order) == "pending"
    claiming.answer(master)
    floor.claim()
    assert floor.line().confirmed == 3
    assert len(floor.drafts()) == 1


def change_by_hand(floor: Floor, quantity: int) -> None:
    """The partner writes another quantity into the draft."""
    part = floor.part()
    (line,) = list(part.lines)
    line.wanted = quantity
    update_draft(floor.store, part.draft_id, wish_for(part, [line], floor.hub))


def test_r13_a_draft_changed_by_hand_is_left_alone_until_the_owner_decides(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    change_by_hand(floor, 1)
    floor.sell(2)
    master = floor.claim()
    assert master is not None
    assert master.question == CHANGED
    assert [line["quantity"] for line in floor.drafts()[0]["lines"]] == [1]
    assert demand.claimed_units([floor.coffee.id], clock.now()) == {floor.coffee.id: 1}
    claiming.answer(master)
    floor.claim(overwrite=True)
    assert [line["quantity"] for line in floor.drafts()[0]["lines"]] == [5]


def test_r13_a_variant_the_partner_deleted_is_left_out_and_the_rest_goes(floor: Floor) -> None:
    gone = floor.second_coffee
    delete_coffee(floor, gone)
    hopeless, fine = floor.sell(2, gone), floor.sell(3)
    floor.claim()
    assert [line["quantity"] for line in floor.drafts()[0]["lines"]] == [3]
    assert floor.status(fine) == "created"
    assert floor.status(hopeless) == "failed"
    assert floor.captured(hopeless).failure
    assert demand.unclaimed([gone.id], clock.now()) == {gone.id: 2}


def test_r13_a_variant_deleted_while_it_stands_on_the_draft_is_left_out_too(floor: Floor) -> None:
    hopeless, fine = floor.sell(2, floor.second_coffee), floor.sell(3)
    floor.claim()
    delete_coffee(floor, floor.second_coffee)
    window = floor.claim()
    assert window is not None
    assert (window.question, window.failure) == ("", "")
    assert [line["quantity"] for line in floor.drafts()[0]["lines"]] == [3]
    assert floor.status(fine) == "created"
    assert floor.status(hopeless) == "failed"
    assert "no longer sells" in floor.captured(hopeless).failure
    assert floor.place().state == "placed"


def test_r13_a_line_of_the_partners_own_making_instead_of_ours_is_a_change_by_hand(floor: Floor) -> None:
    floor.sell(2)
    floor.claim()
    price = {"amount": "7.00", "currencyCode": "USD"}
    line = {"title": "A surprise", "quantity": 2, "originalUnitPriceWithCurrency": price}
    change = {"id": floor.part().draft_id, "input": {"lineItems": [line]}, "after": None}
    floor.store.change("draft_update", change)
    window = floor.claim()
    assert window is not None
    assert window.question == CHANGED


def test_r12_who_holds_his_bags_keeps_them_while_others_buy_and_the_store_is_down(floor: Floor) -> None:
    first = floor.sell(3)
    floor.claim()
    later = floor.sell(2)
    floor.standin.break_down("error_500", operation="DraftUpdate", times=9)
    with pytest.raises(Unavailable):
        floor.claim()
    assert (floor.status(first), floor.status(later)) == ("created", "pending")


def test_r12_of_a_draft_with_fewer_bags_the_oldest_orders_keep_theirs(floor: Floor) -> None:
    first, second = floor.sell(2), floor.sell(2)
    floor.claim()
    change_by_hand(floor, 3)
    floor.claim()
    assert (floor.status(first), floor.status(second)) == ("created", "pending")


def test_r12_bags_taken_in_again_are_the_elder_orders_even_while_the_store_is_down(floor: Floor) -> None:
    first, second = floor.sell(2), floor.sell(1)
    line = PartnerOrderLine.get(PartnerOrderLine.order == floor.captured(first))
    steering.choose(line.id, HELD, as_of=clock.now())
    floor.claim()
    assert (floor.status(first), floor.status(second)) == ("pending", "created")
    steering.choose(line.id, "", as_of=clock.now())
    floor.standin.break_down("error_500", operation="DraftUpdate", times=9)
    with pytest.raises(Unavailable):
        floor.claim()
    assert (floor.status(first), floor.status(second)) == ("pending", "pending")


def test_a_window_that_closes_earlier_says_so_on_the_draft(floor: Floor) -> None:
    floor.sell(2)
    window = floor.claim()
    assert window is not None
    sooner = clock.now() + timedelta(hours=5)
    MasterOrder.update(cutoff_at=sooner).execute()
    assert floor.partner in claiming.due(clock.now())
    floor.claim()
    local = sooner.astimezone(floor.hub.timezone)
    assert f"{local:%A %d %B %Y, %H:%M}" in floor.drafts()[0]["note"]
    assert moment_of(floor.drafts()[0]["reserve_inventory_until"]) == pytest.approx(
        sooner + GRACE, abs=timedelta(seconds=1)
    )
    assert floor.partner not in claiming.due(clock.now())


def test_without_a_fulfilment_centre_the_window_says_so(floor: Floor) -> None:
    Hub.update(company="").execute()
    floor.sell(1)
    with pytest.raises(Misconfigured, match="where to ship"):
        floor.claim()
    assert "where to ship" in floor.window().failure
    assert floor.drafts() == []


def test_a_claim_waits_for_whoever_holds_the_claims(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claiming, "PATIENCE", 0.0)
    floor.sell(1)
    with leases.hold(demand.claims_lease(floor.partner.id)), pytest.raises(Conflict):
        floor.claim()
    assert floor.drafts() == []


def test_r9_more_lines_than_a_draft_takes_are_split_into_parts(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("occhub.orders.planning.LINES", 2)
    for mapping in floor.goods[floor.partner.id]:
        floor.sell(1, mapping)
    master = floor.claim()
    assert sorted(len(draft["lines"]) for draft in floor.drafts()) == [1, 2]
    assert MasterPart.select().where(MasterPart.master == master).count() == 2
    placed = floor.place()
    assert placed.state == PLACED
    assert len(floor.orders()) == 2


def test_r9_there_is_one_unplaced_window_a_partner(floor: Floor) -> None:
    floor.sell(1)
    floor.claim()
    floor.sell(1)
    floor.claim()
    assert unplaced(floor.partner) == floor.window()
    assert MasterOrder.select().count() == 1


def test_r21_a_claim_that_changes_nothing_is_noted_only_when_asked(floor: Floor) -> None:
    floor.sell(1)
    floor.claim()
    runs = SyncLog.select().where(SyncLog.kind == "claim").count()
    floor.claim()
    assert SyncLog.select().where(SyncLog.kind == "claim").count() == runs
    floor.claim(always=True)
    assert SyncLog.select().where(SyncLog.kind == "claim").count() == runs + 1


def test_r20_a_failure_nobody_foresaw_leaves_a_row_too(floor: Floor) -> None:
    floor.sell(2)
    floor.claim()
    MasterPart.update(state=CREATING, creating_since=None).execute()  # no row of ours is ever so
    with pytest.raises(TypeError):
        floor.claim()
    run = SyncLog.select().where(SyncLog.kind == "claim").order_by(SyncLog.id.desc()).get()
    assert (run.failed, "TypeError" in str(run.error)) == (1, True)


def test_claims_are_due_when_and_only_when_something_changed(floor: Floor) -> None:
    assert floor.partner not in claiming.due(clock.now())
    order = floor.sell(1)
    assert floor.partner in claiming.due(clock.now())
    floor.claim()
    assert floor.partner not in claiming.due(clock.now())
    floor.happen(order, "cancel")
    floor.capture(order)
    assert floor.partner in claiming.due(clock.now())
    assert MasterLine.select().count() == PartnerOrderLine.select().count()


def test_r3_a_draft_without_reservation_is_still_due(floor: Floor) -> None:
    floor.sell(3)
    floor.standin.break_down("error_502", operation="DraftUpdate")
    with pytest.raises(Unavailable):
        floor.claim()
    demand.reread_claims(floor.partner, clock.now())  # the stock pass reads the draft that was created
    assert floor.line().confirmed == 3
    assert demand.claimed_units([floor.coffee.id], clock.now()) == {floor.coffee.id: 0}
    MasterOrder.update(next_try_at=None).execute()
    assert floor.partner in claiming.due(clock.now())
    floor.claim()
    assert floor.stock()["reserved"] == 3
