"""Stock: what the hub shows, what a partner has, and the compare-and-set write."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from occhub import clock
from occhub.shopify.answers import Node, user_errors
from occhub.shopify.client import Store
from occhub.shopify.errors import BadAnswer, Rejected, UserError
from occhub.shopify.types import LevelChange, LevelRefusal, PartnerLevel, PartnerTerms

ROWS = 250  # Shopify takes no more quantities, and no more ids, in one call.
_STILL_RUNNING = "IDEMPOTENCY_CONCURRENT_REQUEST"
_PATIENCE = 10  # seconds to wait for an earlier request with our key to end


def read_hub_levels(store: Store, item_ids: Iterable[str], location_id: str) -> dict[str, int | None]:
    """Available stock of each inventory item at the location; 0 where it is not stocked, None where it is gone."""
    nodes = store.look_up("hub_levels", item_ids, size=ROWS, locationId=location_id)
    return {item: _quantities(node).get("available", 0) if node else None for item, node in nodes.items()}


def read_partner_levels(
    store: Store, item_ids: Iterable[str], location_ids: Sequence[str]
) -> dict[str, PartnerLevel | None]:
    """Stock of each inventory item, summed over the locations (at least one); None where the item is gone."""
    if not location_ids:
        raise ValueError("stock lies at a location: name at least one")
    wanted = list(item_ids)
    sums: dict[str, PartnerLevel | None] = {item: PartnerLevel(True, 0, 0, 0) for item in wanted}
    for location_id in location_ids:
        for item, node in store.look_up("partner_levels", wanted, size=ROWS, locationId=location_id).items():
            so_far = sums[item]
            sums[item] = _added(so_far, node) if node and so_far else None
    return sums


def read_partner_variants(store: Store, variant_ids: Iterable[str]) -> dict[str, PartnerTerms | None]:
    """Whether each variant is tracked and may be oversold; None where it is gone."""
    nodes = store.look_up("partner_variants", variant_ids, size=ROWS)
    return {variant: _terms(node) if node else None for variant, node in nodes.items()}


def set_levels(store: Store, rows: Sequence[LevelChange], *, key: str, reference: str) -> list[LevelRefusal]:
    """Set available stock, at most 250 rows, each compared with what it was; answers the rows not written.

    Shopify is taken to write all or nothing (not documented): the rows its errors name are left out and the
    rest is sent at once under a new key. `key` makes a repeat harmless for 24 hours, so it must be new for each
    intended write; `reference` is any URI that tells why, e.g. "gid://occ-inventory-hub/SyncLog/17".
    Raises Rejected when the refusal is not about single rows.
    """
    if len(rows) > ROWS:
        raise ValueError(f"{len(rows)} rows: Shopify takes no more than {ROWS} in one call")
    left, refusals, attempt = list(rows), [], 1
    while left:
        errors = _write(store, left, f"{key}:{attempt}" if attempt > 1 else key, reference)
        if not errors:
            break
        bad = {_row(store, error, len(left), errors): error for error in errors}
        refusals += [
            LevelRefusal(left[i].item_id, left[i].location_id, error.code, error.message) for i, error in bad.items()
        ]
        left = [row for i, row in enumerate(left) if i not in bad]
        attempt += 1
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


def _quantities(item: Node) -> dict[str, int]:
    level = item["inventoryLevel"]
    return {quantity["name"]: quantity["quantity"] for quantity in level["quantities"]} if level else {}


def _added(level: PartnerLevel, item: Node) -> PartnerLevel:
    here = _quantities(item)
    return replace(
        level,
        tracked=item["tracked"],
        available=level.available + here.get("available", 0),
        reserved=level.reserved + here.get("reserved", 0),
        committed=level.committed + here.get("committed", 0),
    )


def _terms(variant: Node) -> PartnerTerms:
    item = variant["inventoryItem"]
    return PartnerTerms(policy=variant["inventoryPolicy"], tracked=item["tracked"], item_id=item["id"])
