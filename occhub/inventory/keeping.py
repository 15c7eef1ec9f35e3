"""How long runs and changes are kept."""

from datetime import datetime, timedelta

from occhub.database import rows, write
from occhub.inventory.models import Shortage, StockChange, StockRules
from occhub.synclog import RUNNING, SyncLog

_AT_ONCE = 200


def forget_old(*, as_of: datetime) -> int:
    """Delete runs older than the owner keeps them, with their changes; answers how many runs. Short writes only."""
    until, forgotten = as_of - timedelta(days=StockRules.get_rules().keep_days), 0
    old = (SyncLog.started_at < until) & (SyncLog.state != RUNNING)
    while ids := [key for (key,) in rows(SyncLog.select(SyncLog.id).where(old).limit(_AT_ONCE))]:
        with write():
            StockChange.delete().where(StockChange.run.in_(ids)).execute()
            forgotten += int(SyncLog.delete().where(SyncLog.id.in_(ids)).execute())
    with write():
        Shortage.delete().where(Shortage.ended_at < until).execute()
    return forgotten
