"""Stock: what a store has, and the compare-and-set write."""

from collections import deque
from collections.abc import Iterable, Sequence

from occhub import clock
from occhub.shopify.answers import Node, user_errors
from occhub.shopify.client import Store
from occhub.shopify.errors import BadAnswer, FailedInside, Rejected, UserError
from occhub.shopify.types import Level, LevelChange, LevelRefusal, PartnerTerms

ROWS = 250  # Shopify takes no more quantities, and no more ids, in one call.
NAMES = ("available", "reserved", "committed")
NOTHING = Level(True, False, 0, 0, 0)
_STILL_RUNNING = "IDEMPOTENCY_CONCURRENT_REQUEST"
_PATIENCE = 10  # seconds to wait for an earlier request with our key to end
_ENOUGH = 6  # writes that failed, and none that did not: halving them further finds nobody to blame


def read_levels(
    store: Store,
    variant_ids: Iterable[str],
    location_ids: Sequence[str],
    *,
    names: Sequence[str] = NAMES,
    unread: set[str] | None = None,
) -> dict[str, Level | None]:
    """Stock of each variant, summed over the locations (at least one); None where the variant is gone.

    A location where it is not stocked adds nothing. Of `names` only those asked for are read, the others are 0.
    Variants at which the store fails go into `unread` instead of the answer; without it they raise FailedInside.
    """
    if not location_ids:
        raise ValueError("stock lies at a location: name at least one")
    wanted = list(variant_ids)
    sums: dict[str, Level | None] = {}
    for location_id in location_ids:
        where = {"locationId": location_id, "names": list(names)}
        nodes = store.look_up("levels", wanted, size=ROWS, unread=unread, **where)
        for variant, node in nodes.items():
            sums[variant] = _added(sums.get(variant, NOTHING), node) if node else None
    return {variant: level for variant, level in sums.items() if variant not in unread} if unread else sums


def read_partner_variants(store: Store, variant_ids: Iterable[str]) -> dict[str, PartnerTerms | None]:
    """Whether each variant is tracked and may be oversold; None where it is gone."""
    nodes = store.look_up("partner_variants", variant_ids, size=ROWS)
    return {variant: _terms(node) if node else None for variant, node in nodes.items()}


def set_levels(store: Store, rows: Sequence[LevelChange], *, key: str, reference: str) -> list[LevelRefusal]:
    """Set available stock, at most 250 rows, each compared with what it was; answers the rows not written.

    Shopify is taken to write all or nothing (not documented): the rows its errors name are left out and the
    rest is sent at once under a new key. Where it names none, or fails, the rows are halved until the one it stumbles
    over stands alone. `key` makes a repeat harmless for 24 hours, so it must be new for each intended write;
    `reference` is any URI that tells why, e.g. "gid://occ-inventory-hub/SyncLog/17". Raises a StoreError when the
    trouble is not about single rows.
    """
    if len(rows) > ROWS:
        raise ValueError(f"{len(rows)} rows: Shopify takes no more than {ROWS} in one call")
    parts, refusals, attempt = deque([list(rows)] if rows else []), [], 0
    is_heard, failures = False, 0
    while parts:
        part, attempt = parts.popleft(), attempt + 1
        try:
            errors = _write(store, part, f"{key}:{attempt}" if attempt > 1 else key, reference)
            bad = {_row(store, error, len(part), errors): error for error in errors}
        except (Rejected, BadAnswer, FailedInside) as error:
            failures += 1
            if not is_heard and (failures == _ENOUGH or not (parts or part[1:])):
                raise  # no half of them fares better: it is the store, or what we ask of it
            if part[1:]:
                parts += [part[: len(part) // 2], part[len(part) // 2 :]]
            else:
                refusals.append(LevelRefusal(part[0].item_id, part[0].location_id, "", str(error)))
            continue
        is_heard = True
        refusals += [
            LevelRefusal(part[i].item_id, part[i].location_id, error.code, error.message) for i, error in bad.items()
        ]
        if bad and (left := [row for i, row in enumerate(part) if i not in bad]):
            parts.appendleft(left)
    return refusals


def _write(store: Store, rows: list[LevelChange], key: str, reference: str) -> list[UserError]:
    quantities = [
        {
            "inventoryItemId": row.item_id,
            "locationId": row.location_id,
            "quantity": row.quantity,
            # Always present, even when null: leaving it out is refused at run time.
            "changeFromQuantity": row.change_from,
        }
        for row in rows
    ]
    stock = {"name": "available", "reason": "correction", "referenceDocumentUri": reference, "quantities": quantities}
    for _ in range(_PATIENCE):
        payload = store.execute("set_levels", {"input": stock, "key": key})["inventorySetQuantities"]
        if payload is None:
            raise BadAnswer(store.shop, "the stock write answered nothing")
        errors = user_errors(payload)
        if not any(error.code == _STILL_RUNNING for error in errors):
            return errors
        clock.sleep(1.0)
    return errors


def _row(store: Store, error: UserError, count: int, errors: list[UserError]) -> int:
    """The row an error is about, from its path ("input", "quantities", "3", ...)."""
    index = error.path[2] if len(error.path) > 2 and error.path[1] == "quantities" else ""
    if not index.isdecimal() or int(index) >= count:
        raise Rejected(store.shop, errors)
    return int(index)


def _added(level: Level | None, variant: Node) -> Level | None:
    if level is None:
        return None
    item = variant["inventoryItem"]
    here = item["inventoryLevel"]
    amounts = {quantity["name"]: quantity["quantity"] for quantity in here["quantities"]} if here else {}
    return Level(
        item["tracked"],
        variant["inventoryPolicy"] == "CONTINUE",
        level.available + amounts.get("available", 0),
        level.reserved + amounts.get("reserved", 0),
        level.committed + amounts.get("committed", 0),
    )


def _terms(variant: Node) -> PartnerTerms:
    item = variant["inventoryItem"]
    return PartnerTerms(policy=variant["inventoryPolicy"], tracked=item["tracked"], item_id=item["id"])
