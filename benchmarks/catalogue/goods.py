"""Typical coffees for a partner's store of the stand-in, and rows of a large range for the browse page."""

from occhub.shopify import Store, hub_listings, listings
from occhub.shopify.listings import Listing, ListingVariant
from occhub.shopify.types import Image, Option

SIZES = ("250 g", "500 g", "1 kg")
GRINDS = ("Whole bean", "Filter", "Espresso", "French press")
PICTURES = 4


def put_coffees(store: Store, address: str, count: int) -> None:
    """Give the store so many coffees of 12 variants and 4 pictures, on sale."""
    listings.ensure_definition(store)
    for number in range(count):
        made = hub_listings.make_product(store, f"coffee-{number}", _coffee(number, address))
        store.change("product_set", {"identifier": {"id": made.id}, "input": {"status": "ACTIVE"}})


def _coffee(number: int, address: str) -> Listing:
    variants = tuple(_variant(number, size, grind) for size in SIZES for grind in GRINDS)
    return Listing(
        title=f"Coffee {number}",
        description_html=f"<p>Washed, from lot {number}. {'Notes of plum and cocoa. ' * 20}</p>",
        vendor="Roaster",
        product_type="Coffee",
        tags=("washed", "single origin"),
        options=(Option("Size", SIZES), Option("Grind", GRINDS)),
        images=tuple(Image(f"{address}picture-{number}-{each}.png", "A bag") for each in range(PICTURES)),
        variants=variants,
    )


def _variant(number: int, size: str, grind: str) -> ListingVariant:
    return ListingVariant(
        key="",
        sku=f"C{number}-{SIZES.index(size)}{GRINDS.index(grind)}",
        barcode="",
        price=f"{12 + 10 * SIZES.index(size)}.00",
        cost="5.00",
        options=(("Size", size), ("Grind", grind)),
        tracked=True,
        policy="DENY",
        weight_value=(250.0, 500.0, 1000.0)[SIZES.index(size)],
        weight_unit="GRAMS",
        hs_code="",
        country="ET",
    )
