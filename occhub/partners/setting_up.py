"""What the owner decides: how his hub works, and the terms of each partner."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from occhub.database import write
from occhub.errors import Invalid
from occhub.partners.models import Hub, Partner

CADENCES = ("weekly", "daily")
PAYMENT_RULES = ("paid", "authorized", "all")
ROUNDINGS = ("none", ".00", ".50", ".95", ".99", "5")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def save_hub(form: Mapping[str, str], places: Mapping[str, str]) -> Hub:
    """Keep the hub's settings; raises Invalid naming the field, and then nothing is changed.

    `places` are the store's active locations, id to name: one of them keeps the stock from now on.
    """
    country = form.get("country_code", "").strip().upper()
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise Invalid("country_code", "Give the country as two letters, such as CA or US.")
    email = form.get("email", "").strip()
    if not _EMAIL.fullmatch(email):
        raise Invalid("email", "Give an e-mail address that partners can answer to.")
    facts: dict[str, Any] = {
        "company": _text(form, "company", "Give the name that partners write on the parcel."),
        "address1": _text(form, "address1", "Give the street and number partners ship to."),
        "address2": form.get("address2", "").strip()[:100],
        "city": _text(form, "city", "Give the city partners ship to."),
        "province_code": form.get("province_code", "").strip().upper()[:5],
        "postcode": form.get("postcode", "").strip()[:20],
        "country_code": country,
        "phone": form.get("phone", "").strip()[:30],
        "email": email,
        "daily_hour": _whole(form, "daily_hour", 0, 23),
        "payment_rule": _one_of(form, "payment_rule", PAYMENT_RULES),
        "route_test_orders": form.get("route_test_orders", "") != "",
        **_location(form, places),
    }
    with write():
        Hub.update(facts).execute()
    return Hub.get_hub()


def _location(form: Mapping[str, str], places: Mapping[str, str]) -> dict[str, str]:
    location_id = form.get("location_id", "")
    if not location_id:
        return {}
    if location_id not in places:
        raise Invalid("location_id", "Choose one of your store's locations.")
    return {"location_id": location_id, "location_name": places[location_id]}


def save_usual_terms(form: Mapping[str, str]) -> Hub:
    """Keep what new partners' terms begin with; raises Invalid naming the field, and then nothing is changed."""
    facts = _price_terms(form) | _rhythm(form)
    with write():
        Hub.update(facts).execute()
    return Hub.get_hub()


def save_terms(partner: Partner, form: Mapping[str, str]) -> Partner:
    """Keep a partner's terms; raises Invalid naming the field, and then nothing is changed."""
    email = form.get("contact_email", "").strip()
    if email and not _EMAIL.fullmatch(email):
        raise Invalid("contact_email", "Give a whole e-mail address, or leave it empty.")
    facts: dict[str, Any] = {
        "exchange_rate": _rate(form, "exchange_rate"),
        "publish_imports": form.get("publish_imports", "") != "",
        "tax_exempt": form.get("tax_exempt", "") != "",
        "contact_name": form.get("contact_name", "").strip()[:80],
        "contact_email": email[:100],
        "contact_phone": form.get("contact_phone", "").strip()[:30],
        **_price_terms(form),
        **_rhythm(form),
    }
    with write():
        Partner.update(facts).where(Partner.id == partner.id).execute()
    return Partner.find(partner.id)


def _price_terms(form: Mapping[str, str]) -> dict[str, Any]:
    return {
        "discount_bp": _percent(form, "discount", 0, 95),
        "markup_bp": _percent(form, "markup", 0, 500),
        "rounding": _one_of(form, "rounding", ROUNDINGS),
        "safety_stock": _whole(form, "safety_stock", 0, 1000),
    }


def _rhythm(form: Mapping[str, str]) -> dict[str, Any]:
    return {
        "cadence": _one_of(form, "cadence", CADENCES),
        "cutoff_weekday": _whole(form, "cutoff_weekday", 0, 6),
        "cutoff_hour": _whole(form, "cutoff_hour", 0, 23),
    }


def _text(form: Mapping[str, str], name: str, sentence: str) -> str:
    value = form.get(name, "").strip()
    if not 0 < len(value) <= 100:
        raise Invalid(name, sentence)
    return value


def _whole(form: Mapping[str, str], name: str, least: int, most: int) -> int:
    value = form.get(name, "").strip()
    if not value.isdecimal() or len(value) > 9 or not least <= int(value) <= most:
        raise Invalid(name, f"Give a whole number from {least} to {most}.")
    return int(value)


def _percent(form: Mapping[str, str], name: str, least: int, most: int) -> int:
    """A percentage such as "27.5", as basis points."""
    number = _decimal(form, name)
    if number is None or not least <= number <= most or number * 100 != int(number * 100):
        raise Invalid(name, f"Give a percentage from {least} to {most}, with two decimals at most.")
    return int(number * 100)


def _rate(form: Mapping[str, str], name: str) -> str:
    number = _decimal(form, name)
    if number is None or not Decimal("0.000001") <= number <= 1_000_000:
        raise Invalid(name, "Give the exchange rate as a positive number, such as 1.37.")
    return str(number)


def _decimal(form: Mapping[str, str], name: str) -> Decimal | None:
    try:
        number = Decimal(form.get(name, "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _one_of(form: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = form.get(name, "")
    if value not in allowed:
        raise Invalid(name, "Choose one of the options.")
    return value
