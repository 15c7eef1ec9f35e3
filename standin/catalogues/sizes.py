"""Bag sizes: how roasters write them, and the weight field that belongs, or does not belong, to them."""

from dataclasses import dataclass
from random import Random

from standin.catalogues.seeds import GRAMS_PER_UNIT

_UNITS = {"g": "GRAMS", "kg": "KILOGRAMS", "oz": "OUNCES", "lb": "POUNDS"}


@dataclass(frozen=True, slots=True)
class Bag:
    """The coffee in a bag, as its label says it."""

    amount: int
    unit: str

    @property
    def grams(self) -> float:
        """What is in the bag."""
        return self.amount * GRAMS_PER_UNIT[_UNITS[self.unit]]

    def label(self, spelling: str) -> str:
        """The bag in a house's spelling, one of SPELLINGS."""
        gms = "gms" if self.unit == "g" else self.unit
        return spelling.format(amount=self.amount, unit=self.unit, UNIT=self.unit.upper(), gms=gms)


TWELVE_OUNCE = (Bag(4, "oz"), Bag(12, "oz"), Bag(2, "lb"), Bag(5, "lb"))
TEN_OUNCE = (Bag(4, "oz"), Bag(10, "oz"), Bag(2, "lb"), Bag(5, "lb"))
METRIC = (Bag(125, "g"), Bag(250, "g"), Bag(500, "g"), Bag(1, "kg"))
SPELLINGS = ("{amount} {unit}.", "{amount}{unit}", "{amount} {UNIT}", "{amount} {unit}", "{amount}{gms}")
ABSURD_GRAMS = 172365.0


def honest_weight(bag: Bag, rng: Random) -> tuple[float, str]:
    """The weight field of a careful shop: the label's own unit, or grams rounded by hand."""
    if rng.random() < 0.5:
        return float(bag.amount), _UNITS[bag.unit]
    return float(round(bag.grams)), "GRAMS"


def weights_for(bags: list[Bag], rng: Random) -> list[tuple[float, str]]:
    """The weight fields of one product's variants: about one in five is more than 12 % off its label.

    Lies come in the forms the audit found: all zero, one weight typed for all sizes, weight with packing,
    another size's weight on a single variant.
    """
    honest = [honest_weight(bag, rng) for bag in bags]
    habit = rng.random()
    if habit < 0.05:
        return [(0.0, "POUNDS") for _ in bags]
    if habit < 0.11:
        return [(340.0, "GRAMS")] * len(bags)
    if habit < 0.18:
        return [(float(round(bag.grams * rng.uniform(1.14, 1.35))), "GRAMS") for bag in bags]
    if habit < 0.30:
        slip = rng.randrange(len(bags))
        other = 454.0 if abs(bags[slip].grams - 454) > 100 else 1134.0
        honest[slip] = (other, "GRAMS")
    return honest
