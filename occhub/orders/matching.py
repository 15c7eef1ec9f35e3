"""After a restore: nothing is made on a partner's store until what stands there was matched with our rows (R15)."""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from occhub.backup import restored_from, settle_restored
from occhub.database import write
from occhub.errors import HubError
from occhub.leases import Held
from occhub.orders import capturing, finding
from occhub.orders.journal import run_of
from occhub.orders.models import Comparison, Walk
from occhub.orders.wishing import KNOWN_BY, OUR_TAG, hub_tag
from occhub.partners.models import ATTENTION, CONNECTED, PAUSED, Hub, Partner
from occhub.shopify import open_store
from occhub.shopify.client import Store
from occhub.shopify.drafts import recent_drafts
from occhub.shopify.orders import recent_orders

log = logging.getLogger(__name__)

# Clocks differ, and a draft under way when the copy was made may have been written a little before.
MARGIN = timedelta(minutes=10)
# Partners who trade with us; one who comes back later is matched then.
TRADING = (CONNECTED, PAUSED, ATTENTION)


@dataclass
class Paper:
    """A draft or an order of ours on a partner's store, by its tags and PO number."""

    number: int  # of the window
    token: str
    draft_id: str | None
    order_id: str | None
    created_at: datetime


def is_blind(partner: Partner) -> bool:
    """Whether the partner's store has yet to be matched with this database."""
    return _pending(partner) is not None


def match_first(store: Store, partner: Partner, held: Held, *, as_of: datetime) -> None:
    """Match the partner's newest drafts and orders with our rows if that is still to be done; by tag, then PO number.

    The caller holds the partner's `claims_lease`. Raises a HubError when it can't be done now, so that nothing is made.
    """
    row = _pending(partner)
    if row is None:
        return
    try:
        with run_of("match", "clock", store, as_of=as_of, partner_id=partner.id, always=True) as run:
            _catch_up(row.blind_since, as_of)
            papers = sorted(_papers(store, partner, row.blind_since - MARGIN), key=lambda paper: paper.number)
            run.read = len(papers)
            run.changed, found = finding.adopt_all(store, partner, papers, held, as_of=as_of)
            run.detail = found
    except HubError as error:
        with write():
            Comparison.update(error=str(error)).where(Comparison.id == row.id).execute()
        raise
    with write():
        held.confirm()
        Comparison.update(done_at=as_of, found=found, error="").where(Comparison.id == row.id).execute()
    _settle()
    log.info("%s was matched after the restore: %s", partner.shop, found)


def pending_partners() -> list[Partner]:
    """Partners who trade with us and whose stores have yet to be matched."""
    if (blind_since := restored_from()) is not None:
        _take_up(_with_stores(), blind_since)
    waiting = Comparison.done_at.is_null() & (Partner.state << TRADING)
    return list(Partner.select().join(Comparison).where(waiting).order_by(Partner.id))


def comparisons() -> list[Comparison]:
    """How the matching after the last restore went, partner by partner; empty when there never was one."""
    pending_partners()
    query = Comparison.select(Comparison, Partner).join(Partner).order_by(Partner.name)
    newest = max((row.blind_since for row in query), default=None)
    return [row for row in query if row.blind_since == newest]


def _pending(partner: Partner) -> Comparison | None:
    """The row of what is still to be done with this partner."""
    if (blind_since := restored_from()) is not None:
        _take_up([partner], blind_since)
    row: Comparison | None = Comparison.get_or_none((Comparison.partner == partner) & Comparison.done_at.is_null())
    return row


def _take_up(partners: Sequence[Partner], blind_since: datetime) -> None:
    """Write down for these partners that they are to be matched, unless it was written, or done, for this restore."""
    facts = {"blind_since": blind_since, "done_at": None, "found": "", "error": ""}
    for partner in partners:
        Comparison.insert(partner=partner, **facts).on_conflict(
            conflict_target=[Comparison.partner], update=facts, where=(Comparison.blind_since != blind_since)
        ).execute()


def _with_stores() -> list[Partner]:
    return list(Partner.select().where(Partner.shop.is_null(False)))


def _catch_up(blind_since: datetime, as_of: datetime) -> None:
    """What customers did meanwhile must be known before we judge what is missing."""
    walk = Walk.get_or_none(Walk.name == capturing.WALK)
    if walk is None or walk.started_at <= blind_since:
        capturing.walk(open_store(Hub.get_hub().shop), as_of=as_of)


def _settle() -> None:
    """When the last store is matched this is the one database again; partners who are away keep their row."""
    if restored_from() is not None and not pending_partners():
        settle_restored()


def _papers(store: Store, partner: Partner, since: datetime) -> Iterator[Paper]:
    ours, reference = {OUR_TAG, hub_tag(Hub.get_hub())}, re.compile(rf"HUB-{partner.id}-(\d+)")
    orders = {order.id: order for order in recent_orders(store, since)}
    for draft in recent_drafts(store, since):
        numbers = [int(found[1]) for tag in draft.tags if (found := reference.fullmatch(tag))]
        if ours <= set(draft.tags) and numbers:
            order = orders.pop(draft.order_id or "", None)
            created_at = order.created_at if order else draft.created_at
            yield Paper(numbers[0], _token(draft.tags), draft.id, draft.order_id, created_at)
    for order in orders.values():  # whose drafts are gone
        if found := reference.fullmatch(order.po_number):
            yield Paper(int(found[1]), _token(order.tags), None, order.id, order.created_at)


def _token(tags: tuple[str, ...]) -> str:
    return next((tag.removeprefix(KNOWN_BY) for tag in tags if tag.startswith(KNOWN_BY)), "")
