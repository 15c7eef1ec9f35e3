"""What the owner's list of partners shows of each: goods, sales, the open order, what is owed."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import Case, fn

from occhub.catalog.models import LIVE, STOCKED, Import, Product
from occhub.database import rows
from occhub.home.tallying import sold_by_partner
from occhub.money import Money
from occhub.orders.models import PLACED, UNPLACED, MasterLine, MasterOrder, MasterPart
from occhub.partners.models import Partner

PAGE = 50


@dataclass(frozen=True)
class Open:
    """The order that is being filled for a partner."""

    id: int
    cutoff_at: datetime
    bags: int


@dataclass(frozen=True)
class Supplier:
    """A partner in the list."""

    partner: Partner
    sold: int
    available: int  # products of his range that can be imported
    bags: int  # that customers bought of his in the last 30 days
    window: Open | None
    owed: Money | None  # None where nothing ever was ordered


@dataclass(frozen=True)
class SupplierPage:
    """One page of the list, with what was asked for."""

    rows: Sequence[Supplier]
    tab: str
    search: str
    sort: str
    page: int
    pages: int


TABS = ("all", "needs you", "connected", "invited", "left")
_STATES = {
    "needs you": ("waiting", "attention"),
    "connected": ("connected", "paused"),
    "invited": ("invited",),
    "left": ("disconnected",),
}
_NEVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
# By its name in the address: what the list says, and the key a row is sorted by.
SORTS: dict[str, tuple[str, Callable[[Supplier], Any]]] = {
    "name": ("Name", lambda row: row.partner.name.casefold()),
    "bags": ("Most sold", lambda row: -row.bags),
    "cutoff": ("Next cutoff", lambda row: row.window.cutoff_at.timestamp() if row.window else float("inf")),
    "contact": ("Longest silent", lambda row: row.partner.last_contact_at or _NEVER),
}


def list_suppliers(
    tab: str = "all", search: str = "", *, sort: str = "name", page: int = 1, as_of: datetime
) -> SupplierPage:
    """Partners of the tab whose name or store holds the words, fifty a page."""
    query = Partner.select().order_by(fn.LOWER(Partner.name))
    if states := _STATES.get(tab):
        query = query.where(Partner.state.in_(states))
    words = search.casefold().split()
    found = [p for p in query if all(word in f"{p.name} {p.shop or ''}".casefold() for word in words)]
    sort = sort if sort in SORTS else "name"
    described = sorted(_described(found, as_of), key=SORTS[sort][1])
    pages = max(1, -(-len(described) // PAGE))
    page = min(max(1, page), pages)
    return SupplierPage(described[(page - 1) * PAGE : page * PAGE], tab, search, sort, page, pages)


def describe(partner: Partner, *, as_of: datetime) -> Supplier:
    """One partner as in the list."""
    return _described([partner], as_of)[0]


def _described(partners: Sequence[Partner], as_of: datetime) -> list[Supplier]:
    sold = _count(Import, (Import.state.in_((LIVE, STOCKED))))
    available = _count(Product, (Product.obstacle == "") & Product.gone_at.is_null())
    ordered = {partner_id for (partner_id,) in rows(MasterOrder.select(MasterOrder.partner).distinct())}
    windows, bags, owed = _windows(), sold_by_partner(as_of), _owed()
    return [
        Supplier(
            partner=partner,
            sold=sold.get(partner.id, 0),
            available=available.get(partner.id, 0),
            bags=bags.get(partner.id, 0),
            window=windows.get(partner.id),
            owed=Money(owed.get(partner.id, 0), partner.currency) if partner.id in ordered else None,
        )
        for partner in partners
    ]


def _count(model: type[Import] | type[Product], condition: object) -> dict[int, int]:
    return dict(rows(model.select(model.partner, fn.COUNT(model.id)).where(condition).group_by(model.partner)))


def _owed() -> dict[int, int]:
    """By partner, as his statements reckon: what came at the agreed cost, his tax and shipping, less what was paid.

    What he himself calls paid in his store counts on his own page only: here the owner's word does.
    """
    stands = (MasterPart.state == PLACED) & MasterPart.order_cancelled_at.is_null()
    included = MasterPart.subtotal_minor + MasterPart.shipping_minor == MasterPart.total_minor
    more = MasterPart.shipping_minor + Case(None, [(included, 0)], MasterPart.tax_minor)
    came = MasterLine.confirmed * MasterLine.cost_minor
    sums = (
        MasterPart.select(MasterOrder.partner, fn.SUM(more)).join(MasterOrder).where(stands),
        MasterLine.select(MasterOrder.partner, fn.SUM(came)).join(MasterPart).join(MasterOrder).where(stands),
        MasterOrder.select(MasterOrder.partner, fn.SUM(MasterOrder.paid_minor * -1)),
    )
    owed: Counter[int] = Counter()
    for query in sums:
        owed.update({partner_id: int(minor) for partner_id, minor in rows(query.group_by(MasterOrder.partner))})
    return owed


def _windows() -> dict[int, Open]:
    bags = dict(
        rows(
            MasterLine.select(MasterPart.master, fn.SUM(MasterLine.wanted))
            .join(MasterPart)
            .join(MasterOrder)
            .where(MasterOrder.state.in_(UNPLACED))
            .group_by(MasterPart.master)
        )
    )
    masters = MasterOrder.select().where(MasterOrder.state.in_(UNPLACED))
    return {m.partner_id: Open(m.id, m.cutoff_at, int(bags.get(m.id) or 0)) for m in masters}
