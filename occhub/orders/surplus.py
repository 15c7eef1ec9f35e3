"""Giving units that a placed order holds for nobody any more to customers who still wait (R4, R8)."""

from collections import defaultdict
from collections.abc import Collection

from peewee import JOIN, Expression, fn

from occhub import clock
from occhub.database import WholeSelect, rows, write
from occhub.leases import Held
from occhub.orders import statuses
from occhub.orders.history import tell
from occhub.orders.models import PLACED, Allocation, MasterLine, MasterOrder, MasterPart, PartnerOrderLine
from occhub.orders.pooling import Pooled, pool
from occhub.orders.promising import orders_of
from occhub.partners.models import Partner


def pool_after_surplus(partner: Partner, held: Held) -> dict[int, Pooled]:
    """Move freed units of placed orders to the oldest lines in need; answers what is to be ordered then (R8).

    A customer's cancelled units stay traced to him until somebody else needs them.
    """
    needs = pool(partner)
    # The caller's lease keeps everybody else from giving these units away.
    if not needs or not any(_free_units(needs).values()):
        return needs
    lines = set()
    with write():
        held.confirm()
        _keep_trackers_off(needs)
        for mapping_id, free in _free_units(needs).items():
            for order_line_id, units in needs[mapping_id].shares:
                taken = _take(free, units)
                for line_id, count in taken.items():
                    _allocate(line_id, order_line_id, count)
                    _tell(line_id, order_line_id, count)
                if taken:
                    lines.add(order_line_id)
        statuses.refresh(orders_of(lines))
    return pool(partner)


def _keep_trackers_off(mapping_ids: Collection[int]) -> None:
    """Tracking takes units off placed orders without the lease; on PostgreSQL only an update keeps it off the rows."""
    placed = MasterPart.select(MasterPart.id).where(MasterPart.state == PLACED)
    these = MasterLine.mapping.in_(statuses.among(mapping_ids)) & MasterLine.part.in_(placed)
    MasterLine.update(confirmed=MasterLine.confirmed).where(these).execute()


def _tell(line_id: int, order_line_id: int, units: int) -> None:
    line, served = MasterLine.get_by_id(line_id), PartnerOrderLine.get_by_id(order_line_id)
    sentence = f"{units} x {served.title}, spare, went to {served.order.hub_order_name}."
    tell(line.part.master_id, sentence, as_of=clock.now())


class _Free:
    """Free units of one placed line: never promised to anybody, or promised to a line that wants fewer now."""

    def __init__(self, line_id: int, units: int, excess: list[tuple[Allocation, int]]) -> None:
        self.line_id = line_id
        self.units = units
        self.excess = excess

    def take(self, wanted: int) -> int:
        """Take up to so many units, lowering the promises they come from."""
        taken = min(self.units, wanted)
        self.units -= taken
        while taken < wanted and self.excess:
            allocation, units = self.excess.pop()
            count = min(units, wanted - taken)
            taken += count
            if count < units:
                self.excess.append((allocation, units - count))
            _lower(allocation, count)
        return taken


def _free_units(mapping_ids: Collection[int]) -> dict[int, list[_Free]]:
    """By mapping, the placed lines with units to give, oldest order first."""
    placed = (
        MasterLine.mapping.in_(statuses.among(mapping_ids))
        & (MasterPart.state == PLACED)
        & MasterPart.order_cancelled_at.is_null()
    )
    free = {line_id: _Free(line_id, units, []) for line_id, units in rows(_spare(placed))}
    for allocation, units in _excess(placed):
        free.setdefault(allocation.line_id, _Free(allocation.line_id, 0, [])).excess.append((allocation, units))
    order = (
        MasterLine.select(MasterLine.mapping, MasterLine.id)
        .join(MasterPart)
        .join(MasterOrder)
        .where(MasterLine.id.in_(list(free)))
        .order_by(MasterOrder.number, MasterLine.id)
    )
    found: dict[int, list[_Free]] = defaultdict(list)
    for mapping_id, line_id in rows(order) if free else ():
        found[mapping_id].append(free[line_id])
    return found


def _spare(placed: Expression) -> WholeSelect:
    """Query: (placed line, units of it that were never promised to anybody), those that have some."""
    promised = fn.COALESCE(fn.SUM(Allocation.units), 0)
    return (
        MasterLine.select(MasterLine.id, MasterLine.confirmed - promised)
        .join(MasterPart)
        .switch(MasterLine)
        .join(Allocation, JOIN.LEFT_OUTER)
        .where(placed)
        .group_by(MasterLine.id, MasterLine.confirmed)
        .having(MasterLine.confirmed > promised)
    )


def _excess(placed: Expression) -> list[tuple[Allocation, int]]:
    """Promises on placed lines that exceed what their customer still wants, and by how much."""
    promised = Allocation.select(Allocation.order_line).join(MasterLine).join(MasterPart).where(placed)
    too_many = rows(
        promised.switch(Allocation)
        .join(PartnerOrderLine)
        .group_by(Allocation.order_line, PartnerOrderLine.wanted)
        .having(fn.SUM(Allocation.units) > PartnerOrderLine.wanted)
    )
    if not too_many:
        return []
    query = Allocation.select(Allocation, PartnerOrderLine).join(PartnerOrderLine)
    of_these = query.switch(Allocation).join(MasterLine).join(MasterPart).where(placed)
    found, kept = [], dict[int, int]()
    for allocation in of_these.where(Allocation.order_line.in_([line_id for (line_id,) in too_many])).order_by(
        Allocation.id
    ):
        before = kept.get(allocation.order_line_id, 0)
        room = min(max(0, allocation.order_line.wanted - before), allocation.units)
        kept[allocation.order_line_id] = before + room
        if allocation.units > room:
            found.append((allocation, allocation.units - room))
    return found


def _take(free: list[_Free], wanted: int) -> dict[int, int]:
    taken: dict[int, int] = {}
    for line in free:
        count = line.take(wanted - sum(taken.values()))
        if count:
            taken[line.line_id] = count
    return taken


def _lower(allocation: Allocation, units: int) -> None:
    allocation.units -= units
    if allocation.units or allocation.short:
        Allocation.update(units=allocation.units).where(Allocation.id == allocation.id).execute()
    else:
        Allocation.delete().where(Allocation.id == allocation.id).execute()


def _allocate(line_id: int, order_line_id: int, units: int) -> None:
    row = {Allocation.line: line_id, Allocation.order_line: order_line_id, Allocation.units: units}
    key = (Allocation.line, Allocation.order_line)
    Allocation.insert(row).on_conflict(
        conflict_target=key, update={Allocation.units: Allocation.units + units}
    ).execute()
