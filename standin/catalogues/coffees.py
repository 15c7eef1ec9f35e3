"""Coffees: a lot of one harvest becomes a product with sizes, grinds, prices, SKUs, weights and stock."""

from collections.abc import Iterator
from random import Random

from standin.catalogues import shelves, words
from standin.catalogues.house import SKU_STYLES, House, habit
from standin.catalogues.money import price_in
from standin.catalogues.pictures import picture_names
from standin.catalogues.seeds import OptionSeed, ProductSeed, VariantSeed
from standin.catalogues.sizes import Bag, weights_for
from standin.catalogues.writing import Lot, description_of, slug, tags_of, title_of

THIS_HARVEST = 2026
BLEND_SHARE = 0.15
DEFAULT_OPTION = OptionSeed("Title", ("Default Title",))


def lots(rng: Random) -> Iterator[Lot]:
    """Endless coffees: every lot and blend once, then the same ones of the harvest before."""
    origins = [(origin, name) for origin in words.ORIGINS for name in origin.lots]
    year = THIS_HARVEST
    while True:
        rng.shuffle(origins)
        blends = iter(rng.sample(words.BLENDS, len(words.BLENDS)))
        for origin, name in origins:
            if rng.random() < BLEND_SHARE and (blend := next(blends, None)):
                yield Lot(blend, "", "", "", "Mixed varieties", "Washed", year)
            region, variety = rng.choice(origin.regions), rng.choice(origin.varieties)
            yield Lot(name, origin.country, origin.flag, region, variety, rng.choice(words.PROCESSES), year)
        year -= 1


def coffee(lot: Lot, house: House, rng: Random, *, moment: str | None = None) -> ProductSeed:
    """The product of one lot; `moment` fixes its stock situation (`shelves`), else it is drawn."""
    title = title_of(lot, house, rng)
    bags, grinds = _layout(house, rng)
    variants = _variants(lot, bags, grinds, house, moment or shelves.moment_of(rng), rng)
    vendor = house.vendor if rng.random() < 0.85 else f"{lot.region}, {lot.country}".strip(", ") or house.vendor
    return ProductSeed(
        kind="coffee",
        title=title,
        vendor=vendor,
        options=_options(bags, grinds, house),
        variants=variants,
        product_type=rng.choice(("Coffee", "Coffee", "Coffee", "Whole Bean Coffee", "Single Origin", "")),
        description_html=description_of(lot, house, rng),
        tags=tags_of(lot, house, rng),
        pictures=picture_names(house.vendor, lot.name, "bag", rng.randint(1, 4)),
        weeks_on_sale=rng.randint(0, 12),
    )


def _layout(house: House, rng: Random) -> tuple[list[Bag], list[str]]:
    """Bags and grinds of a coffee; about 4.6 variants on average, 1 for a Default Title."""
    draw = rng.random()
    if draw < 0.12:
        return [rng.choice(house.bags[:3])], []
    bags = sorted(rng.sample(house.bags, rng.randint(2, 4 if draw < 0.55 else 3)), key=lambda bag: bag.grams)
    return (bags, []) if draw < 0.55 else (bags, list(house.grinds[: rng.randint(2, 4)]))


def _options(bags: list[Bag], grinds: list[str], house: House) -> tuple[OptionSeed, ...]:
    if len(bags) == 1 and not grinds:
        return (DEFAULT_OPTION,)
    size = OptionSeed(house.size_name, tuple(bag.label(house.spelling) for bag in bags))
    if not grinds:
        return (size,)
    grind = OptionSeed(house.grind_name, tuple(grinds))
    return (grind, size) if house.grind_first else (size, grind)


def _variants(
    lot: Lot, bags: list[Bag], grinds: list[str], house: House, moment: str, rng: Random
) -> tuple[VariantSeed, ...]:
    per_bag = 58.0 if lot.variety == "Geisha" else rng.uniform(16, 29)
    sku_style = habit(house.sku_style, SKU_STYLES, rng)
    tracked = rng.random() > 0.08
    policy = "CONTINUE" if rng.random() < 0.08 else "DENY"
    number = rng.randint(10000, 99000)
    rows = [(bag, grind) for bag in bags for grind in (grinds or [""])]
    weights = weights_for([bag for bag, _ in rows], rng)
    variants = []
    for index, ((bag, grind), (weight, unit)) in enumerate(zip(rows, weights, strict=True)):
        label = bag.label(house.spelling)
        names = [label, grind] if grind else [label]
        dollars = per_bag * (bag.grams / 340) ** 0.86
        oversold = policy == "CONTINUE" and moment == shelves.SOLD_OUT and rng.random() < 0.4
        variants.append(
            VariantSeed(
                values=_values(names, house) if len(rows) > 1 else DEFAULT_OPTION.values,
                price=price_in(house.currency, dollars),
                sku=_sku(sku_style, lot, bag, grind, number + index),
                compare_at_price=price_in(house.currency, dollars * 1.2) if rng.random() < 0.03 else None,
                barcode=f"8500{number:05d}{index:03d}" if rng.random() < 0.1 else "",
                weight=weight,
                weight_unit=unit,
                available=-rng.randint(1, 4) if oversold else shelves.available(moment, bags.index(bag), rng),
                tracked=tracked,
                policy=policy,
                taxable=False,
            )
        )
    return tuple(variants)


def _values(names: list[str], house: House) -> tuple[str, ...]:
    return tuple(reversed(names)) if house.grind_first else tuple(names)


def _sku(style: str, lot: Lot, bag: Bag, grind: str, number: int) -> str:
    """A SKU in the house's style: blank, a number, reused across grinds, or changed with the season."""
    code = slug(lot.name).replace("-", "")[:6].upper()
    size = f"{bag.amount}{bag.unit}".upper()
    initials = "".join(word[0] for word in grind.split()).upper()
    match style:
        case "blank":
            return ""
        case "number":
            return str(number)
        case "season":
            return "-".join(filter(None, (f"{code}{lot.year % 100}", size, initials)))
        case "reused across grinds":
            return f"{code}-{size}"
        case _:
            return "-".join(filter(None, (code, size, initials)))
