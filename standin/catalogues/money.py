"""Prices in any shop currency from a price thought of in US dollars."""

from decimal import ROUND_HALF_UP, Decimal

_UNITS_PER_DOLLAR = {
    "AUD": "1.5",
    "CAD": "1.35",
    "DKK": "6.9",
    "EUR": "0.92",
    "GBP": "0.8",
    "JPY": "150",
    "KRW": "1350",
    "KWD": "0.31",
    "MXN": "18",
    "NOK": "10.5",
    "SEK": "10.4",
}
_DECIMALS = {"JPY": 0, "KRW": 0, "KWD": 3}


def price_in(currency: str, dollars: float) -> Decimal:
    """A round-looking price in the currency, with the number of decimals Shopify prints for it."""
    amount = Decimal(str(dollars)) * Decimal(_UNITS_PER_DOLLAR.get(currency, "1"))
    decimals = _DECIMALS.get(currency, 2)
    step = Decimal("0.25") if decimals else Decimal(10)
    rounded = (amount / step).to_integral_value(ROUND_HALF_UP) * step
    return rounded.quantize(Decimal(1).scaleb(-decimals))
