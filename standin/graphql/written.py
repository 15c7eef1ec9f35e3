"""What an app may write on drafts and orders alike, and what is wrong with it in Shopify's words."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from standin.commerce.totals import rounded
from standin.world import Address, Shop

LONGEST_TAG = 40


class Unfit(Exception):
    """A value the store does not take; `path` is that of the user error, None where Shopify names no field."""

    def __init__(self, message: str, path: list[str] | None = None) -> None:
        super().__init__(message)
        self.path = path


def written(given: dict[str, Any]) -> dict[str, Any]:
    """Attributes out of the input fields that drafts and orders share. Raises Unfit."""
    return {attribute: read(given[name]) for name, (attribute, read) in WRITTEN.items() if name in given}


def _tags(values: list[str] | None) -> list[str]:
    tags = {tag.strip().casefold(): tag.strip() for tag in values or () if tag.strip()}
    for place, tag in enumerate(values or ()):
        if len(tag) > LONGEST_TAG:
            message = f"Title Tag exceeds the maximum length of {LONGEST_TAG} characters"
            raise Unfit(message, ["tags", str(place)])
    return [tags[key] for key in sorted(tags)]


def _email(value: str | None) -> str | None:
    if value and "@" not in value:
        raise Unfit("Email is invalid", ["email"])
    return value or None


def pairs_of(values: list[dict[str, str]] | None) -> list[tuple[str, str]]:
    """Custom attributes as pairs."""
    return [(each["key"], each["value"]) for each in values or ()]


def _address(value: dict[str, Any] | None) -> Address | None:
    if value is None:
        return None
    return Address(
        value.get("firstName"),
        value.get("lastName"),
        value.get("company"),
        value.get("address1"),
        value.get("address2"),
        value.get("city"),
        value.get("zip"),
        value.get("provinceCode"),
        value.get("countryCode"),
        value.get("phone"),
    )


def _as_it_is(value: Any) -> Any:
    return value


WRITTEN: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "note": ("note", _as_it_is),
    "poNumber": ("po_number", _as_it_is),
    "phone": ("phone", _as_it_is),
    "email": ("email", _email),
    "tags": ("tags", _tags),
    "customAttributes": ("custom_attributes", pairs_of),
    "shippingAddress": ("shipping_address", _address),
}


def amount(shop: Shop, given: Any, path: list[str]) -> Decimal | None:
    """Money of a MoneyInput (or a bare amount), in the store's currency and not below zero. Raises Unfit."""
    if given is None:
        return None
    if isinstance(given, dict) and given["currencyCode"] != shop.currency:
        raise Unfit(f"The currency must be the store's, {shop.currency}", [*path, "currencyCode"])
    price = rounded(Decimal(str(given["amount"] if isinstance(given, dict) else given)), shop.currency)
    if price < 0:
        raise Unfit("Cannot send negative price for line_item")
    return price
