"""A hub that sells two partners' imported coffees, whose numbers the tests move on every side."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from occhub import clock
from occhub.catalog import importing, planning, publishing, refreshing
from occhub.catalog.models import Import, Product, ProductMapping
from occhub.database import write
from occhub.inventory import running, shelves
from occhub.inventory.models import StockChange, Stockroom
from occhub.orders import capturing, claiming
from occhub.partners import connecting, welcoming
from occhub.partners.models import CONNECTED, Hub, Partner
from occhub.shopify import open_store
from occhub.synclog import SyncLog
from tests.conftest import Cast, Standin

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

    def cancel(self, order: dict[str, Any]) -> None:
        """The customer cancels, and the units go back on the hub's shelf."""
        self.standin.control("POST", f"/shops/{self.hub_shop}/orders/{order['id']}/cancel", {"restock": True})

    def claim(self, partner: Partner | None = None) -> None:
        """Put what is owed on the partner's draft."""
        claiming.claim(Partner.find((partner or self.partner).id), as_of=clock.now())

    def changes(self, mapping: ProductMapping | None = None) -> list[tuple[int | None, int]]:
        """The hub's numbers of a coffee as they were changed, from and to."""
        query = StockChange.select().where(StockChange.mapping == (mapping or self.coffee)).order_by(StockChange.id)
        return [(change.before, change.after) for change in query]

    def _partner_variant(self, what: str, quantity: int, mapping: ProductMapping | None, **where: str) -> None:
        mapping = mapping or self.coffee
        path = f"/shops/{mapping.partner.shop}/variants/{number(mapping.partner_variant_id)}/{what}"
        self.standin.control("POST", path, {"quantity": quantity, **where})

    def _variant(self, shop: str, gid: str) -> dict[str, Any]:
        for product in self.standin.state(shop)["products"]:
            for variant in product["variants"]:
                if variant["gid"] == gid:
                    return dict(variant)
        raise AssertionError(f"{shop} has no {gid}")


def number(gid: str) -> str:
    """The number a gid ends with."""
    return gid.rpartition("/")[2]


@pytest.fixture
def counter(cast: Cast, standin: Standin) -> Counter:
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
