"""Whose the units of our lines are: what is promised to customers' lines, kept, moved and taken back."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from peewee import EXCLUDED, chunked

from occhub.database import rows
from occhub.orders import statuses
from occhub.orders.models import Allocation, MasterLine, PartnerOrderLine


class Promise(NamedTuple):
    """A line of ours, and the customer's line that units of it are for."""

    line_id: int
    order_line_id: int


def promises(line_ids: Collection[int]) -> dict[Promise, int]:
    """The units promised on these lines."""
    found: dict[Promise, int] = {}
    for ids in chunked(line_ids, statuses.ROWS):
        query = Allocation.select(Allocation.line, Allocation.order_line, Allocation.units)
        found |= {Promise(*key): units for *key, units in rows(query.where(Allocation.line.in_(statuses.among(ids))))}
    return found


def promise(before: Mapping[Promise, int], now: Mapping[Promise, int]) -> set[int]:
    """Let these be the promises instead of those before; answers the customers' orders touched. Inside `write()`.

    Who bought later is touched too: of what stands on a line the oldest have theirs first.
    """
    changed = {key: units for key, units in now.items() if before.get(key) != units}
    gone = before.keys() - now.keys()
    for line_id in {key.line_id for key in gone}:
        mine = statuses.among(key.order_line_id for key in gone if key.line_id == line_id)
        Allocation.delete().where((Allocation.line == line_id) & Allocation.order_line.in_(mine)).execute()
    for batch in chunked(changed.items(), statuses.ROWS):
        facts = [{"line": key.line_id, "order_line": key.order_line_id, "units": units} for key, units in batch]
        Allocation.insert_many(facts).on_conflict(
            conflict_target=[Allocation.line, Allocation.order_line], update={Allocation.units: EXCLUDED.units}
        ).execute()
    oldest: dict[int, int] = {}
    for key in changed.keys() | gone:
        oldest[key.line_id] = min(key.order_line_id, oldest.get(key.line_id, key.order_line_id))
    both = before.keys() | now.keys()
    return orders_of(
        {key.order_line_id for key in both if key.line_id in oldest and key.order_line_id >= oldest[key.line_id]}
    )


def trim(line: MasterLine, units: int, *, placed: bool = False) -> None:
    """Let the line promise no more than it has: the newest orders lose first; call inside `write()`.

    `placed`: it stood on an order, so that who loses by it is remembered.
    """
    for each in Allocation.select().where(Allocation.line == line).order_by(Allocation.order_line):
        kept = min(each.units, units)
        units -= kept
        if kept == each.units:
            continue
        this, lost = Allocation.id == each.id, each.units - kept
        if kept or placed:
            short = each.short + lost if placed else 0
            Allocation.update(units=kept, short=short).where(this).execute()
        else:
            Allocation.delete().where(this).execute()


def orders_of(order_line_ids: Collection[int]) -> set[int]:
    """The customers' orders of these lines of theirs."""
    orders: set[int] = set()
    for ids in chunked(order_line_ids, statuses.ROWS):
        query = PartnerOrderLine.select(PartnerOrderLine.order).where(PartnerOrderLine.id.in_(statuses.among(ids)))
        orders |= {order_id for (order_id,) in rows(query)}
    return orders
