"""The habits of one roaster: how the house names options, spells sizes, tags, titles and numbers its coffees."""

from dataclasses import dataclass
from random import Random

from standin.catalogues import words
from standin.catalogues.sizes import METRIC, SPELLINGS, TEN_OUNCE, TWELVE_OUNCE, Bag


@dataclass(frozen=True, slots=True)
class House:
    """One roaster's habits, kept for most of the catalogue and broken now and then."""

    vendor: str
    currency: str
    bags: tuple[Bag, ...]
    spelling: str
    size_name: str
    grind_name: str
    grind_first: bool
    grinds: tuple[str, ...]
    title_style: str
    tag_style: str
    sku_style: str
    description_style: str


TITLE_STYLES = ("plain", "country", "year in front", "pipes", "process behind", "capitals", "emoji", "region")
TAG_STYLES = ("none", "process", "prefixed", "countries", "internal", "internal")
SKU_STYLES = ("full", "full", "reused across grinds", "season", "number", "blank")
DESCRIPTION_STYLES = ("story", "table", "disclosure", "inline", "pasted")


def house_of(vendor: str, currency: str, rng: Random) -> House:
    """Settle the habits of a roaster."""
    metric = currency not in ("USD", "CAD") or rng.random() < 0.2
    spellings = SPELLINGS if metric else SPELLINGS[:4]
    return House(
        vendor=vendor,
        currency=currency,
        bags=METRIC if metric else rng.choice((TWELVE_OUNCE, TWELVE_OUNCE, TEN_OUNCE)),
        spelling=rng.choice(spellings),
        size_name=rng.choice(("Size", "Size", "Weight", "Bag Size", "SIZE")),
        grind_name=rng.choice(("Grind", "Grind", "Grind Type", "Preparation", "Ground or Whole Bean?")),
        grind_first=rng.random() < 0.3,
        grinds=("Whole Bean", *rng.sample(words.GRINDS[1:], 4)),
        title_style=rng.choice(TITLE_STYLES),
        tag_style=rng.choice(TAG_STYLES),
        sku_style=rng.choice(SKU_STYLES),
        description_style=rng.choice(DESCRIPTION_STYLES),
    )


def habit(usual: str, all_habits: tuple[str, ...], rng: Random) -> str:
    """The usual habit three times in four, any of them otherwise."""
    return usual if rng.random() < 0.75 else rng.choice(all_habits)
