"""A process of the product's own: links goods of the stores, then compares all of them; prints what it took as JSON.

`python -m benchmarks.sync.product prepare FILE` reads the links from FILE; `... pass` makes one pass; `... shift` does
so after every partner's safety stock has grown by one.
"""

import gc
import json
import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from occhub import clock, database, shopify
from occhub.catalog.models import LIVE, Import, ProductMapping
from occhub.inventory import places, running
from occhub.partners import connecting, welcoming
from occhub.partners.models import CONNECTED, Partner
from occhub.settings import Settings
from occhub.shopify import tokens
from occhub.synclog import SyncLog


def main() -> None:
    """Open everything but the queue, and do what is asked."""
    gc.freeze()  # as the product's own `main` does
    settings = Settings.read(os.environ)
    clock.set_clock(settings.clock)
    database.open_database(settings.database_url)
    database.migrate()
    shopify.open_gateway(settings)
    with database.session():
        if sys.argv[1] == "prepare":
            prepare(settings, json.loads(Path(sys.argv[2]).read_text()))
        else:
            if sys.argv[1] == "shift":
                Partner.update(safety_stock=Partner.safety_stock + 1).execute()
            print(json.dumps(one_pass()))


def prepare(settings: Settings, plan: dict[str, Any]) -> None:
    """Connect the stores, and link partner variants to hub variants as imports would have."""
    now = clock.now()
    ask = httpx.Client(base_url=str(settings.gateway_url), trust_env=False, timeout=60)
    connecting.prepare_hub(settings.hub_shop)
    _exchange(ask, settings.hub_shop)
    welcoming.welcome_hub(as_of=now)
    for shop, pairs in plan["links"].items():
        _exchange(ask, shop)
        partner = Partner.create(
            name=shop.partition(".")[0], shop=shop, state=CONNECTED, created_at=now, connected_at=now, markup_bp=3000
        )
        welcoming.welcome_partner(partner, as_of=now)
        _link(Partner.find(partner.id), pairs)
    places.learn_places(as_of=now)


def one_pass() -> dict[str, Any]:
    """A whole pass: calls, points, seconds, CPU seconds, and the highest memory in MB."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    cpu, wall = time.process_time(), time.perf_counter()
    run = running.start_run("person", as_of=clock.now())
    running.work_off()
    seconds, cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu
    done = SyncLog.get_by_id(run.id)
    status = Path("/proc/self/status").read_text()
    peak = next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))
    figures = {
        name: getattr(done, name) for name in ("read", "changed", "skipped", "failed", "calls", "points", "error")
    }
    return {**figures, "seconds": seconds, "cpu": cpu_seconds, "peak": peak}


def _exchange(ask: httpx.Client, shop: str) -> None:
    tokens.exchange(shop, ask.get(f"/_control/shops/{shop}/id_token").json()["id_token"], clock.now())


def _link(partner: Partner, pairs: list[dict[str, str]]) -> None:
    now = clock.now() - timedelta(days=30)
    times = {"created_at": now, "planned_at": now, "changed_at": now}
    listing = Import.create(
        partner=partner, product_remote_id="all of them", title="All of them", state=LIVE, markup_bp=3000, **times
    )
    rows = [
        {
            "listing": listing.id,
            "partner": partner.id,
            "sku": pair["hub_variant_id"],
            "title": f"Coffee {number}",
            "cost_minor": 700,
            "price_minor": 1000,
            "currency": "USD",
            "created_at": now,
            **pair,
        }
        for number, pair in enumerate(pairs)
    ]
    with database.write():
        for start in range(0, len(rows), 500):
            ProductMapping.insert_many(rows[start : start + 500]).execute()


if __name__ == "__main__":
    main()
