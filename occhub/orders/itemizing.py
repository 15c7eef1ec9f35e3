"""The lines of a window as a page shows them: bags, cost, what is held, shipped or fell short, and for whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from occhub.catalog.models import ProductMapping
from occhub.money import Money
from occhub.orders.models import FAILED, PLACED, MasterLine, MasterOrder, MasterPart
from occhub.orders.shortfalls import shortfalls
from occhub.orders.tracing import Behind, customers_behind


@dataclass(frozen=True)
class Line:
    """A coffee in a window: bags, cost, for which customers, and how many bags nobody wants any more."""

    id: int
    title: str
    sku: str
    units: int
    placed: int  # when the order was made
    confirmed: int
    shipped: int
    cost: Money
    total: Money
    surplus: int
    orders: Sequence[Behind]
    price_differs: bool
    next_cost: Money | None  # agreed since: it holds from the next window on (R10)
    uncovered: int  # bags the partner had not on his shelf when his stock was last read
    short: int  # bags that were ordered and will never come
    wanted_again: int  # of the short ones, those that customers still wait for

    @property
    def open(self) -> int:
        """Bags that are still to be shipped."""
        return max(0, self.confirmed - self.shipped)


def lines_of(master: MasterOrder) -> list[Line]:
    """The window's lines by title, those without a bag left out."""
    query = (
        MasterLine.select(MasterLine, MasterPart, ProductMapping)
        .join(MasterPart)
        .switch(MasterLine)
        .join(ProductMapping)
        .where(MasterPart.master == master)
        .where((MasterLine.wanted > 0) | (MasterLine.confirmed > 0) | (MasterLine.placed > 0))
        .order_by(ProductMapping.title, MasterLine.id)
    )
    lines = list(query)
    behind, again = customers_behind([line.id for line in lines]), shortfalls([line.id for line in lines])
    return [_line(line, behind.get(line.id, []), again.get(line.id, 0), master.currency) for line in lines]


def _line(line: MasterLine, orders: Sequence[Behind], wanted_again: int, currency: str) -> Line:
    is_gone = line.part.order_cancelled_at is not None or line.part.state == FAILED
    is_placed = line.part.state == PLACED
    stands = 0 if is_gone else line.confirmed
    units = stands if is_placed else line.wanted
    cost = Money(line.cost_minor, currency)
    return Line(
        id=line.id,
        title=line.mapping.title,
        sku=line.mapping.sku,
        units=units,
        placed=line.placed,
        confirmed=stands,
        shipped=line.shipped,
        cost=cost,
        total=cost * units,
        surplus=max(0, units - sum(each.units for each in orders)),
        orders=orders,
        price_differs=line.confirmed > 0 and line.price_minor != line.cost_minor,
        next_cost=None if is_placed or line.mapping.cost_minor == line.cost_minor else line.mapping.cost,
        uncovered=_uncovered(line),
        short=max(0, line.placed - stands) if is_placed else 0,
        wanted_again=wanted_again,
    )


def _uncovered(line: MasterLine) -> int:
    """A reservation takes from `available` unchecked: what is below zero then, or not held yet and not there."""
    available = line.mapping.partner_available
    if available is None or line.part.state == PLACED:
        return 0
    return min(line.wanted, max(0, line.wanted - line.confirmed - available))
