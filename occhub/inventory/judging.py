"""Decide what the hub ought to show of a variant: R3, R4, R5 and the special goods and moments of R7."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from occhub.catalog.models import ACTIVE, GONE
from occhub.inventory.formula import hub_stock, seen_claims, shortfall
from occhub.inventory.reading import Answer
from occhub.inventory.shelves import Shelf
from occhub.orders import demand
from occhub.shopify.types import Level

# A reservation may run out between our reading of the draft and of the shelf; in its last minutes it holds nothing.
_RUNS_OUT = timedelta(minutes=2)


class Verdict(NamedTuple):
    """What the hub ought to show. `number` is None where the partner sells without counting: so does the hub then.

    `available` is None where nobody could be asked. `short` units are promised and nobody has them.
    """

    shelf: Shelf
    number: int | None
    available: int | None
    unclaimed: int
    state: str = ACTIVE
    tracked: bool = True
    always: bool = False
    short: int | None = None  # None: this reading cannot tell


@dataclass(frozen=True)
class Owed:
    """What the orders say of a partner's variants, by mapping id."""

    wanted: Mapping[int, int]
    claims: Mapping[int, demand.Claims]
    unserved: Mapping[int, int]  # of those that customers wait for

    def unclaimed(self, mapping_id: int, level: Level, *, partial: bool) -> int:
        """U of R4; claims count as far as his shelves show them (R3)."""
        claimed = seen_claims(self.claims[mapping_id], level.reserved, level.committed, partial=partial)
        return max(0, self.wanted[mapping_id] - claimed)

    def short(self, mapping_id: int, level: Level, unclaimed: int, *, partial: bool) -> int | None:
        """Units nobody has. None while placed units have left his shelves unheard of: sent, or sold to others."""
        if not partial and level.committed < self.claims[mapping_id].on_order:
            return None
        return shortfall(level.available, unclaimed, self.unserved.get(mapping_id, 0))


def what_is_owed(mapping_ids: Collection[int], as_of: datetime) -> Owed:
    """Read the demand; after the partners' stock, so that both speak of the same moment."""
    wanted = demand.wanted_units(mapping_ids)
    unserved: dict[int, int] = {}
    for order in demand.waiting([key for key, units in wanted.items() if units]):
        unserved[order.mapping_id] = unserved.get(order.mapping_id, 0) + order.units
    return Owed(wanted, demand.claims(mapping_ids, as_of + _RUNS_OUT), unserved)


def judge(shelf: Shelf, answer: Answer, owed: Owed) -> Verdict:
    """The verdict on one variant of a partner who answered."""
    level = (answer.levels or {}).get(shelf.partner_variant)
    if level is None:
        return nothing(shelf, owed, state=GONE)
    if shelf.withdrawn:
        return nothing(shelf, owed)
    if not level.counts:
        return Verdict(shelf, None, None, 0, tracked=level.tracked, always=level.always, short=0)
    unclaimed = owed.unclaimed(shelf.id, level, partial=answer.partial)
    short = owed.short(shelf.id, level, unclaimed, partial=answer.partial)
    return Verdict(shelf, hub_stock(level.available, unclaimed, shelf.safety), level.available, unclaimed, short=short)


def nothing(shelf: Shelf, owed: Owed, *, state: str | None = None) -> Verdict:
    """0: deleted at the partner, or nobody can or may ask him. Goods sold without counting are counted from now on."""
    unclaimed = max(0, owed.wanted[shelf.id] - sum(owed.claims[shelf.id]))
    return Verdict(shelf, 0, None, unclaimed, state=state or shelf.state)
