"""How much coffee is in the bag: what its name says first, the weight field second (R18).

The weight field of real stores is shipping weight, and about one in five disagrees with the bag's own name.
"""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from occhub.money import round_half_up

_GRAMS = {
    "g": Decimal(1),
    "gm": Decimal(1),
    "gms": Decimal(1),
    "gr": Decimal(1),
    "gram": Decimal(1),
    "grams": Decimal(1),
    "kg": Decimal(1000),
    "kgs": Decimal(1000),
    "kilo": Decimal(1000),
    "kilos": Decimal(1000),
    "oz": Decimal("28.349523125"),
    "ozs": Decimal("28.349523125"),
    "ounce": Decimal("28.349523125"),
    "ounces": Decimal("28.349523125"),
    "lb": Decimal("453.59237"),
    "lbs": Decimal("453.59237"),
    "pound": Decimal("453.59237"),
    "pounds": Decimal("453.59237"),
}
_FIELD_UNITS = {"GRAMS": "g", "KILOGRAMS": "kg", "OUNCES": "oz", "POUNDS": "lb"}
_SIZE = re.compile(r"(?<![\d.,/])(?:(\d{1,2})\s*[x×]\s*)?((?:\d\s+)?\d/\d|\d{1,5}(?:[.,]\d{1,3})?)\s*-?\s*([a-z]+)\b")
_PACK = re.compile(r"\bpack \((\d{1,2})\)")
_VULGAR = re.compile(r"([¼½¾])")
_TOLERANCE_PERCENT = 12


def bag_grams(title: str, options: Iterable[tuple[str, str]], weight_value: float, weight_unit: str) -> int | None:
    """The bag's size: from the option values or the variant's title, else from the weight field, else None."""
    return named_grams(title, options) or field_grams(weight_value, weight_unit)


def named_grams(title: str, options: Iterable[tuple[str, str]]) -> int | None:
    """The size that the variant's own words say, e.g. "12 oz. / Whole Bean" -> 340; None when they say none."""
    for words in (*(value for _, value in options), title):
        grams = grams_in(words)
        if grams is not None:
            return grams
    return None


def field_grams(weight_value: float, weight_unit: str) -> int | None:
    """The weight field in grams, or None when the store left it at zero."""
    unit = _FIELD_UNITS.get(weight_unit)
    grams = round_half_up(Decimal(str(weight_value)) * _GRAMS[unit]) if unit else 0
    return grams or None


def grams_in(words: str) -> int | None:
    """The first size in a text, in grams: "250gms", "10 OZ / Drip", "½ lb", "1,5 kg", "10oz Case Pack (6)"."""
    plain = _plain(words)
    pack = _PACK.search(plain)
    for times, number, unit in _SIZE.findall(plain):
        factor = _GRAMS.get(unit)
        if factor is not None:
            units = int(times or (pack.group(1) if pack else 1))
            return round_half_up(_number(number) * factor * units) or None
    return None


def without_sizes(words: str) -> str:
    """The text without the sizes and pack counts in it, in lower case: "Sidamo 250 g" and "Sidamo 1 kg" become one."""
    named = _SIZE.sub(lambda size: " " if size.group(3) in _GRAMS else size.group(), _plain(words))
    return _PACK.sub(" ", named)


def disagree(named: int | None, field: int | None) -> bool:
    """Whether the name and the weight field differ by more than 12 % of the name (R18)."""
    if named is None or field is None:
        return False
    return abs(field - named) * 100 > _TOLERANCE_PERCENT * named


def _plain(words: str) -> str:
    return unicodedata.normalize("NFKC", _VULGAR.sub(r" \1", words)).replace("\N{FRACTION SLASH}", "/").lower()


def _number(text: str) -> Decimal:
    if "/" not in text:
        return Decimal(text.replace(",", "."))
    whole, _, fraction = text.rpartition(" ")
    upper, _, lower = fraction.partition("/")
    return Decimal(whole.strip() or 0) + (Decimal(upper) / Decimal(lower) if int(lower) else 0)
