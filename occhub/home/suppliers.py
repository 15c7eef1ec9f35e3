"""What the owner's list of partners shows of each: goods, the open order, what is owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from peewee import fn

from occhub.catalog.models import LIVE, STOCKED, Import, Product
from occhub.database import rows
from occhub.home.supplying import owed
from occhub.money import Money
from occhub.orders.models import UNPLACED, MasterLine, MasterOrder, MasterPart
from occhub.partners.models import Partner


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
    window: Open | None
    owed: Money | None  # None where nothing ever was ordered


TABS = ("all", "needs you", "connected", "invited", "left")
_STATES = {
    "needs you": ("waiting", "attention"),
    "connected": ("connected", "paused"),
    "invited": ("invited",),
    "left": ("disconnected",),
}


def list_suppliers(tab: str = "all", search: str = "") -> list[Supplier]:
    """Every partner of the tab whose name or store holds the words, by name."""
    query = Partner.select().order_by(fn.LOWER(Partner.name))
    if states := _STATES.get(tab):
        query = query.where(Partner.state.in_(states))
    partners = list(query)
    words = search.casefold().split()
    return _described([p for p in partners if all(word in f"{p.name} {p.shop or ''}".casefold() for word in words)])


def describe(partner: Partner) -> Supplier:
    """One partner as in the list."""
    return _described([partner])[0]


def _described(partners: Sequence[Partner]) -> list[Supplier]:
    sold = _count(Import, (Import.state.in_((LIVE, STOCKED))))
    available = _count(Product, (Product.obstacle == "") & Product.gone_at.is_null())
    ordered = {partner_id for (partner_id,) in rows(MasterOrder.select(MasterOrder.partner).distinct())}
    windows = _windows()
    return [
        Supplier(
            partner=partner,
            sold=sold.get(partner.id, 0),
            available=available.get(partner.id, 0),
            window=windows.get(partner.id),
            owed=owed(partner) if partner.id in ordered else None,
        )
        for partner in partners
    ]


def _count(model: type[Import] | type[Product], condition: object) -> dict[int, int]:
    return dict(rows(model.select(model.partner, fn.COUNT(model.id)).where(condition).group_by(model.partner)))


def _windows() -> dict[int, Open]:
    bags = dict(
        rows(
            MasterLine.select(MasterPart.master, fn.SUM(MasterLine.wanted)).join(MasterPart).group_by(MasterPart.master)
        )
    )
    masters = MasterOrder.select().where(MasterOrder.state.in_(UNPLACED))
    return {m.partner_id: Open(m.id, m.cutoff_at, int(bags.get(m.id) or 0)) for m in masters}
