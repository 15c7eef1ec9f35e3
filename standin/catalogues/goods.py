"""Everything in a roaster's store that is not a bag of coffee for sale."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from standin.catalogues import words
from standin.catalogues.coffees import DEFAULT_OPTION
from standin.catalogues.house import House
from standin.catalogues.money import price_in
from standin.catalogues.pictures import picture_names
from standin.catalogues.seeds import OptionSeed, ProductSeed, VariantSeed

Maker = Callable[[House, Random], ProductSeed]


def goods(count: int, house: House, rng: Random) -> list[ProductSeed]:
    """Other goods of a store: each kind once while there is room, then mostly merchandise."""
    makers: list[Maker] = list(_EACH_ONCE[:count])
    makers += rng.choices(_USUAL, k=count - len(makers))
    return [replace(make(house, rng), weeks_on_sale=rng.randint(4, 150)) for make in makers]


def _single(house: House, dollars: float, rng: Random, *, grams: float, sku: str = "") -> tuple[VariantSeed, ...]:
    stock = rng.choice((0, 2, 6, 14, 40))
    price = price_in(house.currency, dollars)
    return (VariantSeed(values=("Default Title",), price=price, sku=sku, weight=grams, available=stock),)


def _mug(house: House, rng: Random) -> ProductSeed:
    name = rng.choice(words.MUGS)
    variants = _single(house, rng.uniform(14, 38), rng, grams=420, sku=f"MUG-{rng.randint(100, 999)}")
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


def _shirt(house: House, rng: Random) -> ProductSeed:
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


def _hardware(house: House, rng: Random) -> ProductSeed:
    name = rng.choice(words.BREWERS + words.GRINDERS)
    return ProductSeed(
        kind="hardware",
        title=name,
        vendor=name.split()[0],
        options=(DEFAULT_OPTION,),
        variants=_single(house, rng.uniform(25, 340), rng, grams=rng.choice((0, 900, 2400))),
        product_type="Equipment",
        description_html="<p>MSRP. No discounts apply.</p>",
        pictures=picture_names(house.vendor, name, "brewer", 1),
    )


def _subscription(house: House, rng: Random) -> ProductSeed:
    name = rng.choice(("Roaster's Choice Subscription", "Prepaid Coffee Subscription", "Coffee Club"))
    terms = ("3 months", "6 months", "12 months")
    variants = tuple(
        VariantSeed((term,), price_in(house.currency, 20 * int(term.split()[0])), tracked=False) for term in terms
    )
    return ProductSeed(
        kind="subscription",
        title=name,
        vendor=house.vendor,
        options=(OptionSeed("Term", terms),),
        variants=variants,
        product_type="Subscription",
        tags=("subscription",),
        pictures=picture_names(house.vendor, name, "box", 1),
        requires_selling_plan=True,
    )


def _gift_card(house: House, rng: Random) -> ProductSeed:
    amounts = (25, 50, 100)
    prices = [price_in(house.currency, amount) for amount in amounts]
    variants = tuple(
        VariantSeed((str(price),), price, tracked=False, requires_shipping=False, taxable=False) for price in prices
    )
    return ProductSeed(
        kind="gift card",
        title=rng.choice(("Gift Card", "Digital Gift Card", "E-Gift Card 🎉")),
        vendor=house.vendor,
        options=(OptionSeed("Denominations", tuple(str(price) for price in prices)),),
        variants=variants,
        product_type="Gift Card",
        pictures=picture_names(house.vendor, "Gift Card", "card", 1),
        is_gift_card=True,
    )


def _bundle(house: House, rng: Random) -> ProductSeed:
    name = rng.choice(("Starter Bundle", "Pour Over Kit", "Three Bag Bundle"))
    variant = VariantSeed(("Default Title",), price_in(house.currency, 54), available=9, requires_components=True)
    return ProductSeed(
        kind="bundle",
        title=name,
        vendor=house.vendor,
        options=(DEFAULT_OPTION,),
        variants=(variant,),
        product_type="Bundle",
        tags=("bundle",),
        pictures=picture_names(house.vendor, name, "box", 1),
    )


def _sampler(house: House, rng: Random) -> ProductSeed:
    name = rng.choice(("Sampler Box (4 x 4 oz.)", "Tasting Flight", "Discovery Sampler"))
    return ProductSeed(
        kind="sampler",
        title=name,
        vendor=house.vendor,
        options=(DEFAULT_OPTION,),
        variants=_single(house, 36, rng, grams=454, sku="SAMPLER"),
        product_type="Coffee",
        pictures=picture_names(house.vendor, name, "box", 2),
    )


def _case_pack(house: House, rng: Random) -> ProductSeed:
    name = rng.choice(words.BLENDS)
    values = ("10oz Case Pack (6)", "5 lb. Bulk")
    variants = (
        VariantSeed((values[0],), price_in(house.currency, 66), "CASE-6", weight=1701, available=rng.randint(0, 12)),
        VariantSeed((values[1],), price_in(house.currency, 58), "BULK-5", weight=5, weight_unit="POUNDS"),
    )
    return ProductSeed(
        kind="case pack",
        title=name,
        vendor="Wholesale",
        options=(OptionSeed("Pack", values),),
        variants=variants,
        product_type="Wholesale",
        tags=("wholesale", "case"),
        pictures=picture_names(house.vendor, name, "box", 1),
    )


def _instant(house: House, rng: Random) -> ProductSeed:
    return ProductSeed(
        kind="instant",
        title="Instant Coffee, 6 sachets",
        vendor=house.vendor,
        options=(DEFAULT_OPTION,),
        variants=_single(house, 16, rng, grams=60, sku="INSTANT-6"),
        product_type="Instant",
        pictures=picture_names(house.vendor, "Instant Coffee", "box", 1),
    )


def _collateral(house: House, rng: Random) -> ProductSeed:
    lot = rng.choice(rng.choice(words.ORIGINS).lots)
    variant = VariantSeed(("Default Title",), price_in(house.currency, 0), tracked=False)
    return ProductSeed(
        kind="collateral",
        title=f"Pot Tag - {lot}",
        vendor="Collateral",
        options=(DEFAULT_OPTION,),
        variants=(variant,),
        product_type="Collateral",
        tags=("collateral",),
    )


def _helper(house: House, rng: Random) -> ProductSeed:
    return ProductSeed(
        kind="helper",
        title=rng.choice(("Shipping Protection", "Bag Fee", "Gift Wrap Option", "Carbon Neutral Order")),
        vendor=rng.choice(("Ecommerce", "route-app")),
        options=(DEFAULT_OPTION,),
        variants=(VariantSeed(("Default Title",), price_in(house.currency, 1.25), tracked=False),),
        tags=("hidden",),
    )


def _white_label(house: House, rng: Random) -> ProductSeed:
    client = rng.choice(("Hotel Amsel", "Corner Bakery Co-op", "Studio North", "Ferry Line"))
    values = ("2lb / Whole Bean", "5lb / Whole Bean")
    variants = tuple(
        VariantSeed((value,), price_in(house.currency, dollars), weight=340, policy="CONTINUE")
        for value, dollars in zip(values, (19, 44), strict=True)
    )
    return ProductSeed(
        kind="white label",
        title=f"{client} House Roast",
        vendor="Contract",
        options=(OptionSeed("Size", values),),
        variants=variants,
        product_type="Private Label",
        tags=("hidden", "contract"),
    )


_EACH_ONCE: tuple[Maker, ...] = (
    _gift_card,
    _subscription,
    _mug,
    _sampler,
    _bundle,
    _collateral,
    _helper,
    _shirt,
    _hardware,
    _case_pack,
    _instant,
    _white_label,
)
_USUAL: tuple[Maker, ...] = (_mug, _hardware, _hardware, _shirt, _sampler, _case_pack, _white_label, _collateral)
