"""Open a product of a partner's range into its variants, each with its price worked out."""

from dataclasses import dataclass

from occhub.catalog import pricing, sizing
from occhub.catalog.models import Product, Variant
from occhub.catalog.pricing import Quote, Terms
from occhub.money import Money
from occhub.partners.models import Hub, Partner


@dataclass(frozen=True)
class Opened:
    """A variant of the range; `quote` is None while no markup is agreed, `lie` says where name and weight disagree."""

    variant: Variant
    price: Money
    cost: Money
    quote: Quote | None
    always_in_stock: bool
    lie: str


def open_product(partner: Partner, product: Product) -> list[Opened]:
    """The product's variants in the partner's order."""
    hub = Hub.get_hub()
    terms = Terms.agreed(partner, hub)
    variants = Variant.select().where(Variant.product == product).order_by(Variant.position, Variant.id)
    return [_open(variant, partner, terms) for variant in variants]


def _open(variant: Variant, partner: Partner, terms: Terms | None) -> Opened:
    price = Money(variant.price_minor, partner.currency)
    grams, weight = variant.grams, variant.weight_grams
    lies = sizing.disagree(grams, weight)
    return Opened(
        variant=variant,
        price=price,
        cost=pricing.cost(price, partner.discount_bp),
        quote=pricing.quote(price, terms) if terms else None,
        always_in_stock=not variant.tracked or variant.policy == "CONTINUE",
        lie=f"The weight field says {weight:,} g; we go by the name: {grams:,} g." if lies else "",
    )
