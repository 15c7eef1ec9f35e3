"""Writing down what the open window shall hold, before any of it is sent (R8, R9, R10)."""

from collections.abc import Mapping
from datetime import datetime

from peewee import chunked

from occhub.catalog.models import ProductMapping
from occhub.database import rows, write
from occhub.leases import Held
from occhub.orders import statuses
from occhub.orders.history import tell
from occhub.orders.models import (
    FREEZING,
    UNPLACED,
    Allocation,
    MasterLine,
    MasterOrder,
    MasterPart,
    PartnerOrderLine,
)
from occhub.orders.pooling import Pooled
from occhub.orders.standing import new_token
from occhub.orders.wishing import is_held_long_enough

# Shopify takes no more lines on one draft.
LINES = 499


def plan(master: MasterOrder, pooled: Mapping[int, Pooled], held: Held, *, freeze_at: datetime | None = None) -> None:
    """Make the window's lines what is pooled, and nothing else; with `freeze_at` they are the last word (R9)."""
    with write():
        held.confirm()
        lines = _lines(master)
        before = _orders_on(lines)
        homes = _find_homes(master, pooled, lines)
        # A line no longer needed stays at zero: it remembers the agreed cost.
        unneeded = [line.id for line in lines if line.mapping_id not in pooled and line.wanted]
        MasterLine.update(wanted=0).where(MasterLine.id << unneeded).execute()
        shares = []
        for mapping_id, line in homes.items():
            need = pooled[mapping_id]
            MasterLine.update(wanted=need.units).where(MasterLine.id == line.id).execute()
            shares += [{"line": line.id, "order_line": order_line, "units": units} for order_line, units in need.shares]
        _promise([line.id for line in lines], shares)
        if freeze_at:
            _close(master, freeze_at)
        statuses.refresh(before | _orders_on(list(homes.values())))


def freeze(master: MasterOrder, held: Held, *, as_of: datetime) -> None:
    """What stands on the window is the last word, whatever is pooled."""
    with write():
        held.confirm()
        _close(master, as_of)


def is_planned(master: MasterOrder, pooled: Mapping[int, Pooled]) -> bool:
    """Whether the window holds just this, and all of it was read back."""
    lines = [line for line in _lines(master) if line.wanted or line.confirmed]
    wanted = {line.mapping_id: line.wanted for line in lines}
    as_wanted = wanted == {mapping_id: need.units for mapping_id, need in pooled.items()}
    if not as_wanted or any(line.confirmed != line.wanted for line in lines):
        return False
    if not all(
        is_held_long_enough(part, part.reserved_until) for part in {line.part_id: line.part for line in lines}.values()
    ):
        return False
    promised = {
        (row.order_line_id, row.units)
        for row in Allocation.select().where(Allocation.line << [line.id for line in lines])
    }
    return promised == {share for need in pooled.values() for share in need.shares}


def _lines(master: MasterOrder) -> list[MasterLine]:
    query = MasterLine.select(MasterLine, MasterPart).join(MasterPart)
    return list(query.where((MasterPart.master == master) & MasterPart.state.in_(UNPLACED)).order_by(MasterLine.id))


def _close(master: MasterOrder, as_of: datetime) -> None:
    MasterOrder.update(state=FREEZING, frozen_at=as_of).where(MasterOrder.id == master.id).execute()
    tell(master, "Closed; what is sold from now on goes into the next one.", as_of=as_of)


def _find_homes(master: MasterOrder, pooled: Mapping[int, Pooled], lines: list[MasterLine]) -> dict[int, MasterLine]:
    """One line for each pooled mapping, on a part that has room for it."""
    homes = {line.mapping_id: line for line in lines if line.mapping_id in pooled}
    room = {part.id: LINES for part in _open_parts(master)}
    for line in homes.values():
        room[line.part_id] -= 1
    for mapping_id, line in list(homes.items()):
        if room[line.part_id] < 0:
            room[line.part_id] += 1
            MasterLine.update(wanted=0).where(MasterLine.id == line.id).execute()
            del homes[mapping_id]
    for mapping_id in sorted(pooled.keys() - homes.keys()):
        part_id = next((part_id for part_id, left in room.items() if left > 0), None) or _add_part(master)
        room[part_id] = room.get(part_id, LINES) - 1
        homes[mapping_id] = _line_on(part_id, mapping_id, _agreed_cost(master, mapping_id))
    return homes


def _open_parts(master: MasterOrder) -> list[MasterPart]:
    query = MasterPart.select().where((MasterPart.master == master) & MasterPart.state.in_(UNPLACED))
    return list(query.order_by(MasterPart.position))


def _add_part(master: MasterOrder) -> int:
    position = MasterPart.select().where(MasterPart.master == master).count() + 1
    return int(MasterPart.create(master=master, position=position, token=new_token()).id)


def _line_on(part_id: int, mapping_id: int, cost_minor: int) -> MasterLine:
    row = {MasterLine.part: part_id, MasterLine.mapping: mapping_id, MasterLine.cost_minor: cost_minor}
    MasterLine.insert(row).on_conflict(
        action="nothing", conflict_target=[MasterLine.part, MasterLine.mapping]
    ).execute()
    return MasterLine.get((MasterLine.part == part_id) & (MasterLine.mapping == mapping_id))


def _agreed_cost(master: MasterOrder, mapping_id: int) -> int:
    """R10: what the variant's first line in this window said, else today's cost."""
    first = (
        MasterLine.select(MasterLine.cost_minor)
        .join(MasterPart)
        .where((MasterPart.master == master) & (MasterLine.mapping == mapping_id))
        .order_by(MasterLine.id)
        .first()
    )
    return int(first.cost_minor if first else ProductMapping.find(mapping_id).cost_minor)


def _promise(line_ids: list[int], shares: list[dict[str, int]]) -> None:
    for ids in chunked(line_ids, statuses.ROWS):
        Allocation.delete().where(Allocation.line << ids).execute()
    for batch in chunked(shares, statuses.ROWS):
        Allocation.insert_many(batch).execute()


def _orders_on(lines: list[MasterLine]) -> set[int]:
    orders: set[int] = set()
    for batch in chunked([line.id for line in lines], statuses.ROWS):
        query = PartnerOrderLine.select(PartnerOrderLine.order).join(Allocation).where(Allocation.line << batch)
        orders |= {order_id for (order_id,) in rows(query.distinct())}
    return orders
