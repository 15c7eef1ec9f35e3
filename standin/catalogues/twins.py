"""The same coffee a second time: the wholesale listing, known only by a word in vendor, tag or title."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from standin.catalogues.house import House
from standin.catalogues.money import price_in
from standin.catalogues.seeds import ProductSeed, VariantSeed

_TIERS = ("tier2", "Airport", "Normal Wholesale", "wholesale")


def wholesale_twin(retail: ProductSeed, house: House, rng: Random) -> ProductSeed:
    """The retail product again at 55 to 72 % of its price, marked as one house or another marks it."""
    discount = rng.uniform(0.55, 0.72)
    keeps_skus = rng.random() < 0.5
    variants = tuple(_cheaper(variant, discount, keeps_skus, house) for variant in retail.variants)
    twin = replace(retail, variants=variants)
    match rng.choice(("vendor", "vendor", "tag", "title")):
        case "vendor":
            return replace(twin, vendor="Wholesale", tags=(rng.choice(_TIERS),))
        case "tag":
            return replace(twin, tags=(*retail.tags, "Wholesale", rng.choice(_TIERS[:2])))
        case _:
            pattern = rng.choice(("{} (Wholesale)", "WHOLESALE | {}", "{} - Wholesale"))
            return replace(twin, title=pattern.format(retail.title))


def _cheaper(variant: VariantSeed, discount: float, keeps_sku: bool, house: House) -> VariantSeed:
    dollars = variant.price / price_in(house.currency, 100) * Decimal(100)
    price = price_in(house.currency, float(dollars) * discount)
    sku = variant.sku if keeps_sku or not variant.sku else f"WS-{variant.sku}"
    return replace(variant, price=price, sku=sku, compare_at_price=None, barcode="")
