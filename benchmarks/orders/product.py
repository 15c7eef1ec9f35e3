"""A process of the product's own: `... product capture|claim|place` does one act and prints what it took as JSON."""

import json
import os
import sys
import time
from collections import Counter

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
    stores = _opened()
    with database.session():
        Hub.update(ADDRESS).execute()
        if sys.argv[1] == "place":
            MasterOrder.update(cutoff_at=clock.now()).where(MasterOrder.state.in_(UNPLACED)).execute()
        act = {"capture": tasks.walk, "claim": tasks.claim_due, "place": tasks.place_due}[sys.argv[1]]
        cpu, started = time.process_time(), time.perf_counter()
        act()
        figures = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu, "outcome": _outcome()}
        calls, points = Counter[str](), Counter[str]()
        for store in stores:
            calls[store.shop] += store.calls
            points[store.shop] += store.points
        print(json.dumps({**figures, "calls": calls, "points": points}))


def _opened() -> list[Store]:
    """Every store that is opened from now on, for what it will have cost."""
    stores: list[Store] = []
    begin = Store.__init__

    def noted(store: Store, shop: str) -> None:
        begin(store, shop)
        stores.append(store)

    Store.__init__ = noted  # type: ignore[method-assign]
    return stores


def _outcome() -> dict[str, int]:
    return {
        "wanted": sum(line.wanted for line in PartnerOrderLine.select()),
        "confirmed": sum(line.confirmed for line in MasterLine.select()),
        "placed": MasterOrder.select().where(MasterOrder.state == PLACED).count(),
    }


if __name__ == "__main__":
    main()
