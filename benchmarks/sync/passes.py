"""Full passes beside their lower bound: the fewest calls R6 allows, and the longest chain of latency and bucket."""

import json
import subprocess
import sys
from dataclasses import dataclass
from math import ceil
from typing import Any

from benchmarks.sync.stores import HUB, ROOT, Stores

BATCH = 250
BUCKET, RESTORED = 2000, 100  # points a Standard store's bucket holds, and regains a second


@dataclass(frozen=True)
class Bound:
    """The least a pass can take: calls in all, and seconds."""

    calls: int
    seconds: float


def link(stores: Stores, variants: int) -> None:
    """Pair each partner's first counted variants with the hub's, one to one."""
    hub = iter([row for row in stores.levels(HUB) if row["counted"]])
    links = {}
    for shop in stores.partners:
        theirs = [row for row in stores.levels(shop) if row["counted"]][:variants]
        if len(theirs) < variants:
            raise SystemExit(f"{shop} has only {len(theirs)} variants")
        links[shop] = [_pair(row, next(hub)) for row in theirs]
    path = stores.folder / "links.json"
    path.write_text(json.dumps({"links": links}))
    _product(stores, "prepare", str(path))


def one_pass(stores: Stores, kind: str = "pass") -> dict[str, Any]:
    """A whole pass of the product, in a process of its own; `shift`: after every number has become wrong."""
    return dict(json.loads(_product(stores, kind).splitlines()[-1]))


def bound(partners: int, variants: int, written: int, points: int, latency: float) -> Bound:
    """R6 in order: the hub's numbers, its orders, every partner at once, the writes; no store asked twice at a time."""
    read, at_a_partner, writes = (ceil(n / BATCH) for n in (partners * variants, variants, written))
    chain = (read + 1 + at_a_partner + writes) * latency
    return Bound(read + 1 + partners * at_a_partner + writes, chain + max(0, points - BUCKET) / RESTORED)


def _pair(theirs: dict[str, Any], ours: dict[str, Any]) -> dict[str, str]:
    return {
        "partner_variant_id": theirs["variant"],
        "partner_item_id": theirs["item"],
        "hub_variant_id": ours["variant"],
        "hub_item_id": ours["item"],
    }


def _product(stores: Stores, *arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks.sync.product", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=stores.environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout
