"""The list of customers' orders: by tab, search, sort and page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import SQL, Expression, fn

from occhub.database import rows
from occhub.orders.describing import CustomerOrder, describe
from occhub.orders.models import CANCELLED, CREATED, FAILED, PENDING, PartnerOrder, PartnerOrderLine
from occhub.orders.wanting import PATIENT_DAYS, payable_statuses
from occhub.partners.models import Hub, Partner

PAGE = 50
UNPAID = "unpaid"
TABS = {
    "all": None,
    "waiting": PENDING,
    "on the way": CREATED,
    "failed": FAILED,
    UNPAID: None,
    "cancelled": CANCELLED,
}
SORTS = {"newest": "Newest first", "oldest": "Oldest first"}


@dataclass(frozen=True)
class Shown:
    """One page of the list, with what was asked for."""

    orders: Sequence[CustomerOrder]
    tab: str
    search: str
    sort: str
    page: int
    pages: int
    tabs: Sequence[str] = tuple(TABS)


def customer_orders(tab: str, search: str = "", *, sort: str = "", page: int = 1, as_of: datetime) -> Shown:
    """Orders of the tab that hold each of the words in their number, a coffee, its SKU or a partner's name."""
    query = PartnerOrder.select(PartnerOrder.hub_order_id)
    if TABS.get(tab):
        query = query.where(PartnerOrder.status == TABS[tab])
    if tab == UNPAID:
        query = query.where(_unpaid(as_of))
    for word in search.split():
        query = query.where(_mentions(word))
    query = query.group_by(PartnerOrder.hub_order_id)
    sort = sort if sort in SORTS else "newest"
    at, number = fn.MAX(PartnerOrder.ordered_at), fn.MAX(PartnerOrder.id)
    ordered = query.order_by(at, number) if sort == "oldest" else query.order_by(at.desc(), number.desc())
    pages = max(1, -(-query.count() // PAGE))
    page = min(page, pages)
    ids = [hub_order_id for (hub_order_id,) in rows(ordered.paginate(page, PAGE))]
    return Shown(describe(ids, as_of=as_of), tab, search, sort, page, pages)


def just_one(order: PartnerOrder, *, as_of: datetime) -> Shown:
    """The list with this order alone, to which a trace leads."""
    return Shown(describe([order.hub_order_id], as_of=as_of), "all", "", "newest", 1, 1)


def customer_order(hub_order_id: str, *, as_of: datetime) -> CustomerOrder:
    """One row."""
    return describe([hub_order_id], as_of=as_of)[0]


def long_unpaid(as_of: datetime) -> int:
    """How many customers' orders have waited for their payment for days, so that their bags are not ordered (R2)."""
    query = PartnerOrder.select(fn.COUNT(PartnerOrder.hub_order_id.distinct())).where(_unpaid(as_of))
    return int(query.scalar() or 0)


def _unpaid(as_of: datetime) -> Expression:
    payable = payable_statuses(Hub.get_hub().payment_rule)
    waits = (PartnerOrder.status == PENDING) & (PartnerOrder.ordered_at <= as_of - timedelta(days=PATIENT_DAYS))
    return waits & PartnerOrder.financial_status.not_in(sorted(payable)) if payable else waits & SQL("1 = 0")


def _mentions(word: str) -> Expression:
    """The whole cart counts: a word may stand with any of its partners."""
    lines = PartnerOrderLine.title.contains(word) | PartnerOrderLine.sku.contains(word)
    with_line = PartnerOrderLine.select(PartnerOrderLine.order).where(lines)
    partners = Partner.select(Partner.id).where(Partner.name.contains(word))
    cart = PartnerOrder.alias()
    named = cart.hub_order_name.contains(word) | cart.id.in_(with_line) | cart.partner.in_(partners)
    return PartnerOrder.hub_order_id.in_(cart.select(cart.hub_order_id).where(named))
