"""Products that look like something to import and are not: bundles, gift cards, wholesale cases, hidden helpers."""

from random import Random

from standin.catalogues import words
from standin.catalogues.coffees import DEFAULT_OPTION
from standin.catalogues.house import House
from standin.catalogues.merchandise import single_variant
from standin.catalogues.money import price_in
from standin.catalogues.pictures import picture_names
from standin.catalogues.seeds import OptionSeed, ProductSeed, VariantSeed


def subscription(house: House, rng: Random) -> ProductSeed:
    """A product only sold with a selling plan."""
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


def gift_card(house: House, rng: Random) -> ProductSeed:
    """A gift card in a few denominations."""
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


def bundle(house: House, rng: Random) -> ProductSeed:
    """A bundle whose stock follows from its parts."""
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


def sampler(house: House, rng: Random) -> ProductSeed:
    """A box of small bags sold as one product."""
    name = rng.choice(("Sampler Box (4 x 4 oz.)", "Tasting Flight", "Discovery Sampler"))
    return ProductSeed(
        kind="sampler",
        title=name,
        vendor=house.vendor,
        options=(DEFAULT_OPTION,),
        variants=single_variant(house, 36, rng, grams=454, sku="SAMPLER"),
        product_type="Coffee",
        pictures=picture_names(house.vendor, name, "box", 2),
    )


def case_pack(house: House, rng: Random) -> ProductSeed:
    """A wholesale case: the same blend in sixes and in bulk."""
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


def collateral(house: House, rng: Random) -> ProductSeed:
    """A pot tag for wholesale customers at price 0."""
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


def helper(house: House, rng: Random) -> ProductSeed:
    """A hidden product some other app put there."""
    return ProductSeed(
        kind="helper",
        title=rng.choice(("Shipping Protection", "Bag Fee", "Gift Wrap Option", "Carbon Neutral Order")),
        vendor=rng.choice(("Ecommerce", "route-app")),
        options=(DEFAULT_OPTION,),
        variants=(VariantSeed(("Default Title",), price_in(house.currency, 1.25), tracked=False),),
        tags=("hidden",),
    )


def white_label(house: House, rng: Random) -> ProductSeed:
    """A roast for one contract customer, every weight field wrong."""
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
