"""`python -m benchmarks.webhooks [--short]`: req/s, p50 and p99 of the product and both baselines, then kill -9.

The servers take turns on the same machine in the same run; the ratios are of the medians.
"""

import argparse
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.webhooks.load import Rate, measure, send_until_it_breaks
from benchmarks.webhooks.servers import BARE, POOLED, PRODUCT, WHOLE, running

NAMES = {
    BARE: "(a) HMAC only, nothing kept",
    POOLED: "(b) HMAC, one durable commit each, thread pool",
    PRODUCT: "the product, handling left to a worker",
    WHOLE: "the product, handling in the same process",
}
OF_BARE, OF_POOLED = 0.40, 2.0


def main() -> None:
    """Measure, print the table, kill; ends with 1 when something was lost, or when the long form misses a bound."""
    parser = argparse.ArgumentParser(prog="benchmarks.webhooks", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a form of less than half a minute")
    short = parser.parse_args().short
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt-get install wrk")
    medians = _measure_all(*((1, 2) if short else (3, 5)))
    _print(medians)
    lost, acknowledged = _kill(1.0 if short else 4.0)
    print(f"kill -9 under load: {acknowledged} acknowledged, {lost} lost")
    least = max(OF_BARE * medians[BARE].per_second, OF_POOLED * medians[POOLED].per_second)
    missed = [NAMES[kind] for kind in (PRODUCT, WHOLE) if medians[kind].per_second < least]
    print(
        f"at least {OF_BARE:.2f} of (a) and {OF_POOLED:.0f} x (b): {'NO, ' + ' and '.join(missed) if missed else 'yes'}"
    )
    # Two seconds on a busy machine prove nothing about speed, but a loss is a loss.
    sys.exit(1 if lost or (missed and not short) else 0)


def _measure_all(rounds: int, seconds: int) -> dict[str, Rate]:
    found: dict[str, list[Rate]] = {kind: [] for kind in NAMES}
    for number in range(rounds):
        for kind in NAMES:
            with _directory() as directory, running(kind, directory) as (port, _):
                measure(port, 1, directory, "warm")
                found[kind].append(measure(port, seconds, directory, f"run-{number}"))
    return {kind: _median(rates) for kind, rates in found.items()}


def _median(rates: list[Rate]) -> Rate:
    return Rate(
        statistics.median(rate.per_second for rate in rates),
        statistics.median(rate.p50_ms for rate in rates),
        statistics.median(rate.p99_ms for rate in rates),
        sum(rate.refused for rate in rates),
    )


def _print(medians: dict[str, Rate]) -> None:
    print(f"{'':<50}{'req/s':>8}{'p50 ms':>9}{'p99 ms':>9}{'of (a)':>8}{'x (b)':>7}{'refused':>9}")
    for kind, rate in medians.items():
        of_bare = rate.per_second / medians[BARE].per_second
        times = rate.per_second / medians[POOLED].per_second
        figures = (
            f"{rate.per_second:8.0f}{rate.p50_ms:9.1f}{rate.p99_ms:9.1f}{of_bare:8.2f}{times:7.1f}{rate.refused:9}"
        )
        print(f"{NAMES[kind]:<50}{figures}")


def _kill(seconds: float) -> tuple[int, int]:
    """Kill the product under load; answers how many acknowledged deliveries are lost, and of how many."""
    acknowledged: set[str] = set()
    with _directory() as directory:
        with running(WHOLE, directory) as (port, process):
            threads = send_until_it_breaks(port, "kill", acknowledged)
            time.sleep(seconds)
            process.kill()
            for thread in threads:
                thread.join(15)
        database = sqlite3.connect(directory / "occhub.db")
        kept = {row[0] for row in database.execute("select webhook_id from inbox_event")}
        database.close()
    return len(acknowledged - kept), len(acknowledged)


@contextmanager
def _directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="occhub-webhooks-") as path:
        yield Path(path)


if __name__ == "__main__":
    main()
