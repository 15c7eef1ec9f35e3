"""Bring the hub's numbers to what they ought to be: only differences, compared, in batches; then keep what was done."""

import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from occhub.database import write
from occhub.inventory import shelves
from occhub.inventory.judging import Verdict
from occhub.inventory.models import StockChange
from occhub.inventory.outcome import Book, Outcome
from occhub.inventory.remembering import remember
from occhub.shopify import Store, listings, open_store
from occhub.shopify import inventory as levels
from occhub.shopify.errors import BadAnswer, FailedInside, Rejected, StoreError
from occhub.shopify.types import Level, LevelChange, LevelRefusal

STALE = "CHANGE_FROM_QUANTITY_STALE"
# Two rows a variant at the most: a new number, and 0 where it stood before.
_BATCH = levels.ROWS
# Calls at the same time; while some are under way the answers of others are written down.
_SIDE_BY_SIDE = 3
# Real seconds until a number that somebody has just bought from is compared again.
_SOON = 1.0


@dataclass(frozen=True)
class Difference:
    """A hub number that is wrong: the verdict on it, and what the hub shows."""

    verdict: Verdict
    before: int
    leave: str | None  # a location where it stood before and must be 0 now

    @property
    def size(self) -> int:
        """Rows it takes in a write."""
        return 2 if self.leave else 1


def bring_about(
    store: Store, place: str, verdicts: Sequence[Verdict], shown: Mapping[int, Level], book: Book, as_of: datetime
) -> None:
    """Write what differs to the hub's location `place` and remember all of it. Raises StoreError."""
    outcome = book.outcome
    stubborn = _count_alike(store, [v for v in verdicts if _counts_otherwise(v, shown[v.shelf.id])], outcome)
    right, differences = [], []
    for verdict in verdicts:
        if verdict.shelf.id in stubborn:
            continue
        level, leave = shown[verdict.shelf.id], verdict.shelf.place if verdict.shelf.place != place else None
        if verdict.number is None or (level.available == verdict.number and not leave):
            right.append(verdict)
        else:
            differences.append(Difference(verdict, level.available, leave))
    with write(durable=False):
        remember(right, place, as_of)
    outcome.right += [verdict.shelf.id for verdict in right]
    if not differences:
        return
    run = book.open(as_of)
    # The same write may be right twice in a day, so a key is never made of its content; a repeated run makes its own.
    key = f"run-{run.id}-{uuid.uuid4().hex[:8]}"
    book.tell(f"Writing {len(differences)} numbers.")
    reference = f"gid://occ-hub/SyncLog/{run.id}"
    failure: StoreError | None = None
    with ThreadPoolExecutor(_SIDE_BY_SIDE, "hub numbers") as pool:
        sent = [
            (batch, pool.submit(_send, store.shop, batch, place, f"{key}-{number}", reference))
            for number, batch in enumerate(_batches(differences))
        ]
        for batch, answer in sent:
            try:
                refused, spent = answer.result()
            except StoreError as error:
                failure = error  # what else was written is remembered all the same
                continue
            outcome.cost.add(spent)
            _keep(batch, refused, place, book, as_of)
    if failure:
        raise failure


def _send(
    shop: str, batch: Sequence[Difference], place: str, key: str, reference: str
) -> tuple[list[LevelRefusal], Store]:
    store = open_store(shop)
    rows = [row for difference in batch for row in _rows(difference, place)]
    return levels.set_levels(store, rows, key=key, reference=reference), store


def _batches(differences: Sequence[Difference]) -> list[list[Difference]]:
    batches: list[list[Difference]] = [[]]
    room = _BATCH
    for difference in differences:
        if difference.size > room:
            batches.append([])
            room = _BATCH
        batches[-1].append(difference)
        room -= difference.size
    return batches


def _rows(difference: Difference, place: str) -> list[LevelChange]:
    item, verdict = difference.verdict.shelf.hub_item, difference.verdict
    assert verdict.number is not None
    rows = [LevelChange(item, difference.leave, 0, None)] if difference.leave else []
    if difference.before != verdict.number:
        rows.append(LevelChange(item, place, verdict.number, difference.before))
    return rows


def _keep(
    batch: Sequence[Difference], refused: Sequence[LevelRefusal], place: str, book: Book, as_of: datetime
) -> None:
    """Remember what was written; a number somebody has just bought from comes again soon."""
    # A place that was closed holds nothing any more, so a refusal about it does not matter.
    failed = {refusal.item_id: refusal for refusal in refused if refusal.location_id == place}
    run, outcome, written, again = book.open(as_of), book.outcome, [], []
    for difference in batch:
        refusal = failed.get(difference.verdict.shelf.hub_item)
        if refusal is None:
            written.append(difference)
        elif refusal.code == STALE:
            again.append(difference.verdict.shelf.id)
        else:
            outcome.fail(f"{difference.verdict.shelf.title}: {refusal.message}")
    with write():
        remember([difference.verdict for difference in written], place, as_of)
        shelves.put_off(again, shelves.again_in(_SOON))
        changed = [_change(difference, run.id, as_of) for difference in written if _moved(difference)]
        if changed:
            StockChange.insert_many(changed).as_rowcount().execute()
    outcome.changed += len(changed)
    outcome.skipped += len(again)
    outcome.stale += again
    outcome.right += [difference.verdict.shelf.id for difference in written]


def _moved(difference: Difference) -> bool:
    return difference.before != difference.verdict.number


def _change(difference: Difference, run_id: int, as_of: datetime) -> dict[str, Any]:
    verdict = difference.verdict
    return {
        "run": run_id,
        "mapping": verdict.shelf.id,
        "at": as_of,
        "before": difference.before,
        "after": verdict.number,
        "available": verdict.available,
        "unclaimed": verdict.unclaimed,
        "safety": verdict.shelf.safety,
    }


def _counts_otherwise(verdict: Verdict, level: Level) -> bool:
    return (verdict.tracked, verdict.always) != (level.tracked, level.always)


def _count_alike(store: Store, verdicts: Sequence[Verdict], outcome: Outcome) -> set[int]:
    """Let the hub count these as it ought to; answers those that it would not."""
    stubborn: set[int] = set()
    by_product: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_product.setdefault(verdict.shelf.hub_product, []).append(verdict)
    for product, theirs in by_product.items():
        try:
            listings.set_counting(store, product, {v.shelf.hub_variant: (v.tracked, v.always) for v in theirs})
        except (Rejected, BadAnswer, FailedInside) as error:
            outcome.fail(f"{theirs[0].shelf.title}: {error}")
            stubborn |= {verdict.shelf.id for verdict in theirs}
        else:
            outcome.recounted += len(theirs)
    return stubborn
