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
    """The partner's first cutoff later than this moment, in UTC; of `exceptions` for a day the last one counts."""
    moved = [
        local_instant(date.fromisoformat(exception.moved_to), exception.moved_hour, hub.timezone)
        for exception in exceptions
        if exception.moved_to and _exception_on(day := date.fromisoformat(exception.first_day), exceptions) is exception
        if is_cutoff_day(partner, day)
    ]
    # From the day before: a gap can push yesterday's cutoff past midnight.
    day = moment.astimezone(hub.timezone).date() - timedelta(days=1)
    while True:
        if is_cutoff_day(partner, day) and _exception_on(day, exceptions) is None:
            cutoff = local_instant(day, partner.cutoff_hour, hub.timezone)
            if cutoff > moment:
                return min([cutoff, *(instant for instant in moved if instant > moment)])
        day += timedelta(days=1)


def is_cutoff_day(partner: Partner, day: date) -> bool:
    """Whether the partner's order closes on this day of the hub's calendar, exceptions aside."""
    return partner.cadence == DAILY or day.weekday() == partner.cutoff_weekday


def _exception_on(day: date, exceptions: Sequence[CalendarException]) -> CalendarException | None:
    found = [each for each in exceptions if each.first_day <= day.isoformat() <= each.last_day]
    return found[-1] if found else None


def exceptions_of(partner: Partner) -> list[CalendarException]:
    """The partner's exceptions, in the order in which they were said."""
    query = CalendarException.select().where(CalendarException.partner == partner)
    return list(query.order_by(CalendarException.id))


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
