"""A roaster with two bags on the shelf: one of ten that may not be oversold, one of three that may."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from standin.catalogues import OptionSeed, ProductSeed, VariantSeed, stock
from standin.graphql.engine import run
from standin.world import InventoryLevel, Location, Shop, Variant, World

SCOPES = ("read_orders", "write_draft_orders", "read_products", "write_orders", "read_inventory")


@dataclass
class Roaster:
    """The store and the ways tests look at it and talk to it."""

    world: World
    shop: Shop
    bag: Variant
    kilo: Variant

    def level(self, variant: Variant | None = None, location: Location | None = None) -> InventoryLevel:
        place = location or self.shop.primary_location
        return self.shop.item_of(variant or self.bag).levels[place.id]

    def shelf(self, variant: Variant | None = None, location: Location | None = None) -> tuple[int, int, int, int]:
        """Available, committed, reserved, on hand."""
        level = self.level(variant, location)
        return level.available, level.committed, level.reserved, level.on_hand

    def second_location(self, name: str = "Roastery", **settings: Any) -> Location:
        now = self.world.now()
        place = Location(self.shop.next_id(), name, created_at=now, updated_at=now, **settings)
        self.shop.locations[place.id] = place
        return place

    def told(self) -> list[str]:
        """Topics told since the last look, stock left out."""
        topics = [event.topic for event in self.world.outgoing if event.topic != "inventory_levels/update"]
        self.world.outgoing.clear()
        return topics

    def ask(self, document: str, *, scopes: tuple[str, ...] = SCOPES, **variables: Any) -> dict[str, Any]:
        """The whole answer to a GraphQL request."""
        self.shop.installations.clear()
        token = self.world.tokens[self.world.issue_token(self.shop, scopes)]
        return run(self.world, self.shop, token, {"query": document, "variables": variables})

    def data(self, document: str, **variables: Any) -> Any:
        """The data of a request with one root field, which must have none of GraphQL's errors."""
        answer = self.ask(document, **variables)
        assert "errors" not in answer, answer["errors"]
        [data] = answer["data"].values()
        return data


@pytest.fixture
def roaster(world: World, shop: Shop) -> Roaster:
    seed = ProductSeed(
        kind="coffee",
        title="Sidamo",
        vendor="A roaster",
        options=(OptionSeed("Size", ("250 g", "1 kg")),),
        variants=(
            VariantSeed(values=("250 g",), price=Decimal("12.50"), sku="BAG", weight=250.0, available=10),
            VariantSeed(values=("1 kg",), price=Decimal(40), sku="KILO", weight=1000.0, available=3),
        ),
    )
    [product] = stock(shop, [seed], now=world.now(), address="http://127.0.0.1:4000")
    bag, kilo = product.variants
    kilo.inventory_policy = "CONTINUE"
    return Roaster(world, shop, bag, kilo)


@pytest.fixture
def no_violations(world: World) -> Any:
    """The app broke no rule and asked for nothing that is not modelled."""
    yield
    assert world.report.as_json() == {"violations": [], "unmodelled": []}
