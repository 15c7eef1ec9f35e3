"""Where goods lie and how many there are."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from standin.world.entity import PREFIX, Entity

QUANTITY_NAMES = (
    "available",
    "committed",
    "reserved",
    "on_hand",
    "incoming",
    "damaged",
    "quality_control",
    "safety_stock",
)


@dataclass(slots=True, eq=False)
class Location(Entity):
    """A place of a store where stock is kept."""

    kind: ClassVar[str] = "Location"
    name: str
    is_active: bool = True
    ships_inventory: bool = True
    fulfills_online_orders: bool = True
    is_fulfillment_service: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(slots=True, eq=False)
class InventoryLevel:
    """The quantities of one item at one location; change them through `World.move_stock`."""

    kind: ClassVar[str] = "InventoryLevel"
    item_id: int
    location_id: int
    created_at: datetime
    updated_at: datetime
    is_active: bool = True
    available: int = 0
    committed: int = 0
    reserved: int = 0
    incoming: int = 0
    damaged: int = 0
    quality_control: int = 0
    safety_stock: int = 0

    @property
    def id(self) -> tuple[int, int]:
        """Key in the store's tables: item and location."""
        return self.item_id, self.location_id

    @property
    def gid(self) -> str:
        """The global id: that of the location's level, with the item in its query string."""
        return f"{PREFIX}InventoryLevel/{self.location_id}?inventory_item_id={self.item_id}"

    @property
    def on_hand(self) -> int:
        """What lies on the shelf: available, committed and every unavailable state."""
        return self.available + self.committed + self.reserved + self.damaged + self.quality_control + self.safety_stock

    def search_terms(self) -> dict[str, object]:
        """What the search index knows about the level."""
        return {"updated_at": self.updated_at, "inventory_item_id": self.item_id}


@dataclass(slots=True, eq=False)
class InventoryItem(Entity):
    """The thing on the shelf behind one variant."""

    kind: ClassVar[str] = "InventoryItem"
    variant_id: int
    created_at: datetime
    updated_at: datetime
    tracked: bool = True
    requires_shipping: bool = True
    harmonized_system_code: str | None = None
    country_code_of_origin: str | None = None
    province_code_of_origin: str | None = None
    cost: Decimal | None = None
    weight_value: float = 0.0
    weight_unit: str = "KILOGRAMS"
    levels: dict[int, InventoryLevel] = field(default_factory=dict)

    @property
    def available(self) -> int:
        """Units available over all active locations."""
        return sum(level.available for level in self.levels.values() if level.is_active)

    def search_terms(self) -> dict[str, object]:
        """What the search index knows about the item."""
        return {"id": self.id, "created_at": self.created_at, "updated_at": self.updated_at}


@dataclass(slots=True)
class InventoryChange:
    """One quantity of one level that an adjustment moved."""

    name: str
    delta: int
    quantity_after_change: int
    item_id: int
    location_id: int


@dataclass(slots=True, eq=False)
class AdjustmentGroup(Entity):
    """The record of one stock-changing mutation."""

    kind: ClassVar[str] = "InventoryAdjustmentGroup"
    created_at: datetime
    reason: str
    reference_document_uri: str | None = None
    changes: list[InventoryChange] = field(default_factory=list)
