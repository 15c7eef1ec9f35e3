"""A hub whose goods are two partners', linked variant by variant, and customers who buy them."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from occhub import clock
from occhub.catalog.models import Import, ProductMapping
from occhub.database import db
from occhub.orders import capturing, claiming, placing
from occhub.orders.models import MasterLine, MasterOrder, MasterPart, PartnerOrder
from occhub.partners.models import CONNECTED, Hub, Partner
from occhub.settings import Settings
from occhub.shopify import open_store, tokens
from occhub.shopify.client import Store
from occhub.shopify.scopes import HUB_SCOPES_OPTIONAL
from tests.conftest import Standin

STOCK = 100


@dataclass
class Floor:
    """The shop floor: who sells, what is linked, and short ways to let things happen."""

    standin: Standin
    hub: Hub
    partner: Partner
    other: Partner
    goods: dict[int, list[ProductMapping]] = field(default_factory=dict)

    @property
    def coffee(self) -> ProductMapping:
        """The partner's first coffee."""
        return self.goods[self.partner.id][0]

    @property
    def second_coffee(self) -> ProductMapping:
        """The partner's second coffee."""
        return self.goods[self.partner.id][1]

    @property
    def others_coffee(self) -> ProductMapping:
        """A coffee of the other partner."""
        return self.goods[self.other.id][0]

    @property
    def store(self) -> Store:
        """The partner's store, as his own hand would reach it too."""
        return open_store(self.partner.shop)

    def buy(self, *lines: tuple[ProductMapping, int], **facts: Any) -> dict[str, Any]:
        """A customer buys on the hub; answers the stand-in's order."""
        rows = [{"variant_id": mapping.hub_variant_id, "quantity": quantity} for mapping, quantity in lines]
        order: dict[str, Any] = self.standin.control("POST", f"/shops/{self.hub.shop}/orders", {"lines": rows, **facts})
        return order

    def happen(self, order: dict[str, Any], what: str, **facts: Any) -> None:
        """Something happens to a hub order: pay, cancel, refund, edit, fulfil."""
        self.standin.control("POST", f"/shops/{self.hub.shop}/orders/{order['id']}/{what}", facts)

    def refund(self, order: dict[str, Any], quantity: int, **facts: Any) -> None:
        """Units of the order's first line are refunded."""
        self.happen(order, "refund", lines=[{"line_id": order["lines"][0]["id"], "quantity": quantity}], **facts)

    def capture(self, *orders: dict[str, Any]) -> list[int]:
        """Capture these orders, or with none what a walk finds."""
        store, now = open_store(self.hub.shop), clock.now()
        if not orders:
            return capturing.walk(store, as_of=now)
        return capturing.capture_orders(store, [order["gid"] for order in orders], as_of=now)

    def sell(self, units: int = 3, mapping: ProductMapping | None = None) -> dict[str, Any]:
        """Buy and capture."""
        order = self.buy((mapping or self.coffee, units))
        self.capture(order)
        return order

    def claim(self, **options: Any) -> MasterOrder | None:
        """Bring the partner's draft up to date."""
        return claiming.claim(self.partner, as_of=clock.now(), **options)

    def place(self, master: MasterOrder | None = None, *, after_cutoff: timedelta = timedelta()) -> MasterOrder:
        """Place the window as if its cutoff had come."""
        window = master or self.window()
        return placing.place(window, as_of=max(clock.now(), window.cutoff_at) + after_cutoff)

    def window(self) -> MasterOrder:
        """The partner's newest window."""
        window: MasterOrder = (
            MasterOrder.select().where(MasterOrder.partner == self.partner).order_by(MasterOrder.number.desc()).get()
        )
        return window

    def part(self) -> MasterPart:
        """The first part of the newest window."""
        part: MasterPart = MasterPart.get(MasterPart.master == self.window())
        return part

    def line(self, mapping: ProductMapping | None = None) -> MasterLine:
        """The line of a coffee in the newest window."""
        query = MasterLine.select().join(MasterPart).where(MasterPart.master == self.window())
        line: MasterLine = query.where(MasterLine.mapping == (mapping or self.coffee)).get()
        return line

    def status(self, order: dict[str, Any], partner: Partner | None = None) -> str:
        """The word on what the order needs from the partner."""
        return str(self.captured(order, partner).status)

    def captured(self, order: dict[str, Any], partner: Partner | None = None) -> PartnerOrder:
        """What the order needs from the partner."""
        row: PartnerOrder = PartnerOrder.get(
            (PartnerOrder.hub_order_id == order["gid"]) & (PartnerOrder.partner == (partner or self.partner))
        )
        return row

    def drafts(self) -> list[dict[str, Any]]:
        """The drafts on the partner's store, by the store's own account."""
        return _values(self.standin.state(self.partner.shop)["drafts"])

    def orders(self) -> list[dict[str, Any]]:
        """The orders on the partner's store, by the store's own account."""
        return _values(self.standin.state(self.partner.shop)["orders"])

    def stock(self, mapping: ProductMapping | None = None) -> dict[str, int]:
        """available, reserved, committed of a coffee at the partner's only location."""
        wanted = (mapping or self.coffee).partner_variant_id
        for product in _values(self.standin.state(self.partner.shop)["products"]):
            for variant in product["variants"]:
                if variant["gid"] == wanted:
                    (level,) = variant["stock"].values()
                    return {name: level[name] for name in ("available", "reserved", "committed")}
        raise AssertionError("no such variant")


@pytest.fixture
def floor(settings: Settings, standin: Standin, gateway: None, database: None) -> Floor:
    hub_shop = standin.open_shop(settings.hub_shop, catalogue={"size": 8, "seed": 7})
    tokens.exchange(hub_shop, standin.install(hub_shop, *HUB_SCOPES_OPTIONAL), clock.now())
    hub = Hub.create(
        shop=hub_shop,
        name="Hub Coffee",
        currency="USD",
        zone="America/New_York",
        company="Hub Coffee Fulfilment",
        address1="1 Dock St",
        city="Brooklyn",
        province_code="NY",
        postcode="11201",
        country_code="US",
        email="orders@hub.example",
    )
    on_hub = _sellable(standin, hub_shop)
    floor = Floor(standin, hub, *[_connect(standin, name, seed) for name, seed in (("Milk Road", 1), ("Onda", 2))])
    for number, partner in enumerate((floor.partner, floor.other)):
        theirs = _sellable(standin, partner.shop)[:3]
        floor.goods[partner.id] = _link(partner, theirs, on_hub[number * 3 : number * 3 + 3])
    return floor


def _connect(standin: Standin, name: str, seed: int) -> Partner:
    shop = standin.open_shop(catalogue={"size": 6, "seed": seed})
    tokens.exchange(shop, standin.install(shop), clock.now())
    partner: Partner = Partner.create(name=name, shop=shop, state=CONNECTED, currency="USD", created_at=clock.now())
    return partner


def _sellable(standin: Standin, shop: str) -> list[dict[str, Any]]:
    variants = []
    for product in _values(standin.state(shop)["products"]):
        for variant in product["variants"]:
            if product["status"] == "ACTIVE" and variant["item"]["tracked"] and not variant["requires_components"]:
                standin.control("POST", f"/shops/{shop}/variants/{variant['id']}/restock", {"quantity": STOCK})
                variants.append({**variant, "product": product})
            if len(variants) == 6:
                return variants
    return variants


def _link(partner: Partner, theirs: Sequence[dict[str, Any]], on_hub: Sequence[dict[str, Any]]) -> list[ProductMapping]:
    now = clock.now() - timedelta(days=30)
    mappings = []
    for variant, hub_variant in zip(theirs, on_hub, strict=True):
        listing, _ = Import.get_or_create(
            partner=partner,
            product_remote_id=variant["product"]["gid"],
            defaults={
                "title": variant["product"]["title"],
                "markup_bp": 4000,
                "created_at": now,
                "planned_at": now,
                "changed_at": now,
            },
        )
        mappings.append(
            ProductMapping.create(
                listing=listing,
                partner=partner,
                partner_variant_id=variant["gid"],
                partner_item_id=variant["item"]["gid"],
                hub_variant_id=hub_variant["gid"],
                hub_item_id=hub_variant["item"]["gid"],
                sku=hub_variant["sku"] or "",
                title=f"{variant['product']['title']} – {variant['title']}",
                cost_minor=700,
                price_minor=1200,
                currency="USD",
                created_at=now,
            )
        )
    return mappings


def _values(things: Any) -> list[Any]:
    return list(things.values()) if isinstance(things, dict) else list(things)


def delete_coffee(floor: Floor, mapping: ProductMapping) -> None:
    """The partner deletes what he sells there, and the whole product with its last variant."""
    shop = mapping.partner.shop
    for product in _values(floor.standin.state(shop)["products"]):
        for variant in product["variants"]:
            if variant["gid"] == mapping.partner_variant_id:
                last = len(product["variants"]) == 1
                what = f"products/{product['id']}" if last else f"variants/{variant['id']}"
                floor.standin.control("DELETE", f"/shops/{shop}/{what}")


def put_back(copy: Path) -> None:
    """Replace the database's file by this copy, as an operator does while the app is stopped."""
    # The session that the fixture `database` holds for the whole test goes on, over the other file.
    session_of_the_test, path = list(db.obj._state.ctx), Path(db.obj.database)
    db.obj.close()
    db.obj.close_all()
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    shutil.copy(copy, path)
    db.obj.connect()
    db.obj._state.ctx.extend(session_of_the_test)


def moment_of(text: str) -> datetime:
    """A moment as the stand-in's state writes it."""
    return datetime.fromisoformat(text)
