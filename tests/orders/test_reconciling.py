"""The daily look, the sweep of strays, and partners who have left."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from occhub import clock, leases
from occhub.database import session
from occhub.errors import Conflict
from occhub.orders import demand, reconciling, tasks
from occhub.orders.models import FAILED, PLACED, MasterPart
from occhub.orders.wishing import wish_for
from occhub.partners.models import DISCONNECTED, Partner
from occhub.shopify.drafts import complete_draft, create_draft
from occhub.shopify.errors import Unavailable
from occhub.synclog import SyncLog
from tests.orders.conftest import Floor

LATER = reconciling.STRAY_AFTER + timedelta(minutes=1)


def make_stray(floor: Floor) -> str:
    """A draft with our tags that no row owns."""
    part = floor.part()
    part.token = "nobodysdraft"
    return create_draft(floor.store, wish_for(part, list(part.lines), floor.hub)).id


def test_r11_a_stray_draft_is_swept_when_it_is_old_enough(floor: Floor) -> None:
    floor.sell(1)
    floor.claim()
    stray = make_stray(floor)
    assert reconciling.sweep_strays(floor.partner, clock.now()) == 0
    assert reconciling.sweep_strays(floor.partner, clock.now() + LATER) == 1
    assert [draft["gid"] for draft in floor.drafts()] == [floor.part().draft_id]
    assert stray != floor.part().draft_id


def test_r11_a_stray_is_swept_however_long_the_app_was_off(floor: Floor) -> None:
    floor.sell(1)
    floor.claim()
    reconciling.sweep_strays(floor.partner, clock.now())
    make_stray(floor)
    assert reconciling.sweep_strays(floor.partner, clock.now() + timedelta(days=100)) == 1


def test_r11_a_draft_whose_answer_is_still_awaited_is_not_swept(floor: Floor) -> None:
    floor.sell(1)
    floor.standin.break_down("lost", operation="DraftCreate")
    with pytest.raises(Unavailable):
        floor.claim()
    assert reconciling.sweep_strays(floor.partner, clock.now() + LATER) == 0
    assert len(floor.drafts()) == 1


def test_the_drafts_of_others_are_never_swept(floor: Floor) -> None:
    floor.sell(1)
    floor.claim()
    other_hub = type(floor.hub)(**{**floor.hub.__data__, "shop": "another-hub.myshopify.com"})
    part = floor.part()
    create_draft(floor.store, wish_for(part, list(part.lines), other_hub))
    assert reconciling.sweep_strays(floor.partner, clock.now() + LATER) == 0
    assert len(floor.drafts()) == 2


def test_r21_the_daily_check_notes_a_run_for_each_partner_even_if_nothing_changed(floor: Floor) -> None:
    floor.buy((floor.coffee, 2))
    tasks.check_daily()
    assert floor.line().confirmed == 2
    tasks.check_daily()
    runs = SyncLog.select().where(SyncLog.kind == "claim")
    assert sorted(run.partner_id for run in runs) == sorted([floor.partner.id, floor.other.id] * 2)


def test_r21_the_drafts_are_checked_even_while_the_hubs_orders_cannot_be_read(floor: Floor) -> None:
    floor.sell(2)
    floor.standin.break_down("locked_423", shop=floor.hub.shop, operation="OrderStamps")
    tasks.check_daily()
    assert floor.line().confirmed == 2
    assert SyncLog.select().where(SyncLog.kind == "claim").count() == 2


def test_r21_one_partners_trouble_does_not_keep_the_others_from_being_checked(floor: Floor) -> None:
    floor.buy((floor.coffee, 2), (floor.others_coffee, 1))
    floor.standin.break_down("locked_423", shop=floor.partner.shop, operation="DraftCreate")
    tasks.check_daily()
    others = demand.claimed_units([floor.others_coffee.id], clock.now())
    assert others == {floor.others_coffee.id: 1}
    assert floor.window().failure


def test_r14_when_a_partner_leaves_his_orders_fail_and_are_listed(floor: Floor) -> None:
    held = floor.sell(3)
    floor.claim()
    fresh = floor.sell(1)
    Partner.update(state=DISCONNECTED).where(Partner.id == floor.partner.id).execute()
    reconciling.release_left(floor.partner)
    assert floor.window().state == FAILED
    assert (floor.status(held), floor.status(fresh)) == ("failed", "failed")
    assert floor.captured(held).failure == reconciling.LEFT
    assert demand.unclaimed([floor.coffee.id], clock.now()) == {floor.coffee.id: 4}


def test_a_failed_windows_draft_is_deleted_as_soon_as_the_store_can_be_reached(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    Partner.update(state=DISCONNECTED).where(Partner.id == floor.partner.id).execute()
    reconciling.release_left(floor.partner)
    assert len(floor.drafts()) == 1
    reconciling.sweep_strays(floor.partner, clock.now())
    assert floor.drafts() == []
    assert MasterPart.get().draft_id is None


def test_r14_what_is_placed_while_its_partner_leaves_is_placed(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    complete_draft(floor.store, str(floor.part().draft_id))

    def leave() -> None:
        with session():
            reconciling.release_left(floor.partner)

    with ThreadPoolExecutor(1) as others:
        with leases.hold(demand.claims_lease(floor.partner.id)):
            left = others.submit(leave)
            while not leases.is_held(leases.IN_LINE_FOR + demand.claims_lease(floor.partner.id)):
                time.sleep(0.01)
            demand.reread_claims(floor.partner, clock.now())
        left.result()
    assert floor.window().state == PLACED
    assert "Only a part" not in floor.window().note


def test_r21_who_finds_somebody_else_at_it_notes_that(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("occhub.orders.claiming.PATIENCE", 0.0)
    with leases.hold(demand.claims_lease(floor.partner.id)), pytest.raises(Conflict):
        reconciling.check_daily(floor.partner, clock.now())
    run = SyncLog.get((SyncLog.kind == "claim") & (SyncLog.partner_id == floor.partner.id))
    assert run.failed == 1
    assert "being worked on" in run.detail
