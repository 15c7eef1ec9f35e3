"""What we owe a partner for a period: placed at the agreed cost, less what was short, plus his tax and shipping."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from occhub.database import write
from occhub.errors import Conflict, Invalid
from occhub.money import Money
from occhub.orders.cutoffs import local_instant
from occhub.orders.history import tell
from occhub.orders.models import PLACED, MasterLine, MasterOrder, MasterPart
from occhub.orders.periods import Period
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
    """What a partner is owed for a period; `short`, `goods` and the like are the sums of its items."""

    partner: Partner
    period: Period
    items: Sequence[Item]

    @property
    def bags(self) -> int:
        """Bags placed."""
        return sum(item.bags for item in self.items)

    @property
    def short(self) -> int:
        """Bags of them that never came."""
        return sum(item.short for item in self.items)

    @property
    def unpaid(self) -> Money:
        """What is owed and not paid yet; negative where more was paid than is owed by now."""
        return self._sum(list(self.open_amounts().values()))

    def open_amounts(self) -> dict[int, Money]:
        """The same by master order, of which two items may be parts."""
        amounts = {item.master.id: Money(-item.master.paid_minor, self.partner.currency) for item in self.items}
        for item in self.items:
            amounts[item.master.id] += item.owed
        return amounts

    def total(self, column: str) -> Money:
        """The sum of a column of the items, such as "goods" or "owed"."""
        return self._sum([getattr(item, column) for item in self.items])

    def _sum(self, amounts: Sequence[Money]) -> Money:
        return sum(amounts, Money(0, self.partner.currency))


def statement(partner: Partner, period: Period) -> Statement:
    """The orders placed in this period."""
    query = (
        MasterPart.select(MasterPart, MasterOrder)
        .join(MasterOrder)
        .where(
            (MasterOrder.partner == partner)
            & (MasterPart.state == PLACED)
            & (MasterOrder.placed_at >= period.first)
            & (MasterOrder.placed_at < period.end)
        )
        .order_by(MasterOrder.placed_at, MasterPart.id)
    )
    if period.number is not None:
        query = query.where(MasterOrder.number == period.number)
    return Statement(partner, period, [_item(part) for part in query])


def mark_paid(partner: Partner, period: Period, day: str, reference: str, *, as_of: datetime) -> int:
    """The owner has paid what is open of the period; answers how many orders that were. Raises Invalid or Conflict.

    What was paid already and has become more or less since is settled with it.
    """
    try:
        paid_at = local_instant(date.fromisoformat(day), 12, Hub.get_hub().timezone)
    except ValueError:
        raise Invalid("paid_on", "Write the day as year-month-day, such as 2026-12-24.") from None
    if not reference or len(reference) > 100:
        raise Invalid("reference", "Say by which reference the payment is found, in up to 100 letters.")
    with write():
        found = statement(partner, period)
        masters = {item.master.id: item.master for item in found.items}
        open_amounts = {
            master_id: amount
            for master_id, amount in sorted(found.open_amounts().items())
            if amount.minor or masters[master_id].paid_at is None
        }
        if not open_amounts:
            raise Conflict("All of it is paid already.")
        for master_id, amount in open_amounts.items():
            before = masters[master_id]
            paid = MasterOrder.update(
                paid_at=paid_at,
                paid_reference=", ".join(filter(None, (before.paid_reference, reference))),
                paid_minor=before.paid_minor + amount.minor,
            )
            # PostgreSQL lets two clicks look at once; only one of them may count.
            if not paid.where((MasterOrder.id == master_id) & (MasterOrder.paid_minor == before.paid_minor)).execute():
                raise Conflict("It was marked as paid a moment ago.")
            tell(master_id, f"Paid on {day}, reference {reference}: {amount}.", as_of=as_of)
    return len(open_amounts)


def unmark_paid(partner: Partner, number: int, *, as_of: datetime) -> None:
    """The order of this number was not paid after all. Raises Conflict."""
    this = (MasterOrder.partner == partner) & (MasterOrder.number == number) & MasterOrder.paid_at.is_null(False)
    with write():
        master = MasterOrder.get_or_none(this)
        if master is None:
            raise Conflict("It is not marked as paid.")
        cleared = MasterOrder.update(paid_at=None, paid_reference="", paid_minor=0)
        cleared.where(MasterOrder.id == master.id).execute()
        tell(master, f"Not paid after all (it said {master.paid_reference}).", as_of=as_of)


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


def _plain(cell: str) -> str:
    # A cell that would be a formula in a spreadsheet is text.
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell
