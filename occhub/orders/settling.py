"""What we owe a partner for a month: placed at the agreed cost, less what was short, plus his tax and shipping."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from peewee import fn

from occhub.database import rows, write
from occhub.errors import Conflict, Invalid, NotFound
from occhub.money import Money
from occhub.orders.cutoffs import local_instant
from occhub.orders.history import tell
from occhub.orders.models import PLACED, MasterLine, MasterOrder, MasterPart, OrderTerms
from occhub.partners.models import Hub, Partner

_COLUMNS = (
    "order",
    "our reference",
    "placed",
    "bags",
    "short",
    "goods",
    "shortage",
    "tax",
    "shipping",
    "owed",
    "their total",
    "difference",
    "currency",
    "paid",
    "payment reference",
)


@dataclass(frozen=True)
class Item:
    """One order of ours on his store."""

    master: MasterOrder
    name: str
    placed_at: datetime
    bags: int
    short: int
    goods: Money  # placed at the agreed cost
    shortage: Money
    tax: Money
    shipping: Money
    owed: Money
    theirs: Money  # the partner's own total
    difference: Money
    is_cancelled: bool


@dataclass(frozen=True)
class Statement:
    """A partner's month, such as "2026-11"."""

    partner: Partner
    month: str
    items: Sequence[Item]
    owed: Money
    theirs: Money
    unpaid: Money

    @property
    def difference(self) -> Money:
        """His total less what we reckon."""
        return self.theirs - self.owed


def statement(partner: Partner, month: str) -> Statement:
    """The orders placed in this month of the hub's calendar ("2026-11"); raises NotFound for anything else."""
    first, last = _bounds(month, Hub.get_hub().timezone)
    query = (
        MasterPart.select(MasterPart, MasterOrder)
        .join(MasterOrder)
        .where(
            (MasterOrder.partner == partner)
            & (MasterPart.state == PLACED)
            & (MasterOrder.placed_at >= first)
            & (MasterOrder.placed_at < last)
        )
        .order_by(MasterOrder.placed_at, MasterPart.id)
    )
    items = [_item(part) for part in query]
    nothing = Money(0, partner.currency)
    return Statement(
        partner=partner,
        month=month,
        items=items,
        owed=sum((item.owed for item in items), nothing),
        theirs=sum((item.theirs for item in items), nothing),
        unpaid=sum((item.owed for item in items if item.master.paid_at is None), nothing),
    )


def months(partner: Partner) -> list[str]:
    """The months in which something was placed with him, the newest first."""
    zone = Hub.get_hub().timezone
    placed = MasterOrder.select(MasterOrder.placed_at).where(
        (MasterOrder.partner == partner) & MasterOrder.placed_at.is_null(False)
    )
    return sorted({f"{order.placed_at.astimezone(zone):%Y-%m}" for order in placed}, reverse=True)


def mark_paid(partner: Partner, month: str, day: str, reference: str, *, as_of: datetime) -> int:
    """The owner has paid what is open of the month; answers how many orders that were. Raises Invalid or Conflict."""
    try:
        paid_at = local_instant(date.fromisoformat(day), 12, Hub.get_hub().timezone)
    except ValueError:
        raise Invalid("paid_on", "Write the day as year-month-day, such as 2026-12-24.") from None
    if not reference or len(reference) > 100:
        raise Invalid("reference", "Say by which reference the payment is found, in up to 100 letters.")
    open_orders = {item.master.id for item in statement(partner, month).items if item.master.paid_at is None}
    if not open_orders:
        raise Conflict("Everything in this month is paid already.")
    paid = 0
    with write():
        for master_id in sorted(open_orders):
            unpaid = (MasterOrder.id == master_id) & MasterOrder.paid_at.is_null()
            if MasterOrder.update(paid_at=paid_at, paid_reference=reference).where(unpaid).execute():
                tell(master_id, f"Paid on {day}, reference {reference}.", as_of=as_of)
                paid += 1
    return paid


def as_csv(found: Statement) -> str:
    """The statement as a table for a spreadsheet."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(_COLUMNS)
    for item in found.items:
        sums = (item.goods, item.shortage, item.tax, item.shipping, item.owed, item.theirs, item.difference)
        paid = item.master.paid_at.date().isoformat() if item.master.paid_at else ""
        writer.writerow(
            [_plain(item.name), item.master.reference, item.placed_at.isoformat(), item.bags, item.short]
            + [money.amount for money in sums]
            + [found.partner.currency, paid, _plain(item.master.paid_reference)]
        )
    return table.getvalue()


def late_by(master: MasterOrder, as_of: datetime) -> int:
    """Days since placing, when nothing was shipped for longer than the terms allow; else 0."""
    if master.state != PLACED or master.placed_at is None:
        return 0
    lines = MasterLine.select(fn.SUM(MasterLine.confirmed), fn.SUM(MasterLine.shipped)).join(MasterPart)
    alive = (MasterPart.master == master) & MasterPart.order_cancelled_at.is_null()
    promised, shipped = rows(lines.where(alive))[0]
    days = int((as_of - master.placed_at).days)
    return days if promised and not shipped and days >= OrderTerms.of(master.partner).late_after_days else 0


def _item(part: MasterPart) -> Item:
    currency = part.master.currency
    cancelled = part.order_cancelled_at is not None
    lines = list(MasterLine.select().where(MasterLine.part == part))
    short = {line.id: line.placed - (0 if cancelled else line.confirmed) for line in lines}
    goods = Money(sum(line.placed * line.cost_minor for line in lines), currency)
    shortage = Money(sum(short[line.id] * line.cost_minor for line in lines), currency)
    # Where his prices include the tax, it is no addition.
    included = part.subtotal_minor + part.shipping_minor == part.total_minor
    tax = Money(0 if cancelled or included else part.tax_minor, currency)
    shipping = Money(0 if cancelled else part.shipping_minor, currency)
    owed = goods - shortage + tax + shipping
    theirs = Money(0 if cancelled else part.total_minor, currency)
    return Item(
        master=part.master,
        name=part.order_name,
        placed_at=part.master.placed_at,
        bags=sum(line.placed for line in lines),
        short=sum(short.values()),
        goods=goods,
        shortage=shortage,
        tax=tax,
        shipping=shipping,
        owed=owed,
        theirs=theirs,
        difference=theirs - owed,
        is_cancelled=cancelled,
    )


def _bounds(month: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise NotFound("There is no such month.") from None
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return local_instant(first, 0, zone), local_instant(following, 0, zone)


def _plain(cell: str) -> str:
    # A cell that would be a formula in a spreadsheet is text.
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell
