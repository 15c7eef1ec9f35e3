"""When windows close: in the hub's zone, also on the days when the clocks change (R9)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from occhub.orders.terms import CalendarException
from occhub.partners.models import Hub, Partner

DAILY = "daily"


def cutoff_after(
    partner: Partner, hub: Hub, moment: datetime, exceptions: Sequence[CalendarException] = ()
) -> datetime:
    """The partner's first cutoff later than this moment, in UTC; `exceptions` are his calendar's."""
    # From the day before: a gap can push yesterday's cutoff past midnight.
    day = moment.astimezone(hub.timezone).date() - timedelta(days=1)
    while True:
        if partner.cadence == DAILY or day.weekday() == partner.cutoff_weekday:
            cutoff = _cutoff_on(day, partner, hub, exceptions)
            if cutoff is not None and cutoff > moment:
                return cutoff
        day += timedelta(days=1)


def _cutoff_on(day: date, partner: Partner, hub: Hub, exceptions: Sequence[CalendarException]) -> datetime | None:
    for exception in exceptions:
        if exception.first_day <= day.isoformat() <= exception.last_day:
            if not exception.moved_to:
                return None
            return local_instant(date.fromisoformat(exception.moved_to), exception.moved_hour, hub.timezone)
    return local_instant(day, partner.cutoff_hour, hub.timezone)


def exceptions_of(partner: Partner) -> list[CalendarException]:
    """The partner's exceptions, the earliest first."""
    query = CalendarException.select().where(CalendarException.partner == partner)
    return list(query.order_by(CalendarException.first_day, CalendarException.id))


def next_cutoff(partner: Partner, after: datetime) -> datetime:
    """The partner's first cutoff after this moment, by cadence and calendar."""
    return cutoff_after(partner, Hub.get_hub(), after, exceptions_of(partner))


def local_instant(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """The moment in UTC when clocks of the zone show this hour.

    An hour that is skipped means the first valid instant after it, one that comes twice its first time (R9).
    """
    naive = datetime.combine(day, time(hour))
    first = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _shown(first, zone) == naive:
        return first
    # In a gap fold=1 lies before the jump and fold=0 behind it; the jump itself is what we look for.
    before, after = naive.replace(tzinfo=zone, fold=1).astimezone(UTC), first
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        before, after = (middle, after) if _shown(middle, zone) < naive else (before, middle)
    return after


def _shown(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)
