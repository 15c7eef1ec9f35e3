"""Everything in a roaster's store that is not a bag of coffee for sale."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from standin.catalogues import merchandise, oddities
from standin.catalogues.house import House
from standin.catalogues.seeds import ProductSeed

Maker = Callable[[House, Random], ProductSeed]

_EACH_ONCE: tuple[Maker, ...] = (
    oddities.gift_card,
    oddities.subscription,
    merchandise.mug,
    oddities.sampler,
    oddities.bundle,
    oddities.collateral,
    oddities.helper,
    merchandise.shirt,
    merchandise.hardware,
    oddities.case_pack,
    merchandise.instant,
    oddities.white_label,
)
_USUAL: tuple[Maker, ...] = (
    merchandise.mug,
    merchandise.hardware,
    merchandise.hardware,
    merchandise.shirt,
    oddities.sampler,
    oddities.case_pack,
    oddities.white_label,
    oddities.collateral,
)


def goods(count: int, house: House, rng: Random) -> list[ProductSeed]:
    """Other goods of a store: each kind once while there is room, then mostly merchandise."""
    makers: list[Maker] = list(_EACH_ONCE[:count])
    makers += rng.choices(_USUAL, k=count - len(makers))
    return [replace(make(house, rng), weeks_on_sale=rng.randint(4, 150)) for make in makers]
