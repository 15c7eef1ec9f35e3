"""What a partner's terms come to: the price of one of his coffees, and when his next order closes."""

from dataclasses import dataclass
from datetime import datetime

from occhub.catalog.models import Product, Variant
from occhub.catalog.pricing import Quote
from occhub.catalog.quoting import Prices
from occhub.orders.cutoffs import next_cutoff
from occhub.partners.models import Hub, Partner


@dataclass(frozen=True)
class Effect:
    """A worked example; `quote` is None while no markup is agreed or his range was not read."""

    title: str
    quote: Quote | None
    next_cutoff: datetime


def effect_of_terms(partner: Partner, *, as_of: datetime) -> Effect:
    """One coffee of his priced by the terms as they are, and the next cutoff."""
    closes = next_cutoff(partner, as_of)
    prices = Prices.agreed(partner, Hub.get_hub())
    variant = _example(partner)
    if prices is None or variant is None:
        return Effect("", None, closes)
    quote = prices.quote(variant.product.remote_id, variant.remote_id, variant.price_minor)
    return Effect(f"{variant.product.title}, {variant.title}", quote, closes)


def _example(partner: Partner) -> Variant | None:
    sellable = (Product.partner == partner) & (Product.obstacle == "") & Product.gone_at.is_null()
    query = Variant.select(Variant, Product).join(Product).where(sellable & (Variant.price_minor > 0))
    variant: Variant | None = query.order_by(Product.id, Variant.position).first()
    return variant
