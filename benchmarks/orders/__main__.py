"""`python -m benchmarks.orders [--short]`: 3,000 orders to 30 partners at one cutoff, and a burst of 1,000 more.

The least possible: no store is asked twice at a time, all stores at once; and no store gives more points than its
bucket holds and regains. The longer of both counts.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.sync.passes import BUCKET, RESTORED, link
from benchmarks.sync.stores import HUB, ROOT, Stores, open_stores

LATENCY = 0.25
WALL = 1.5
VARIANTS = 12


def main() -> None:
    """Measure and print; ends with 1 when a bag is not placed once, in the full form also when a bound is missed."""
    parser = argparse.ArgumentParser(prog="benchmarks.orders", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a form of less than half a minute")
    for name in ("partners", "orders", "burst"):
        parser.add_argument(f"--{name}", type=int, help="another size")
    options = parser.parse_args()
    short = options.short
    sizes = (4, 60, 30) if short else (30, 3000, 1000)
    given = (options.partners, options.orders, options.burst)
    partners, orders, burst = (own or size for own, size in zip(given, sizes, strict=True))
    missed: list[str] = []
    wrong: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="occhub-orders-") as path,
        open_stores(Path(path), partners, VARIANTS) as stores,
    ):
        link(stores, VARIANTS)
        variants = _plenty(stores)
        print(f"{partners} partners, {LATENCY * 1000:.0f} ms a call")
        print(" " * 22 + "".join(f"{head:>10}" for head in ("calls", "points", "s", "least s", "ratio")))
        units = _buy(stores, variants, orders)
        _run(stores, "capture", f"{orders} orders captured", missed)
        _run(stores, "claim", "claimed", missed)
        units += _buy(stores, variants, burst)
        _run(stores, "capture", f"{burst} more captured", missed)
        claimed = _run(stores, "claim", "claimed", missed)
        placed = _run(stores, "place", "placed", missed)
        if not claimed["confirmed"] == placed["confirmed"] == placed["wanted"] == units == _ordered(stores):
            wrong.append(f"{units} bags bought, {placed['confirmed']} placed, {_ordered(stores)} on orders")
        if placed["placed"] != partners:
            wrong.append(f"{placed['placed']} of {partners} windows placed")
        if violations := stores.control("GET", "/report")["violations"]:
            wrong.append(f"the stand-in reports {violations[:2]}")
    print("every bag stands on one order" if not wrong else "WRONG: " + "; ".join(wrong))
    print("every bound is kept" if not missed else "MISSED: " + "; ".join(missed))
    sys.exit(1 if wrong or (missed and not short) else 0)


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


def _run(stores: Stores, act: str, name: str, missed: list[str]) -> dict[str, Any]:
    stores.control("POST", "/latency", {"milliseconds": LATENCY * 1000})
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.orders.product", act],
        cwd=ROOT,
        env=stores.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    stores.control("POST", "/latency", {"milliseconds": 0})
    if done.returncode:
        raise SystemExit(done.stderr)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    calls, points = figures["calls"], figures["points"]
    hub, others = calls.get(HUB, 0), [count for shop, count in calls.items() if shop != HUB]
    chain = ((1 if act == "place" else hub) + max(others, default=0)) * LATENCY
    bucket = max((cost - BUCKET for cost in points.values()), default=0) / RESTORED
    least = max(chain, bucket)
    ratio = figures["seconds"] / least
    asked, paid = sum(calls.values()), sum(points.values())
    print(f"{name:<22}{asked:10}{paid:10}{figures['seconds']:10.2f}{least:10.2f}{ratio:10.2f}")
    if ratio > WALL:
        missed.append(f"{name}: {ratio:.2f} x the least")
    return figures


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
