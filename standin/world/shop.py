"""One store with everything in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from standin.world.catalogue import MetafieldDefinition, PriceList, Product, ProductOperation, Publication, Variant
from standin.world.drafts import DraftOrder
from standin.world.entity import split_gid
from standin.world.orders import Order
from standin.world.stock import AdjustmentGroup, InventoryItem, InventoryLevel, Location
from standin.world.trust import WebhookSubscription

IDS_PER_SHOP = 10_000_000_000
INDEXED = ("Product", "ProductVariant", "InventoryItem", "InventoryLevel", "Order", "DraftOrder")


@dataclass(slots=True, eq=False)
class Shop:
    """A store. Tables map ids to objects; add and remove products through the methods, which keep the tables whole."""

    number: int
    domain: str
    name: str
    currency: str = "USD"
    timezone: str = "America/New_York"
    plan: str = "Standard"
    weight_unit: str = "POUNDS"
    taxes_included: bool = True
    tax_rate: Decimal = Decimal(0)
    email: str = "owner@example.com"
    country_code: str = "US"
    partner_development: bool = False
    locations: dict[int, Location] = field(default_factory=dict)
    publications: dict[int, Publication] = field(default_factory=dict)
    products: dict[int, Product] = field(default_factory=dict)
    variants: dict[int, Variant] = field(default_factory=dict)
    inventory_items: dict[int, InventoryItem] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    drafts: dict[int, DraftOrder] = field(default_factory=dict)
    definitions: dict[int, MetafieldDefinition] = field(default_factory=dict)
    price_lists: dict[int, PriceList] = field(default_factory=dict)
    operations: dict[int, ProductOperation] = field(default_factory=dict)
    adjustments: dict[int, AdjustmentGroup] = field(default_factory=dict)
    subscriptions: dict[int, WebhookSubscription] = field(default_factory=dict)
    installations: dict[str, set[str]] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    search_index: dict[str, dict[Any, list[tuple[datetime, dict[str, object]]]]] = field(default_factory=dict)

    def next_id(self) -> int:
        """An id no other object of the world has."""
        return self.number * IDS_PER_SHOP + self.count("id")

    def count(self, name: str, start: int = 1) -> int:
        """The next number of a named series: `count("order", 1001)` for order numbers."""
        self.counters[name] = self.counters.get(name, start - 1) + 1
        return self.counters[name]

    @property
    def primary_location(self) -> Location:
        """The default location: the oldest active one."""
        return next(location for location in self.locations.values() if location.is_active)

    @property
    def shop_id(self) -> int:
        """The number in the store's global id, and its `shop_id` in webhooks."""
        return self.number * 1_000_003

    @property
    def handle(self) -> str:
        """The domain without .myshopify.com."""
        return self.domain.removesuffix(".myshopify.com")

    def add_product(self, product: Product) -> None:
        """Put a product with its variants into the store; their inventory items are added apart."""
        self.products[product.id] = product
        self.variants.update((variant.id, variant) for variant in product.variants)
        for entity in (product, *product.variants):
            self.index(entity, product.updated_at, 0)

    def add_variant(self, product: Product, variant: Variant, item: InventoryItem) -> None:
        """Put one more variant and its inventory item into a product."""
        product.variants.append(variant)
        self.variants[variant.id] = variant
        self.inventory_items[item.id] = item
        for entity in (variant, item, product):
            self.index(entity, entity.updated_at, 0)

    def remove_variant(self, product: Product, variant: Variant) -> None:
        """Delete a variant and what hangs on it."""
        product.variants.remove(variant)
        del self.variants[variant.id]
        item = self.inventory_items.pop(variant.item_id)
        self._forget("ProductVariant", variant.id)
        self._forget("InventoryItem", item.id)
        for level in item.levels.values():
            self._forget("InventoryLevel", level.id)

    def remove_product(self, product: Product) -> None:
        """Delete a product with its variants and their stock."""
        for variant in list(product.variants):
            self.remove_variant(product, variant)
        del self.products[product.id]
        self._forget("Product", product.id)

    def remove_draft(self, draft: DraftOrder) -> None:
        """Delete a draft order."""
        del self.drafts[draft.id]
        self._forget("DraftOrder", draft.id)

    def remove_order(self, order: Order) -> None:
        """Delete an order."""
        del self.orders[order.id]
        self._forget("Order", order.id)

    def product_of(self, variant: Variant) -> Product:
        """The product a variant belongs to."""
        return self.products[variant.product_id]

    def item_of(self, variant: Variant) -> InventoryItem:
        """The inventory item behind a variant."""
        return self.inventory_items[variant.item_id]

    def variant_by_sku(self, sku: str) -> Variant | None:
        """The first variant with this SKU."""
        return next((variant for variant in self.variants.values() if variant.sku == sku), None)

    def levels(self) -> Iterator[InventoryLevel]:
        """Every inventory level of the store."""
        for item in self.inventory_items.values():
            yield from item.levels.values()

    def find(self, gid: str) -> Any:
        """The object with this global id, or None; levels and what hangs on an order or product are found too."""
        try:
            kind, number = split_gid(gid)
        except ValueError:
            return None
        if kind == "InventoryLevel":
            item = self.inventory_items.get(int(gid.partition("inventory_item_id=")[2] or 0))
            return item.levels.get(number) if item else None
        table = self._tables().get(kind)
        return table.get(number) if table is not None else self._search_inside(kind, number)

    def indexed_terms(self, entity: Any, horizon: datetime) -> dict[str, object] | None:
        """What a search knows of an object: its terms as of the horizon, None when it was not there yet."""
        history = self.search_index.get(entity.kind, {}).get(entity.id)
        if history is None:
            terms: dict[str, object] = entity.search_terms()
            return terms
        return next((terms for at, terms in reversed(history) if at <= horizon), None)

    def index(self, entity: Any, now: datetime, lag: float) -> None:
        """Tell the search index how an object looks from now on, and forget what is too old to be asked for."""
        if entity.kind not in INDEXED:
            return
        history = self.search_index.setdefault(entity.kind, {}).setdefault(entity.id, [])
        history.append((now, entity.search_terms()))
        horizon = now - timedelta(seconds=lag)
        while len(history) > 1 and history[1][0] <= horizon:
            history.pop(0)

    def _forget(self, kind: str, key: Any) -> None:
        self.search_index.get(kind, {}).pop(key, None)

    def _tables(self) -> dict[str, dict[int, Any]]:
        return {
            "Product": self.products,
            "ProductVariant": self.variants,
            "InventoryItem": self.inventory_items,
            "Location": self.locations,
            "Publication": self.publications,
            "Order": self.orders,
            "DraftOrder": self.drafts,
            "MetafieldDefinition": self.definitions,
            "PriceList": self.price_lists,
            "ProductSetOperation": self.operations,
            "InventoryAdjustmentGroup": self.adjustments,
            "WebhookSubscription": self.subscriptions,
        }

    def _search_inside(self, kind: str, number: int) -> Any:
        candidates: Iterator[Any]
        match kind:
            case "LineItem":
                candidates = (line for order in self.orders.values() for line in order.lines)
            case "Fulfillment":
                candidates = (shipment for order in self.orders.values() for shipment in order.fulfillments)
            case "Refund":
                candidates = (refund for order in self.orders.values() for refund in order.refunds)
            case "MediaImage":
                candidates = (media for product in self.products.values() for media in product.media)
            case "ProductOption":
                candidates = (option for product in self.products.values() for option in product.options)
            case "Metafield":
                candidates = (field for product in self.products.values() for field in product.metafields)
            case "DraftOrderLineItem":
                candidates = (line for draft in self.drafts.values() for line in draft.lines)
            case _:
                return None
        return next((found for found in candidates if found.id == number), None)
