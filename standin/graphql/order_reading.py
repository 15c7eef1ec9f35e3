"""What the answers about orders and drafts share: money with its currency, addresses, attributes, who may see what."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from standin.graphql.products import money
from standin.graphql.registry import Call
from standin.world import Address, Fulfillment, Order, Refund, gid

SEEN_FOR = timedelta(days=60)


def money_bag(amount: Decimal, call: Call) -> dict[str, Any]:
    """A MoneyBag; orders here are shown in the store's own currency."""
    shown = money(amount, call)
    return {"shop_money": shown, "presentment_money": shown}


def visible(call: Call, found: Any) -> Any:
    """An object, or None when it is (part of) an order older than 60 days and the app may not read those."""
    if isinstance(found, Fulfillment | Refund):
        return found if visible(call, call.shop.orders.get(found.order_id)) else None
    if isinstance(found, Order) and "read_all_orders" not in call.scopes and found.created_at < call.now - SEEN_FOR:
        return None
    return found


def attributes(pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
    """Custom attributes."""
    return [{"key": key, "value": value} for key, value in pairs]


def mailing_address(address: Address | None, owner: int) -> dict[str, Any] | None:
    """An address of the order or draft with this id."""
    if address is None:
        return None
    names = [part for part in (address.first_name, address.last_name) if part]
    return {
        "id": gid("MailingAddress", owner),
        "first_name": address.first_name,
        "last_name": address.last_name,
        "name": " ".join(names) or None,
        "company": address.company,
        "address1": address.address1,
        "address2": address.address2,
        "city": address.city,
        "zip": address.zip,
        "province": None,
        "province_code": address.province_code,
        "country": address.country_code,
        "country_code_v2": address.country_code,
        "phone": address.phone,
    }


def tax_lines(tax: Decimal, rate: Decimal, call: Call) -> list[dict[str, Any]]:
    """The one tax line, none where nothing is taxed."""
    if not tax:
        return []
    return [
        {"title": "VAT", "rate": float(rate), "rate_percentage": float(rate * 100), "price_set": money_bag(tax, call)}
    ]


def shipping_line(title: str | None, price: Decimal, call: Call) -> dict[str, Any] | None:
    """The shipping line, None without shipping."""
    if title is None:
        return None
    bag = money_bag(price, call)
    prices = {"original_price_set": bag, "discounted_price_set": bag, "current_discounted_price_set": bag}
    return {"id": None, "title": title, "custom": True, "is_removed": False, "code": "custom", **prices}
