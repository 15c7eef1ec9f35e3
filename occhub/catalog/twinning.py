"""Listings of one coffee beside each other: the right one is the owner's money, so he is told what differs."""

from collections.abc import Iterable, Sequence

from occhub.catalog.models import WITHDRAWN, Import, Product, Variant
from occhub.money import Money
from occhub.partners.models import Partner


def differences(alike: Sequence[Product]) -> tuple[str, ...]:
    """What these listings do not share, in words."""
    return tuple(word for word, values in _aspects(alike).items() if len(set(values)) > 1)


def shared_tags(alike: Sequence[Product]) -> set[str]:
    """The tags that each of these listings has, and so tell nothing."""
    return set.intersection(*(set(product.tags) for product in alike))


def per_kilo(partner: Partner, product_ids: Sequence[int]) -> dict[int, Money]:
    """The best price a kilo of each product whose sizes are known: what makes listings of other sizes comparable."""
    sized = Variant.product.in_(list(product_ids)) & (Variant.grams > 0) & (Variant.price_minor > 0)
    best: dict[int, int] = {}
    for variant in Variant.select(Variant.product, Variant.price_minor, Variant.grams).where(sized):
        minor = variant.price_minor * 1000 // variant.grams
        best[variant.product_id] = min(minor, best.get(variant.product_id, minor))
    return {product_id: Money(minor, partner.currency) for product_id, minor in best.items()}


def present_twins(partner: Partner, keys: Iterable[str]) -> dict[str, list[Product]]:
    """The listings that stand in the partner's store, by twin key, for the keys of which there are several."""
    found: dict[str, list[Product]] = {}
    here = (Product.partner == partner) & Product.gone_at.is_null()
    for product in Product.select().where(here & Product.twin_key.in_(list(keys))).order_by(Product.id):
        found.setdefault(product.twin_key, []).append(product)
    return {key: alike for key, alike in found.items() if len(alike) > 1}


def question(partner: Partner, product: Product) -> str:
    """What the owner should know before he imports one of several listings of a coffee; empty when it is the only one.

    Listings that can't be imported, and are not, are no choice.
    """
    others = [twin for twin in present_twins(partner, [product.twin_key]).get(product.twin_key, []) if twin != product]
    sold = _sold(partner, others)
    if sold:
        return f"You sell this coffee already: {_said(sold[0], partner)}. A second one shares nothing with it."
    choice = [twin for twin in others if not twin.obstacle]
    if not choice:
        return ""
    cheapest = min(choice, key=lambda twin: twin.price_low_minor)
    others_in_words = "another time" if len(choice) == 1 else f"{len(choice)} more times"
    dearer = cheapest.price_low_minor > product.price_low_minor
    best = "This is the cheapest listing of it" if dearer else f"The cheapest other one is {_said(cheapest, partner)}"
    mark = ", and it is marked wholesale" if product.wholesale else ""
    return f"{partner.name} lists this coffee {others_in_words}. {best}{mark if dearer else ''}."


def clashes(partner: Partner, ticked: Sequence[Product]) -> dict[int, str]:
    """Of products ticked together, those that are one coffee with another ticked or sold, with a sentence each."""
    keys = [product.twin_key for product in ticked if not product.obstacle]
    twins = present_twins(partner, set(keys))
    told = {}
    for product in ticked:
        others = [twin for twin in twins.get(product.twin_key, []) if twin != product]
        if keys.count(product.twin_key) > 1 or _sold(partner, others):
            told[product.id] = f"{product.title} is listed more than once: import the one you mean by itself."
    return told


def _aspects(alike: Sequence[Product]) -> dict[str, list[object]]:
    return {
        "price": [(product.price_low_minor, product.price_high_minor) for product in alike],
        "title": [product.title for product in alike],
        "vendor": [product.vendor for product in alike],
        "sizes and choices": [str(product.options) for product in alike],
        "tags": [tuple(sorted(product.tags)) for product in alike],
        "stock": [(product.always_in_stock, product.stock) for product in alike],
    }


def _sold(partner: Partner, products: Sequence[Product]) -> list[Product]:
    mine = (Import.partner == partner) & (Import.state != WITHDRAWN)
    ids = [product.remote_id for product in products]
    sold = {row.product_remote_id for row in Import.select().where(mine & Import.product_remote_id.in_(ids))}
    return [product for product in products if product.remote_id in sold]


def _said(product: Product, partner: Partner) -> str:
    low, high = (Money(minor, partner.currency) for minor in (product.price_low_minor, product.price_high_minor))
    price = f"{low}" if low == high else f"{low.amount} to {high}"
    mark = " (wholesale)" if product.wholesale else ""
    return f"“{product.title}”{f' by {product.vendor}' if product.vendor else ''}{mark} at {price}"
