"""Make the hub's numbers right: read in R6's order, write only differences, and let nobody claim meanwhile."""

import logging
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from occhub import leases
from occhub.catalog.models import ACTIVE, GONE, MISSING_ON_HUB, ProductMapping
from occhub.database import session, write
from occhub.errors import Conflict, Misconfigured
from occhub.inventory.formula import hub_stock
from occhub.inventory.models import StockChange
from occhub.inventory.reading import Reading, read_partner
from occhub.orders import demand
from occhub.partners.models import Hub, Partner
from occhub.shopify import Store, open_store
from occhub.shopify import inventory as levels
from occhub.shopify.types import LevelChange
from occhub.synclog import SyncLog

log = logging.getLogger(__name__)

# Shopify takes no more rows in one call.
BATCH = 250
STALE = "CHANGE_FROM_QUANTITY_STALE"
# Each partner's store has its own budget, so they are read side by side.
_SIDE_BY_SIDE = 8
# Real seconds to wait for a partner whose order is being placed; he is left for the next round then.
_PATIENCE = 5.0


@dataclass
class Outcome:
    """What a round did, in numbers and in a sentence for each thing that failed."""

    read: int = 0
    changed: int = 0
    skipped: int = 0
    failures: list[str] = field(default_factory=list)
    calls: int = 0
    points: int = 0


@dataclass(frozen=True)
class Difference:
    """A hub number that is wrong, and why: A, U and S of R5."""

    mapping: ProductMapping
    before: int
    after: int
    available: int
    unclaimed: int
    safety: int


def sync(mappings: Sequence[ProductMapping], *, run: SyncLog, as_of: datetime) -> Outcome:
    """Compare these mappings and write what differs; each change is kept under `run`.

    Raises Misconfigured while the hub has no location, and StoreError when the hub's own store does not answer.
    """
    hub = Hub.get_hub()
    if hub.location_id is None:
        raise Misconfigured("Choose in Settings where partners' goods are stocked; until then no stock is written.")
    outcome, store = Outcome(), open_store(hub.shop)
    with ExitStack() as held:
        mine = list(_hold_claims(held, mappings, outcome))
        before = levels.read_hub_levels(store, [mapping.hub_item_id for mapping in mine], hub.location_id)
        present = _set_aside_missing(mine, before, outcome)
        demand.catch_up(store, as_of=as_of)
        differences = _compare(present, before, outcome, as_of)
        _write_differences(store, hub.location_id, differences, run, outcome, as_of)
    outcome.read = len(mine)
    outcome.calls, outcome.points = outcome.calls + store.calls, outcome.points + store.points
    return outcome


def _hold_claims(held: ExitStack, mappings: Sequence[ProductMapping], outcome: Outcome) -> Iterator[ProductMapping]:
    """The mappings of those partners whose claims wait for us; leases are taken in id order, so nobody deadlocks."""
    ordered = sorted(mappings, key=lambda mapping: mapping.partner_id)
    for partner_id, theirs in groupby(ordered, key=lambda mapping: mapping.partner_id):
        try:
            held.enter_context(leases.hold(demand.claims_lease(partner_id), patience=_PATIENCE))
        except Conflict:
            outcome.skipped += len(list(theirs))
            continue
        yield from theirs


def _set_aside_missing(
    mappings: Sequence[ProductMapping], before: dict[str, int | None], outcome: Outcome
) -> list[ProductMapping]:
    """Variants deleted on the hub are marked and left out, so that they never spoil a batch (R7)."""
    missing = [mapping for mapping in mappings if before.get(mapping.hub_item_id) is None]
    if missing:
        outcome.failures += [f"{mapping.title} is missing on the hub." for mapping in missing]
        with write():
            ids = [mapping.id for mapping in missing]
            ProductMapping.update(state=MISSING_ON_HUB, stock_wanted_at=None).where(
                ProductMapping.id.in_(ids)
            ).execute()
    return [mapping for mapping in mappings if before.get(mapping.hub_item_id) is not None]


def _compare(
    mappings: Sequence[ProductMapping], before: dict[str, int | None], outcome: Outcome, as_of: datetime
) -> list[Difference]:
    by_partner: dict[int, list[ProductMapping]] = {}
    for mapping in mappings:
        by_partner.setdefault(mapping.partner_id, []).append(mapping)
    partners = {partner.id: partner for partner in Partner.select().where(Partner.id.in_(list(by_partner)))}

    def read(partner_id: int) -> Reading:
        with session():
            return read_partner(partners[partner_id], by_partner[partner_id], as_of=as_of)

    with ThreadPoolExecutor(_SIDE_BY_SIDE, "stock") as pool:
        readings = list(pool.map(read, by_partner))
    unclaimed = demand.unclaimed([mapping.id for mapping in mappings], as_of)
    differences: list[Difference] = []
    for reading in readings:
        outcome.calls, outcome.points = outcome.calls + reading.calls, outcome.points + reading.points
        outcome.failures += [reading.failure] if reading.failure else []
        differences += _judge(reading, by_partner[reading.partner.id], before, unclaimed, outcome, as_of)
    return differences


def _judge(
    reading: Reading,
    mappings: Sequence[ProductMapping],
    before: dict[str, int | None],
    unclaimed: dict[int, int],
    outcome: Outcome,
    as_of: datetime,
) -> list[Difference]:
    """Remember what was read; return what differs."""
    differences: list[Difference] = []
    with write():
        for mapping in mappings:
            mapping.partner = reading.partner  # its terms are needed, and were read once already
            if mapping.id in reading.untracked:
                outcome.skipped += 1
                _remember(mapping, as_of, hub_available=None, partner_available=None)
                continue
            if mapping.id not in reading.stock:
                outcome.skipped += 1
                continue
            available, owed = reading.stock[mapping.id], unclaimed.get(mapping.id, 0)
            after, now = hub_stock(available, owed, mapping.safety), before[mapping.hub_item_id]
            assert now is not None  # missing ones were set aside
            state = GONE if mapping.id in reading.gone else ACTIVE
            if after == now:
                _remember(mapping, as_of, hub_available=now, partner_available=available, state=state)
            else:
                ProductMapping.update(partner_available=available, state=state).where(
                    ProductMapping.id == mapping.id
                ).execute()
                differences.append(Difference(mapping, now, after, available, owed, mapping.safety))
    return differences


def _write_differences(
    store: Store,
    location_id: str,
    differences: Sequence[Difference],
    run: SyncLog,
    outcome: Outcome,
    as_of: datetime,
) -> None:
    # The same write may be right twice in a day, so a key is never made of its content.
    key = f"run-{run.id}-{uuid.uuid4().hex[:8]}"
    for start in range(0, len(differences), BATCH):
        batch = differences[start : start + BATCH]
        rows = [LevelChange(d.mapping.hub_item_id, location_id, d.after, d.before) for d in batch]
        refused = levels.set_levels(store, rows, key=f"{key}-{start}", reference=f"gid://occ-hub/StockSync/{key}")
        failed = {refusal.item_id: refusal for refusal in refused}
        with write():
            for difference in batch:
                refusal = failed.get(difference.mapping.hub_item_id)
                if refusal is None:
                    _keep(difference, run, as_of)
                    outcome.changed += 1
                elif refusal.code == STALE:
                    # Somebody has just bought one: the next round sees it.
                    outcome.skipped += 1
                    _want_again(difference.mapping, as_of)
                else:
                    outcome.failures.append(f"{difference.mapping.title}: {refusal.message}")


def _keep(difference: Difference, run: SyncLog, as_of: datetime) -> None:
    _remember(difference.mapping, as_of, hub_available=difference.after)
    StockChange.create(
        run=run,
        mapping=difference.mapping,
        at=as_of,
        before=difference.before,
        after=difference.after,
        available=difference.available,
        unclaimed=difference.unclaimed,
        safety=difference.safety,
    )


def _remember(mapping: ProductMapping, as_of: datetime, **facts: object) -> None:
    """The mapping was compared; a wish that came after the round began stands."""
    ProductMapping.update(stock_at=as_of, **facts).where(ProductMapping.id == mapping.id).execute()
    wish_served = (ProductMapping.id == mapping.id) & (ProductMapping.stock_wanted_at <= as_of)
    ProductMapping.update(stock_wanted_at=None).where(wish_served).execute()


def _want_again(mapping: ProductMapping, as_of: datetime) -> None:
    ProductMapping.update(stock_wanted_at=as_of).where(ProductMapping.id == mapping.id).execute()
