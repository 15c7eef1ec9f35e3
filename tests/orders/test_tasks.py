"""What webhooks, the clock and nudges start: each finds its work in rows and may run twice."""

import time
from typing import Any

import pytest

from occhub import clock, queue, schedule
from occhub.inbox import InboxEvent
from occhub.orders import tasks
from occhub.orders.models import FAILED, PLACED, MasterOrder, PartnerOrderLine
from occhub.partners import tasks as partners
from tests.orders.conftest import Floor


@pytest.fixture(autouse=True)
def open_queue(floor: Floor) -> None:
    queue.open_queue("memory:", schedule.NUDGES, schedule.tick)


def announced(shop: str, *orders: dict[str, Any]) -> list[InboxEvent]:
    """Deliveries about these orders."""
    return [
        InboxEvent(shop=shop, topic="orders/updated", webhook_id=order["gid"], subject=order["gid"]) for order in orders
    ]


def test_announced_orders_of_the_hub_are_captured_and_ask_for_claims(floor: Floor) -> None:
    orders = [floor.buy((floor.coffee, 1)), floor.buy((floor.coffee, 2))]
    waiting = queue.ping()
    tasks.orders_changed(floor.hub.shop, announced(floor.hub.shop, *orders, *orders), clock.now())
    assert sum(line.wanted for line in PartnerOrderLine.select()) == 3
    assert queue.ping() == waiting + 1


def test_announced_orders_of_a_partner_are_tracked(floor: Floor) -> None:
    floor.sell(3)
    floor.place(floor.claim())
    (theirs,) = floor.orders()
    floor.standin.control("POST", f"/shops/{floor.partner.shop}/orders/{theirs['id']}/fulfil", {})
    tasks.orders_changed(floor.partner.shop, announced(floor.partner.shop, theirs), clock.now())
    assert floor.line().shipped == 3


def test_an_announcement_from_a_stranger_is_ignored(floor: Floor) -> None:
    order = floor.buy((floor.coffee, 1))
    tasks.orders_changed("stranger.myshopify.com", announced("stranger.myshopify.com", order), clock.now())
    assert PartnerOrderLine.select().count() == 0


def test_claims_that_are_due_are_made_for_every_partner_whatever_happens_to_one(floor: Floor) -> None:
    floor.buy((floor.coffee, 2), (floor.others_coffee, 1))
    tasks.walk()
    floor.standin.break_down("locked_423", shop=floor.partner.shop, operation="DraftCreate")
    tasks.claim_due()
    failures = {master.partner_id: master.failure != "" for master in MasterOrder.select()}
    assert failures == {floor.partner.id: True, floor.other.id: False}


def test_a_riddle_about_one_window_keeps_no_other_from_its_turn(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "AT_ONCE", 1)
    windows, done = [MasterOrder(number=number) for number in range(4)], []

    def act(window: MasterOrder) -> None:
        time.sleep(0.05)
        done.append(window.number)
        if window.number == 0:
            raise TypeError("nobody foresaw this")

    with pytest.raises(TypeError):
        tasks._each(windows, act)
    assert done == [0, 1, 2, 3]


def test_r14_when_the_app_is_uninstalled_his_orders_fail_at_once(floor: Floor) -> None:
    order = floor.sell(3)
    floor.claim()
    waiting, now = queue.ping(), clock.now()
    gone = InboxEvent(shop=floor.partner.shop, topic="app/uninstalled", triggered_at=now, received_at=now)
    partners.uninstalled(floor.partner.shop, [gone], now)
    assert queue.ping() == waiting + 2  # what he owes, and stock
    schedule.NUDGES["left"]()
    assert (floor.window().state, floor.status(order)) == (FAILED, FAILED)


def test_nothing_is_placed_before_its_cutoff(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    tasks.place_due()
    tasks.place(floor.window().id)
    assert floor.orders() == []


def test_what_is_due_is_placed_once_however_often_it_is_asked(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    MasterOrder.update(cutoff_at=clock.now()).execute()
    tasks.place(floor.window().id)
    tasks.place_due()
    tasks.place_due()
    assert floor.window().state == PLACED
    assert len(floor.orders()) == 1


def test_the_quiet_jobs_do_nothing_when_there_is_nothing(floor: Floor) -> None:
    tasks.claim_due()
    tasks.place_due()
    tasks.track_all()
    tasks.sweep()
    tasks.check_daily()
    assert MasterOrder.select().count() == 0
    assert floor.drafts() == []
