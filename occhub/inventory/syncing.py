"""One round: make the hub's numbers right for some variants, reading in R6's order while nobody claims."""

import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from itertools import groupby

from occhub import clock
from occhub.catalog.models import MISSING_ON_HUB, ProductMapping
from occhub.database import write
from occhub.errors import HubError, Misconfigured
from occhub.inventory import shelves
from occhub.inventory.contact import note_contact
from occhub.inventory.holding import ClaimsWaiting
from occhub.inventory.judging import Owed, Verdict, judge, nothing, what_is_owed
from occhub.inventory.models import StockRules
from occhub.inventory.outcome import Book
from occhub.inventory.reading import Answer, ask_partners, read_hub
from occhub.inventory.shelves import Shelf
from occhub.inventory.shortages import keep_shortages
from occhub.inventory.writing import bring_about
from occhub.orders import demand
from occhub.partners.checking import need_attention
from occhub.partners.models import CONNECTED, Hub, Partner
from occhub.shopify import Store, open_store
from occhub.shopify.types import Level

log = logging.getLogger(__name__)

# Real seconds until what was left out, or failed, is tried again by a nudged round.
_LEFT_OUT, _FAILED = 1.0, 300.0

Shelves = dict[int, list[Shelf]]  # by partner


def sync(wanted: Sequence[Shelf], book: Book, *, patience: float, as_of: datetime) -> None:
    """Compare these and write what differs; what happened is in `book.outcome`.

    `patience` is how many real seconds a partner may take to answer. Raises Misconfigured while the hub has no
    location, and StoreError when the hub's own store does not answer: then nothing is known to be right.
    """
    hub = Hub.get_hub()
    if hub.location_id is None:
        raise Misconfigured("Choose in Settings where partners' goods are stocked; until then no stock is written.")
    outcome, store = book.outcome, open_store(hub.shop)
    done = len(outcome.right)
    by_partner = {key: list(group) for key, group in groupby(wanted, key=lambda shelf: shelf.partner_id)}
    with closing(ClaimsWaiting(by_partner)) as claims:
        mine = {key: theirs for key, theirs in by_partner.items() if key in claims.partners}
        ours = [shelf for theirs in mine.values() for shelf in theirs]
        book.tell("Reading your store.")
        shown = read_hub(hub.shop, ours, hub.location_id, outcome.cost)
        present = _set_aside(mine, shown, book)
        all_known = _catch_up(store, book, as_of)
        wishes = shelves.wishes([shelf.id for shelf in ours])
        book.tell(f"Asking {len(present)} {'roaster' if len(present) == 1 else 'roasters'}.")
        asking = ask_partners(present, patience=patience, as_of=as_of)
        for late in asking.late:
            claims.keep_until(late.partner_id, late.future)
        # The clock and not as_of: a reservation may have run out while others were waited for.
        owed = what_is_owed([shelf.id for theirs in present.values() for shelf in theirs], clock.now())
        verdicts = [verdict for answer in asking.answers for verdict in _judge(answer, present, owed, book, as_of)]
        if not all_known:
            verdicts = [verdict for verdict in verdicts if _lowers(verdict, shown)]
        bring_about(store, hub.location_id, verdicts, _there(shown), book, as_of)
        keep_shortages(verdicts, as_of=as_of)
    outcome.read += len(ours)
    outcome.skipped += len(wanted) - len(ours)
    outcome.cost.add(store)
    _settle(wanted, ours, wishes, book, set(outcome.right[done:]), as_of)


def _set_aside(mine: Shelves, shown: dict[int, Level | None], book: Book) -> Shelves:
    """Variants deleted on the hub are marked and left out, so that they never spoil a batch (R7).

    Those at which the hub's store fails are left out this time.
    """
    ours = [shelf for theirs in mine.values() for shelf in theirs]
    for shelf in ours:
        if shelf.id not in shown:
            book.outcome.fail(f"{shelf.title} cannot be read in your store: Shopify fails at it.")
    if missing := [shelf for shelf in ours if shelf.id in shown and shown[shelf.id] is None]:
        for shelf in missing:
            book.outcome.fail(f"{shelf.title} is missing in your store.")
        with write():
            ids = ProductMapping.id.in_([shelf.id for shelf in missing])
            ProductMapping.update(state=MISSING_ON_HUB, stock_wanted_at=None).where(ids).execute()
    here = {key: [shelf for shelf in theirs if shown.get(shelf.id)] for key, theirs in mine.items()}
    return {key: theirs for key, theirs in here.items() if theirs}


def _catch_up(store: Store, book: Book, as_of: datetime) -> bool:
    """Capture what the hub's customers did (R6); False where their orders cannot be read, be it for one of them."""
    try:
        demand.catch_up(store, as_of=as_of)
    except Exception as error:
        if not isinstance(error, HubError):
            log.exception("the hub's orders could not be read")
        why = str(error) if isinstance(error, HubError) else type(error).__name__
        book.outcome.fail(f"Not all of your orders could be read, so no number is raised until they are ({why}).")
        return False
    return True


def _lowers(verdict: Verdict, shown: Mapping[int, Level | None]) -> bool:
    """Whether it makes nothing worse, whatever else was sold: the hub's number comes down, or stays.

    Shopify has taken unknown sales off the hub's number already, not off ours; once they are known it is compared anew.
    """
    level = shown[verdict.shelf.id]
    if verdict.number is None or level is None:
        return False
    return verdict.number == 0 or (level.counts and verdict.number <= level.available)


def _there(shown: dict[int, Level | None]) -> dict[int, Level]:
    return {key: level for key, level in shown.items() if level is not None}


def _judge(answer: Answer, present: Shelves, owed: Owed, book: Book, as_of: datetime) -> list[Verdict]:
    """The verdicts on one partner's variants; none while he may still come back (R7)."""
    partner, theirs, outcome = answer.partner, present[answer.partner.id], book.outcome
    outcome.cost.add(answer)
    if partner.state != CONNECTED:
        return [nothing(shelf, owed) for shelf in theirs]
    if answer.closed:
        outcome.fail(answer.closed, len(theirs))
        need_attention(partner, answer.closed)
        # In this round are perhaps a few of his goods; none of the others may be sold either.
        shelves.want_all_of(partner.id, as_of)
        return [nothing(shelf, owed) for shelf in theirs]
    silent_since = note_contact(answer, as_of=as_of)
    if silent_since is not None:
        outcome.fail(answer.failure, len(theirs))
        return (
            [nothing(shelf, owed) for shelf in theirs] if StockRules.get_rules().gives_up(silent_since, as_of) else []
        )
    read = [shelf for shelf in theirs if shelf.partner_variant not in answer.unread]
    unread = [shelf for shelf in theirs if shelf.partner_variant in answer.unread]
    verdicts = [judge(shelf, answer, owed) for shelf in read]
    return verdicts + _judge_unread(unread, partner, owed, book, as_of) if unread else verdicts


def _judge_unread(unread: Sequence[Shelf], partner: Partner, owed: Owed, book: Book, as_of: datetime) -> list[Verdict]:
    """Of what his store fails at the numbers stay as long as a silent partner's, then they are 0."""
    for shelf in unread:
        book.outcome.fail(f"{shelf.title} cannot be read at {partner.name}: Shopify fails at it.")
    rules = StockRules.get_rules()
    return [nothing(shelf, owed) for shelf in unread if rules.gives_up(shelf.compared_at or as_of, as_of)]


def _settle(
    wanted: Sequence[Shelf],
    ours: Sequence[Shelf],
    wishes: Mapping[int, datetime],
    book: Book,
    right: Collection[int],
    as_of: datetime,
) -> None:
    """Wishes that were answered are gone; the others come again, later if something failed."""
    stale, read = set(book.outcome.stale), {shelf.id for shelf in ours}
    open_wishes = {key: wish for key, wish in wishes.items() if key not in right and key not in stale}
    with write(durable=False):
        shelves.fulfil({key: wish for key, wish in wishes.items() if key in right})
        shelves.put_off(open_wishes, shelves.again_in(_FAILED))
        left_out = shelves.wishes([shelf.id for shelf in wanted if shelf.id not in read])
        shelves.put_off(left_out, shelves.again_in(_LEFT_OUT))
