"""Import coffees as the queue's workers do, and set points and time beside the least the limits allow."""

import logging
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from math import ceil

import httpx

from benchmarks.catalogue.goods import GRINDS, PICTURES, SIZES, put_coffees
from benchmarks.sync.stores import HUB, Stores
from occhub import clock
from occhub.catalog import importing, planning, publishing, refreshing
from occhub.catalog.models import LIVE, Import, Product
from occhub.database import session
from occhub.inventory import running
from occhub.partners import connecting, welcoming
from occhub.partners.models import CONNECTED, Partner
from occhub.queue import WORKERS
from occhub.shopify import open_store, tokens

LATENCY = 0.1
BUCKET, RESTORED, BATCH = 2000, 100, 250
# A plain mutation, such as publishing a product or writing 250 rows of stock.
MUTATION = 10
# productSet of a typical coffee: the mutation, an answer of 24, and what Shopify's schema says of its input: by
# picture, by variant, and by metafield, of which there are three.
SET = MUTATION + 24 + 1.9 * PICTURES + 0.2 * len(SIZES) * len(GRINDS) + 0.4 * 3
# Detail read, productSet, stock, publish: the least calls of one product, one after the other.
CHAIN = 4


@dataclass(frozen=True)
class Taken:
    """What the imports took at the hub, and the least they could take: with usual calls, and with our own documents."""

    products: int
    points: float
    seconds: float
    least: tuple[float, float]  # points, seconds
    least_of_ours: tuple[float, float]


class Bill(logging.Handler):
    """Adds up what each operation has cost at each store, as the stores said."""

    def __init__(self) -> None:
        super().__init__()
        self.points: dict[tuple[str, str], int] = defaultdict(int)

    def emit(self, record: logging.LogRecord) -> None:
        """Take the points of one answer."""
        if isinstance(record.args, tuple) and len(record.args) == 6:
            operation, shop, points = str(record.args[0]), str(record.args[1]), record.args[4]
            self.points[operation, shop] += int(str(points))

    def by_operation(self, shop: str) -> list[tuple[str, int]]:
        """Operations of a store with their points, the dearest first."""
        return sorted(
            ((name, each) for (name, where), each in self.points.items() if where == shop), key=lambda x: -x[1]
        )

    def at(self, shop: str, operation: str = "") -> int:
        """The points of a store, of one operation or of all."""
        return sum(points for (name, where), points in self.points.items() if where == shop and operation in ("", name))


def measure(stores: Stores, count: int) -> Taken:
    """Import so many coffees, from the first plan to the last one on sale."""
    partner = _connect(stores, count)
    bill, log = Bill(), logging.getLogger("occhub.shopify.client")
    log.setLevel(logging.INFO)
    log.addHandler(bill)
    time.sleep(BUCKET / RESTORED)  # both buckets are full
    stores.control("POST", "/latency", {"milliseconds": LATENCY * 1000})
    started, as_of = time.perf_counter(), clock.now()
    coffees = Product.select().where((Product.partner == partner) & Product.title.startswith("Coffee "))
    listings = [planning.plan_product(partner, product, as_of=as_of, size_by="name") for product in coffees]
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda listing: _import(listing, as_of), listings))
    made = time.perf_counter() - started
    running.work_off()
    stocked = time.perf_counter() - started
    publishing.publish_stocked(as_of=clock.now())
    seconds = time.perf_counter() - started
    print(f"made after {made:.1f} s, with stock after {stocked:.1f} s, on sale after {seconds:.1f} s")
    stores.control("POST", "/latency", {"milliseconds": 0})
    log.removeHandler(bill)
    live = Import.select().where((Import.state == LIVE) & Import.product_remote_id.in_([p.remote_id for p in coffees]))
    if live.count() != count:
        raise SystemExit(f"only {live.count()} of {count} went on sale")
    read = bill.at(partner.domain, "product")
    least, ours = _least(count, count * SET, read), _least(count, bill.at(HUB, "product_made"), read)
    print("points at the hub:", ", ".join(f"{name} {points}" for name, points in bill.by_operation(HUB)))
    return Taken(count, bill.at(HUB), seconds, least, ours)


def _least(count: int, made: float, read: float) -> tuple[float, float]:
    """Points at the hub, seconds: the last call waits for what the dearer bucket lacks, and a chain takes its time."""
    points = made + count * MUTATION + ceil(count * len(SIZES) * len(GRINDS) / BATCH) * MUTATION
    return points, max((max(points, read) - BUCKET) / RESTORED + LATENCY, CHAIN * LATENCY)


def _import(listing: Import, as_of: datetime) -> None:
    with session():
        importing.import_product(listing, as_of=as_of)


def _connect(stores: Stores, count: int) -> Partner:
    (shop,), now = stores.partners, clock.now()
    stores.control("POST", f"/shops/{shop}/install", {"scopes": ["write_products"]})
    connecting.prepare_hub(HUB)
    for each in (HUB, shop):
        proof = httpx.get(f"{stores.url}/_control/shops/{each}/id_token", trust_env=False).json()["id_token"]
        tokens.exchange(each, proof, now)
    welcoming.welcome_hub(as_of=now)
    facts = {"state": CONNECTED, "created_at": now, "connected_at": now, "markup_bp": 4000}
    partner = Partner.create(name="Roaster", shop=shop, **facts)
    welcoming.welcome_partner(partner, as_of=now)
    put_coffees(open_store(shop), f"{stores.url}/pictures/", count + 1)
    partner = Partner.find(partner.id)
    refreshing.refresh(partner, as_of=clock.now(), trigger="person")
    # The first import of all makes the hub know our key; every later one finds it known.
    first = Product.get((Product.partner == partner) & (Product.title == f"Coffee {count}"))
    _import(planning.plan_product(partner, first, as_of=clock.now(), size_by="name"), clock.now())
    Product.update(title="the first of all").where(Product.id == first.id).execute()
    return partner
