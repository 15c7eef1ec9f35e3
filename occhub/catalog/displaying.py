"""How products of a range are laid out: listings of one coffee side by side, each with its prices and its standing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from occhub.catalog import pricing, sizing
from occhub.catalog.charging import charged_bounds
from occhub.catalog.models import Import, Product
from occhub.catalog.quoting import Bounds, Prices
from occhub.catalog.standing import Standing, standing
from occhub.catalog.twinning import differences, per_kilo, shared_tags
from occhub.money import Money
from occhub.partners.models import Hub, Partner


@dataclass(frozen=True)
class Span:
    """From the cheapest variant's amount to the dearest one's."""

    low: Money
    high: Money


@dataclass(frozen=True)
class Row:
    """A product of the range. `our_price` and `margin` are what customers pay now, where it is on the hub; else what
    they would pay, None while no markup is agreed.

    Of several listings of a coffee it tells its own tags and its best price a kilo; `aside`: it stands here only
    beside one that was asked for.
    """

    product: Product
    listing: Import | None
    standing: Standing
    options: str
    price: Span
    cost: Span
    our_price: Span | None
    margin: str | None
    twin: bool
    own_tags: tuple[str, ...]
    per_kilo: Money | None
    aside: bool


@dataclass(frozen=True)
class Group:
    """The listings of one coffee, mostly one; `differ` says in words what several of them do not share."""

    rows: list[Row]
    differ: tuple[str, ...]


def lay_out(partner: Partner, alike: Sequence[Sequence[Product]], *, asked: set[int], as_of: datetime) -> list[Group]:
    """Groups of listings as rows, retail before wholesale, the cheaper first; `asked` are the numbers asked for."""
    flat = [product for products in alike for product in products]
    prices = Prices.agreed(partner, Hub.get_hub(), [product.remote_id for product in flat])
    bounds = prices.bounds(flat) if prices else {}
    sold = charged_bounds(partner, [product.remote_id for product in flat])
    bounds |= {product.id: sold[product.remote_id] for product in flat if product.remote_id in sold}
    kilos = per_kilo(partner, [product.id for products in alike if len(products) > 1 for product in products])
    groups = []
    for products in alike:
        shared = shared_tags(products)
        rows = [
            _row(
                partner,
                product,
                bounds.get(product.id),
                as_of,
                twin=len(products) > 1,
                own_tags=tuple(tag for tag in product.tags if tag not in shared),
                per_kilo=kilos.get(product.id),
                aside=product.id not in asked,
            )
            for product in sorted(products, key=lambda each: (each.wholesale, each.price_low_minor, each.id))
        ]
        groups.append(Group(rows, differences(products)))
    return groups


def options_in_words(options: Iterable[tuple[str, list[str]]]) -> str:
    """What a buyer can choose, e.g. "250 g, 1 kg × 4 grinds"; empty where there is nothing to choose."""
    words = []
    for name, values in options:
        if values == ["Default Title"]:
            continue
        sizes = any(sizing.grams_in(value) for value in values)
        words.append(", ".join(values) if sizes or len(values) <= 2 else f"{len(values)} {_plural(name)}")
    return " × ".join(words)


def _plural(name: str) -> str:
    # Some stores name an option with a whole question, some in the plural.
    if not name.isalpha():
        return "choices"
    word = name.lower()
    return word if word.endswith("s") else f"{word}s"


def _row(partner: Partner, product: Product, bounds: Bounds | None, as_of: datetime, **twinship: Any) -> Row:
    product.partner = partner
    listing = getattr(product, "listing", None)
    if listing is not None:
        listing.partner = partner
    price = Span(*(Money(minor, partner.currency) for minor in (product.price_low_minor, product.price_high_minor)))
    return Row(
        product=product,
        listing=listing,
        standing=standing(listing, product, as_of=as_of),
        options=options_in_words(product.options),
        price=price,
        cost=Span(*bounds.costs) if bounds else _usual_cost(price, partner),
        our_price=Span(*bounds.prices) if bounds else None,
        margin=pricing.margin_in_words(bounds.margin_bp) if bounds else None,
        **twinship,
    )


def _usual_cost(price: Span, partner: Partner) -> Span:
    return Span(pricing.cost(price.low, partner.discount_bp), pricing.cost(price.high, partner.discount_bp))
