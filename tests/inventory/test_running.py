"""The line of runs and rounds: nothing that is promised or wanted is lost, and nothing is done twice."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from occhub import clock, leases
from occhub.catalog.models import ACTIVE, ProductMapping
from occhub.database import session, write
from occhub.inventory import marking, running
from occhub.synclog import DONE, FAILED, RUNNING, SyncLog
from tests.inventory.conftest import STOCK, Counter
from tests.inventory.test_never_twice import before_call


@pytest.fixture(autouse=True)
def no_lingering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_GATHER", 0.0)


def announce(counter: Counter, mapping: ProductMapping) -> int:
    return marking.want_items(str(mapping.partner.shop), [mapping.partner_item_id], as_of=clock.now())


def test_an_announced_item_is_compared_and_others_are_not_ours(counter: Counter) -> None:
    counter.partner_sells(5)
    assert announce(counter, counter.coffee) == 1
    assert marking.want_items(counter.partner.shop, ["gid://shopify/InventoryItem/1", ""], as_of=clock.now()) == 0
    running.work_off()
    assert counter.hub_stock() == STOCK - 6
    assert counter.coffee.stock_wanted_at is None


def test_echoes_of_our_own_writes_on_the_hub_are_ignored(counter: Counter) -> None:
    assert marking.want_items(counter.hub_shop, [counter.coffee.hub_item_id], as_of=clock.now()) == 0


def test_a_burst_of_changes_is_one_round(counter: Counter) -> None:
    for mapping in (counter.coffee, counter.second_coffee, counter.others_coffee):
        counter.partner_sells(5, mapping)
        announce(counter, mapping)
    running.work_off()
    (run,) = list(SyncLog.select().where(SyncLog.kind == "stock"))
    assert (run.trigger, run.read, run.changed) == ("webhook", 3, 3)


def test_two_promises_of_the_same_that_wait_are_one(counter: Counter) -> None:
    first = running.start_run("person", as_of=clock.now())
    assert running.start_run("clock", as_of=clock.now()) == first
    assert running.start_run("person", as_of=clock.now(), partner=counter.partner) != first
    assert running.start_run("person", as_of=clock.now(), listing=counter.coffee.listing) != first


def test_a_run_that_has_begun_does_not_serve_a_later_wish(counter: Counter) -> None:
    first = running.start_run("person", as_of=clock.now())
    running.Book("person", first).tell("Reading your store.")
    assert running.start_run("person", as_of=clock.now()) != first


def test_a_promised_run_is_carried_out_by_whoever_comes_next(counter: Counter) -> None:
    run = running.start_run("person", as_of=clock.now())
    assert run.state == RUNNING
    running.work_off()
    done = SyncLog.get_by_id(run.id)
    assert (done.state, done.read) == (DONE, ProductMapping.select().count())


def test_a_run_whose_worker_died_is_carried_out_again(counter: Counter) -> None:
    run = running.start_run("clock", as_of=clock.now())
    running.Book("clock", run).tell("Asking 2 roasters.")  # and then the process was killed
    running.work_off()
    assert SyncLog.get_by_id(run.id).state == DONE


def test_a_round_whose_worker_died_is_told_as_interrupted(counter: Counter) -> None:
    with write():
        broken = SyncLog.start("stock", "webhook", as_of=clock.now())
    announce(counter, counter.coffee)
    running.work_off()
    assert SyncLog.get_by_id(broken.id).state == FAILED


def test_while_somebody_is_at_it_nobody_else_is(counter: Counter) -> None:
    announce(counter, counter.coffee)
    with leases.hold(running.LINE):
        running.work_off()
    assert counter.coffee.stock_wanted_at is not None


def test_a_wish_made_just_before_the_lease_is_let_go_is_not_lost(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_thing, told = running._one_thing, []

    def last_thing(after_each: Callable[[], object]) -> bool:
        more = one_thing(after_each)
        if not more and not told:
            told.append(True)
            counter.partner_sells(5)
            announce(counter, counter.coffee)
            running.work_off()  # the nudge of this wish: somebody is at it, so it leaves
        return more

    monkeypatch.setattr(running, "_one_thing", last_thing)
    announce(counter, counter.second_coffee)
    running.work_off()
    assert counter.hub_stock() == STOCK - 6


def test_two_workers_do_each_thing_once(counter: Counter) -> None:
    counter.partner_sells(5)
    announce(counter, counter.coffee)

    def work() -> None:
        with session():
            running.work_off()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert counter.changes() == [(STOCK - 1, STOCK - 6)]


def test_what_cannot_be_compared_now_comes_again_later(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("occhub.shopify.client.PAUSES", ())
    counter.standin.break_down("error_500", shop=counter.partner.shop, times=5)
    announce(counter, counter.coffee)
    announce(counter, counter.others_coffee)
    running.work_off()
    assert counter.others_coffee.stock_wanted_at is None
    assert counter.coffee.stock_wanted_at > clock.now() + timedelta(seconds=100)


def test_runs_longer_than_a_slice_read_everything(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("occhub.inventory.shelves.SLICE", 2)
    for mapping in (counter.coffee, counter.second_coffee, counter.others_coffee):
        counter.partner_sells(5, mapping)
    run = counter.pass_()
    assert (run.read, run.changed) == (ProductMapping.select().count(), 3)


@pytest.mark.parametrize("call", range(6))
def test_a_pass_that_dies_before_any_of_its_calls_is_made_good(counter: Counter, call: int) -> None:
    counter.buy(2)
    counter.claim()
    counter.buy(3, captured=False)
    counter.partner_sells(5)
    run = running.start_run("person", as_of=clock.now())

    def die() -> None:
        raise SystemExit

    with before_call(call, die), pytest.raises(SystemExit):
        running.carry_out(run)
    assert counter.hub_stock() == STOCK - 1 - 2 - 3
    running.work_off()
    assert SyncLog.get_by_id(run.id).state == DONE
    assert counter.hub_stock() == STOCK - 1 - 2 - 3 - 5
    assert counter.coffee.state == ACTIVE
