"""What the owner says of prices and of following: for a partner, for one product, for one variant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from occhub.catalog import pricing
from occhub.catalog.models import ARCHIVED, Product, ProductMapping, Variant
from occhub.catalog.noticing import CHOICES, DEFAULTS, PRODUCT_GONE, choice
from occhub.catalog.pricing import MAX_MARGIN_BP, WAYS, WHOLE_BP, Quote, parse_percent
from occhub.catalog.quoting import Prices
from occhub.catalog.terms import PriceRule, TradeTerms
from occhub.database import write
from occhub.errors import Invalid, NotFound
from occhub.money import Money
from occhub.partners.models import Hub, Partner

# Exchange rates move about a percent in a month.
RATE_OLD_AFTER = timedelta(days=30)
# What the owner chooses about; that a product is gone is always asked.
FOLLOWED = tuple(field for field in DEFAULTS if field != PRODUCT_GONE)


@dataclass(frozen=True)
class Repriced:
    """A variant on the hub whose price would change."""

    mapping: ProductMapping
    quote: Quote


def save_trade_terms(partner: Partner, form: Mapping[str, str], *, as_of: datetime) -> TradeTerms:
    """Keep how this partner's goods are priced and followed; raises Invalid naming the field, changing nothing."""
    facts = {
        "price_way": _way(form),
        "margin_bp": parse_percent("margin", form.get("margin", "0") or "0", MAX_MARGIN_BP),
        "least_margin_bp": parse_percent("least_margin", form.get("least_margin", "0") or "0", MAX_MARGIN_BP),
        "tolerance_bp": parse_percent("tolerance", form.get("tolerance", ""), WHOLE_BP),
        "follow": {field: _choice(form, field) for field in FOLLOWED},
    }
    rate = _rate(form.get("exchange_rate", "1"))
    if rate != Decimal(partner.exchange_rate) or form.get("rate_is_right"):
        facts["rate_at"] = as_of
    with write():
        TradeTerms.insert(partner=partner.id, **facts).on_conflict(
            conflict_target=[TradeTerms.partner], update=facts
        ).execute()
        Partner.update(exchange_rate=f"{rate:f}").where(Partner.id == partner.id).execute()
    partner.exchange_rate = f"{rate:f}"
    return TradeTerms.of(partner)


def rate_warning(partner: Partner, hub: Hub, *, as_of: datetime) -> str:
    """A sentence when the exchange rate is old or was never dated; empty where both use one currency."""
    if not hub.currency or partner.currency == hub.currency:
        return ""
    typed_at = TradeTerms.of(partner).rate_at
    if typed_at is None:
        return f"Nobody has said when one {partner.currency} was worth {partner.exchange_rate} {hub.currency}."
    if as_of - typed_at <= RATE_OLD_AFTER:
        return ""
    return f"The exchange rate is {(as_of - typed_at).days} days old."


def find_variant(product: Product, variant_id: int) -> Variant:
    """The product's variant of this number; raises NotFound."""
    variant = Variant.get_or_none((Variant.id == variant_id) & (Variant.product == product))
    if variant is None:
        raise NotFound("There is no such variant.")
    found: Variant = variant
    return found


def find_rule(product: Product, variant: Variant | None) -> PriceRule:
    """The owner's own rule for the product or its variant; an unsaved empty one where there is none."""
    key = {"partner": product.partner_id, "product_remote_id": product.remote_id}
    key["variant_remote_id"] = variant.remote_id if variant else ""
    found: PriceRule = PriceRule.get_or_none(**key) or PriceRule(**key)
    return found


def save_rule(partner: Partner, product: Product, variant: Variant | None, form: Mapping[str, str]) -> None:
    """Keep the owner's own price; all empty, the wider rule holds again. Raises Invalid, changing nothing."""
    rule = find_rule(product, variant)
    typed = form.get("cost", "").strip()
    facts = {
        "discount_bp": _percent_or_none(form, "discount", 9_500),
        "cost_minor": _amount("cost", typed, partner.currency) if typed else None,
        "price_way": _way(form) if form.get("price_way") else "",
        "markup_bp": _percent_or_none(form, "markup", pricing.MAX_MARKUP_BP),
        "margin_bp": _percent_or_none(form, "margin", MAX_MARGIN_BP),
    }
    key = (PriceRule.partner, PriceRule.product_remote_id, PriceRule.variant_remote_id)
    same = (
        (PriceRule.partner == partner)
        & (PriceRule.product_remote_id == rule.product_remote_id)
        & (PriceRule.variant_remote_id == rule.variant_remote_id)
    )
    with write():
        if all(value in (None, "") for value in facts.values()):
            PriceRule.delete().where(same).execute()
            return
        PriceRule.insert(
            partner=partner.id,
            product_remote_id=rule.product_remote_id,
            variant_remote_id=rule.variant_remote_id,
            **facts,
        ).on_conflict(conflict_target=key, update=facts).execute()


def preview_repricing(partner: Partner) -> list[Repriced]:
    """The variants on the hub whose price would be another at today's terms, with the arithmetic."""
    prices = Prices.agreed(partner, Hub.get_hub())
    if prices is None:
        return []
    ours = ProductMapping.select().where(
        (ProductMapping.partner == partner)
        & (ProductMapping.state != ARCHIVED)
        & ProductMapping.retail_minor.is_null(False)
    )
    found = []
    for mapping in ours.order_by(ProductMapping.title):
        quote = prices.quote(mapping.listing.product_remote_id, mapping.partner_variant_id, mapping.retail_minor)
        if (quote.price.minor, quote.cost.minor) != (mapping.price_minor, mapping.cost_minor):
            mapping.partner = partner
            found.append(Repriced(mapping, quote))
    return found


def choices_of(terms: TradeTerms) -> dict[str, str]:
    """What holds for each field."""
    return {field: choice(terms, field) for field in FOLLOWED}


def _way(form: Mapping[str, str]) -> str:
    way = form.get("price_way", "")
    if way not in WAYS:
        raise Invalid("price_way", "Choose how the price is made.")
    return way


def _choice(form: Mapping[str, str], field: str) -> str:
    wish = form.get(f"follow_{field}", DEFAULTS[field])
    if wish not in CHOICES:
        raise Invalid(f"follow_{field}", "Choose whether to follow, ask or ignore.")
    return wish


def _percent_or_none(form: Mapping[str, str], field: str, most_bp: int) -> int | None:
    typed = form.get(field, "").strip()
    return parse_percent(field, typed, most_bp) if typed else None


def _amount(field: str, typed: str, currency: str) -> int:
    try:
        minor = Money.parse(typed.strip(), currency).minor
    except ValueError:
        raise Invalid(field, "Give the cost as an amount, such as 11.50.") from None
    # What costs nothing would be priced at nothing.
    if not 0 < minor <= 10**9:
        raise Invalid(field, "The cost must be more than 0, and less than a thousand million.")
    return minor


def _rate(typed: str) -> Decimal:
    try:
        rate = Decimal(typed.strip().replace(",", "."))
    except InvalidOperation:
        rate = Decimal(0)
    if not rate.is_finite() or not Decimal("0.000001") <= rate <= 1_000_000:
        raise Invalid("exchange_rate", "Give the exchange rate as a positive number, such as 1.37.")
    return rate
