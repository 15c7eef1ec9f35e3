"""The trade of the last weeks as small charts: bags by partner, margin, and how often something sold out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from peewee import fn

from occhub.catalog.models import ProductMapping
from occhub.catalog.pricing import convert, margin_bp, margin_in_words
from occhub.database import rows
from occhub.inventory.models import StockChange
from occhub.money import Money
from occhub.orders.models import PartnerOrder, PartnerOrderLine
from occhub.orders.steering import BY_HAND
from occhub.partners.models import Hub, Partner

WEEKS = 8
_WEEK = timedelta(days=7)
WIDTH, HEIGHT, _GAP = 240, 64, 6
_TONES = 6  # colours in the style sheet; further partners share the last


@dataclass(frozen=True)
class Bar:
    """A rectangle, and what it says on hover."""

    x: int
    y: int
    width: int
    height: int
    tone: int
    says: str


@dataclass(frozen=True)
class Share:
    """A partner in the legend: his colour, and his bags in all the weeks."""

    partner: Partner
    tone: int
    bags: int


@dataclass(frozen=True)
class Charts:
    """All three, oldest week first. `margin` is of the last week with sales, None where there were none."""

    since: datetime
    shares: Sequence[Share]
    bags: Sequence[Bar]
    margins: Sequence[Bar]
    margin: str | None
    outs: Sequence[Bar]
    out_now: int
    of: int


@dataclass(frozen=True)
class _Week:
    begins: datetime
    bags: dict[int, int]  # by partner
    earned: int  # minor units of the hub's currency
    spent: int

    @property
    def says(self) -> str:
        return f"Week of {self.begins:%d %b}"


def draw_charts(hub: Hub, as_of: datetime) -> Charts:
    """The last eight weeks up to now; what was cancelled, a test, or the owner's own bags does not count."""
    partners = {partner.id: partner for partner in Partner.select()}
    weeks = [_week(hub, partners, as_of - _WEEK * back) for back in range(WEEKS, 0, -1)]
    sums: dict[int, int] = {}
    for week in weeks:
        for key, bags in week.bags.items():
            sums[key] = sums.get(key, 0) + bags
    order = sorted(sums, key=lambda key: (-sums[key], key))
    tones = {key: min(place, _TONES - 1) for place, key in enumerate(order)}
    margins = [_margin(week, hub) for week in weeks]
    outs = [_sold_out(week.begins) for week in weeks]
    told = [f"{week.says}: {count} times" for week, count in zip(weeks, outs, strict=True)]
    sold = [(week.says, margin) for week, margin in zip(weeks, margins, strict=True)]
    return Charts(
        since=weeks[0].begins.astimezone(hub.timezone),
        shares=[Share(partners[key], tones[key], sums[key]) for key in order],
        bags=_stacked([_pieces(week, order, partners, tones) for week in weeks]),
        margins=_stacked([[(max(0, m or 0), 0, f"{s}: {margin_in_words(m or 0)}")] for s, m in sold]),
        margin=next((margin_in_words(m) for m in reversed(margins) if m is not None), None),
        outs=_stacked([[(count, 0, words)] for count, words in zip(outs, told, strict=True)]),
        out_now=ProductMapping.select().where(ProductMapping.hub_available == 0).count(),
        of=ProductMapping.select().where(ProductMapping.hub_available.is_null(False)).count(),
    )


def _week(hub: Hub, partners: dict[int, Partner], begins: datetime) -> _Week:
    counts = PartnerOrder.cancelled_at.is_null() & ~PartnerOrder.test & ~PartnerOrder.hub_order_id.startswith(BY_HAND)
    during = (PartnerOrder.ordered_at > begins) & (PartnerOrder.ordered_at <= begins + _WEEK)
    bags = PartnerOrderLine.current_quantity
    query = (
        PartnerOrderLine.select(
            PartnerOrder.partner,
            fn.SUM(bags),
            fn.SUM(bags * PartnerOrderLine.unit_price_minor),
            fn.SUM(bags * ProductMapping.cost_minor),
        )
        .join(PartnerOrder)
        .switch(PartnerOrderLine)
        .join(ProductMapping)
    )
    found = rows(query.where(counts & during).group_by(PartnerOrder.partner))
    spent = [_in_hub_money(int(cost or 0), partners[key], hub) for key, _, _, cost in found]
    return _Week(
        begins, {row[0]: int(row[1] or 0) for row in found}, sum(int(row[2] or 0) for row in found), sum(spent)
    )


def _in_hub_money(minor: int, partner: Partner, hub: Hub) -> int:
    if not partner.currency or not hub.currency:
        return 0
    return convert(Money(minor, partner.currency), Decimal(partner.exchange_rate), hub.currency).minor


def _margin(week: _Week, hub: Hub) -> int | None:
    if not week.earned:
        return None
    return margin_bp(Money(week.earned, hub.currency), Money(week.spent, hub.currency))


def _sold_out(begins: datetime) -> int:
    during = (StockChange.at > begins) & (StockChange.at <= begins + _WEEK)
    return int(StockChange.select().where(during & (StockChange.before > 0) & (StockChange.after == 0)).count())


def _pieces(
    week: _Week, order: Sequence[int], partners: dict[int, Partner], tones: dict[int, int]
) -> list[tuple[int, int, str]]:
    said = {key: f"{week.says}: {bags} bags of {partners[key].name}" for key, bags in week.bags.items()}
    return [(week.bags[key], tones[key], said[key]) for key in order if key in week.bags]


def _stacked(columns: Sequence[Sequence[tuple[int, int, str]]]) -> list[Bar]:
    """Columns side by side, each of pieces (amount, tone, words) one upon the other; the highest fills the chart."""
    highest = max((sum(amount for amount, _, _ in column) for column in columns), default=0)
    if not highest:
        return []
    step = WIDTH // len(columns)
    bars = []
    for number, column in enumerate(columns):
        below = 0
        for amount, tone, words in column:
            top = HEIGHT * (below + amount) // highest
            foot = HEIGHT * below // highest
            bars.append(Bar(number * step, HEIGHT - top, step - _GAP, top - foot, tone, words))
            below += amount
    return bars
