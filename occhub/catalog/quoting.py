"""Prices of one partner's goods as the owner agreed them.

The owner's own price of a variant holds before that of its product, both before the partner's price list, and that
before the partner's terms.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from occhub.catalog import pricing
from occhub.catalog.models import Product, Variant
from occhub.catalog.pricing import Quote, Terms
from occhub.catalog.terms import ListedCost, PriceList, PriceRule, TradeTerms
from occhub.money import Money
from occhub.partners.models import Hub, Partner


@dataclass(frozen=True)
class Bounds:
    """From the cheapest to the dearest variant of a product: costs in the partner's currency, prices in the hub's."""

    costs: tuple[Money, Money]
    prices: tuple[Money, Money]
    margin_bp: int  # the least of all


class Prices:
    """All of a partner's price rules, read once for many quotes; those of some products, or of all."""

    def __init__(self, partner: Partner, hub: Hub, markup_bp: int, product_ids: list[str] | None = None) -> None:
        wider = TradeTerms.of(partner)
        self.currency, self.hub_currency = partner.currency, hub.currency
        self.price_list = PriceList.of(partner)
        self.terms = replace(
            Terms.of(partner, hub, markup_bp),
            way=wider.price_way,
            margin_bp=wider.margin_bp,
            least_margin_bp=wider.least_margin_bp,
        )
        if self.price_list is not None and self.price_list.discount_bp is not None:
            self.terms = replace(self.terms, discount_bp=self.price_list.discount_bp, price_list=self.price_list.name)
        rules = PriceRule.select().where(PriceRule.partner == partner)
        if product_ids is not None:
            rules = rules.where(PriceRule.product_remote_id.in_(product_ids))
        self.rules = {(rule.product_remote_id, rule.variant_remote_id): rule for rule in rules}
        self.listed = self._listed(product_ids)
        self.known: dict[tuple[Terms, int], Quote] = {}

    @classmethod
    def agreed(cls, partner: Partner, hub: Hub, product_ids: list[str] | None = None) -> "Prices | None":
        """The partner's prices; None while no markup is agreed, or the hub's currency is not known."""
        if partner.markup_bp is None or not hub.currency:
            return None
        return cls(partner, hub, partner.markup_bp, product_ids)

    def quote(self, product_id: str, variant_id: str, retail_minor: int) -> Quote:
        """One variant's price with its arithmetic; bags of one price under the same terms are worked out once."""
        terms = self.terms_for(product_id, variant_id)
        if (found := self.known.get((terms, retail_minor))) is None:
            found = self.known[terms, retail_minor] = pricing.quote(Money(retail_minor, self.currency), terms)
        return found

    def bounds(self, products: Sequence[Product]) -> dict[int, Bounds]:
        """From where to where each product's variants go; one query for all whose variants are priced singly."""
        single = {product_id for product_id, variant_id in self.rules if variant_id} | self.listed_products
        opened: dict[int, list[tuple[str, int]]] = {}
        wanted = [product.id for product in products if product.remote_id in single]
        found = Variant.select(Variant.product, Variant.remote_id, Variant.price_minor)
        for variant in found.where(Variant.product.in_(wanted)) if wanted else ():
            opened.setdefault(variant.product_id, []).append((variant.remote_id, variant.price_minor))
        usual = {product.id: [("", product.price_low_minor), ("", product.price_high_minor)] for product in products}
        return {product.id: self._bounds(product, opened.get(product.id) or usual[product.id]) for product in products}

    def _bounds(self, product: Product, variants: Sequence[tuple[str, int]]) -> Bounds:
        quotes = [self.quote(product.remote_id, *variant) for variant in variants]
        costs = sorted((quote.cost for quote in quotes), key=lambda cost: cost.minor)
        prices = sorted((quote.price for quote in quotes), key=lambda price: price.minor)
        return Bounds((costs[0], costs[-1]), (prices[0], prices[-1]), min(quote.margin_bp for quote in quotes))

    def terms_for(self, product_id: str, variant_id: str = "") -> Terms:
        """The terms that hold for one variant, or for the product as a whole."""
        terms = self.terms
        if self.price_list is not None and variant_id in self.listed:
            terms = replace(terms, typed_cost_minor=self.listed[variant_id], price_list=self.price_list.name)
        for key in dict.fromkeys(((product_id, ""), (product_id, variant_id))):
            if rule := self.rules.get(key):
                terms = narrowed(terms, rule)
        return terms

    def _listed(self, product_ids: list[str] | None) -> dict[str, int]:
        self.listed_products: set[str] = set()
        if self.price_list is None:
            return {}
        costs = ListedCost.select().where(ListedCost.price_list == self.price_list)
        if product_ids is not None:
            costs = costs.where(ListedCost.product_remote_id.in_(product_ids))
        found = list(costs)
        self.listed_products = {cost.product_remote_id for cost in found}
        return {cost.variant_remote_id: cost.cost_minor for cost in found}


def narrowed(terms: Terms, rule: PriceRule) -> Terms:
    """The terms where the rule says nothing, the rule where it does."""
    if rule.cost_minor is not None:
        terms = replace(terms, typed_cost_minor=rule.cost_minor, price_list="")
    elif rule.discount_bp is not None:
        terms = replace(terms, discount_bp=rule.discount_bp, typed_cost_minor=None, price_list="")
    if rule.price_way:
        terms = replace(terms, way=rule.price_way)
    if rule.markup_bp is not None:
        terms = replace(terms, markup_bp=rule.markup_bp)
    if rule.margin_bp is not None:
        terms = replace(terms, margin_bp=rule.margin_bp)
    return terms
