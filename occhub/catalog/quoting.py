"""Prices of one partner's goods as the owner agreed them: the variant's rule before the product's before his terms."""

from dataclasses import replace

from occhub.catalog import pricing
from occhub.catalog.models import PriceRule, TradeTerms
from occhub.catalog.pricing import Quote, Terms
from occhub.money import Money
from occhub.partners.models import Hub, Partner


class Prices:
    """All of a partner's price rules, read once for many quotes."""

    def __init__(self, partner: Partner, hub: Hub, markup_bp: int, product_ids: list[str] | None = None) -> None:
        wider = TradeTerms.of(partner)
        self.currency = partner.currency
        self.terms = replace(
            Terms.of(partner, hub, markup_bp),
            way=wider.price_way,
            margin_bp=wider.margin_bp,
            least_margin_bp=wider.least_margin_bp,
        )
        rules = PriceRule.select().where(PriceRule.partner == partner)
        if product_ids is not None:
            rules = rules.where(PriceRule.product_remote_id.in_(product_ids))
        self.rules = {(rule.product_remote_id, rule.variant_remote_id): rule for rule in rules}

    @classmethod
    def agreed(cls, partner: Partner, hub: Hub, product_ids: list[str] | None = None) -> "Prices | None":
        """The partner's prices; None while no markup is agreed, or the hub's currency is not known."""
        if partner.markup_bp is None or not hub.currency:
            return None
        return cls(partner, hub, partner.markup_bp, product_ids)

    def quote(self, product_id: str, variant_id: str, retail_minor: int) -> Quote:
        """One variant's price with its arithmetic."""
        return pricing.quote(Money(retail_minor, self.currency), self.terms_for(product_id, variant_id))

    def terms_for(self, product_id: str, variant_id: str = "") -> Terms:
        """The terms that hold for one variant, or for the product as a whole."""
        terms = self.terms
        for key in dict.fromkeys(((product_id, ""), (product_id, variant_id))):
            if rule := self.rules.get(key):
                terms = narrowed(terms, rule)
        return terms


def narrowed(terms: Terms, rule: PriceRule) -> Terms:
    """The terms where the rule says nothing, the rule where it does."""
    if rule.cost_minor is not None:
        terms = replace(terms, typed_cost_minor=rule.cost_minor, price_list=rule.price_list)
    elif rule.discount_bp is not None:
        terms = replace(terms, discount_bp=rule.discount_bp, typed_cost_minor=None)
    if rule.price_way:
        terms = replace(terms, way=rule.price_way)
    if rule.markup_bp is not None:
        terms = replace(terms, markup_bp=rule.markup_bp)
    if rule.margin_bp is not None:
        terms = replace(terms, margin_bp=rule.margin_bp)
    return terms
