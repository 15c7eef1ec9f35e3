"""Oversell watch: where customers were promised more than there is, and whose order is short."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from occhub.catalog.models import ProductMapping
from occhub.database import write
from occhub.inventory.judging import Verdict
from occhub.inventory.models import Shortage
from occhub.orders import demand
from occhub.partners.models import Partner


@dataclass(frozen=True)
class ShortOrder:
    """A customer's order that waits for units nobody has."""

    order: demand.Waiting
    short: int


@dataclass(frozen=True)
class ShortGood:
    """A variant promised beyond stock, with the orders that go short, the oldest first."""

    shortage: Shortage
    mapping: ProductMapping
    orders: list[ShortOrder]


def keep_shortages(verdicts: Sequence[Verdict], *, as_of: datetime) -> None:
    """Open, change or end the shortages of what was just compared; one that could not be judged stays."""
    told = {verdict.shelf.id: verdict.short for verdict in verdicts if verdict.short is not None}
    known = {row.mapping_id: row for row in Shortage.select().where(Shortage.ended_at.is_null())}
    changed = {key: units for key, units in told.items() if units != (known[key].units if key in known else 0)}
    if not changed:
        return
    with write():
        for key, units in changed.items():
            if key not in known:
                Shortage.create(mapping=key, units=units, since=as_of)
                continue
            facts: dict[str, Any] = {"units": units} if units else {"ended_at": as_of}
            Shortage.update(facts).where(Shortage.id == known[key].id).execute()


def open_shortages() -> list[ShortGood]:
    """Every shortage that stands, the longest first."""
    query = (
        Shortage.select(Shortage, ProductMapping, Partner)
        .join(ProductMapping)
        .join(Partner)
        .where(Shortage.ended_at.is_null())
        .order_by(Shortage.since, Shortage.id)
    )
    shortages = list(query)
    waiting: dict[int, list[demand.Waiting]] = {}
    for order in demand.waiting([row.mapping_id for row in shortages]):
        waiting.setdefault(order.mapping_id, []).append(order)
    return [ShortGood(row, row.mapping, who_is_short(waiting.get(row.mapping_id, []), row.units)) for row in shortages]


def who_is_short(orders: Sequence[demand.Waiting], units: int) -> list[ShortOrder]:
    """Who came first is served first, so the newest orders go short; told oldest first."""
    short: list[ShortOrder] = []
    for order in reversed(orders):
        missing = min(order.units, units)
        if missing <= 0:
            break
        units -= missing
        short.append(ShortOrder(order, missing))
    return short[::-1]
