"""What a store sells: products with their options, variants, pictures and metafields, and where they are published."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from standin.world.entity import Entity


@dataclass(slots=True, eq=False)
class Publication(Entity):
    """A sales channel's list of published products; `publication` 1 of a store is its online store."""

    kind: ClassVar[str] = "Publication"
    name: str
    channel_handle: str
    channel_id: int
    catalog_id: int
    auto_publish: bool = False


@dataclass(slots=True, eq=False)
class Media(Entity):
    """A picture; until `ready_at` Shopify is still fetching and processing it."""

    kind: ClassVar[str] = "MediaImage"
    url: str
    alt: str = ""
    width: int = 1200
    height: int = 1200
    mime_type: str = "image/jpeg"
    created_at: datetime | None = None
    ready_at: datetime | None = None

    def status(self, now: datetime) -> str:
        """PROCESSING or READY."""
        return "PROCESSING" if self.ready_at and now < self.ready_at else "READY"


@dataclass(slots=True, eq=False)
class Metafield(Entity):
    """A custom field of an object; `namespace` is written out (no `$app`)."""

    kind: ClassVar[str] = "Metafield"
    namespace: str
    key: str
    type: str
    value: str
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True, eq=False)
class MetafieldDefinition(Entity):
    """The declaration of a custom field; type `id` makes its values unique and usable as custom ids."""

    kind: ClassVar[str] = "MetafieldDefinition"
    name: str
    namespace: str
    key: str
    type: str
    owner_type: str


@dataclass(slots=True, eq=False)
class OptionValue(Entity):
    """One value of an option, such as "250 g"."""

    kind: ClassVar[str] = "ProductOptionValue"
    name: str


@dataclass(slots=True, eq=False)
class Option(Entity):
    """A dimension in which the variants of a product differ."""

    kind: ClassVar[str] = "ProductOption"
    name: str
    position: int
    values: list[OptionValue] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Variant(Entity):
    """One buyable form of a product. Its stock hangs on its inventory item, `Shop.inventory_items[item_id]`.

    It is on sale wherever its product is, but for the publications in `unpublished`.
    """

    kind: ClassVar[str] = "ProductVariant"
    product_id: int
    item_id: int
    created_at: datetime
    updated_at: datetime
    price: Decimal
    compare_at_price: Decimal | None = None
    sku: str | None = None
    barcode: str | None = None
    position: int = 1
    taxable: bool = True
    inventory_policy: str = "DENY"
    requires_components: bool = False
    selected_options: list[tuple[str, str]] = field(default_factory=list)
    media_ids: list[int] = field(default_factory=list)
    metafields: list[Metafield] = field(default_factory=list)
    unpublished: set[int] = field(default_factory=set)

    @property
    def title(self) -> str:
        """The option values joined, "Default Title" for a product without options."""
        return " / ".join(value for _, value in self.selected_options) or "Default Title"

    def search_terms(self) -> dict[str, object]:
        """What the search index knows about the variant."""
        return {
            "id": self.id,
            "product_id": self.product_id,
            "title": self.title,
            "sku": self.sku or "",
            "barcode": self.barcode or "",
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        }


@dataclass(slots=True, eq=False)
class Product(Entity):
    """A product. `status` is ACTIVE, ARCHIVED, DRAFT or UNLISTED; `published` maps publication id to when."""

    kind: ClassVar[str] = "Product"
    title: str
    handle: str
    created_at: datetime
    updated_at: datetime
    description_html: str = ""
    vendor: str = ""
    product_type: str = ""
    status: str = "ACTIVE"
    tags: list[str] = field(default_factory=list)
    is_gift_card: bool = False
    requires_selling_plan: bool = False
    seo_title: str | None = None
    seo_description: str | None = None
    template_suffix: str | None = None
    options: list[Option] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)
    media: list[Media] = field(default_factory=list)
    metafields: list[Metafield] = field(default_factory=list)
    published: dict[int, datetime] = field(default_factory=dict)

    @property
    def has_variants_that_requires_components(self) -> bool:
        """Whether any variant is a bundle; the stock of bundles cannot be set."""
        return any(variant.requires_components for variant in self.variants)

    def search_terms(self) -> dict[str, object]:
        """What the search index knows about the product."""
        return {
            "id": self.id,
            "title": self.title,
            "handle": self.handle,
            "vendor": self.vendor,
            "product_type": self.product_type,
            "status": self.status,
            "tag": list(self.tags),
            "sku": [variant.sku or "" for variant in self.variants],
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        }


@dataclass(slots=True, eq=False)
class PriceList(Entity):
    """A list of prices for some buyers: `adjustment` percent on the retail price, `fixed` by variant id before that."""

    kind: ClassVar[str] = "PriceList"
    name: str
    currency: str
    adjustment: Decimal = Decimal(0)  # below 0: a decrease
    fixed: dict[int, Decimal] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class ProductOperation(Entity):
    """An asynchronous productSet; finished as soon as it is read."""

    kind: ClassVar[str] = "ProductSetOperation"
    status: str
    product_id: int | None
    user_errors: list[dict[str, object]] = field(default_factory=list)
