"""What is agreed with a partner on his orders: the least he takes, what carriage costs, when he is late."""

from collections.abc import Mapping

from occhub.database import write
from occhub.errors import Invalid
from occhub.money import Money
from occhub.orders.terms import ASK, CARRY, SEND, OrderTerms
from occhub.partners.models import Partner

CHOICES = {
    SEND: "send it anyway",
    CARRY: "carry it over to the next one",
    ASK: "ask me",
}
MOST_BAGS, MOST_DAYS = 10_000, 60


def save(partner: Partner, fields: Mapping[str, str]) -> None:
    """Keep the terms of the form; raises Invalid before anything is changed."""
    below = fields.get("below_minimum", "")
    if below not in CHOICES:
        raise Invalid("below_minimum", "Choose what becomes of an order that is too small.")
    title = fields.get("shipping_title", "").strip()
    facts = {
        "minimum_bags": _count(fields, "minimum_bags", MOST_BAGS),
        "minimum_minor": _amount(fields, "minimum", partner.currency),
        "below_minimum": below,
        "shipping_title": title[:100],
        "shipping_minor": _amount(fields, "shipping", partner.currency),
        "late_after_days": max(1, _count(fields, "late_after_days", MOST_DAYS)),
    }
    if facts["shipping_minor"] and not title:
        raise Invalid("shipping_title", "Give the shipping a name, as it shall stand on the order.")
    with write():
        OrderTerms.insert(partner=partner, **facts).on_conflict(
            conflict_target=[OrderTerms.partner], update=facts
        ).execute()


def _count(fields: Mapping[str, str], name: str, most: int) -> int:
    text = fields.get(name, "").strip() or "0"
    if not text.isdecimal() or len(text) > 6 or int(text) > most:
        raise Invalid(name, f"A whole number from 0 to {most:,}.")
    return int(text)


def _amount(fields: Mapping[str, str], name: str, currency: str) -> int:
    try:
        amount = Money.parse(fields.get(name, "").strip() or "0", currency)
    except ValueError:
        raise Invalid(name, f"An amount in {currency}, such as 250.00.") from None
    if not 0 <= amount.minor <= 10_000_000_00:
        raise Invalid(name, "An amount that is not negative, and not beyond reason.")
    return amount.minor
