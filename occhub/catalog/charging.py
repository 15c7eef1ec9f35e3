"""What customers are asked now for what is on the hub already: the owner's own price, or one of older terms."""

from collections.abc import Collection, Iterator
from decimal import Decimal
from functools import cache

from occhub.catalog import pricing
from occhub.catalog.models import ACTIVE, CREATED, LIVE, STOCKED, Import, ProductMapping
from occhub.catalog.quoting import Bounds
from occhub.database import rows
from occhub.money import Money
from occhub.partners.models import Partner

# Product id, variant id, cost in the partner's currency, price in the hub's, margin in basis points.
_Charge = tuple[str, str, Money, Money, int]


def charged_bounds(partner: Partner, product_ids: Collection[str] | None = None) -> dict[str, Bounds]:
    """From the cheapest to the dearest variant on the hub, by the partner's product id; of these products, or all."""
    charges: dict[str, list[_Charge]] = {}
    for charge in _charges(partner, product_ids):
        charges.setdefault(charge[0], []).append(charge)
    return {product_id: _bounds(found) for product_id, found in charges.items()}


def charged_prices(partner: Partner, product_ids: Collection[str]) -> dict[str, tuple[Money, int]]:
    """Price and margin of each variant on the hub, by the partner's variant id."""
    return {variant_id: (price, margin) for _, variant_id, _, price, margin in _charges(partner, product_ids)}


def _charges(partner: Partner, product_ids: Collection[str] | None) -> Iterator[_Charge]:
    here = (ProductMapping.partner == partner) & (ProductMapping.state == ACTIVE)
    here &= Import.state.in_((CREATED, STOCKED, LIVE))
    if product_ids is not None:
        here &= Import.product_remote_id.in_(list(product_ids))
    columns = (Import.product_remote_id, ProductMapping.partner_variant_id)
    figures = (ProductMapping.cost_minor, ProductMapping.price_minor, ProductMapping.currency)
    rate = Decimal(partner.exchange_rate)

    @cache
    def margin(cost: Money, price: Money) -> int:
        return pricing.margin_bp(price, pricing.convert(cost, rate, price.currency))

    for product_id, variant_id, cost_minor, price_minor, currency in rows(
        ProductMapping.select(*columns, *figures).join(Import).where(here)
    ):
        cost, price = Money(cost_minor, partner.currency), Money(price_minor, currency)
        yield product_id, variant_id, cost, price, margin(cost, price)


def _bounds(charges: list[_Charge]) -> Bounds:
    costs = sorted((cost for _, _, cost, _, _ in charges), key=lambda cost: cost.minor)
    prices = sorted((price for _, _, _, price, _ in charges), key=lambda price: price.minor)
    return Bounds((costs[0], costs[-1]), (prices[0], prices[-1]), min(margin for *_, margin in charges))
