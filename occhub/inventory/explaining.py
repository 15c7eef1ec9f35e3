"""Why is this 7? A number on the hub, the arithmetic behind it, and how it came to be over the last month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from occhub.catalog.models import GONE, MISSING_ON_HUB, Import, ProductMapping
from occhub.inventory.models import Shortage, StockChange
from occhub.inventory.shortages import ShortOrder, who_is_short
from occhub.orders import demand
from occhub.partners.models import CONNECTED, Partner

MONTH = timedelta(days=30)
WIDTH, HEIGHT = 600, 120
_SHOWN = 50


@dataclass(frozen=True)
class Line:
    """A step line of numbers since a moment: an SVG path in a box of WIDTH x HEIGHT, and the highest number in it."""

    path: str
    top: int
    since: datetime
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Why:
    """A variant's number in one sentence, with its terms; None where there is no arithmetic to show."""

    mapping: ProductMapping
    sentence: str
    available: int | None
    unclaimed: int | None
    safety: int
    waiting: list[demand.Waiting]
    short: list[ShortOrder]
    line: Line
    changes: list[StockChange]


def explain(mapping: ProductMapping, *, as_of: datetime) -> Why:
    """Everything behind one number of the hub."""
    partner: Partner = mapping.partner
    counted = mapping.stock_at is not None and mapping.hub_available is not None
    waiting = demand.waiting([mapping.id])
    shortage = Shortage.get_or_none((Shortage.mapping == mapping) & Shortage.ended_at.is_null())
    return Why(
        mapping=mapping,
        sentence=_sentence(mapping, partner, as_of),
        available=mapping.partner_available,
        unclaimed=mapping.unclaimed if counted else None,
        safety=mapping.safety,
        waiting=waiting,
        short=who_is_short(waiting, shortage.units) if shortage else [],
        line=draw(mapping, _month_of([mapping.id], as_of), as_of),
        changes=list(
            StockChange.select()
            .where(StockChange.mapping == mapping)
            .order_by(StockChange.at.desc(), StockChange.id.desc())
            .limit(_SHOWN)
        ),
    )


def lines_of(listing: Import, *, as_of: datetime) -> list[tuple[ProductMapping, Line]]:
    """Each variant of a product with its month."""
    mappings = list(ProductMapping.select().where(ProductMapping.listing == listing).order_by(ProductMapping.id))
    changes = _month_of([mapping.id for mapping in mappings], as_of)
    return [
        (mapping, draw(mapping, [each for each in changes if each.mapping_id == mapping.id], as_of))
        for mapping in mappings
    ]


def draw(mapping: ProductMapping, changes: Sequence[StockChange], as_of: datetime) -> Line:
    """The line of a variant that went through these changes, oldest first, over a month or as long as it is ours."""
    since = max(as_of - MONTH, min(mapping.created_at, as_of))
    first = (changes[0].before or 0) if changes else (mapping.hub_available or 0)
    top = max(1, first, mapping.hub_available or 0, *(change.after for change in changes))
    steps = [f"M0 {_y(first, top)}"]
    for change in changes:
        # Between two changes of ours customers buy: it stood at `before` when we came.
        steps.append(f"H{_x(change.at, since, as_of)}V{_y(change.before or 0, top)}V{_y(change.after, top)}")
    if mapping.stock_at and mapping.hub_available is not None:
        steps.append(f"H{_x(mapping.stock_at, since, as_of)}V{_y(mapping.hub_available, top)}")
    return Line("".join([*steps, f"H{WIDTH}"]), top, since)


def _x(moment: datetime, since: datetime, until: datetime) -> int:
    return round(WIDTH * min(1.0, max(0.0, (moment - since) / max(until - since, timedelta(seconds=1)))))


def _y(number: int, top: int) -> int:
    return round(HEIGHT - 2 - (HEIGHT - 4) * number / top)


def _month_of(mapping_ids: Sequence[int], as_of: datetime) -> list[StockChange]:
    recent = StockChange.mapping.in_(list(mapping_ids)) & (StockChange.at > as_of - MONTH)
    return list(StockChange.select().where(recent).order_by(StockChange.at, StockChange.id))


def _sentence(mapping: ProductMapping, partner: Partner, as_of: datetime) -> str:
    if mapping.state == MISSING_ON_HUB:
        return "This variant was deleted in your store, so there is no number to keep right."
    if mapping.stock_at is None:
        return "It has not been compared yet."
    if mapping.state == GONE:
        return f"{partner.name} has deleted it, so nothing can be sold."
    if mapping.hub_available is None:
        return f"{partner.name} sells it without counting, and so do you."
    if partner.state != CONNECTED:
        return f"{partner.name} is not connected right now, so nothing of theirs is for sale."
    if mapping.partner_available is None:
        return f"{partner.name} could not be asked, or you have withdrawn it, so nothing is for sale."
    if mapping.partner_available < 0:
        ours = ", what they hold for you included" if sum(demand.claimed_units([mapping.id], as_of).values()) else ""
        return (
            f"{partner.name} has {-mapping.partner_available} fewer than they promised{ours}, so nothing is for sale."
        )
    owed = f", less {mapping.unclaimed} sold and not yet held for you" if mapping.unclaimed else ""
    kept = f", less {mapping.safety} kept back" if mapping.safety else ""
    floor = "; that is less than nothing, so 0" if _is_floored(mapping) else ""
    return f"{mapping.partner_available} at {partner.name}{owed}{kept}{floor}."


def _is_floored(mapping: ProductMapping) -> bool:
    return (mapping.partner_available or 0) - (mapping.unclaimed or 0) - mapping.safety < 0
