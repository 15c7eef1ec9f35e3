"""Runs are promises: kept as rows, found again, done once; and R20 says which of them leave a trace."""

from datetime import timedelta

import pytest

from occhub import clock, leases, queue
from occhub.catalog.models import ProductMapping
from occhub.errors import Conflict
from occhub.inventory import tasks
from occhub.inventory.marking import want_items
from occhub.inventory.running import carry_out, start_run, sync_wanted, unfinished_runs
from occhub.synclog import DONE, FAILED, RUNNING, SyncLog
from tests.inventory.conftest import Storeroom


@pytest.fixture(autouse=True)
def quiet_queue() -> None:
    names = ("stock", "stock run", "publish")
    queue.open_queue("memory:", dict.fromkeys(names, lambda *_: None), lambda: None)


def stock_runs() -> list[SyncLog]:
    return list(SyncLog.select().where(SyncLog.kind == "stock").order_by(SyncLog.id))


def want(storeroom: Storeroom) -> None:
    coffee = storeroom.floor.coffee
    assert want_items(coffee.partner.shop, {coffee.partner_item_id}, as_of=clock.now()) == 1


def test_r20_the_hourly_pass_leaves_a_row_even_when_nothing_changed(storeroom: Storeroom) -> None:
    storeroom.compare()
    run = storeroom.compare()
    assert (run.state, run.changed, run.trigger) == (DONE, 0, "clock")
    assert run.read == 6
    assert run.calls > 0
    assert run.points > 0
    assert run.finished_at >= run.started_at


def test_r20_a_round_that_changes_nothing_leaves_no_row(storeroom: Storeroom) -> None:
    storeroom.compare()
    want(storeroom)
    assert sync_wanted(as_of=clock.now()) == 0
    assert len(stock_runs()) == 1
    assert not ProductMapping.select().where(ProductMapping.stock_wanted_at.is_null(False)).exists()


def test_r20_a_round_that_changes_something_leaves_its_row(storeroom: Storeroom) -> None:
    storeroom.compare()
    storeroom.sell(storeroom.floor.coffee, 2)
    want(storeroom)
    assert sync_wanted(as_of=clock.now()) == 1
    run = stock_runs()[-1]
    assert (run.state, run.changed, run.read, run.trigger) == (DONE, 1, 1, "webhook")


def test_r20_a_round_that_fails_leaves_its_row_and_the_wish(storeroom: Storeroom) -> None:
    storeroom.compare()
    want(storeroom)
    storeroom.floor.standin.break_down("frozen_402", shop=storeroom.floor.hub.shop, times=5)
    sync_wanted(as_of=clock.now())
    assert stock_runs()[-1].state == FAILED
    assert ProductMapping.get_by_id(storeroom.floor.coffee.id).stock_wanted_at is not None


def test_a_wish_that_comes_during_a_round_outlives_it(storeroom: Storeroom) -> None:
    began = clock.now()
    want(storeroom)
    sync_wanted(as_of=began)
    assert ProductMapping.get_by_id(storeroom.floor.coffee.id).stock_wanted_at is not None


def test_what_we_do_not_sell_is_not_wanted(storeroom: Storeroom) -> None:
    shop = storeroom.floor.partner.shop
    assert want_items(shop, {"gid://shopify/InventoryItem/1"}, as_of=clock.now()) == 0
    assert want_items("stranger.myshopify.com", {storeroom.floor.coffee.partner_item_id}, as_of=clock.now()) == 0
    assert sync_wanted(as_of=clock.now()) == 0
    assert stock_runs() == []


def test_asking_twice_promises_one_run(storeroom: Storeroom) -> None:
    first, second = (start_run("person", as_of=clock.now()) for _ in range(2))
    assert first == second
    assert start_run("person", as_of=clock.now(), partner=storeroom.floor.partner) != first


def test_a_run_is_done_once(storeroom: Storeroom) -> None:
    run = start_run("person", as_of=clock.now())
    carry_out(run.id, as_of=clock.now())
    finished = SyncLog.get_by_id(run.id).finished_at
    carry_out(run.id, as_of=clock.now() + timedelta(minutes=1))
    assert SyncLog.get_by_id(run.id).finished_at == finished


def test_a_run_another_worker_is_at_is_left_to_him(storeroom: Storeroom) -> None:
    run = start_run("person", as_of=clock.now())
    with leases.hold(f"run {run.id}"):
        assert unfinished_runs() == []
        with pytest.raises(Conflict):
            carry_out(run.id, as_of=clock.now())
    assert unfinished_runs() == [run.id]


def test_a_partners_run_reads_his_goods_only(storeroom: Storeroom) -> None:
    floor = storeroom.floor
    others_before = storeroom.on_hub(floor.others_coffee)
    run = start_run("person", as_of=clock.now(), partner=floor.partner)
    carry_out(run.id, as_of=clock.now())
    assert SyncLog.get_by_id(run.id).read == len(floor.goods[floor.partner.id])
    assert storeroom.on_hub(floor.others_coffee) == others_before


def test_a_round_cut_short_goes_on_under_its_own_row(storeroom: Storeroom) -> None:
    storeroom.compare()
    cut_short = SyncLog.start("stock", "webhook", as_of=clock.now())
    storeroom.sell(storeroom.floor.coffee, 2)
    want(storeroom)
    sync_wanted(as_of=clock.now())
    assert SyncLog.get_by_id(cut_short.id).state == DONE
    assert not SyncLog.select().where(SyncLog.state == RUNNING).exists()


def test_rounds_go_on_until_nothing_changes(storeroom: Storeroom) -> None:
    storeroom.compare()
    storeroom.sell(storeroom.floor.coffee, 2)
    want(storeroom)
    tasks.sync_changed()
    assert storeroom.on_hub(storeroom.floor.coffee) == storeroom.at_partner(storeroom.floor.coffee) - 1
    assert len(stock_runs()) == 2


def test_the_operators_command_has_compared_when_it_returns(storeroom: Storeroom) -> None:
    tasks.sync_now()
    (run,) = stock_runs()
    assert (run.state, run.trigger) == (DONE, "person")
