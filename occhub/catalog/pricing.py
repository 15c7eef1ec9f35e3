"""What a bag costs the hub and what a customer pays: pure arithmetic, shown as well as done."""

import re
from dataclasses import dataclass
from decimal import Decimal

from occhub.errors import Invalid
from occhub.money import Money, decimals, round_half_up
from occhub.partners.models import Hub, Partner

NO_ROUNDING = "none"
# The endings an owner may choose, as (ending, step) in whole units of the currency: ".95" is units and 0.95 of one.
_ENDINGS = {
    ".00": (Decimal(0), Decimal(1)),
    ".50": (Decimal("0.50"), Decimal(1)),
    ".95": (Decimal("0.95"), Decimal(1)),
    ".99": (Decimal("0.99"), Decimal(1)),
    "5": (Decimal(0), Decimal(5)),
}
ROUNDINGS = (NO_ROUNDING, *_ENDINGS)
WHOLE_BP = 10_000
MAX_MARKUP_BP = 5 * WHOLE_BP
_PERCENT = re.compile(r"\d{1,9}([.,]\d{1,2})?")


@dataclass(frozen=True)
class Terms:
    """How a partner's goods are priced: percentages are basis points, the rate is one of his currency in the hub's."""

    discount_bp: int
    markup_bp: int
    rounding: str
    exchange_rate: Decimal
    hub_currency: str

    @classmethod
    def of(cls, partner: Partner, hub: Hub, markup_bp: int) -> "Terms":
        """A partner's terms with this markup."""
        return cls(partner.discount_bp, markup_bp, partner.rounding, Decimal(partner.exchange_rate), hub.currency)

    @classmethod
    def agreed(cls, partner: Partner, hub: Hub) -> "Terms | None":
        """The partner's terms with the agreed markup; None while there is none, or the hub's currency is not known."""
        if partner.markup_bp is None or not hub.currency:
            return None
        return cls.of(partner, hub, partner.markup_bp)


@dataclass(frozen=True)
class Quote:
    """One price, worked out: `retail` and `cost` in the partner's currency, `hub_cost` and `price` in the hub's."""

    retail: Money
    cost: Money
    hub_cost: Money
    price: Money
    margin_bp: int
    sentence: str

    @property
    def margin(self) -> str:
        """The margin in words, e.g. "28.5 %"."""
        return margin_in_words(self.margin_bp)


def quote(retail: Money, terms: Terms) -> Quote:
    """Work a customer's price out of the partner's retail price, with the arithmetic as a sentence."""
    own = cost(retail, terms.discount_bp)
    hub_cost = convert(own, terms.exchange_rate, terms.hub_currency)
    asked = price(own, terms.exchange_rate, terms.hub_currency, terms.markup_bp, terms.rounding)
    return Quote(
        retail, own, hub_cost, asked, margin_bp(asked, hub_cost), _sentence(retail, own, hub_cost, asked, terms)
    )


def cost(retail: Money, discount_bp: int) -> Money:
    """What the hub pays: the partner's retail price less his discount, in his currency."""
    return Money(round_half_up(Decimal(retail.minor) * (WHOLE_BP - discount_bp) / WHOLE_BP), retail.currency)


def price(cost: Money, exchange_rate: Decimal, hub_currency: str, markup_bp: int, rounding: str) -> Money:
    """What a customer pays: the cost in the hub's currency plus the markup, never rounded down to an ending."""
    exact = _exchanged(cost, exchange_rate, hub_currency) * (WHOLE_BP + markup_bp) / WHOLE_BP
    return round_up(Money(round_half_up(exact), hub_currency), rounding)


def convert(amount: Money, exchange_rate: Decimal, currency: str) -> Money:
    """The same value in another currency, to its nearest minor unit."""
    return Money(round_half_up(_exchanged(amount, exchange_rate, currency)), currency)


def round_up(amount: Money, rounding: str) -> Money:
    """The next amount with the chosen ending, the amount itself when it has it already.

    A currency without decimals knows no ".99": there the amount stays.
    """
    if rounding == NO_ROUNDING:
        return amount
    ending, step = (int(part.scaleb(decimals(amount.currency))) for part in _ENDINGS[rounding])
    return Money(amount.minor + (ending - amount.minor) % step, amount.currency)


def margin_bp(price: Money, hub_cost: Money) -> int:
    """The part of the price that stays with the hub, in basis points; 0 for a price of nothing."""
    return (price - hub_cost).minor * WHOLE_BP // price.minor if price.minor else 0


def margin_in_words(basis_points: int) -> str:
    """A margin to a tenth of a percent, rounded down so that it never flatters."""
    return percent(basis_points // 10 * 10)


def percent(basis_points: int) -> str:
    """Basis points as a person writes them: 3000 is "30 %", 2850 is "28.5 %"."""
    return f"{Decimal(basis_points) / 100} %"


def parse_markup(text: str) -> int:
    """Basis points of a typed percentage ("40", "37,5"); raises Invalid for what is none or lies beyond 0 to 500 %."""
    typed = text.strip().removesuffix("%").strip()
    if not _PERCENT.fullmatch(typed):
        raise Invalid("markup", "Type the markup as a percentage, such as 40.")
    return check_markup(int(Decimal(typed.replace(",", ".")) * 100))


def check_markup(markup_bp: int) -> int:
    """The markup itself; raises Invalid beyond 0 to 500 %."""
    if not 0 <= markup_bp <= MAX_MARKUP_BP:
        raise Invalid("markup", f"The markup must lie between 0 and {percent(MAX_MARKUP_BP)}.")
    return markup_bp


def _exchanged(amount: Money, rate: Decimal, currency: str) -> Decimal:
    shift = decimals(currency) - decimals(amount.currency)
    return (Decimal(amount.minor) * rate).scaleb(shift)


def _sentence(retail: Money, own: Money, hub_cost: Money, asked: Money, terms: Terms) -> str:
    parts = [f"{retail} less {percent(terms.discount_bp)} = {own}"]
    if own.currency != hub_cost.currency:
        parts.append(f"times {terms.exchange_rate.normalize():f} = {hub_cost}")
    unrounded = price(own, terms.exchange_rate, terms.hub_currency, terms.markup_bp, NO_ROUNDING)
    parts.append(f"plus {percent(terms.markup_bp)} = {unrounded}")
    if asked != unrounded:
        parts.append(f"rounded up = {asked}")
    return ", ".join(parts)
