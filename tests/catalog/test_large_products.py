"""Products of more than 250 variants come whole, in spite of Shopify's limits on one call."""

from dataclasses import replace

import pytest

from occhub.catalog import importing
from occhub.catalog.listing import make_listing, make_offers
from occhub.catalog.models import CREATED, Import, ProductMapping
from occhub.catalog.quoting import Prices
from occhub.partners.models import Hub
from occhub.shopify import hub_listings, listings, open_store, products
from occhub.shopify.types import Option
from tests.catalog.conftest import NOW, Trade

MANY = 260


def _options(number: int) -> tuple[tuple[str, str], ...]:
    return (("Lot", f"Lot {number // 10}"), ("Size", f"{number % 10 + 1} kg"))


@pytest.mark.slow
def test_a_product_of_260_variants_is_made_and_read_whole(trade: Trade) -> None:
    product = trade.a_product()
    theirs = products.read_product(open_store(trade.partner.domain), product.remote_id)
    assert theirs is not None
    first = theirs.variants[0]
    variants = tuple(
        replace(first, id=f"gid://shopify/ProductVariant/{n}", options=_options(n), title=f"Lot {n}", sku="")
        for n in range(MANY)
    )
    lots, sizes = ({_options(n)[each][1]: None for n in range(MANY)} for each in (0, 1))
    options = (Option("Lot", tuple(lots)), Option("Size", tuple(sizes)))
    wide = replace(theirs, options=options, variants=variants)
    offers = make_offers(wide, trade.partner, Prices(trade.partner, Hub.get_hub(), 4000))
    assert len({offer.sku for offer in offers}) == MANY
    store = open_store(trade.hub)
    listings.ensure_definition(store)
    made = hub_listings.make_product(store, "wide", make_listing(wide, offers, str(trade.partner.shop)))
    assert [variant.values for variant in made.variants] == [
        tuple(value for _, value in _options(n)) for n in range(MANY)
    ]
    listings.set_prices(store, made.id, {variant.id: ("12.34", "5.00") for variant in made.variants})
    (standing,) = trade.products_on_hub()
    assert {variant["price"] for variant in standing["variants"]} == {"12.34"}


def test_an_import_after_the_first_needs_no_look_up(trade: Trade) -> None:
    importing.import_product(trade.planned(), as_of=NOW)
    another = next(
        row
        for row in trade.partner.products
        if not row.obstacle and row.remote_id not in {listing.product_remote_id for listing in Import.select()}
    )
    listing = importing.import_product(trade.planned(another), as_of=NOW)
    assert listing.state == CREATED
    made = {variant["gid"] for product in trade.products_on_hub() for variant in product["variants"]}
    assert {mapping.hub_variant_id for mapping in ProductMapping.select()} == made
