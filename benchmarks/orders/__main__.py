"""`python -m benchmarks.orders [--short]`: 3,000 orders to 30 partners at one cutoff, and a burst of 1,000 more.

The least possible: no store is asked twice at a time, all stores at once, the fewest calls the rules allow; and no
store gives more points than its bucket holds and regains. The longer of both counts.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

from benchmarks.sync.passes import BUCKET, RESTORED, link
from benchmarks.sync.stores import HUB, ROOT, Stores, open_stores

LATENCY = 0.25
WALL = 1.5
VARIANTS = 12
PAGE, AT_ONCE = 250, 100  # orders on a page of the list, and read by id in a call
CLAIM = 2  # make the draft, or look at it, and bring it up to date
PLACE = 3  # look at the draft, write the last word on it, complete it
# Between the week, the burst and the cutoff; the walk of every ten minutes comes by.
PAUSE = timedelta(minutes=20)


@dataclass
class Took:
    """What an act took, and the least it could have taken."""

    calls: int
    least_calls: int
    points: int
    seconds: float
    least: float
    cpu: float

    def __add__(self, other: "Took") -> "Took":
        return Took(*(mine + theirs for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)))


class Bench:
    """The stores, what was missed, and the clock all programs share."""

    def __init__(self, stores: Stores) -> None:
        self.stores, self.missed, self.clock = stores, list[str](), "real"
        self.passed = timedelta()
        self.outcome: dict[str, int] = {}

    def run(self, act: str, name: str, hub_calls: int, partner_calls: int) -> Took:
        """Let a process of the product do the act; `hub_calls` and each partner's are the fewest it needs."""
        self.stores.control("POST", "/latency", {"milliseconds": LATENCY * 1000})
        command = [sys.executable, "-m", "benchmarks.orders.product", act]
        environment = {**self.stores.environment(), "CLOCK": self.clock}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        self.stores.control("POST", "/latency", {"milliseconds": 0})
        if done.returncode:
            raise SystemExit(done.stderr)
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        self.outcome = told["outcome"]
        bucket = max((cost - BUCKET for cost in told["points"].values()), default=0) / RESTORED
        took = Took(
            sum(told["calls"].values()),
            hub_calls + partner_calls * len(self.stores.partners),
            sum(told["points"].values()),
            told["seconds"],
            max((hub_calls + partner_calls) * LATENCY, bucket),
            told["cpu"],
        )
        self.tell(name, took)
        return took

    def tell(self, name: str, took: Took, *, judge: bool = False) -> None:
        """Print a line."""
        ratio = took.seconds / took.least
        print(
            f"{name:<30}{took.calls:8}{took.least_calls:8}{took.points:8}"
            f"{took.seconds:9.2f}{took.least:9.2f}{ratio:8.2f}{took.cpu:8.2f}"
        )
        if judge and ratio > WALL:
            self.missed.append(f"{name}: {ratio:.2f} x the least")

    def pass_time(self, span: timedelta) -> None:
        """So much time passes for the stand-in and for the product."""
        self.passed += span
        now = datetime.now(UTC)
        self.clock = f"{(now + self.passed).isoformat()}@1@{now.isoformat()}"
        self.stores.control("POST", "/clock", {"spec": self.clock})


def main() -> None:
    """Measure and print; ends with 1 when a bag is not placed once, in the full form also when a bound is missed."""
    parser = argparse.ArgumentParser(prog="benchmarks.orders", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a form of less than half a minute")
    for name in ("partners", "orders", "burst"):
        parser.add_argument(f"--{name}", type=int, help="another size")
    options = parser.parse_args()
    sizes = (4, 60, 30) if options.short else (30, 3000, 1000)
    given = (options.partners, options.orders, options.burst)
    partners, orders, burst = (own or size for own, size in zip(given, sizes, strict=True))
    with (
        tempfile.TemporaryDirectory(prefix="occhub-orders-") as path,
        open_stores(Path(path), partners, VARIANTS) as stores,
    ):
        link(stores, VARIANTS)
        bench = Bench(stores)
        wrong = _measure(bench, orders, burst)
    print("every bag stands on one order" if not wrong else "WRONG: " + "; ".join(wrong))
    print("every bound is kept" if not bench.missed else "MISSED: " + "; ".join(bench.missed))
    sys.exit(1 if wrong or (bench.missed and not options.short) else 0)


def _measure(bench: Bench, orders: int, burst: int) -> list[str]:
    stores, variants = bench.stores, _plenty(bench.stores)
    print(f"{len(stores.partners)} partners, {LATENCY * 1000:.0f} ms a call")
    heads = (f"{'calls':>8}{'least':>8}{'points':>8}", f"{'s':>9}{'least s':>9}{'ratio':>8}{'CPU s':>8}")
    print(" " * 30 + "".join(heads))
    units = _buy(stores, variants, orders)
    first = _taken_in(bench, orders)
    _walk_later(bench, orders)
    units += _buy(stores, variants, burst)
    _taken_in(bench, burst)
    _walk_later(bench, burst)
    claimed = dict(bench.outcome)
    placed = bench.run("place", "placed at the cutoff", 1, PLACE)
    bench.tell(f"{orders} orders all the way", first + placed, judge=True)
    return _wrongs(bench, units, claimed)


def _taken_in(bench: Bench, orders: int) -> Took:
    captured = bench.run("capture", f"{orders} orders captured", ceil(orders / PAGE) + ceil(orders / AT_ONCE), 0)
    both = captured + bench.run("claim", "claimed", 0, CLAIM)
    bench.tell(f"{orders} captured and claimed", both, judge=True)
    return both


def _walk_later(bench: Bench, orders: int) -> None:
    """What was read within seconds of its last change is read once more, when the walk comes by."""
    bench.pass_time(PAUSE)
    bench.run("capture", "the next walk", ceil(orders / PAGE) + ceil(orders / AT_ONCE), 0)


def _wrongs(bench: Bench, units: int, claimed: dict[str, int]) -> list[str]:
    stores, placed, wrong = bench.stores, bench.outcome, []
    if not claimed["confirmed"] == placed["confirmed"] == placed["wanted"] == units == _ordered(stores):
        wrong.append(f"{units} bags bought, {placed['confirmed']} placed, {_ordered(stores)} on orders")
    if placed["placed"] != len(stores.partners):
        wrong.append(f"{placed['placed']} of {len(stores.partners)} windows placed")
    if violations := stores.control("GET", "/report")["violations"]:
        wrong.append(f"the stand-in reports {violations[:2]}")
    return wrong


def _plenty(stores: Stores) -> list[str]:
    links = json.loads((stores.folder / "links.json").read_text())["links"]
    variants = []
    for shop, pairs in links.items():
        for pair in pairs:
            for store, gid in ((shop, pair["partner_variant_id"]), (HUB, pair["hub_variant_id"])):
                number = gid.rpartition("/")[2]
                stores.control("POST", f"/shops/{store}/variants/{number}/restock", {"quantity": 10_000})
            variants.append(pair["hub_variant_id"])
    return variants


def _buy(stores: Stores, variants: list[str], orders: int) -> int:
    """So many customers, each with two coffees, mostly of two partners; answers the bags they bought."""
    for number in range(orders):
        lines = [
            {"variant_id": variants[(number * 7) % len(variants)], "quantity": 1 + number % 2},
            {"variant_id": variants[(number * 7 + VARIANTS + 1) % len(variants)], "quantity": 1},
        ]
        stores.control("POST", f"/shops/{HUB}/orders", {"lines": lines})
    return sum(2 + number % 2 for number in range(orders))


def _ordered(stores: Stores) -> int:
    """Bags on orders, by the partners' own stores."""
    units = 0
    for shop in stores.partners:
        orders = stores.control("GET", f"/shops/{shop}")["orders"]
        for order in orders.values() if isinstance(orders, dict) else orders:
            units += sum(line["current_quantity"] for line in order["lines"])
    return units


if __name__ == "__main__":
    main()
