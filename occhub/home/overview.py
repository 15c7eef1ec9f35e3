"""What the owner should know first: what needs him, what happens next, how stock stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import fn

from occhub.catalog import deciding
from occhub.catalog.models import FAILED as IMPORT_FAILED
from occhub.catalog.models import MISSING_ON_HUB, Import, ProductMapping
from occhub.database import rows
from occhub.inventory.models import StockChange
from occhub.inventory.shortages import open_shortages
from occhub.money import Money
from occhub.orders.models import FAILED, UNPLACED, MasterLine, MasterOrder, MasterPart
from occhub.partners.models import ATTENTION, WAITING, Hub, Partner
from occhub.privacy.models import PrivacyRequest
from occhub.synclog import RUNNING, SyncLog


@dataclass(frozen=True)
class Card:
    """One thing that needs the owner: its cause in a sentence, and one way on."""

    sentence: str
    action: str
    path: str
    tone: str = "warning"


@dataclass(frozen=True)
class Window:
    """An order that is being filled for a partner."""

    master: MasterOrder
    bags: int
    cost: Money


@dataclass(frozen=True)
class Stock:
    """How the last comparison went."""

    last: SyncLog | None
    running: SyncLog | None
    changed_today: int
    mappings: int


@dataclass(frozen=True)
class Step:
    """One of the first steps, until all are done."""

    sentence: str
    action: str
    path: str
    done: bool


def needs_you() -> list[Card]:
    """Worst first."""
    cards = [
        Card(f"{master.partner.name}: {master.failure}", "See the order", f"/windows/{master.id}", "critical")
        for master in MasterOrder.select().where((MasterOrder.state == FAILED) | (MasterOrder.failure != ""))
    ]
    needing = (
        Partner.state.in_((ATTENTION, WAITING)) | Partner.asked_at.is_null(False) | Partner.accepted_at.is_null(False)
    )
    for partner in Partner.select().where(needing).order_by(Partner.name):
        path = f"/partners/{partner.id}"
        if partner.state == ATTENTION:
            cards.append(
                Card(f"{partner.name} needs attention: {partner.attention}", "See what to do", path, "critical")
            )
        elif partner.asks:
            asks = "asks to come back" if partner.connected_at else "asks to connect"
            cards.append(Card(f"{partner.name} {asks}.", "Let them in", path))
        elif partner.accepted_at and not Import.select().where(Import.partner == partner).exists():
            told = f"{partner.shop} has used your invitation for {partner.name}."
            cards.append(Card(told, "Is that right?", path, "info"))
    cards += [
        Card(
            f"{listing.title} could not be imported: {listing.error}",
            "Try again",
            f"/partners/{listing.partner_id}/products",
        )
        for listing in Import.select().where(Import.state == IMPORT_FAILED).limit(5)
    ]
    cards += [
        Card(
            f"{good.shortage.units} of {good.mapping.title} were sold and nobody has them: "
            f"{', '.join(row.order.name for row in good.orders[:3])}.",
            "See whose order is short",
            "/shortages",
            "critical",
        )
        for good in open_shortages()[:5]
    ]
    missing = ProductMapping.select().where(ProductMapping.state == MISSING_ON_HUB).count()
    if missing:
        cards.append(
            Card(f"{missing} imported variants are missing on your store.", "See them", "/products?tab=missing")
        )
    if review := deciding.waiting():
        asks = "change of a partner waits" if review == 1 else "changes of partners wait"
        cards.append(Card(f"{review} {asks} for your word.", "Review", "/changes", "info"))
    stuck = PrivacyRequest.select().where(PrivacyRequest.done_at.is_null() & (PrivacyRequest.error != "")).count()
    if stuck:
        cards.append(Card("A privacy request could not be done by itself.", "See why", "/activity/privacy", "critical"))
    return cards


def next_orders() -> list[Window]:
    """Orders being filled, the next cutoff first."""
    windows = []
    for master in (
        MasterOrder.select(MasterOrder, Partner)
        .join(Partner)
        .where(MasterOrder.state.in_(UNPLACED))
        .order_by(MasterOrder.cutoff_at)
    ):
        bags, minor = rows(
            MasterLine.select(fn.SUM(MasterLine.wanted), fn.SUM(MasterLine.wanted * MasterLine.cost_minor))
            .join(MasterPart)
            .where(MasterPart.master == master)
        )[0]
        windows.append(Window(master, bags or 0, Money(minor or 0, master.currency)))
    return windows


def stock(as_of: datetime) -> Stock:
    """The last whole comparison, one that is running, and what changed in a day."""
    passes = (
        SyncLog.select().where((SyncLog.kind == "stock") & (SyncLog.trigger != "webhook")).order_by(SyncLog.id.desc())
    )
    return Stock(
        last=passes.where(SyncLog.state != RUNNING).first(),
        running=passes.where(SyncLog.state == RUNNING).first(),
        changed_today=StockChange.select().where(StockChange.at > as_of - timedelta(days=1)).count(),
        mappings=ProductMapping.select().count(),
    )


def first_steps(hub: Hub) -> list[Step]:
    """What a new owner does once; empty when all is done."""
    steps = [
        Step("Allow the app to create products and write stock.", "Allow", "#access", hub.welcomed_at is not None),
        Step("Say where partners' goods are stocked.", "Choose", "/settings", hub.location_id is not None),
        Step("Say where partners ship to.", "Fill in", "/settings", hub.has_address),
        Step("Invite your first partner.", "Invite", "/partners", Partner.select().exists()),
    ]
    return [] if all(step.done for step in steps) else steps
