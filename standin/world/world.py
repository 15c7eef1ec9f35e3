"""The world: its stores, its time, and the few things that may be done to it from anywhere."""

import secrets
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from standin.clock import Clock
from standin.report import Report
from standin.world import payloads
from standin.world.catalogue import Product, Publication
from standin.world.shop import Shop
from standin.world.stock import InventoryChange, InventoryItem, InventoryLevel, Location
from standin.world.trust import (
    AccessToken,
    App,
    AuthorizationCode,
    Delivery,
    DeliverySettings,
    Event,
    Fault,
    RefreshToken,
)

MOVABLE = ("available", "committed", "reserved", "incoming", "damaged", "quality_control", "safety_stock")


@dataclass(slots=True)
class World:
    """All stores and everything between them and the app. Changed on one thread only."""

    clock: Clock = field(default_factory=lambda: Clock.parse("real"))
    app: App = field(default_factory=App)
    shops: dict[str, Shop] = field(default_factory=dict)
    report: Report = field(default_factory=Report)
    outgoing: deque[Event] = field(default_factory=lambda: deque(maxlen=100_000))
    tokens: dict[str, AccessToken] = field(default_factory=dict)
    refresh_tokens: dict[str, RefreshToken] = field(default_factory=dict)
    codes: dict[str, AuthorizationCode] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    deliveries: DeliverySettings = field(default_factory=DeliverySettings)
    undelivered: list[Delivery] = field(default_factory=list)
    delivery_log: deque[Delivery] = field(default_factory=lambda: deque(maxlen=200))
    delivery_count: int = 0
    latency_milliseconds: float = 0.0
    index_lag_seconds: float = 5.0
    draft_ready_seconds: float = 0.0
    nodes_priced_per_id: bool = False
    idempotent_results: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    buckets: dict[tuple[str, str], Any] = field(default_factory=dict)
    memories: dict[str, Any] = field(default_factory=dict)

    def now(self) -> datetime:
        """The world's time, in UTC."""
        return self.clock.now()

    def add_shop(self, domain: str, name: str, **settings: Any) -> Shop:
        """Open a store with one location and an online store. ValueError if the domain is taken."""
        if domain in self.shops:
            raise ValueError(f"there is already a store {domain}")
        shop = Shop(number=len(self.shops) + 1, domain=domain, name=name, **settings)
        location = Location(shop.next_id(), name="Shop location", created_at=self.now(), updated_at=self.now())
        shop.locations[location.id] = location
        online = Publication(shop.next_id(), "Online Store", "online_store", shop.next_id(), shop.next_id())
        shop.publications[online.id] = online
        self.shops[domain] = shop
        return shop

    def install(self, shop: Shop, scopes: Iterable[str] = ()) -> None:
        """Install the app, or grant more: its required scopes and these."""
        shop.installations.setdefault(self.app.api_key, set()).update(self.app.scopes, scopes)

    def issue_token(
        self, shop: Shop, scopes: Iterable[str] = (), *, lifetime: timedelta | None = timedelta(hours=1)
    ) -> str:
        """An access token for a store where the app is (or hereby gets) installed with these scopes too."""
        self.install(shop, scopes)
        now = self.now()
        token = AccessToken(
            value=f"shpat_{secrets.token_hex(16)}",
            shop=shop.domain,
            api_key=self.app.api_key,
            created_at=now,
            expires_at=now + lifetime if lifetime else None,
        )
        self.tokens[token.value] = token
        return token.value

    def emit(self, shop: Shop, topic: str, payload: dict[str, object], *, after: timedelta = timedelta(0)) -> None:
        """Queue an event for delivery, or `after` a while; `topic` as in `orders/create`, the payload REST-shaped."""
        self.outgoing.append(Event(secrets.token_hex(16), shop.domain, topic, payload, self.now() + after))

    def touch(self, shop: Shop, entity: Any) -> None:
        """Say that an object was made or changed: moves its `updated_at` and, in time, the search index."""
        now = self.now()
        if hasattr(entity, "updated_at"):
            entity.updated_at = now
        shop.index(entity, now, self.index_lag_seconds)

    def product_changed(self, shop: Shop, product: Product, topic: str = "products/update") -> None:
        """Touch a product and its variants and tell the app."""
        for variant in product.variants:
            self.touch(shop, variant)
        self.touch(shop, product)
        self.emit(shop, topic, payloads.product(shop, product))

    def delete_product(self, shop: Shop, product: Product) -> None:
        """Delete a product, its variants and their stock, and tell the app."""
        items = [shop.item_of(variant) for variant in product.variants]
        shop.remove_product(product)
        self.emit(shop, "products/delete", {"id": product.id})
        for item in items:
            self.emit(shop, "inventory_items/delete", {"id": item.id, "admin_graphql_api_id": item.gid})

    def level_at(self, shop: Shop, item: InventoryItem, location_id: int) -> InventoryLevel:
        """The item's level at a location; the item is stocked there from now on if it was not."""
        level = item.levels.get(location_id)
        if level is None:
            now = self.now()
            level = InventoryLevel(item.id, location_id, created_at=now, updated_at=now)
            item.levels[location_id] = level
            shop.index(level, now, self.index_lag_seconds)
        return level

    def move_stock(self, shop: Shop, item: InventoryItem, location_id: int, /, **deltas: int) -> list[InventoryChange]:
        """Add to named quantities of a level (`available=-2, committed=2`), tell the app, and say what changed.

        `on_hand` follows by itself, and is among the changes when it moved.
        """
        level = self.level_at(shop, item, location_id)
        before = level.on_hand
        changes = []
        for name, delta in deltas.items():
            if name not in MOVABLE:
                raise ValueError(f"no quantity of that name: {name}")
            if delta:
                setattr(level, name, getattr(level, name) + delta)
                changes.append(InventoryChange(name, delta, getattr(level, name), item.id, location_id))
        if level.on_hand != before:
            changes.append(InventoryChange("on_hand", level.on_hand - before, level.on_hand, item.id, location_id))
        if changes:
            self.touch(shop, level)
            self.emit(shop, "inventory_levels/update", payloads.inventory_level(level))
        return changes
