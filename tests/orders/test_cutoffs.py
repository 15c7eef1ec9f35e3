"""R9: cutoffs in the hub's zone, on ordinary days and on those when the clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from occhub.orders.cutoffs import cutoff_after, local_instant
from occhub.orders.terms import CalendarException
from occhub.partners.models import Hub, Partner

NEW_YORK = ZoneInfo("America/New_York")


def utc(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type]


def terms(
    cadence: str = "weekly", weekday: int = 3, hour: int = 18, zone: str = "America/New_York"
) -> tuple[Partner, Hub]:
    return Partner(name="p", cadence=cadence, cutoff_weekday=weekday, cutoff_hour=hour), Hub(shop="h", zone=zone)


def test_r9_a_weekly_cutoff_is_on_its_weekday_at_its_hour_in_the_hubs_zone() -> None:
    assert cutoff_after(*terms(), utc(2026, 11, 23, 12)) == utc(2026, 11, 26, 23)


def test_r9_a_window_opened_at_its_cutoff_closes_a_week_later() -> None:
    assert cutoff_after(*terms(), utc(2026, 11, 26, 23)) == utc(2026, 12, 3, 23)


def test_r9_a_daily_cutoff_comes_every_day() -> None:
    assert cutoff_after(*terms("daily"), utc(2026, 11, 23, 22, 59)) == utc(2026, 11, 23, 23)
    assert cutoff_after(*terms("daily"), utc(2026, 11, 23, 23)) == utc(2026, 11, 24, 23)


def test_r9_in_a_gap_the_cutoff_is_the_first_valid_instant_after_it() -> None:
    # 2026-03-08, New York: from 2:00 to 3:00.
    assert local_instant(date(2026, 3, 8), 2, NEW_YORK) == utc(2026, 3, 8, 7)


def test_r9_in_a_half_hour_gap_too() -> None:
    # 2026-10-04, Lord Howe: from 2:00 to 2:30.
    assert local_instant(date(2026, 10, 4), 2, ZoneInfo("Australia/Lord_Howe")) == utc(2026, 10, 3, 15, 30)


def test_r9_on_a_day_that_is_skipped_altogether_it_is_the_next_midnight() -> None:
    # Samoa had no 30 December 2011.
    assert local_instant(date(2011, 12, 30), 18, ZoneInfo("Pacific/Apia")) == utc(2011, 12, 30, 10)


def test_r9_in_an_overlap_the_cutoff_is_the_first_of_both() -> None:
    # 2026-11-01, New York: 1:00 comes twice.
    assert local_instant(date(2026, 11, 1), 1, NEW_YORK) == utc(2026, 11, 1, 5)


def test_r9_across_the_change_of_clocks_the_hour_on_the_wall_stays() -> None:
    partner, hub = terms(weekday=6, hour=18)
    summer = cutoff_after(partner, hub, utc(2026, 10, 20))
    winter = cutoff_after(partner, hub, summer)
    assert [moment.astimezone(NEW_YORK).hour for moment in (summer, winter)] == [18, 18]
    assert winter - summer == timedelta(days=7, hours=1)


@given(
    moment=st.integers(0, 87_600).map(lambda hours: utc(2020, 1, 1) + timedelta(hours=hours, minutes=7)),
    cadence=st.sampled_from(["weekly", "daily"]),
    weekday=st.integers(0, 6),
    hour=st.integers(0, 23),
    zone=st.sampled_from(["America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Beirut", "UTC"]),
)
def test_r9_the_next_cutoff_is_always_ahead_and_never_further_than_a_week_and_an_hour(
    moment: datetime, cadence: str, weekday: int, hour: int, zone: str
) -> None:
    cutoff = cutoff_after(*terms(cadence, weekday, hour, zone), moment)
    longest = timedelta(days=7 if cadence == "weekly" else 1, hours=1)
    assert timedelta() < cutoff - moment <= longest


@pytest.mark.parametrize("hour", range(24))
def test_r9_every_hour_of_an_ordinary_day_is_itself(hour: int) -> None:
    assert local_instant(date(2026, 7, 1), hour, NEW_YORK).astimezone(NEW_YORK).hour == hour


def moved(day: date, to: date, hour: int) -> CalendarException:
    return CalendarException(
        first_day=day.isoformat(), last_day=day.isoformat(), moved_to=to.isoformat(), moved_hour=hour
    )


def closed(first: date, last: date) -> CalendarException:
    return CalendarException(first_day=first.isoformat(), last_day=last.isoformat())


def test_r9_on_the_day_of_a_moved_cutoff_it_is_still_ahead() -> None:
    late = [moved(date(2026, 11, 26), date(2026, 11, 28), 18)]  # from Thursday to Saturday
    assert cutoff_after(*terms(), utc(2026, 11, 28, 12), late) == utc(2026, 11, 28, 23)
    assert cutoff_after(*terms(), utc(2026, 11, 28, 23), late) == utc(2026, 12, 3, 23)


def test_r9_a_cutoff_moved_behind_the_next_one_keeps_nobody_waiting() -> None:
    late = [moved(date(2026, 11, 26), date(2026, 12, 5), 18)]
    assert cutoff_after(*terms(), utc(2026, 11, 25), late) == utc(2026, 12, 3, 23)


def test_r9_of_two_words_on_a_day_the_last_one_counts() -> None:
    holidays, but_one = closed(date(2026, 11, 23), date(2026, 11, 29)), moved(date(2026, 11, 26), date(2026, 11, 25), 9)
    assert cutoff_after(*terms(), utc(2026, 11, 24), [holidays, but_one]) == utc(2026, 11, 25, 14)
    assert cutoff_after(*terms(), utc(2026, 11, 24), [but_one, holidays]) == utc(2026, 12, 3, 23)


def test_r9_a_day_that_is_no_cutoff_day_can_not_be_moved() -> None:
    wednesday = [moved(date(2026, 11, 25), date(2026, 11, 24), 9)]
    assert cutoff_after(*terms(), utc(2026, 11, 23), wednesday) == utc(2026, 11, 26, 23)


START = date(2026, 10, 1)
days = st.integers(0, 90).map(lambda number: START + timedelta(days=number))
exceptions = st.lists(
    st.one_of(
        st.builds(
            lambda day, shift, hour: moved(day, day + shift, hour),
            days,
            st.integers(-31, 31).map(timedelta),
            st.integers(0, 23),
        ),
        st.builds(lambda day, length: closed(day, day + length), days, st.integers(0, 40).map(timedelta)),
    ),
    max_size=6,
)


@given(
    hours=st.integers(0, 24 * 90),
    cadence=st.sampled_from(["weekly", "daily"]),
    weekday=st.integers(0, 6),
    hour=st.integers(0, 23),
    zone=st.sampled_from(["America/New_York", "Europe/London", "Australia/Lord_Howe"]),
    said=exceptions,
)
def test_r9_whatever_the_calendar_says_the_earliest_cutoff_ahead_is_the_next(
    hours: int, cadence: str, weekday: int, hour: int, zone: str, said: list[CalendarException]
) -> None:
    partner, hub = terms(cadence, weekday, hour, zone)
    moment = utc(2026, 10, 1) + timedelta(hours=hours, minutes=7)
    instants = []
    for day in (START + timedelta(days=number) for number in range(-40, 240)):
        if cadence == "daily" or day.weekday() == weekday:
            words = [each for each in said if each.first_day <= day.isoformat() <= each.last_day]
            if not words:
                instants.append(local_instant(day, hour, hub.timezone))
            elif words[-1].moved_to:
                to, at = date.fromisoformat(words[-1].moved_to), words[-1].moved_hour
                instants.append(local_instant(to, at, hub.timezone))
    assert cutoff_after(partner, hub, moment, said) == min(instant for instant in instants if instant > moment)
