"""The stretch of time a statement is about: a month, a week, one order, or from one day to another."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from occhub.errors import Invalid, NotFound
from occhub.orders.cutoffs import local_instant
from occhub.orders.models import MasterOrder
from occhub.partners.models import Hub, Partner

DAY = timedelta(days=1)
LONGEST = timedelta(days=3 * 366)
_MONTH, _WEEK = re.compile(r"\d{4}-\d{2}"), re.compile(r"\d{4}-W\d{2}")
_DAYS, _ORDER = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})"), re.compile(r"order-(\d{1,9})")


@dataclass(frozen=True)
class Period:
    """Orders placed from `first` and before `end`, in UTC; `number` narrows it to one order of the partner's.

    `key` names it in an address: "2026-11", "2026-W47", "2026-11-03..2026-11-20" or "order-12".
    """

    key: str
    words: str
    first: datetime
    end: datetime
    number: int | None = None


def period_of(partner: Partner, key: str) -> Period:
    """The period of this key, its days those of the hub's calendar; raises NotFound for anything else."""
    try:
        if _MONTH.fullmatch(key):
            start = date.fromisoformat(f"{key}-01")
            following = (start + timedelta(days=31)).replace(day=1)
            return _days(key, f"{start:%B %Y}", start, following - DAY)
        if _WEEK.fullmatch(key):
            start = date.fromisoformat(f"{key}-1")
            return _days(key, f"week of {start:%d %B %Y}", start, start + 6 * DAY)
        if days := _DAYS.fullmatch(key):
            first, last = date.fromisoformat(days[1]), date.fromisoformat(days[2])
            return _days(key, f"{first:%d %B %Y} to {last:%d %B %Y}", first, last)
    except (ValueError, OverflowError):
        raise NotFound("There is no such period.") from None
    if order := _ORDER.fullmatch(key):
        return _one(partner, int(order[1]))
    raise NotFound("There is no such period.")


def key_of_days(first: str, last: str) -> str:
    """The key of the days from the first to the last, both with it; raises Invalid."""
    for field, text in (("first_day", first), ("last_day", last)):
        try:
            date.fromisoformat(text)
        except ValueError:
            raise Invalid(field, "Write the day as year-month-day, such as 2026-12-24.") from None
    if not timedelta() <= date.fromisoformat(last) - date.fromisoformat(first) <= LONGEST:
        raise Invalid("last_day", "The last day comes after the first, at most three years later.")
    return f"{first}..{last}"


def known_periods(partner: Partner) -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    """What there is to choose from, newest first: (heading, [(key, words)]) of months, weeks and orders with something.

    The first of all is the newest month.
    """
    zone = Hub.get_hub().timezone
    placed = list(
        MasterOrder.select()
        .where((MasterOrder.partner == partner) & MasterOrder.placed_at.is_null(False))
        .order_by(MasterOrder.placed_at.desc(), MasterOrder.id.desc())
    )
    days = [order.placed_at.astimezone(zone) for order in placed]
    months = dict.fromkeys(f"{day:%Y-%m}" for day in days)
    weeks = dict.fromkeys(f"{day:%G-W%V}" for day in days)
    orders = [
        (f"order-{order.number}", f"no. {order.number}, {day:%d %b %Y}")
        for order, day in zip(placed, days, strict=True)
    ]
    return [
        ("Months", [(key, period_of(partner, key).words) for key in months]),
        ("Weeks", [(key, period_of(partner, key).words) for key in weeks]),
        ("Orders", orders),
    ]


def this_month(as_of: datetime) -> str:
    """The key of the month it is at the hub."""
    return f"{as_of.astimezone(Hub.get_hub().timezone):%Y-%m}"


def _days(key: str, words: str, first: date, last: date) -> Period:
    zone = Hub.get_hub().timezone
    if last < first:
        raise ValueError
    return Period(key, words, local_instant(first, 0, zone), local_instant(last + DAY, 0, zone))


def _one(partner: Partner, number: int) -> Period:
    order = MasterOrder.get_or_none((MasterOrder.partner == partner) & (MasterOrder.number == number))
    if order is None or order.placed_at is None:
        raise NotFound("There is no such order.")
    return Period(f"order-{number}", f"order no. {number}", order.placed_at, order.placed_at + DAY, number)
