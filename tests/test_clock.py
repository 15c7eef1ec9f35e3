"""The one teller of time: real, fast, and agreed on by several programs."""

from datetime import UTC, datetime, timedelta

import pytest

from occhub import clock
from occhub.clock import Clock

MONDAY = "2026-11-02T09:00:00Z"


def test_the_real_clock_shows_the_real_time() -> None:
    before = datetime.now(UTC)
    shown = clock.now()
    assert before <= shown <= datetime.now(UTC)
    assert clock.speed() == 1


def test_a_fast_clock_starts_where_it_is_told_and_runs_ahead() -> None:
    fast = Clock.parse(f"{MONDAY}@3600")
    start = datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert fast.start == start
    real = datetime.now(UTC) - fast.anchor
    assert fast.now() - start >= real * 3600


def test_clocks_with_the_same_anchor_agree() -> None:
    spec = f"{MONDAY}@60@2026-11-22T10:00:00Z"
    one, two = Clock.parse(spec), Clock.parse(spec)
    assert one == two
    assert one.start + (datetime(2026, 11, 22, 10, 1, tzinfo=UTC) - one.anchor) * one.speed == datetime(
        2026, 11, 2, 10, tzinfo=UTC
    )


def test_a_start_without_a_speed_runs_in_real_time() -> None:
    assert Clock.parse(MONDAY).speed == 1


def test_a_time_without_a_zone_is_utc() -> None:
    assert Clock.parse("2026-11-02T09:00:00@2").start == datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("spec", ["", "soon", f"{MONDAY}@fast", f"{MONDAY}@2@then", "@60"])
def test_what_is_no_clock_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match="is neither 'real' nor"):
        Clock.parse(spec)


@pytest.mark.parametrize("speed", ["0", "-1", "nan", "inf", "100001"])
def test_a_clock_never_stands_still_or_runs_backwards(speed: str) -> None:
    with pytest.raises(ValueError, match="speed"):
        Clock.parse(f"{MONDAY}@{speed}")


def test_a_span_of_real_work_is_longer_on_a_fast_clock() -> None:
    clock.set_clock(f"{MONDAY}@3600")
    assert clock.span(2) == timedelta(hours=2)


def test_sleeping_waits_for_the_clocks_own_seconds() -> None:
    clock.set_clock(f"{MONDAY}@3600")
    before = clock.now()
    clock.sleep(60)
    assert clock.now() - before >= timedelta(seconds=60)


def test_sleeping_for_no_time_at_all_returns() -> None:
    clock.sleep(-5)
