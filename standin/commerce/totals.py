"""What an order or a draft comes to: goods, shipping, tax and total, in the store's currency."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from standin.world import DraftOrder, Order

WITHOUT_CENTS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of one order; `tax` is inside `total`, and inside `goods` too where prices include it."""

    goods: Decimal
    shipping: Decimal
    tax: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class TaxRule:
    """One rate for everything taxable, shipping too; 0.09 is 9 %."""

    rate: Decimal
    included: bool


def rounded(amount: Decimal, currency: str) -> Decimal:
    """To the smallest coin of the currency, halves up."""
    return amount.quantize(Decimal(1) if currency in WITHOUT_CENTS else Decimal("0.01"), ROUND_HALF_UP)


def original_totals(order: Order) -> Totals:
    """What the order came to when its lines were added."""
    rows = [(line.paid_price, line.quantity, line.taxable) for line in order.lines]
    return _add_up(rows, order.total_shipping, TaxRule(order.tax_rate, order.taxes_included), order.currency)


def current_totals(order: Order) -> Totals:
    """What it comes to now, after removals and refunds."""
    rows = [(line.paid_price, line.current_quantity, line.taxable) for line in order.lines]
    return _add_up(rows, order.total_shipping, TaxRule(order.tax_rate, order.taxes_included), order.currency)


def draft_totals(draft: DraftOrder) -> Totals:
    """What the order made of this draft would come to."""
    rows = [(line.unit_price, line.quantity, line.taxable) for line in draft.lines]
    return _add_up(rows, draft.total_shipping, TaxRule(draft.tax_rate, draft.taxes_included), draft.currency)


def price_with_tax(order: Order, unit_price: Decimal, units: int, taxable: bool) -> Decimal:
    """What a customer paid for some units of a line."""
    return _add_up(
        [(unit_price, units, taxable)], Decimal(0), TaxRule(order.tax_rate, order.taxes_included), order.currency
    ).total


def _add_up(rows: Iterable[tuple[Decimal, int, bool]], shipping: Decimal, tax: TaxRule, currency: str) -> Totals:
    goods = taxed = Decimal(0)
    for price, units, taxable in rows:
        goods += price * units
        taxed += price * units if taxable else 0
    taxed += shipping
    share = tax.rate / (1 + tax.rate) if tax.included else tax.rate
    due = rounded(taxed * share, currency)
    goods = rounded(goods, currency)
    return Totals(goods, shipping, due, goods + shipping + (Decimal(0) if tax.included else due))
