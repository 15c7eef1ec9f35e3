"""The calendar of a partner's orders: weeks without one, cutoffs moved, and what becomes of the open window then."""

from datetime import date, datetime, timedelta

from occhub.database import write
from occhub.errors import Conflict, Invalid, NotFound
from occhub.orders.cutoffs import is_cutoff_day, next_cutoff
from occhub.orders.history import tell
from occhub.orders.models import BELOW_MINIMUM, FREEZING, UNPLACED, MasterOrder
from occhub.orders.pooling import unplaced
from occhub.orders.terms import CalendarException
from occhub.partners.models import Hub, Partner

LONGEST = timedelta(days=180)
TOO_LATE = "This order is being placed or was placed already."


def close_days(partner: Partner, first: str, last: str, reason: str, *, as_of: datetime) -> None:
    """No cutoff from the first day to the last (ISO dates of the hub); the open window closes after them.

    Raises Invalid.
    """
    start, end = _day("first_day", first), _day("last_day", last or first)
    if end < start or end - start > LONGEST:
        raise Invalid("last_day", "The last day comes after the first, at most half a year later.")
    with write():
        CalendarException.create(
            partner=partner, first_day=start.isoformat(), last_day=end.isoformat(), reason=reason[:100]
        )
        _set_open_window(partner, as_of)


def pause(partner: Partner, *, as_of: datetime) -> None:
    """No cutoff from today on, until it is taken back, half a year at most; the open window goes on being filled."""
    today = as_of.astimezone(Hub.get_hub().timezone).date()
    close_days(partner, today.isoformat(), (today + LONGEST).isoformat(), "paused", as_of=as_of)


def move(partner: Partner, from_day: str, to_day: str, hour: int, reason: str, *, as_of: datetime) -> None:
    """The cutoff of one day is on another day and hour instead, earlier or later. Raises Invalid."""
    start, to = _day("first_day", from_day), _day("moved_to", to_day)
    if not 0 <= hour <= 23:
        raise Invalid("moved_hour", "An hour lies between 0 and 23.")
    if not is_cutoff_day(partner, start):
        raise Invalid("first_day", f"No order of {partner.name} closes on a {start:%A}.")
    if abs(to - start) > timedelta(days=31):
        raise Invalid("moved_to", "Choose a day within a month of the usual one.")
    with write():
        CalendarException.create(
            partner=partner,
            first_day=start.isoformat(),
            last_day=start.isoformat(),
            moved_to=to.isoformat(),
            moved_hour=hour,
            reason=reason[:100],
        )
        _set_open_window(partner, as_of)


def forget(partner: Partner, exception_id: int, *, as_of: datetime) -> None:
    """Take an exception back; raises NotFound."""
    with write():
        this = (CalendarException.id == exception_id) & (CalendarException.partner == partner)
        if not CalendarException.delete().where(this).execute():
            raise NotFound("There is no such exception.")
        _set_open_window(partner, as_of)


def skip(master: MasterOrder, *, as_of: datetime) -> None:
    """Order nothing at this window's cutoff: it stays open until the one after. Raises Conflict."""
    hub = Hub.get_hub()
    if master.state not in UNPLACED or master.state == FREEZING or master.cutoff_at <= as_of:
        raise Conflict(TOO_LATE)
    day = master.cutoff_at.astimezone(hub.timezone).date().isoformat()
    with write():
        CalendarException.create(partner=master.partner, first_day=day, last_day=day, reason="skipped")
        _postpone(master, master.cutoff_at, "You skipped this one", as_of)


def carry_over(master: MasterOrder, why: str, *, as_of: datetime) -> None:
    """Let the window stay open until its partner's next cutoff; call inside `write()`. Raises Conflict."""
    _postpone(master, max(master.cutoff_at, as_of), why, as_of)


def _set_open_window(partner: Partner, as_of: datetime) -> None:
    master = unplaced(partner)
    if master is None or master.state == FREEZING or master.cutoff_at <= as_of:
        return
    cutoff = next_cutoff(partner, as_of)
    if cutoff != master.cutoff_at:
        _close_at(master, cutoff, "The calendar was changed", as_of)


def _postpone(master: MasterOrder, after: datetime, why: str, as_of: datetime) -> None:
    _close_at(master, next_cutoff(master.partner, after), why, as_of)


def _close_at(master: MasterOrder, cutoff: datetime, why: str, as_of: datetime) -> None:
    local = cutoff.astimezone(Hub.get_hub().timezone)
    asked = master.question == BELOW_MINIMUM
    answer = {"question": "", "failure": ""} if asked else {}
    changed = MasterOrder.update(cutoff_at=cutoff, next_try_at=None, failing_since=None, tries=0, **answer)
    still_open = MasterOrder.state.in_(UNPLACED) & (MasterOrder.state != FREEZING)
    if not changed.where((MasterOrder.id == master.id) & still_open).execute():
        raise Conflict(TOO_LATE)
    tell(master, f"{why}: it closes on {local:%A %d %B, %H:%M}.", as_of=as_of)


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(field, "Write the day as year-month-day, such as 2026-12-24.") from None
