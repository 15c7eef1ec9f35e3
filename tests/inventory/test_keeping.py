"""Runs and changes are kept as long as the owner says."""

from datetime import timedelta

from occhub import clock
from occhub.inventory.keeping import forget_old
from occhub.inventory.models import StockChange, StockRules
from occhub.synclog import SyncLog
from tests.inventory.conftest import Counter


def test_old_runs_go_with_their_changes_and_the_others_stay(counter: Counter) -> None:
    counter.partner_sells(2)
    counter.pass_()
    counter.partner_sells(3)
    counter.pass_()
    old, new = SyncLog.select().order_by(SyncLog.id)
    SyncLog.update(started_at=clock.now() - timedelta(days=91)).where(SyncLog.id == old.id).execute()
    assert forget_old(as_of=clock.now()) == 1
    assert [change.run_id for change in StockChange.select()] == [new.id]


def test_how_long_is_the_owners_choice(counter: Counter) -> None:
    counter.pass_()
    StockRules.create(keep_days=7)
    assert forget_old(as_of=clock.now() + timedelta(days=6)) == 0
    assert forget_old(as_of=clock.now() + timedelta(days=8)) == 1
