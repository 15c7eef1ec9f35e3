"""One window whole, as its page shows it: what is in it, what stands on his store, what can be done, what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from occhub.catalog.models import ACTIVE, ProductMapping
from occhub.orders.accepting import is_kept
from occhub.orders.history import told
from occhub.orders.itemizing import Line, lines_of
from occhub.orders.models import BELOW_MINIMUM, CHANGED, DELETED, FREEZING, UNPLACED, MasterOrder, WindowEvent
from occhub.orders.papers import Paper, papers
from occhub.orders.previewing import Preview, preview
from occhub.orders.windows import Row, late_days_of, rows_of


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


def show_window(master: MasterOrder, *, as_of: datetime) -> Window:
    """Everything about a window."""
    (row,) = rows_of([master], as_of)
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
        late_days=late_days_of(as_of, master.partner).get(master.id, 0),
        preview=preview(master),
        history=told(master),
        coffees=_coffees(master) if can_take_bags else [],
    )


def _coffees(master: MasterOrder) -> list[ProductMapping]:
    sold = (ProductMapping.partner == master.partner_id) & (ProductMapping.state == ACTIVE)
    return list(ProductMapping.select().where(sold).order_by(ProductMapping.title))
