"""A hub that sells two partners' imported coffees, whose numbers the tests move on every side."""

import dataclasses
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from occhub import clock, shopify
from occhub.catalog import importing, planning, publishing, refreshing
from occhub.catalog.models import Import, Product, ProductMapping
from occhub.database import open_database, session, write
from occhub.inventory import running, shelves
from occhub.inventory.models import StockChange, Stockroom
from occhub.orders import capturing, claiming, placing, tracking
from occhub.orders.models import MasterOrder, MasterPart
from occhub.orders.pooling import unplaced
from occhub.partners import connecting, welcoming
from occhub.partners.models import CONNECTED, Hub, Partner
from occhub.settings import Settings
from occhub.shopify import open_store
from occhub.synclog import SyncLog
from tests.conftest import SECRETS, Cast, Standin, open_stores

STOCK = 20


@dataclass
class Counter:
    """The shop counter: goods of two partners, and short ways to let things happen and to look at both stores."""

    standin: Standin
    hub_shop: str
    partner: Partner
    other: Partner
    goods: dict[int, list[ProductMapping]] = field(default_factory=dict)

    @property
    def coffee(self) -> ProductMapping:
        """The partner's first coffee, as its row is now."""
        return self.again(self.goods[self.partner.id][0])

    @property
    def second_coffee(self) -> ProductMapping:
        """The partner's second coffee, as its row is now."""
        return self.again(self.goods[self.partner.id][1])

    @property
    def others_coffee(self) -> ProductMapping:
        """A coffee of the other partner, as its row is now."""
        return self.again(self.goods[self.other.id][0])

    def again(self, mapping: ProductMapping) -> ProductMapping:
        """The mapping's row as it is now."""
        return ProductMapping.find(mapping.id)

    def pass_(self, partner: Partner | None = None, listing: Import | None = None) -> SyncLog:
        """A whole pass, or one over a partner or a product; answers its row."""
        run = running.start_run("person", as_of=clock.now(), partner=partner, listing=listing)
        running.carry_out(run)
        found: SyncLog = SyncLog.get(SyncLog.id == run.id)
        return found

    def round(self, *mappings: ProductMapping) -> SyncLog | None:
        """A nudged round over these; answers its row, if it left one."""
        before = SyncLog.select().count()
        with write():
            shelves.put_off([mapping.id for mapping in mappings], clock.now())
        running.compare_changed()
        return SyncLog.select().order_by(SyncLog.id.desc()).first() if SyncLog.select().count() > before else None

    def hub_stock(self, mapping: ProductMapping | None = None) -> int:
        """What the hub's own state says is available, over its locations."""
        return sum(level["available"] for level in self.hub_variant(mapping or self.coffee)["stock"].values())

    def hub_variant(self, mapping: ProductMapping) -> dict[str, Any]:
        """The hub's variant, by its own state."""
        return self._variant(self.hub_shop, mapping.hub_variant_id)

    def theirs(self, mapping: ProductMapping | None = None) -> dict[str, Any]:
        """The partner's variant, by his store's own state."""
        mapping = mapping or self.coffee
        return self._variant(mapping.partner.shop, mapping.partner_variant_id)

    def available(self, mapping: ProductMapping | None = None) -> int:
        """A: what the partner's own state says is available."""
        return sum(level["available"] for level in self.theirs(mapping)["stock"].values())

    def partner_sells(self, quantity: int, mapping: ProductMapping | None = None) -> None:
        """A sale in the partner's own shop."""
        self._partner_variant("sell", quantity, mapping)

    def partner_restocks(self, quantity: int, mapping: ProductMapping | None = None, **where: str) -> None:
        """A delivery to the partner, or a correction downwards; `at` a location other than his default one."""
        self._partner_variant("restock", quantity, mapping, **({"location_id": where["at"]} if where else {}))

    def open_location(self, name: str) -> str:
        """The partner opens another place; answers its gid."""
        place = self.standin.control("POST", f"/shops/{self.partner.shop}/locations", {"name": name})
        Stockroom.update(places_read_at=None).execute()
        return str(place["gid"])

    def choose_locations(self, *places: str) -> None:
        """The owner says which of the partner's places supply the hub."""
        Partner.update(location_ids=list(places)).where(Partner.id == self.partner.id).execute()

    def change_theirs(self, mapping: ProductMapping, **facts: Any) -> None:
        """The partner edits his variant, e.g. `tracked=False` or `inventory_policy="CONTINUE"`."""
        path = f"/shops/{mapping.partner.shop}/variants/{number(mapping.partner_variant_id)}"
        self.standin.control("PATCH", path, facts)

    def buy(self, quantity: int, mapping: ProductMapping | None = None, *, captured: bool = True) -> dict[str, Any]:
        """A customer buys on the hub."""
        row = {"variant_id": (mapping or self.coffee).hub_variant_id, "quantity": quantity}
        order: dict[str, Any] = self.standin.control("POST", f"/shops/{self.hub_shop}/orders", {"lines": [row]})
        if captured:
            self.capture(order)
        return order

    def capture(self, order: dict[str, Any]) -> None:
        """The hub's order is read."""
        capturing.capture_orders(open_store(self.hub_shop), [order["gid"]], as_of=clock.now())

    def cancel(self, order: dict[str, Any], *, restock: bool = True) -> None:
        """The customer cancels, and the units go back on the hub's shelf, or are written off."""
        self.standin.control("POST", f"/shops/{self.hub_shop}/orders/{order['id']}/cancel", {"restock": restock})

    def refund(self, order: dict[str, Any], quantity: int, *, restock: bool = True) -> None:
        """So many units of the order are refunded before they were sent, and go back on the hub's shelf or are lost."""
        lines = [{"line_id": order["lines"][0]["id"], "quantity": quantity}]
        facts = {"lines": lines, "restock_type": "CANCEL" if restock else "NO_RESTOCK"}
        self.standin.control("POST", f"/shops/{self.hub_shop}/orders/{order['id']}/refund", facts)

    def claim(self, partner: Partner | None = None) -> None:
        """Put what is owed on the partner's draft."""
        claiming.claim(Partner.find((partner or self.partner).id), as_of=clock.now())

    def place(self) -> str | None:
        """Close the partner's window now; answers the id of the order it became, None if there was nothing to order."""
        master = unplaced(self.partner)
        if master is None:
            return None
        placing.ask_now(master, as_of=clock.now())
        placing.place(MasterOrder.find(master.id), as_of=clock.now())
        part = MasterPart.select().where(MasterPart.master == master).first()
        return part.order_id if part else None

    def partner_ships(self, order_id: str) -> None:
        """The partner sends a placed order off, all of it."""
        self.standin.control("POST", f"/shops/{self.partner.shop}/orders/{number(order_id)}/fulfil", {})

    def partner_cancels(self, order_id: str, *, restock: bool = True) -> None:
        """The partner cancels an order we placed; its bags are his to sell again, or lost."""
        path = f"/shops/{self.partner.shop}/orders/{number(order_id)}/cancel"
        self.standin.control("POST", path, {"restock": restock})

    def track(self) -> None:
        """Read the partner's placed orders again."""
        tracking.track(Partner.find(self.partner.id), as_of=clock.now())

    def let_pass(self, time: timedelta) -> None:
        """Time goes by, in the stores as well."""
        spec = f"{(clock.now() + time).isoformat()}@1@{datetime.now(UTC).isoformat()}"
        clock.set_clock(spec)
        self.standin.control("POST", "/clock", {"spec": spec})

    def changes(self, mapping: ProductMapping | None = None) -> list[tuple[int | None, int]]:
        """The hub's numbers of a coffee as they were changed, from and to."""
        query = StockChange.select().where(StockChange.mapping == (mapping or self.coffee)).order_by(StockChange.id)
        return [(change.before, change.after) for change in query]

    def _partner_variant(self, what: str, quantity: int, mapping: ProductMapping | None, **where: str) -> None:
        mapping = mapping or self.coffee
        path = f"/shops/{mapping.partner.shop}/variants/{number(mapping.partner_variant_id)}/{what}"
        self.standin.control("POST", path, {"quantity": quantity, **where})

    def _variant(self, shop: str, gid: str) -> dict[str, Any]:
        return dict(self.standin.control("GET", f"/shops/{shop}/variants/{number(gid)}"))


def number(gid: str) -> str:
    """The number a gid ends with."""
    return gid.rpartition("/")[2]


@dataclass(frozen=True)
class Morning:
    """The shop before it opens, built once: its stores, which the stand-in remembers, its secrets, and its database."""

    cast: Cast
    facts: dict[str, str]
    database: Path
    goods: dict[int, list[int]]  # mapping ids by partner


@pytest.fixture(scope="session")
def morning(standin_process: Standin, empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Morning:
    """Two partners' coffees, imported, stocked and on sale."""
    directory = tmp_path_factory.mktemp("morning")
    facts = {**SECRETS, "APP_ENV": "test", "TOKEN_KEY": Fernet.generate_key().decode()}
    facts |= {"HUB_SHOP": f"corner-shop-{os.getpid()}.myshopify.com", "DATA_DIR": str(directory)}
    settings = Settings.read(facts)
    shutil.copy(empty_database, directory / "occhub.db")
    opened = open_database(settings.database_url)
    shopify.open_gateway(dataclasses.replace(settings, gateway_url=standin_process.url))
    with session():
        cast = open_stores(standin_process, settings)
        counter = _furnish(standin_process, cast)
        opened.execute_sql("pragma wal_checkpoint(truncate)")
    shopify.close_gateway()
    opened.close_all()
    for shop in (cast.hub, cast.partner, cast.other_partner):
        standin_process.control("POST", f"/shops/{shop}/memory")
    goods = {key: [mapping.id for mapping in mappings] for key, mappings in counter.goods.items()}
    return Morning(cast, facts, directory / "occhub.db", goods)


@pytest.fixture
def settings(morning: Morning, tmp_path: Path) -> Settings:
    """The settings under which the shop was furnished, with a data directory of the test's own."""
    return Settings.read({**morning.facts, "DATA_DIR": str(tmp_path)})


@pytest.fixture
def counter(morning: Morning, settings: Settings, standin: Standin, gateway: None) -> Iterator[Counter]:
    """The shop as it is every morning."""
    for shop in (morning.cast.hub, morning.cast.partner, morning.cast.other_partner):
        standin.control("POST", f"/shops/{shop}/memory/recall")
    shutil.copy(morning.database, settings.data_dir / "occhub.db")
    opened = open_database(settings.database_url)
    with session():
        partner, other = Partner.at(morning.cast.partner), Partner.at(morning.cast.other_partner)
        assert partner is not None
        assert other is not None
        goods = {key: [ProductMapping.find(id) for id in ids] for key, ids in morning.goods.items()}
        yield Counter(standin, morning.cast.hub, partner, other, goods)
    opened.close_all()


def _furnish(standin: Standin, cast: Cast) -> Counter:
    now = clock.now()
    connecting.prepare_hub(cast.hub)
    welcoming.welcome_hub(as_of=now)
    Hub.update(
        company="Hub Coffee", address1="1 Dock St", city="Brooklyn", country_code="US", email="o@h.example"
    ).execute()
    partner, other = (_connect(shop, now) for shop in (cast.partner, cast.other_partner))
    counter = Counter(standin, cast.hub, partner, other)
    for each, size in ((partner, 2), (other, 1)):
        refreshing.refresh(each, as_of=now, trigger="person")
        counter.goods[each.id] = _import(each, size, now)
    for mapping in [good for goods in counter.goods.values() for good in goods]:
        counter.partner_restocks(STOCK - counter.available(mapping), mapping)
    counter.pass_()
    publishing.publish_stocked(as_of=now)
    StockChange.delete().execute()
    SyncLog.delete().execute()
    return counter


def _connect(shop: str, now: datetime) -> Partner:
    partner = Partner.create(name=shop.partition(".")[0], shop=shop, state=CONNECTED, created_at=now, connected_at=now)
    welcoming.welcome_partner(partner, as_of=now)
    return Partner.find(partner.id)


def _import(partner: Partner, size: int, now: datetime) -> list[ProductMapping]:
    """The first of each product's variants that counts its stock, of so many products."""
    found: list[ProductMapping] = []
    for product in _importable(partner):
        listing = planning.plan_import(partner, product.remote_id, markup_bp=4000, publish=True, as_of=now)
        importing.import_product(listing, as_of=now)
        mappings = ProductMapping.select().where(ProductMapping.listing == listing).order_by(ProductMapping.id)
        found += list(mappings.limit(1))  # none where the owner is asked first
        if len(found) == size:
            return found
    raise AssertionError("the catalogue is too small")


def _importable(partner: Partner) -> Sequence[Product]:
    query = Product.select().where((Product.partner == partner) & (Product.obstacle == "") & ~Product.always_in_stock)
    return list(query.order_by(Product.id))


@pytest.fixture
def hub(counter: Counter) -> Hub:
    """The hub's row."""
    return Hub.get_hub()
