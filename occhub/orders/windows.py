"""The list of partner orders: every window by tab, search, sort and page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from occhub.money import Money
from occhub.orders.lateness import late_orders
from occhub.orders.models import (
    CLOSED,
    FAILED,
    FREEZING,
    PLACED,
    UNPLACED,
    MasterLine,
    MasterOrder,
    MasterPart,
)
from occhub.orders.papers import how_shipped, names
from occhub.orders.previewing import sums
from occhub.partners.models import Partner

PAGE = 50
TABS = ("all", "being filled", "needs you", "on the way", "failed")
SORTS = {"newest": "Newest cutoff first", "oldest": "Oldest cutoff first"}
_REFERENCE = re.compile(r"HUB-(\d{1,9})-(\d{1,9})", re.IGNORECASE)
WORDS = {FREEZING: "being placed", PLACED: "placed", FAILED: "failed", CLOSED: "closed, nothing was wanted"}
TONES = {FREEZING: "info", PLACED: "success", FAILED: "critical", CLOSED: "neutral"}


@dataclass(frozen=True)
class Row:
    """A window in the list."""

    master: MasterOrder
    words: str
    tone: str
    bags: int
    cost: Money
    names: str


@dataclass(frozen=True)
class Shown:
    """One page of the list, with what was asked for."""

    rows: Sequence[Row]
    tab: str
    search: str
    sort: str
    page: int
    pages: int
    tabs: Sequence[str] = TABS


def list_windows(
    tab: str = "all",
    search: str = "",
    *,
    sort: str = "",
    page: int = 1,
    as_of: datetime,
    partner: Partner | None = None,
) -> Shown:
    """Windows of the tab, of all or of one partner, that hold each of the words; those being filled first.

    The words stand in the partner's name, in our reference or in what his store calls the order.
    """
    query = MasterOrder.select(MasterOrder, Partner).join(Partner)
    if partner is not None:
        query = query.where(MasterOrder.partner == partner)
    if tab in TABS[1:]:
        query = query.where(_of_tab(tab))
    for word in search.split():
        query = query.where(_mentions(word))
    sort = sort if sort in SORTS else "newest"
    ordered = (
        query.order_by(MasterOrder.cutoff_at, MasterOrder.id)
        if sort == "oldest"
        else query.order_by(MasterOrder.state.in_(UNPLACED).desc(), MasterOrder.cutoff_at.desc(), MasterOrder.id.desc())
    )
    pages = max(1, -(-query.count() // PAGE))
    page = min(page, pages)
    return Shown(rows_of(list(ordered.paginate(page, PAGE)), as_of), tab, search, sort, page, pages)


def _of_tab(tab: str) -> Any:
    open_, asked = MasterOrder.state.in_(UNPLACED), MasterOrder.question != ""
    if tab == "on the way":
        still_open = (
            MasterPart.select(MasterPart.master)
            .join(MasterLine)
            .where(MasterLine.confirmed > MasterLine.shipped)
            .where((MasterPart.state == PLACED) & MasterPart.order_cancelled_at.is_null())
        )
        return (MasterOrder.state == PLACED) & MasterOrder.id.in_(still_open)
    return {"being filled": open_, "needs you": open_ & asked, "failed": MasterOrder.state == FAILED}[tab]


def _mentions(word: str) -> Any:
    names = MasterPart.order_name.contains(word) | MasterPart.draft_name.contains(word)
    named = MasterPart.select(MasterPart.master).where(names)
    found = Partner.name.contains(word) | MasterOrder.id.in_(named)
    reference = _REFERENCE.fullmatch(word)
    if reference:
        found |= (MasterOrder.partner == int(reference[1])) & (MasterOrder.number == int(reference[2]))
    return found


def rows_of(masters: Sequence[MasterOrder], as_of: datetime) -> list[Row]:
    """These windows as rows."""
    ids = [master.id for master in masters]
    totals, called, late, orders = sums(ids), names(ids), late_days_of(as_of), _orders(ids)
    found = []
    for master in masters:
        words, tone = _state(master, late.get(master.id, 0), orders.get(master.id, []))
        bags, cost = totals.get(master.id, (0, 0))
        found.append(Row(master, words, tone, bags, Money(cost, master.currency), called.get(master.id, "")))
    return found


def _state(master: MasterOrder, late_days: int, orders: Sequence[MasterPart]) -> tuple[str, str]:
    """The word on a window and its tone."""
    if orders and all(part.order_cancelled_at for part in orders):
        return "cancelled by them", "critical"
    if late_days:
        return f"not shipped for {late_days} days", "warning"
    if master.failure and master.state in UNPLACED:
        return ("needs you", "critical") if master.question else ("has trouble", "warning")
    if master.state == PLACED and (shipped := how_shipped(orders)):
        return shipped, TONES[PLACED]
    return WORDS.get(master.state, "being filled"), TONES.get(master.state, "info")


def late_days_of(as_of: datetime, partner: Partner | None = None) -> dict[int, int]:
    """By window that is late, for how many days nothing of it was shipped."""
    return {late.master.id: late.days for late in late_orders(as_of, partner=partner)}


def _orders(master_ids: list[int]) -> dict[int, list[MasterPart]]:
    """By window, its parts that are orders on the partner's store."""
    found: dict[int, list[MasterPart]] = {}
    for part in MasterPart.select().where((MasterPart.master << master_ids) & MasterPart.order_id.is_null(False)):
        found.setdefault(part.master_id, []).append(part)
    return found
