"""Writing down what the open window shall hold, before any of it is sent (R8, R9, R10)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from peewee import Case, chunked

from occhub.catalog.models import ProductMapping
from occhub.database import rows, write
from occhub.leases import Held
from occhub.orders import statuses
from occhub.orders.history import tell
from occhub.orders.models import FREEZING, UNPLACED, MasterLine, MasterOrder, MasterPart
from occhub.orders.pooling import Pooled
from occhub.orders.promising import Promise, promise, promises

# Shopify takes no more lines on one draft.
LINES = 499


class Line(NamedTuple):
    """A line of a part that is not placed, as it stands."""

    id: int
    master_id: int
    part_id: int
    mapping_id: int
    wanted: int
    confirmed: int


def plan(master: MasterOrder, pooled: Mapping[int, Pooled], held: Held, *, freeze_at: datetime | None = None) -> bool:
    """Make the window's lines what is pooled, and nothing else; answers whether they were not so already.

    With `freeze_at` they are the last word (R9). The caller's lease keeps everybody else from these lines.
    """
    lines = _lines([master.id])
    before = promises([line.id for line in lines])
    is_news = not _is_promised(lines, before, pooled)
    if is_news or freeze_at:
        with write():
            held.confirm()
            if is_news:
                _rewrite(master, pooled, lines, before)
            if freeze_at:
                _close(master, freeze_at)
    return is_news


def freeze(master: MasterOrder, held: Held, *, as_of: datetime) -> None:
    """What stands on the window is the last word, whatever is pooled."""
    with write():
        held.confirm()
        _close(master, as_of)


def settled(master_ids: Iterable[int], pooled: Mapping[int, Mapping[int, Pooled]]) -> set[int]:
    """Those of these windows that hold just what is pooled, by window, and of which all was read back."""
    lines: dict[int, list[Line]] = {master_id: [] for master_id in master_ids}
    for line in _lines(lines):
        lines[line.master_id].append(line)
    owners = {line.id: master_id for master_id, mine in lines.items() for line in mine}
    promised: dict[int, dict[Promise, int]] = defaultdict(dict)
    for key, units in promises(owners).items():
        promised[owners[key.line_id]][key] = units
    return {
        master_id
        for master_id, mine in lines.items()
        if all(line.confirmed == line.wanted for line in mine)
        and _is_promised(mine, promised[master_id], pooled[master_id])
    }


def _rewrite(
    master: MasterOrder, pooled: Mapping[int, Pooled], lines: list[Line], before: Mapping[Promise, int]
) -> None:
    homes = _find_homes(master, pooled, lines)
    # A line no longer needed stays at zero: it remembers the agreed cost.
    wanted = dict.fromkeys([line.id for line in lines], 0)
    wanted |= {line_id: pooled[mapping_id].units for mapping_id, line_id in homes.items()}
    known = {line.id: line.wanted for line in lines}
    _want({line_id: units for line_id, units in wanted.items() if known.get(line_id) != units})
    now = {
        Promise(line_id, order_line): units
        for mapping_id, line_id in homes.items()
        for order_line, units in pooled[mapping_id].shares
    }
    statuses.refresh(promise(before, now))


def _is_promised(lines: Iterable[Line], before: Mapping[Promise, int], pooled: Mapping[int, Pooled]) -> bool:
    # Lists: a partner who moves a coffee from one of our drafts to another must not make it count once for twice.
    wanted = sorted((line.mapping_id, line.wanted) for line in lines if line.wanted)
    if wanted != sorted((mapping_id, need.units) for mapping_id, need in pooled.items()):
        return False
    now = sorted(share for need in pooled.values() for share in need.shares)
    return now == sorted((key.order_line_id, units) for key, units in before.items())


def _lines(master_ids: Iterable[int]) -> list[Line]:
    query = (
        MasterLine.select(
            MasterLine.id,
            MasterPart.master,
            MasterLine.part,
            MasterLine.mapping,
            MasterLine.wanted,
            MasterLine.confirmed,
        )
        .join(MasterPart)
        .where(MasterPart.master.in_(list(master_ids)) & MasterPart.state.in_(UNPLACED))
    )
    return [Line(*facts) for facts in rows(query.order_by(MasterLine.id))]


def _close(master: MasterOrder, as_of: datetime) -> None:
    master.state, master.frozen_at = FREEZING, as_of
    master.save(only=[MasterOrder.state, MasterOrder.frozen_at])
    tell(master, "Closed; what is sold from now on goes into the next one.", as_of=as_of)


def _find_homes(master: MasterOrder, pooled: Mapping[int, Pooled], lines: list[Line]) -> dict[int, int]:
    """The id of one line for each pooled mapping, on a part that has room for it."""
    parts = MasterPart.select(MasterPart.id).where((MasterPart.master == master.id) & MasterPart.state.in_(UNPLACED))
    room = {part_id: LINES for (part_id,) in rows(parts.order_by(MasterPart.position))}
    homes: dict[int, int] = {}
    for line in sorted(lines, key=lambda line: not line.wanted):
        if line.mapping_id in pooled and line.mapping_id not in homes and room[line.part_id] > 0:
            room[line.part_id] -= 1
            homes[line.mapping_id] = line.id
    settled_on = {}
    for mapping_id in sorted(pooled.keys() - homes.keys()):
        part_id = next((part_id for part_id, left in room.items() if left > 0), None) or _add_part(master)
        room[part_id] = room.get(part_id, LINES) - 1
        settled_on[mapping_id] = part_id
    return homes | _lines_on(settled_on, master)


def _add_part(master: MasterOrder) -> int:
    position = MasterPart.select().where(MasterPart.master == master.id).count() + 1
    return int(MasterPart.create(master=master, position=position).id)


def _lines_on(parts: Mapping[int, int], master: MasterOrder) -> dict[int, int]:
    """The ids of the lines of these mappings on these parts, made where there are none yet."""
    costs = _agreed_costs(master, parts)
    made: dict[int, int] = {}
    for batch in chunked(parts.items(), statuses.ROWS):
        facts = [
            {"part": part_id, "mapping": mapping_id, "cost_minor": costs[mapping_id]} for mapping_id, part_id in batch
        ]
        upsert = MasterLine.insert_many(facts).on_conflict(
            conflict_target=[MasterLine.part, MasterLine.mapping],
            update={MasterLine.cost_minor: MasterLine.cost_minor},  # so that it is answered too
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
