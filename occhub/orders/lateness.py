"""Partners who are late: so many days after placing, nothing of the order was shipped."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import fn

from occhub.orders.models import PLACED, MasterLine, MasterOrder, MasterPart
from occhub.orders.terms import OrderTerms
from occhub.orders.tracking import SURELY_SHOWN_FOR
from occhub.partners.models import Partner


@dataclass(frozen=True)
class Late:
    """An order of which nothing was shipped for these days, which is longer than agreed."""

    master: MasterOrder
    days: int


def late_orders(as_of: datetime, *, partner: Partner | None = None) -> list[Late]:
    """Every late order, or those of one partner, the oldest first; one too old to be followed is told of no more."""
    unsent = (
        MasterPart.select(MasterPart.master)
        .join(MasterLine)
        .where((MasterPart.state == PLACED) & MasterPart.order_cancelled_at.is_null())
        .group_by(MasterPart.master)
        .having((fn.SUM(MasterLine.confirmed) > 0) & (fn.SUM(MasterLine.shipped) == 0))
    )
    query = (
        MasterOrder.select(MasterOrder, Partner)
        .join(Partner)
        .where(
            MasterOrder.state == PLACED,
            MasterOrder.placed_at > as_of - SURELY_SHOWN_FOR,
            MasterOrder.placed_at <= as_of - timedelta(days=1),
            MasterOrder.id << unsent,
        )
    )
    if partner is not None:
        query = query.where(MasterOrder.partner == partner)
    patience = {terms.partner_id: terms.late_after_days for terms in OrderTerms.select()}
    found = [Late(master, (as_of - master.placed_at).days) for master in query.order_by(MasterOrder.placed_at)]
    usual = OrderTerms().late_after_days
    return [late for late in found if late.days >= patience.get(late.master.partner_id, usual)]
