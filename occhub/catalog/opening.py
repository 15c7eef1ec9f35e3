"""Open a product of a partner's range into its variants, each with its price worked out."""

from dataclasses import dataclass

from occhub.catalog import pricing, sizing
from occhub.catalog.charging import charged_prices
from occhub.catalog.models import Product, Variant
from occhub.catalog.pricing import Quote
from occhub.catalog.quoting import Prices
from occhub.money import Money
from occhub.partners.models import Hub, Partner


@dataclass(frozen=True)
class Opened:
    """A variant of the range; `quote` is None while no markup is agreed, `lie` says where name and weight disagree.

    `charged` and its `margin` are what customers pay now, None for what is not on the hub.
    """

    variant: Variant
    price: Money
    cost: Money
    quote: Quote | None
    charged: Money | None
    margin: str
    always_in_stock: bool
    lie: str


def open_product(partner: Partner, product: Product) -> list[Opened]:
    """The product's variants in the partner's order."""
    hub = Hub.get_hub()
    prices = Prices.agreed(partner, hub, [product.remote_id])
    variants = Variant.select().where(Variant.product == product).order_by(Variant.position, Variant.id)
    charged = charged_prices(partner, [product.remote_id])
    return [_open(variant, partner, product, prices, charged.get(variant.remote_id)) for variant in variants]


def _open(
    variant: Variant, partner: Partner, product: Product, prices: Prices | None, charged: tuple[Money, int] | None
) -> Opened:
    price = Money(variant.price_minor, partner.currency)
    grams, weight = variant.grams, variant.weight_grams
    quote = prices.quote(product.remote_id, variant.remote_id, variant.price_minor) if prices else None
    lies = sizing.disagree(grams, weight)
    return Opened(
        variant=variant,
        price=price,
        cost=quote.cost if quote else pricing.cost(price, partner.discount_bp),
        quote=quote,
        charged=charged[0] if charged else None,
        margin=pricing.margin_in_words(charged[1]) if charged else quote.margin if quote else "",
        always_in_stock=not variant.tracked or variant.policy == "CONTINUE",
        lie=f"The name says {grams:,} g, the weight field {weight:,} g." if lies else "",
    )
