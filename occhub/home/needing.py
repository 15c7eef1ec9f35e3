"""What needs the owner, worst first: each thing with its cause in a sentence and one way on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from occhub.catalog import deciding
from occhub.catalog.agreeing import rate_warning
from occhub.catalog.models import ASKING, MISSING_ON_HUB, Import, ProductMapping
from occhub.catalog.models import FAILED as IMPORT_FAILED
from occhub.inventory.models import Stockroom
from occhub.inventory.shortages import open_shortages
from occhub.orders import matching
from occhub.orders.customers import long_unpaid
from occhub.orders.lateness import late_orders
from occhub.orders.models import FAILED, UNPLACED, MasterOrder, PartnerOrder
from occhub.orders.wanting import PATIENT_DAYS
from occhub.partners.models import ATTENTION, CONNECTED, PAUSED, WAITING, Hub, Partner
from occhub.privacy.models import PrivacyRequest
from occhub.shopify import tokens

CRITICAL, WARNING, INFO = "critical", "warning", "info"
_WORST_FIRST = (CRITICAL, WARNING, INFO)
# A store that does not answer for so long is told of; shorter silences mend themselves.
SILENT = timedelta(hours=1)
# An order that failed for good is news for so long; what it leaves undone has cards of its own.
NEWS = timedelta(days=7)
# So long before its end a pair of tokens that is not renewed is told of, and a request of the law that is not done.
TOKENS_END, LAW_PRESSES = timedelta(days=30), timedelta(days=7)


@dataclass(frozen=True)
class Card:
    """One thing that needs the owner."""

    sentence: str
    action: str
    path: str
    tone: str = WARNING


def needs_you(as_of: datetime) -> list[Card]:
    """Everything that needs the owner now; empty on a good day."""
    rooms = (_orders(as_of), _stock(as_of), _partners(as_of), _goods(as_of), _law(as_of))
    return sorted((card for room in rooms for card in room), key=lambda card: _WORST_FIRST.index(card.tone))


def _orders(as_of: datetime) -> Iterator[Card]:
    if blind := matching.pending_partners():
        names = ", ".join(partner.name for partner in blind)
        told = f"This database was put back from a copy: nothing is ordered from {names} before it was compared."
        yield Card(told, "See how far that is", "/restored", CRITICAL)
    stuck = MasterOrder.state.in_(UNPLACED) & (MasterOrder.failure != "")
    failed = (MasterOrder.state == FAILED) & (MasterOrder.cutoff_at > as_of - NEWS)
    for master in MasterOrder.select(MasterOrder, Partner).join(Partner).where(stuck | failed):
        yield Card(f"{master.partner.name}: {master.failure}", "See the order", f"/windows/{master.id}", CRITICAL)
    if lost := PartnerOrder.select().where(PartnerOrder.status == FAILED).count():
        waits = "customer order waits" if lost == 1 else "customer orders wait"
        told = f"{lost} {waits} for coffee that can't be ordered: refund, replace or try again."
        yield Card(told, "See which", "/orders?tab=failed", CRITICAL)
    for late in late_orders(as_of):
        told = f"{late.master.partner.name} has shipped nothing of your order for {late.days} days."
        yield Card(told, "See the order", f"/windows/{late.master.id}")
    if unpaid := long_unpaid(as_of):
        orders = "order is" if unpaid == 1 else "orders are"
        told = f"{unpaid} {orders} unpaid for {PATIENT_DAYS} days: kept back from sale, but not ordered."
        yield Card(told, "See which", "/orders?tab=unpaid", INFO)


def _stock(as_of: datetime) -> Iterator[Card]:
    short = open_shortages()
    if len(short) == 1:
        (good,) = short
        names = ", ".join(row.order.name for row in good.orders[:3])
        told = f"{good.shortage.units} of {good.mapping.title} were sold and nobody has them: {names}."
        yield Card(told, "See whose order is short", "/shortages", CRITICAL)
    elif short:
        titles = ", ".join(good.mapping.title for good in short[:3])
        told = f"{len(short)} coffees were sold beyond what anybody has: {titles}{' and more' if short[3:] else ''}."
        yield Card(told, "See whose orders are short", "/shortages", CRITICAL)
    silent = Stockroom.select(Stockroom, Partner).join(Partner).where(Stockroom.silent_since < as_of - SILENT)
    for room in silent.where(Partner.state == CONNECTED):
        hours = int((as_of - room.silent_since) / timedelta(hours=1))
        told = f"{room.partner.name}'s store does not answer for {hours} h: {room.failure}"
        yield Card(told, "See the partner", f"/partners/{room.partner_id}")


def _partners(as_of: datetime) -> Iterator[Card]:
    asks = Partner.asked_at.is_null(False) | Partner.accepted_at.is_null(False)
    ending = tokens.ending(as_of, within=TOKENS_END)
    # What is sold of a paused partner is still ordered, so his store must answer too.
    dead = (Partner.state == ATTENTION) | ((Partner.state == PAUSED) & (Partner.attention != ""))
    needing = dead | (Partner.state == WAITING) | asks | Partner.shop.in_(list(ending))
    for partner in Partner.select().where(needing).order_by(Partner.name):
        path = f"/partners/{partner.id}"
        if partner.needs_attention:
            yield Card(f"{partner.name} needs attention: {partner.attention}", "See what to do", path, CRITICAL)
        elif partner.asks:
            wish = "asks to come back" if partner.connected_at else "asks to connect"
            yield Card(f"{partner.name} {wish}.", "Let them in", path)
        elif partner.accepted_at and not Import.select().where(Import.partner == partner).exists():
            told = f"{partner.shop} has used your invitation for {partner.name}."
            yield Card(told, "Is that right?", path, INFO)
        elif partner.shop in ending:
            days = max(0, (ending[partner.shop] - as_of).days)
            told = f"Our access to {partner.name} ends in {days} days, because it could not be renewed."
            yield Card(told, "See what to do", path)


def _goods(as_of: datetime) -> Iterator[Card]:
    failed = Import.state == IMPORT_FAILED
    if count := Import.select().where(failed).count():
        first = Import.find(Import.select(Import.id).where(failed).order_by(Import.changed_at.desc()).scalar())
        if count == 1:
            path = f"/partners/{first.partner_id}/products"
            yield Card(f"{first.title} could not be imported: {first.error}", "Try again", path)
        else:
            told = f"{count} products could not be imported; the last is {first.title}: {first.error}"
            yield Card(told, "See them", "/products?tab=failed")
    if missing := ProductMapping.select().where(ProductMapping.state == MISSING_ON_HUB).count():
        variants = "imported variant is" if missing == 1 else "imported variants are"
        yield Card(f"{missing} {variants} missing on your store.", "See them", "/products?tab=missing")
    if asking := Import.select().where(Import.state == ASKING).count():
        coffees = "coffee waits" if asking == 1 else "coffees wait"
        yield Card(f"{asking} {coffees} for your word on the bags' size.", "Say which", "/products?tab=review")
    for partner in Partner.working():
        if partner.markup_bp is not None and (old := rate_warning(partner, Hub.get_hub(), as_of=as_of)):
            yield Card(f"{partner.name}: {old[0].lower()}{old[1:]}", "Look it up", f"/partners/{partner.id}/pricing")
    if review := deciding.waiting():
        asks = "change of a partner waits" if review == 1 else "changes of partners wait"
        yield Card(f"{review} {asks} for your word.", "Review", "/changes", INFO)


def _law(as_of: datetime) -> Iterator[Card]:
    pressing = (PrivacyRequest.error != "") | (PrivacyRequest.due_at < as_of + LAW_PRESSES)
    if PrivacyRequest.select().where(PrivacyRequest.done_at.is_null() & pressing).exists():
        yield Card("A privacy request could not be done by itself.", "See why", "/activity/privacy", CRITICAL)
