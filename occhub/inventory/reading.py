"""Ask the stores what they have: the hub, and every partner at once, each in his own time."""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from peewee import chunked

from occhub.database import session
from occhub.errors import HubError
from occhub.inventory.models import Stockroom
from occhub.inventory.places import read_places
from occhub.inventory.shelves import Shelf
from occhub.orders import demand
from occhub.partners.models import Partner
from occhub.shopify import inventory as levels
from occhub.shopify import open_store
from occhub.shopify.client import Store
from occhub.shopify.errors import StoreClosed, Unauthorized
from occhub.shopify.types import Level

log = logging.getLogger(__name__)

# Partners asked at the same time: each store has its own budget, but all our threads share a processor with the loop
# that acknowledges webhooks.
_SIDE_BY_SIDE = 8
# Calls to the hub at the same time; its budget is one.
_AT_THE_HUB = 4
_ONLY_AVAILABLE = ("available",)
# Places are read apart from the passes each day; where that failed for long, a pass reads them itself.
_PLACES_STAY = timedelta(days=2)


@dataclass
class Answer:
    """What one partner's store said. A variant in `levels` as None is gone; without `levels` he did not answer."""

    partner: Partner
    room: Stockroom
    levels: dict[str, Level | None] | None = None
    unread: set[str] = field(default_factory=set)  # variants at which his store fails
    partial: bool = False  # only some of his locations count (R3)
    closed: str = ""  # his store will not serve us until a person acts: a sentence
    failure: str = ""  # it did not answer this time: a sentence
    places: list[list[str]] | None = None  # read anew
    calls: int = 0
    points: int = 0


@dataclass
class Cost:
    """Calls and points spent so far."""

    calls: int = 0
    points: int = 0

    def add(self, spent: "Store | Answer | Cost") -> None:
        """Count what a store, or a partner's answer, has cost."""
        self.calls, self.points = self.calls + spent.calls, self.points + spent.points


@dataclass
class Asked:
    """A partner who is still being asked."""

    partner_id: int
    future: "Future[None]"


@dataclass
class Asking:
    """Partners being asked side by side; `late` are those whose answer nobody waits for any more."""

    answers: list[Answer] = field(default_factory=list)
    late: list[Asked] = field(default_factory=list)


def read_hub(shop: str, shelves: Sequence[Shelf], location_id: str, cost: Cost) -> dict[int, Level | None]:
    """What the hub shows of each mapping at the location; None where its variant is gone. Raises StoreError.

    Those at which the hub's store fails are left out.
    """

    def read(batch: Sequence[Shelf]) -> tuple[dict[str, Level | None], Store]:
        store = open_store(shop)
        ids = [shelf.hub_variant for shelf in batch]
        return levels.read_levels(store, ids, [location_id], names=_ONLY_AVAILABLE, unread=set()), store

    batches = list(chunked(shelves, levels.ROWS))
    shown: dict[int, Level | None] = {}
    with ThreadPoolExecutor(_AT_THE_HUB, "hub stock") as pool:
        for batch, (found, store) in zip(batches, pool.map(read, batches), strict=True):
            cost.add(store)
            shown.update((shelf.id, found[shelf.hub_variant]) for shelf in batch if shelf.hub_variant in found)
    return shown


def ask_partners(shelves: Mapping[int, Sequence[Shelf]], *, patience: float, as_of: datetime) -> Asking:
    """Read the stock and the open drafts of every partner; a store's troubles are in its answer, never raised.

    The caller holds their `claims_lease`. Waits `patience` real seconds; who is late then answers in vain, and his
    lease must be kept until he has (`Asked.future`).
    """
    partners = {partner.id: partner for partner in Partner.select().where(Partner.id.in_(list(shelves)))}
    rooms = {room.partner_id: room for room in Stockroom.select().where(Stockroom.partner.in_(list(shelves)))}
    with_drafts = demand.with_drafts(shelves)
    asking = Asking()
    asked: list[tuple[Answer, Future[None]]] = []
    pool = ThreadPoolExecutor(min(_SIDE_BY_SIDE, max(1, len(shelves))), "partner stock")
    for partner_id, theirs in shelves.items():
        answer = Answer(partners[partner_id], rooms.get(partner_id) or Stockroom(partner=partner_id))
        if answer.partner.is_connected:
            asked.append((answer, pool.submit(_ask, answer, theirs, partner_id in with_drafts, as_of)))
        else:
            asking.answers.append(answer)
    done = wait([future for _, future in asked], timeout=patience).done
    pool.shutdown(wait=False)
    for answer, future in asked:
        if future in done:
            future.result()  # whoever was killed has read nothing: an answer without levels must not look like one
            asking.answers.append(answer)
        else:
            partner = answer.partner
            too_late = Answer(partner, answer.room, failure=f"{partner.name} takes too long to answer.")
            asking.answers.append(too_late)
            asking.late.append(Asked(partner.id, future))
    return asking


def _ask(answer: Answer, shelves: Sequence[Shelf], has_draft: bool, as_of: datetime) -> None:
    partner, room = answer.partner, answer.room
    store = open_store(partner.domain)
    try:
        if room.places_read_at is None or as_of - room.places_read_at > _PLACES_STAY:
            room.places = answer.places = read_places(store)
        counted = room.counted(partner.location_ids)
        answer.partial = room.is_partial(partner.location_ids)
        ids = [shelf.partner_variant for shelf in shelves]
        # A store without an active location ships from nowhere.
        nothing: dict[str, Level | None] = dict.fromkeys(ids, levels.NOTHING)
        found = levels.read_levels(store, ids, counted, unread=answer.unread) if counted else nothing
        if has_draft:
            # After his stock: what he takes off the draft meanwhile is missed in A then, which errs to the safe side.
            with session():
                demand.reread_claims(partner, as_of, store=store)
        answer.levels = found
    except (Unauthorized, StoreClosed) as error:
        answer.closed = str(error)
    except HubError as error:
        answer.failure = str(error)
    except Exception as error:
        # One partner's riddle must not keep the others' stock from being right.
        log.exception("reading the stock of %s failed", partner.shop)
        answer.failure = f"{partner.name}: {type(error).__name__}"
    finally:
        answer.calls, answer.points = store.calls, store.points
