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
# With a share of the price as its margin, a price grows beyond all bounds as the margin nears the whole.
MAX_MARGIN_BP = 9_000
MARKUP, MARGIN, RETAIL = "markup", "margin", "retail"
# How a price is made -> in the owner's words.
WAYS = {MARKUP: "cost plus a markup", MARGIN: "a fixed margin", RETAIL: "the partner's own price"}
_PERCENT = re.compile(r"\d{1,9}([.,]\d{1,2})?")


@dataclass(frozen=True)
class Terms:
    """How a partner's goods are priced: percentages are basis points, the rate is one of his currency in the hub's.

    A `typed_cost_minor` takes the place of the discount, which a price list may turn into an addition (below 0); no
    price leaves less than `least_margin_bp`.
    """

    discount_bp: int
    markup_bp: int
    rounding: str
    exchange_rate: Decimal
    hub_currency: str
    way: str = MARKUP
    margin_bp: int = 0
    least_margin_bp: int = 0
    typed_cost_minor: int | None = None
    price_list: str = ""

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
    own, steps = _own_cost(retail, terms)
    hub_cost = convert(own, terms.exchange_rate, terms.hub_currency)
    if own.currency != hub_cost.currency:
        steps.append(f"times {terms.exchange_rate.normalize():f} = {hub_cost}")
    asked = _asked(retail, own, terms, steps)
    least = least_price(hub_cost, terms.least_margin_bp)
    if asked < least:
        steps.append(f"raised to leave {percent(terms.least_margin_bp)} = {least}")
        asked = least
    rounded = round_up(asked, terms.rounding)
    if rounded != asked:
        steps.append(f"rounded up = {rounded}")
    return Quote(retail, own, hub_cost, rounded, margin_bp(rounded, hub_cost), ", ".join(steps))


def least_price(hub_cost: Money, least_margin_bp: int) -> Money:
    """The lowest price of which at least this part stays with the hub."""
    return Money(-(-hub_cost.minor * WHOLE_BP // (WHOLE_BP - least_margin_bp)), hub_cost.currency)


def cost(retail: Money, discount_bp: int) -> Money:
    """What the hub pays: the partner's retail price less his discount, in his currency."""
    return Money(round_half_up(Decimal(retail.minor) * (WHOLE_BP - discount_bp) / WHOLE_BP), retail.currency)


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
    return check_markup(parse_percent("markup", text, 10**9))


def parse_percent(field: str, text: str, most_bp: int) -> int:
    """Basis points of a typed percentage from 0 to the most; raises Invalid naming the field."""
    typed = text.strip().removesuffix("%").strip()
    if not _PERCENT.fullmatch(typed):
        raise Invalid(field, f"Type the {field.replace('_', ' ')} as a percentage, such as 40.")
    basis_points = int(Decimal(typed.replace(",", ".")) * 100)
    if basis_points > most_bp:
        raise Invalid(field, f"The {field.replace('_', ' ')} must lie between 0 and {percent(most_bp)}.")
    return basis_points


def check_markup(markup_bp: int) -> int:
    """The markup itself; raises Invalid beyond 0 to 500 %."""
    if not 0 <= markup_bp <= MAX_MARKUP_BP:
        raise Invalid("markup", f"The markup must lie between 0 and {percent(MAX_MARKUP_BP)}.")
    return markup_bp


def _exchanged(amount: Money, rate: Decimal, currency: str) -> Decimal:
    shift = decimals(currency) - decimals(amount.currency)
    return (Decimal(amount.minor) * rate).scaleb(shift)


def _own_cost(retail: Money, terms: Terms) -> tuple[Money, list[str]]:
    if terms.typed_cost_minor is not None:
        own = Money(terms.typed_cost_minor, retail.currency)
        return own, [f"{terms.price_list or 'cost typed'}: {own}"]
    own = cost(retail, terms.discount_bp)
    listed = f"{terms.price_list}: " if terms.price_list else ""
    off = f"less {percent(terms.discount_bp)}" if terms.discount_bp >= 0 else f"plus {percent(-terms.discount_bp)}"
    return own, [f"{listed}{retail} {off} = {own}"]


def _asked(retail: Money, own: Money, terms: Terms, steps: list[str]) -> Money:
    if terms.way == RETAIL:
        asked = convert(retail, terms.exchange_rate, terms.hub_currency)
        steps.append(f"sold at the partner's own price = {asked}")
        return asked
    exact = _exchanged(own, terms.exchange_rate, terms.hub_currency)
    if terms.way == MARGIN:
        exact = exact * WHOLE_BP / (WHOLE_BP - terms.margin_bp)
        said = f"for a margin of {percent(terms.margin_bp)}"
    else:
        exact = exact * (WHOLE_BP + terms.markup_bp) / WHOLE_BP
        said = f"plus {percent(terms.markup_bp)}"
    asked = Money(round_half_up(exact), terms.hub_currency)
    steps.append(f"{said} = {asked}")
    return asked
