"""Giving units that a placed order holds for nobody any more to customers who still wait (R4, R8)."""

from collections import defaultdict

from occhub import clock
from occhub.database import rows, write
from occhub.leases import Held
from occhub.orders import statuses
from occhub.orders.history import tell
from occhub.orders.models import PLACED, Allocation, MasterLine, MasterOrder, MasterPart, PartnerOrderLine
from occhub.orders.pooling import Pooled, pool
from occhub.partners.models import Partner


def pool_after_surplus(partner: Partner, held: Held) -> dict[int, Pooled]:
    """Move freed units of placed orders to the oldest lines in need; answers what is to be ordered then (R8).

    A customer's cancelled units stay traced to him until somebody else needs them.
    """
    needs = pool(partner)
    if not needs or not any(line.gives for lines in _free_units(set(needs)).values() for line in lines):
        return needs
    lines = set()
    with write():
        held.confirm()
        for mapping_id, free in _free_units(set(needs)).items():
            for order_line_id, units in needs[mapping_id].shares:
                taken = _take(free, units)
                for line_id, count in taken.items():
                    _allocate(line_id, order_line_id, count)
                    _tell(line_id, order_line_id, count)
                if taken:
                    lines.add(order_line_id)
        orders = PartnerOrderLine.select(PartnerOrderLine.order).where(PartnerOrderLine.id << list(lines))
        statuses.refresh({order_id for (order_id,) in rows(orders)})
    return pool(partner)


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

    @property
    def gives(self) -> bool:
        """Whether there is anything to take."""
        return self.units > 0 or bool(self.excess)

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


def _free_units(mapping_ids: set[int]) -> dict[int, list[_Free]]:
    """By mapping, the placed lines with units to give, oldest order first."""
    query = (
        MasterLine.select()
        .join(MasterPart)
        .join(MasterOrder)
        .where(
            MasterLine.mapping << sorted(mapping_ids),
            MasterPart.state == PLACED,
            MasterPart.order_cancelled_at.is_null(),
        )
        .order_by(MasterOrder.number, MasterLine.id)
    )
    lines = list(query)
    promised, excess = _promises([line.id for line in lines])
    free: dict[int, list[_Free]] = defaultdict(list)
    for line in lines:
        free[line.mapping_id].append(_Free(line.id, max(0, line.confirmed - promised[line.id]), excess[line.id]))
    return free


def _promises(line_ids: list[int]) -> tuple[dict[int, int], dict[int, list[tuple[Allocation, int]]]]:
    """By placed line: units promised, and those promises that exceed what their customer still wants."""
    promised: dict[int, int] = defaultdict(int)
    excess: dict[int, list[tuple[Allocation, int]]] = defaultdict(list)
    kept: dict[int, int] = defaultdict(int)
    query = Allocation.select(Allocation, PartnerOrderLine).join(PartnerOrderLine)
    for allocation in query.where(Allocation.line << line_ids).order_by(Allocation.id):
        promised[allocation.line_id] += allocation.units
        room = max(0, allocation.order_line.wanted - kept[allocation.order_line_id])
        kept[allocation.order_line_id] += min(room, allocation.units)
        if allocation.units > room:
            excess[allocation.line_id].append((allocation, allocation.units - room))
    return promised, excess


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
