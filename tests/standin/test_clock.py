"""The stand-in's clock: real, or started elsewhere and running faster."""

from datetime import UTC, datetime, timedelta

import pytest

from standin.clock import Clock


def test_the_real_clock_shows_the_real_time() -> None:
    before = datetime.now(UTC)
    assert before <= Clock.parse("real").now() <= datetime.now(UTC)


def test_a_clock_starts_where_it_is_told_and_runs_as_fast_as_told() -> None:
    anchor = datetime.now(UTC) - timedelta(seconds=10)
    clock = Clock.parse(f"2026-11-02T09:00:00+00:00@60@{anchor.isoformat()}")
    assert timedelta(minutes=10) <= clock.now() - datetime(2026, 11, 2, 9, tzinfo=UTC) < timedelta(minutes=20)
    assert clock.real_seconds(timedelta(minutes=1)) == 1.0


def test_two_processes_with_one_anchor_agree() -> None:
    spec = f"2026-11-02T09:00:00Z@10@{datetime.now(UTC).isoformat()}"
    assert abs(Clock.parse(spec).now() - Clock.parse(spec).now()) < timedelta(seconds=1)


def test_without_a_zone_it_is_utc() -> None:
    assert Clock.parse("2026-11-02T09:00:00@1").start == datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "spec", ["", "soon", "2026-11-02T09:00:00@", "2026-11-02T09:00:00@0", "2026-11-02T09:00:00@-5"]
)
def test_a_wrong_clock_is_refused(spec: str) -> None:
    with pytest.raises(ValueError):
        Clock.parse(spec)
