"""Goods on a roaster's shelf that are no coffee beans: mugs, clothing, hardware, instant coffee."""

from random import Random

from standin.catalogues import words
from standin.catalogues.coffees import DEFAULT_OPTION
from standin.catalogues.house import House
from standin.catalogues.money import price_in
from standin.catalogues.pictures import picture_names
from standin.catalogues.seeds import OptionSeed, ProductSeed, VariantSeed


def single_variant(
    house: House, dollars: float, rng: Random, *, grams: float, sku: str = ""
) -> tuple[VariantSeed, ...]:
    """The one variant of a product without options, its price thought of in dollars."""
    stock = rng.choice((0, 2, 6, 14, 40))
    price = price_in(house.currency, dollars)
    return (VariantSeed(values=("Default Title",), price=price, sku=sku, weight=grams, available=stock),)


def mug(house: House, rng: Random) -> ProductSeed:
    """A mug, tumbler or tin."""
    name = rng.choice(words.MUGS)
    variants = single_variant(house, rng.uniform(14, 38), rng, grams=420, sku=f"MUG-{rng.randint(100, 999)}")
    return ProductSeed(
        kind="mug",
        title=name,
        vendor=house.vendor,
        options=(DEFAULT_OPTION,),
        variants=variants,
        product_type="Merch",
        description_html="<p>Holds coffee. Dishwasher safe.</p>",
        tags=("merch",),
        pictures=picture_names(house.vendor, name, "mug", 2),
    )


def shirt(house: House, rng: Random) -> ProductSeed:
    """A piece of clothing in colours and sizes."""
    name = rng.choice(words.SHIRTS)
    colours, sizes = ("Black", "Natural", "Forest"), ("S", "M", "L", "XL", "2XL")
    variants = tuple(
        VariantSeed((colour, size), price_in(house.currency, 32), weight=0.5, weight_unit="POUNDS", available=stock)
        for colour in colours
        for size in sizes
        for stock in [rng.choice((0, 0, 1, 3, 8))]
    )
    return ProductSeed(
        kind="shirt",
        title=name,
        vendor=house.vendor,
        options=(OptionSeed("Color", colours), OptionSeed("Size", sizes)),
        variants=variants,
        product_type="Apparel",
        tags=("merch", "apparel"),
        pictures=picture_names(house.vendor, name, "shirt", 3),
    )


def hardware(house: House, rng: Random) -> ProductSeed:
    """A brewer or grinder of another brand."""
    name = rng.choice(words.BREWERS + words.GRINDERS)
    return ProductSeed(
        kind="hardware",
        title=name,
        vendor=name.split()[0],
        options=(DEFAULT_OPTION,),
        variants=single_variant(house, rng.uniform(25, 340), rng, grams=rng.choice((0, 900, 2400))),
        product_type="Equipment",
        description_html="<p>MSRP. No discounts apply.</p>",
        pictures=picture_names(house.vendor, name, "brewer", 1),
    )


def instant(house: House, rng: Random) -> ProductSeed:
    """Instant coffee in sachets."""
    return ProductSeed(
        kind="instant",
        title="Instant Coffee, 6 sachets",
        vendor=house.vendor,
        options=(DEFAULT_OPTION,),
        variants=single_variant(house, 16, rng, grams=60, sku="INSTANT-6"),
        product_type="Instant",
        pictures=picture_names(house.vendor, "Instant Coffee", "box", 1),
    )
