"""An order smaller than agreed with the partner: sent anyway, carried over to the next window, or asked about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from occhub.catalog.models import ProductMapping
from occhub.database import rows, write
from occhub.leases import Held
from occhub.money import Money
from occhub.orders.calendar import carry_over
from occhub.orders.failing import is_hopeless
from occhub.orders.history import tell
from occhub.orders.models import BELOW_MINIMUM, MasterLine, MasterOrder, MasterPart
from occhub.orders.pooling import Pooled
from occhub.orders.terms import ASK, SEND, OrderTerms


@dataclass(frozen=True)
class Gap:
    """What is missing to the minimum: bags and value; neither is negative."""

    bags: int
    value: Money

    @property
    def is_open(self) -> bool:
        """Whether anything is missing."""
        return self.bags > 0 or self.value.minor > 0

    def __str__(self) -> str:
        """In words, such as "3 bags and 12.00 USD"."""
        bags = f"{self.bags} bag{'' if self.bags == 1 else 's'}" if self.bags else ""
        return " and ".join(filter(None, (bags, str(self.value) if self.value.minor else "")))


def gap(terms: OrderTerms, bags: int, cost: Money) -> Gap:
    """What such an order lacks."""
    value = Money(max(0, terms.minimum_minor - cost.minor), cost.currency)
    return Gap(max(0, terms.minimum_bags - bags), value)


def stops(master: MasterOrder, pooled: Mapping[int, Pooled], held: Held, *, as_of: datetime) -> bool:
    """Whether the window is too small to be placed now; then it was carried over, or the owner is asked."""
    terms = OrderTerms.of(master.partner)
    if master.send_anyway or terms.below_minimum == SEND or not pooled:
        return False
    missing = gap(terms, sum(need.units for need in pooled.values()), Money(_cost(master, pooled), master.currency))
    if not missing.is_open:
        return False
    with write():
        held.confirm()
        if terms.below_minimum == ASK and not is_hopeless(master, as_of):
            sentence = f"{missing} are missing to the minimum agreed with {master.partner.name}. Send it anyway?"
            asked = MasterOrder.update(question=BELOW_MINIMUM, failure=sentence)
            asked.where((MasterOrder.id == master.id) & (MasterOrder.question != BELOW_MINIMUM)).execute()
            if master.question != BELOW_MINIMUM:
                tell(master, sentence, as_of=as_of)
        else:
            carry_over(master, f"{missing} were missing to the minimum", as_of=as_of)
    return True


def _cost(master: MasterOrder, pooled: Mapping[int, Pooled]) -> int:
    """Of all that is pooled, at the cost agreed in this window, else at today's."""
    agreed = (
        MasterLine.select(MasterLine.mapping, MasterLine.cost_minor).join(MasterPart).where(MasterPart.master == master)
    )
    today = ProductMapping.select(ProductMapping.id, ProductMapping.cost_minor).where(ProductMapping.id << list(pooled))
    costs = {**dict(rows(today)), **dict(rows(agreed))}
    return sum(costs[mapping_id] * need.units for mapping_id, need in pooled.items())
