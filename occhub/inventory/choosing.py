"""What the owner decides about stock: which of a partner's places count, what is kept back, how long we wait."""

from collections.abc import Collection, Mapping
from typing import Any

from occhub.catalog.models import Import, ProductMapping
from occhub.database import write
from occhub.errors import Invalid
from occhub.inventory.models import Stockroom, StockRules
from occhub.partners.models import Partner


def choose_places(partner: Partner, chosen: Collection[str]) -> Partner:
    """Count only these of the partner's places; all of them is the same as no choice. Raises Invalid."""
    known = {place for place, _ in Stockroom.of(partner.id).places}
    if not set(chosen) <= known:
        raise Invalid("place", "One of these places is not there any more. Please look again.")
    if not chosen:
        raise Invalid("place", "Choose at least one place.")
    ids = [] if set(chosen) == known else sorted(chosen)
    with write():
        Partner.update(location_ids=ids).where(Partner.id == partner.id).execute()
    return Partner.find(partner.id)


def keep_back(listing: Import, text: str) -> None:
    """Keep so many of each variant of this product unsold; an empty text: as many as of the partner's others.

    Raises Invalid.
    """
    units = _whole({"safety": text}, "safety", 0, 1000) if text else None
    with write():
        ProductMapping.update(safety_stock=units).where(ProductMapping.listing == listing).execute()


def save_rules(form: Mapping[str, str]) -> StockRules:
    """Keep the rules for stock as a whole; raises Invalid naming the field."""
    facts: dict[str, Any] = {
        "unreachable_hours": _whole(form, "unreachable_hours", 0, 168),
        "keep_days": _whole(form, "keep_days", 7, 3650),
    }
    with write():
        StockRules.insert(id=1, **facts).on_conflict(conflict_target=[StockRules.id], update=facts).execute()
    return StockRules.get_rules()


def _whole(form: Mapping[str, str], name: str, least: int, most: int) -> int:
    value = form.get(name, "").strip()
    if not value.isdecimal() or len(value) > 9 or not least <= int(value) <= most:
        raise Invalid(name, f"Give a whole number from {least} to {most}.")
    return int(value)
