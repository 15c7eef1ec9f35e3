"""Money is integer minor units and a currency; decimals appear only at the edges."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# ISO 4217 minor units; every currency not listed has two.
_NO_DECIMALS = frozenset(
    (
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    )
)
_THREE_DECIMALS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))


def decimals(currency: str) -> int:
    """How many decimals the currency has (ISO 4217): JPY 0, USD 2, KWD 3."""
    if currency in _NO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


@dataclass(frozen=True, order=False)
class Money:
    """An amount in minor units (cents) of one currency."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, amount: str, currency: str) -> "Money":
        """Read a decimal text such as Shopify's "19.90"; raises ValueError when it is not a number."""
        try:
            return cls(round_half_up(Decimal(amount).scaleb(decimals(currency))), currency)
        except (ArithmeticError, ValueError):  # no number, not a finite one, or one beyond all reason
            raise ValueError(f"{amount!r} is not an amount of money") from None

    @property
    def amount(self) -> str:
        """The decimal text Shopify expects, e.g. "19.90"."""
        return f"{Decimal(self.minor).scaleb(-decimals(self.currency)):.{decimals(self.currency)}f}"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __mul__(self, units: int) -> "Money":
        return Money(self.minor * units, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self} and {other} are in different currencies")
        return other.minor


def round_half_up(value: Decimal) -> int:
    """The nearest integer, halves away from zero, as shopkeepers round."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
