"""The rest of the first page: first steps, what happens next, how stock stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from occhub.catalog.models import ProductMapping
from occhub.inventory.models import StockChange
from occhub.orders.models import UNPLACED, MasterOrder
from occhub.orders.previewing import Preview, preview
from occhub.partners.models import Hub, Partner
from occhub.synclog import RUNNING, SyncLog

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Next:
    """An order that is being filled for a partner, and what it comes to."""

    master: MasterOrder
    preview: Preview


@dataclass(frozen=True)
class Stock:
    """How the last comparison went, and when the next comes."""

    last: SyncLog | None
    running: SyncLog | None
    next_at: datetime
    changed_today: int
    mappings: int


@dataclass(frozen=True)
class Step:
    """One of the first steps, until all are done."""

    sentence: str
    action: str
    path: str
    done: bool


def next_orders() -> list[Next]:
    """Orders being filled, the next cutoff first."""
    unplaced = MasterOrder.select(MasterOrder, Partner).join(Partner).where(MasterOrder.state.in_(UNPLACED))
    return [Next(master, preview(master)) for master in unplaced.order_by(MasterOrder.cutoff_at)]


def stock(as_of: datetime) -> Stock:
    """The last whole comparison, one that is running, the next by the hour, and what changed in a day."""
    passes = (
        SyncLog.select().where((SyncLog.kind == "stock") & (SyncLog.trigger != "webhook")).order_by(SyncLog.id.desc())
    )
    return Stock(
        last=passes.where(SyncLog.state != RUNNING).first(),
        running=passes.where(SyncLog.state == RUNNING).first(),
        next_at=as_of.replace(minute=0, second=0, microsecond=0) + _HOUR,
        changed_today=StockChange.select().where(StockChange.at > as_of - timedelta(days=1)).count(),
        mappings=ProductMapping.select().count(),
    )


def first_steps(hub: Hub) -> list[Step]:
    """What a new owner does once; empty when all is done."""
    prices = hub.markup_bp is not None or Partner.select().where(Partner.markup_bp.is_null(False)).exists()
    steps = [
        Step("Allow the app to create products and write stock.", "Allow", "#access", hub.welcomed_at is not None),
        Step("Say where partners' goods are stocked.", "Choose", "/settings", hub.location_id is not None),
        Step("Say where partners ship to.", "Fill in", "/settings", hub.has_address),
        Step("Say how you price.", "Fill in", "/settings#usual-terms", prices),
        Step("Invite your first partner.", "Invite", "/partners", Partner.select().exists()),
    ]
    return [] if all(step.done for step in steps) else steps
