"""A store with a small, hand-written catalogue, and a way to ask its Admin API."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from standin.graphql.engine import run
from standin.world import (
    AccessToken,
    InventoryItem,
    InventoryLevel,
    Location,
    Media,
    Option,
    OptionValue,
    Product,
    Shop,
    Variant,
    World,
)

SCOPES = (
    "write_products",
    "write_inventory",
    "write_publications",
    "write_draft_orders",
    "read_locations",
    "read_orders",
)


class Api:
    """Asks a store's Admin API as the app, and reads the report."""

    def __init__(self, world: World, shop: Shop) -> None:
        self.world, self.shop = world, shop

    @property
    def token(self) -> AccessToken:
        """A token with every scope these tests need."""
        return self.world.tokens[self.world.issue_token(self.shop, SCOPES)]

    def answer(self, document: str, **variables: Any) -> dict[str, Any]:
        """The whole answer, errors and all."""
        return run(self.world, self.shop, self.token, {"query": document, "variables": variables})

    def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """The data of an answer that has no top-level errors."""
        answer = self.answer(document, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def rules_broken(self) -> list[str]:
        """The rules in the report."""
        return [violation.rule for violation in self.world.report.violations.values()]


@pytest.fixture
def api(world: World, shop: Shop) -> Api:
    return Api(world, shop)


@pytest.fixture
def api_of(world: World) -> Callable[[Shop], Api]:
    """The Admin API of another store."""
    return lambda shop: Api(world, shop)


@pytest.fixture
def add_coffee(world: World, shop: Shop) -> Callable[..., Product]:
    """Put a coffee in the store that has been there for a month: `add_coffee("Sidamo", stock=(10, 4))`."""

    def add(title: str = "Sidamo", *, stock: tuple[int, ...] = (10, 4), price: str = "12.50", **facts: Any) -> Product:
        since = world.now() - timedelta(days=30)
        handle = title.lower().replace(" ", "-")
        product = Product(shop.next_id(), title, handle, since, since, vendor="A roaster", **facts)
        sizes = ("250 g", "1 kg", "2 kg")[: len(stock)]
        product.options = [Option(shop.next_id(), "Size", 1, [OptionValue(shop.next_id(), size) for size in sizes])]
        product.media = [Media(shop.next_id(), f"http://127.0.0.1/{handle}.svg", alt=title)]
        shop.add_product(product)
        place = shop.primary_location.id
        for position, (size, units) in enumerate(zip(sizes, stock, strict=True), 1):
            variant = Variant(
                shop.next_id(),
                product.id,
                shop.next_id(),
                since,
                since,
                price=Decimal(price) * position,
                sku=f"{handle.upper()}-{position}",
                position=position,
                selected_options=[("Size", size)],
            )
            item = InventoryItem(variant.item_id, variant.id, since, since)
            item.levels[place] = InventoryLevel(item.id, place, since, since, available=units)
            shop.add_variant(product, variant, item)
        return product

    return add


@pytest.fixture
def add_location(world: World, shop: Shop) -> Callable[[str], Location]:
    """Open one more location of the store."""

    def add(name: str) -> Location:
        place = Location(shop.next_id(), name, created_at=world.now(), updated_at=world.now())
        shop.locations[place.id] = place
        return place

    return add
