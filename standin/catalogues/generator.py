"""A whole catalogue from a seed: coffees, their wholesale twins, other goods, and a big store's sold-out archive."""

from dataclasses import replace
from random import Random

from standin.catalogues import shelves
from standin.catalogues.coffees import coffee, lots
from standin.catalogues.goods import goods
from standin.catalogues.house import house_of
from standin.catalogues.seeds import ProductSeed
from standin.catalogues.sizes import ABSURD_GRAMS
from standin.catalogues.twins import wholesale_twin
from standin.catalogues.writing import slug

COFFEE_SHARE = 0.6
SHOP_SIZE = 180
_STATUSES = ("ACTIVE", "ACTIVE", "DRAFT", "ARCHIVED", "UNLISTED")


def generate(size: int, seed: int, *, currency: str, vendor: str) -> list[ProductSeed]:
    """A catalogue of `size` products, the same for the same arguments, prices in `currency`.

    About 60 % of the shop proper are coffees, twins included; what a big store has beyond that is mostly archive.
    """
    rng = Random(f"{vendor}|{currency}|{size}|{seed}")
    house = house_of(vendor, currency, rng)
    harvest = lots(rng)
    archive_size = round(max(0, size - SHOP_SIZE) * 0.9)
    coffee_count = round((size - archive_size) * COFFEE_SHARE)
    twin_count = round(coffee_count * rng.choice((0.04, 0.1, 0.15, 0.35)))
    coffees = [coffee(next(harvest), house, rng) for _ in range(coffee_count - twin_count)]
    twins = [wholesale_twin(rng.choice(coffees), house, rng) for _ in range(twin_count)] if coffees else []
    archive = [_archived(coffee(next(harvest), house, rng, moment=shelves.SOLD_OUT), rng) for _ in range(archive_size)]
    others = goods(size - archive_size - coffee_count, house, rng)
    catalogue = [_maybe_off_sale(product, rng) for product in (*coffees, *twins, *others)] + archive
    rng.shuffle(catalogue)
    return with_handles(_one_absurd_weight(catalogue, rng))


def with_handles(catalogue: list[ProductSeed]) -> list[ProductSeed]:
    """Every product with a handle of its own, numbered behind as Shopify does when titles repeat."""
    taken: set[str] = set()
    named = []
    for product in catalogue:
        wanted = handle = product.handle or slug(product.title)
        number = 0
        while handle in taken:
            number += 1
            handle = f"{wanted}-{number}"
        taken.add(handle)
        named.append(replace(product, handle=handle))
    return named


def _archived(product: ProductSeed, rng: Random) -> ProductSeed:
    """An old coffee: most stay listed without stock, some are archived, a few come back frozen."""
    if rng.random() < 0.06:
        product = replace(product, title=f"Archival Release: {product.title}", tags=(*product.tags, "frozen"))
    return replace(product, status=rng.choice(_STATUSES[:1] * 3 + ("ARCHIVED",)), weeks_on_sale=rng.randint(20, 200))


def _maybe_off_sale(product: ProductSeed, rng: Random) -> ProductSeed:
    """One product in eleven of the shop proper is a draft, archived or unlisted."""
    return replace(product, status=rng.choice(_STATUSES[2:])) if rng.random() < 0.09 else product


def _one_absurd_weight(catalogue: list[ProductSeed], rng: Random) -> list[ProductSeed]:
    """The audit's 172 kg bag: one variant of one coffee."""
    coffees = [index for index, product in enumerate(catalogue) if product.kind == "coffee"]
    if not coffees:
        return catalogue
    at = rng.choice(coffees)
    first, *rest = catalogue[at].variants
    absurd = replace(first, weight=ABSURD_GRAMS, weight_unit="GRAMS")
    return [*catalogue[:at], replace(catalogue[at], variants=(absurd, *rest)), *catalogue[at + 1 :]]
