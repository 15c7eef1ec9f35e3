"""A process of the product's own: `... product capture|claim|place` does one act and prints what it took as JSON."""

import json
import os
import sys
import time
from collections import Counter
from typing import Any

from occhub import clock, database, queue, schedule, shopify
from occhub.orders import tasks
from occhub.orders.models import PLACED, UNPLACED, MasterLine, MasterOrder, PartnerOrderLine
from occhub.partners.models import Hub
from occhub.settings import Settings
from occhub.shopify.client import Store

ADDRESS = {
    "company": "Hub Coffee Fulfilment",
    "address1": "1 Dock St",
    "city": "Brooklyn",
    "province_code": "NY",
    "postcode": "11201",
    "country_code": "US",
    "email": "orders@hub.example",
}


def main() -> None:
    """Open everything, do one of the acts, and tell."""
    settings = Settings.read(os.environ)
    clock.set_clock(settings.clock)
    database.open_database(settings.database_url)
    shopify.open_gateway(settings)
    queue.open_queue("memory:", schedule.NUDGES, schedule.tick)
    calls: Counter[str] = Counter()
    points: Counter[str] = Counter()
    _count(calls, points)
    with database.session():
        Hub.update(ADDRESS).execute()
        if sys.argv[1] == "place":
            MasterOrder.update(cutoff_at=clock.now()).where(MasterOrder.state.in_(UNPLACED)).execute()
        act = {"capture": tasks.walk, "claim": tasks.claim_due, "place": tasks.place_due}[sys.argv[1]]
        started = time.perf_counter()
        act()
        seconds = time.perf_counter() - started
        print(json.dumps({"seconds": seconds, "calls": calls, "points": points, **_outcome()}))


def _count(calls: Counter[str], points: Counter[str]) -> None:
    """By store: what is asked and what it costs."""
    send = Store._send

    def counted(store: Store, *arguments: Any) -> Any:
        before = store.points
        try:
            return send(store, *arguments)
        finally:
            calls[store.shop] += 1
            points[store.shop] += store.points - before

    Store._send = counted  # type: ignore[method-assign]


def _outcome() -> dict[str, int]:
    return {
        "wanted": sum(line.wanted for line in PartnerOrderLine.select()),
        "confirmed": sum(line.confirmed for line in MasterLine.select()),
        "placed": MasterOrder.select().where(MasterOrder.state == PLACED).count(),
    }


if __name__ == "__main__":
    main()
