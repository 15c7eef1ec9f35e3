"""What a catalogue is made of before a store holds it: plain values, no ids, no clock."""

from dataclasses import dataclass
from decimal import Decimal

GRAMS_PER_UNIT = {"GRAMS": 1.0, "KILOGRAMS": 1000.0, "OUNCES": 28.349523, "POUNDS": 453.59237}


@dataclass(frozen=True, slots=True)
class OptionSeed:
    """One option of a product and its values in the order the shop shows them."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VariantSeed:
    """One variant; `values` has one value an option, in option order; money is in the shop's currency."""

    values: tuple[str, ...]
    price: Decimal
    sku: str = ""
    compare_at_price: Decimal | None = None
    barcode: str = ""
    weight: float = 0.0
    weight_unit: str = "GRAMS"
    available: int = 0
    tracked: bool = True
    policy: str = "DENY"
    requires_shipping: bool = True
    taxable: bool = True
    requires_components: bool = False

    @property
    def title(self) -> str:
        """The variant's title as Shopify joins it: `12 oz / Whole Bean`."""
        return " / ".join(self.values)

    @property
    def grams(self) -> float:
        """The weight field in grams: what the shop typed, which may be a lie."""
        return self.weight * GRAMS_PER_UNIT[self.weight_unit]


@dataclass(frozen=True, slots=True)
class ProductSeed:
    """One product; `kind` says what it really is and is for tests and pictures, no store shows it."""

    kind: str
    title: str
    vendor: str
    options: tuple[OptionSeed, ...]
    variants: tuple[VariantSeed, ...]
    handle: str = ""
    product_type: str = ""
    description_html: str = ""
    tags: tuple[str, ...] = ()
    status: str = "ACTIVE"
    pictures: tuple[str, ...] = ()
    metafields: tuple[tuple[str, str, str], ...] = ()  # (key, type, value), all in the namespace `custom`
    is_gift_card: bool = False
    requires_selling_plan: bool = False
    weeks_on_sale: int = 0

    @property
    def has_variants_that_requires_components(self) -> bool:
        """True for a bundle whose stock Shopify computes from its parts."""
        return any(variant.requires_components for variant in self.variants)
