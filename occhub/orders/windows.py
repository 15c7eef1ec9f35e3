"""What the pages of partner orders show: every window in a list, and one window whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from occhub.catalog.models import ACTIVE, ProductMapping
from occhub.money import Money
from occhub.orders.accepting import is_kept
from occhub.orders.history import told
from occhub.orders.itemizing import Line, lines_of
from occhub.orders.lateness import late_orders
from occhub.orders.models import (
    BELOW_MINIMUM,
    CHANGED,
    CLOSED,
    DELETED,
    FAILED,
    FREEZING,
    PLACED,
    UNPLACED,
    MasterOrder,
    MasterPart,
    WindowEvent,
)
from occhub.orders.papers import Paper, names, papers
from occhub.orders.previewing import Preview, preview, sums
from occhub.partners.models import Partner

PAGE = 50
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
class Window:
    """One window, whole."""

    row: Row
    lines: Sequence[Line]
    papers: Sequence[Paper]
    can_be_placed: bool
    can_be_retried: bool
    is_under_way: bool  # the page looks again by itself
    can_be_skipped: bool
    can_take_bags: bool
    was_deleted: bool
    was_changed: bool
    is_kept: bool  # as the partner wrote it: nothing of ours goes onto it
    is_too_small: bool
    late_days: int
    preview: Preview
    history: Sequence[WindowEvent]
    coffees: Sequence[ProductMapping]  # that can be added by hand

    @property
    def shipped(self) -> int:
        """Bags that are on their way or here."""
        return sum(line.shipped for line in self.lines)

    @property
    def open(self) -> int:
        """Bags that were ordered and are not shipped yet."""
        return sum(line.open for line in self.lines)

    @property
    def short(self) -> int:
        """Bags that were ordered and will never come."""
        return sum(line.short for line in self.lines)

    @property
    def uncovered(self) -> int:
        """Bags that the partner's stock can't cover."""
        return sum(line.uncovered for line in self.lines)


def list_windows(page: int, *, as_of: datetime, partner: Partner | None = None) -> tuple[list[Row], int]:
    """A page of windows, of all or of one partner: open ones first, then newest first; and how many pages there are."""
    query = MasterOrder.select(MasterOrder, Partner).join(Partner)
    if partner is not None:
        query = query.where(MasterOrder.partner == partner)
    pages = max(1, -(-query.count() // PAGE))
    open_first = MasterOrder.state.in_(UNPLACED).desc()
    ordered = query.order_by(open_first, MasterOrder.cutoff_at.desc(), MasterOrder.id.desc())
    return _rows(list(ordered.paginate(page, PAGE)), as_of), pages


def show_window(master: MasterOrder, *, as_of: datetime) -> Window:
    """Everything about a window."""
    (row,) = _rows([master], as_of)
    is_open, is_due = master.state in UNPLACED and not master.question, master.cutoff_at <= as_of
    is_too_small = master.state in UNPLACED and master.question == BELOW_MINIMUM
    kept = is_kept(master)
    can_take_bags = master.state in UNPLACED and master.state != FREEZING and not kept
    return Window(
        row=row,
        lines=lines_of(master),
        papers=papers(master),
        can_be_placed=(is_open and not is_due and row.bags > 0) or is_too_small,
        can_be_skipped=is_open and not is_due and can_take_bags,
        can_take_bags=can_take_bags,
        can_be_retried=is_open and is_due and master.failure != "",
        is_under_way=is_open and is_due and not master.failure,
        was_deleted=master.question == DELETED,
        was_changed=master.question == CHANGED,
        is_kept=kept,
        is_too_small=is_too_small,
        late_days=_late_days(as_of, master.partner).get(master.id, 0),
        preview=preview(master),
        history=told(master),
        coffees=_coffees(master) if can_take_bags else [],
    )


def _rows(masters: list[MasterOrder], as_of: datetime) -> list[Row]:
    ids = [master.id for master in masters]
    totals, called, late, cancelled = sums(ids), names(ids), _late_days(as_of), _cancelled(ids)
    found = []
    for master in masters:
        words, tone = _state(master, late.get(master.id, 0), master.id in cancelled)
        bags, cost = totals.get(master.id, (0, 0))
        found.append(Row(master, words, tone, bags, Money(cost, master.currency), called.get(master.id, "")))
    return found


def _state(master: MasterOrder, late_days: int, is_cancelled: bool) -> tuple[str, str]:
    """The word on a window and its tone."""
    if is_cancelled:
        return "cancelled by them", "critical"
    if late_days:
        return f"not shipped for {late_days} days", "warning"
    if master.failure and master.state in UNPLACED:
        return ("needs you", "critical") if master.question else ("has trouble", "warning")
    return WORDS.get(master.state, "being filled"), TONES.get(master.state, "info")


def _late_days(as_of: datetime, partner: Partner | None = None) -> dict[int, int]:
    return {late.master.id: late.days for late in late_orders(as_of, partner=partner)}


def _cancelled(master_ids: list[int]) -> set[int]:
    """Those of these windows whose every order the partner has cancelled."""
    parts = list(MasterPart.select().where((MasterPart.master << master_ids) & MasterPart.order_id.is_null(False)))
    alive = {part.master_id for part in parts if part.order_cancelled_at is None}
    return {part.master_id for part in parts} - alive


def _coffees(master: MasterOrder) -> list[ProductMapping]:
    sold = (ProductMapping.partner == master.partner_id) & (ProductMapping.state == ACTIVE)
    return list(ProductMapping.select().where(sold).order_by(ProductMapping.title))
