"""Writing down what the open window shall hold, before any of it is sent (R8, R9, R10)."""

from collections.abc import Collection, Mapping
from datetime import datetime

from peewee import Case, chunked

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
        if not _is_promised([line for line in lines if line.wanted], pooled):
            _rewrite(master, pooled, lines)
        if freeze_at:
            _close(master, freeze_at)


def freeze(master: MasterOrder, held: Held, *, as_of: datetime) -> None:
    """What stands on the window is the last word, whatever is pooled."""
    with write():
        held.confirm()
        _close(master, as_of)


def is_planned(master: MasterOrder, pooled: Mapping[int, Pooled]) -> bool:
    """Whether the window holds just this, and all of it was read back."""
    lines = [line for line in _lines(master) if line.wanted or line.confirmed]
    parts = {line.part_id: line.part for line in lines}
    for part in parts.values():
        part.master = master
    return (
        all(line.confirmed == line.wanted for line in lines)
        and all(is_held_long_enough(part, part.reserved_until) for part in parts.values())
        and _is_promised(lines, pooled)
    )


def _rewrite(master: MasterOrder, pooled: Mapping[int, Pooled], lines: list[MasterLine]) -> None:
    before = _orders_on([line.id for line in lines])
    homes = _find_homes(master, pooled, lines)
    # A line no longer needed stays at zero: it remembers the agreed cost.
    unneeded = [line.id for line in lines if line.mapping_id not in pooled and line.wanted]
    _want(dict.fromkeys(unneeded, 0) | {line_id: pooled[mapping_id].units for mapping_id, line_id in homes.items()})
    shares = [
        {"line": line_id, "order_line": order_line, "units": units}
        for mapping_id, line_id in homes.items()
        for order_line, units in pooled[mapping_id].shares
    ]
    _promise([line.id for line in lines], shares)
    statuses.refresh(before | _orders_on(list(homes.values())))


def _is_promised(lines: list[MasterLine], pooled: Mapping[int, Pooled]) -> bool:
    wanted = {line.mapping_id: line.wanted for line in lines}
    if wanted != {mapping_id: need.units for mapping_id, need in pooled.items()}:
        return False
    query = Allocation.select(Allocation.order_line, Allocation.units)
    promised = {tuple(share) for share in rows(query.where(Allocation.line << [line.id for line in lines]))}
    return promised == {share for need in pooled.values() for share in need.shares}


def _lines(master: MasterOrder) -> list[MasterLine]:
    query = MasterLine.select(MasterLine, MasterPart).join(MasterPart)
    return list(query.where((MasterPart.master == master) & MasterPart.state.in_(UNPLACED)).order_by(MasterLine.id))


def _close(master: MasterOrder, as_of: datetime) -> None:
    MasterOrder.update(state=FREEZING, frozen_at=as_of).where(MasterOrder.id == master.id).execute()
    tell(master, "Closed; what is sold from now on goes into the next one.", as_of=as_of)


def _find_homes(master: MasterOrder, pooled: Mapping[int, Pooled], lines: list[MasterLine]) -> dict[int, int]:
    """The id of one line for each pooled mapping, on a part that has room for it."""
    homes = {line.mapping_id: line for line in lines if line.mapping_id in pooled}
    room = {part.id: LINES for part in _open_parts(master)}
    for line in homes.values():
        room[line.part_id] -= 1
    for mapping_id, line in list(homes.items()):
        if room[line.part_id] < 0:
            room[line.part_id] += 1
            MasterLine.update(wanted=0).where(MasterLine.id == line.id).execute()
            del homes[mapping_id]
    settled = {}
    for mapping_id in sorted(pooled.keys() - homes.keys()):
        part_id = next((part_id for part_id, left in room.items() if left > 0), None) or _add_part(master)
        room[part_id] = room.get(part_id, LINES) - 1
        settled[mapping_id] = part_id
    return {mapping_id: line.id for mapping_id, line in homes.items()} | _lines_on(settled, master)


def _open_parts(master: MasterOrder) -> list[MasterPart]:
    query = MasterPart.select().where((MasterPart.master == master) & MasterPart.state.in_(UNPLACED))
    return list(query.order_by(MasterPart.position))


def _add_part(master: MasterOrder) -> int:
    position = MasterPart.select().where(MasterPart.master == master).count() + 1
    return int(MasterPart.create(master=master, position=position, token=new_token()).id)


def _lines_on(parts: Mapping[int, int], master: MasterOrder) -> dict[int, int]:
    """The ids of the lines of these mappings on these parts, made where there are none yet."""
    costs = _agreed_costs(master, parts)
    made: dict[int, int] = {}
    for batch in chunked(parts.items(), statuses.ROWS):
        facts = [
            {"part": part_id, "mapping": mapping_id, "cost_minor": costs[mapping_id]} for mapping_id, part_id in batch
        ]
        upsert = MasterLine.insert_many(facts).on_conflict(
            conflict_target=[MasterLine.part, MasterLine.mapping], update={MasterLine.wanted: 0}
        )
        made.update(upsert.returning(MasterLine.mapping, MasterLine.id).tuples().execute())
    return made


def _agreed_costs(master: MasterOrder, mapping_ids: Collection[int]) -> dict[int, int]:
    """R10: what the variant's first line in this window said, else today's cost."""
    costs: dict[int, int] = {}
    for ids in chunked(mapping_ids, statuses.ROWS):
        today = ProductMapping.select(ProductMapping.id, ProductMapping.cost_minor).where(ProductMapping.id << ids)
        agreed = (
            MasterLine.select(MasterLine.mapping, MasterLine.cost_minor)
            .join(MasterPart)
            .where((MasterPart.master == master) & (MasterLine.mapping << ids))
            .order_by(MasterLine.id.desc())
        )
        costs |= {**dict(rows(today)), **dict(rows(agreed))}
    return costs


def _want(units: Mapping[int, int]) -> None:
    """Set the wanted units of these lines."""
    for batch in chunked(units.items(), statuses.ROWS):
        wanted = Case(MasterLine.id, batch)
        MasterLine.update(wanted=wanted).where(MasterLine.id << [line_id for line_id, _ in batch]).execute()


def _promise(line_ids: list[int], shares: list[dict[str, int]]) -> None:
    for ids in chunked(line_ids, statuses.ROWS):
        Allocation.delete().where(Allocation.line << ids).execute()
    for batch in chunked(shares, statuses.ROWS):
        Allocation.insert_many(batch).execute()


def _orders_on(line_ids: list[int]) -> set[int]:
    orders: set[int] = set()
    for batch in chunked(line_ids, statuses.ROWS):
        query = PartnerOrderLine.select(PartnerOrderLine.order).join(Allocation).where(Allocation.line << batch)
        orders |= {order_id for (order_id,) in rows(query.distinct())}
    return orders
