"""Reading our drafts back from the partner's store, and believing the store rather than ourselves (R3, R13)."""

import hashlib
import secrets
import string
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from peewee import Case, fn

from occhub.catalog.models import ProductMapping
from occhub.database import rows, write
from occhub.leases import Held
from occhub.orders import statuses
from occhub.orders.history import tell
from occhub.orders.models import (
    CHANGED,
    CLOSED,
    DELETED,
    PLACED,
    PLANNED,
    UNPLACED,
    Allocation,
    MasterLine,
    MasterOrder,
    MasterPart,
)
from occhub.shopify.client import Store
from occhub.shopify.drafts import DraftState, read_draft

COMPLETED = "COMPLETED"
WAS_DELETED = "The partner deleted our draft order. Nothing is ordered until you decide."
WAS_CHANGED = "The partner changed our draft order by hand. We leave it as it is until you decide."
COMPLETED_EARLY = "The partner turned the draft into an order himself; what is sold from now on goes into the next one."


def new_token() -> str:
    """Twelve random characters by which a draft is found whose creation's answer was lost."""
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(12))


def active_lines(part: MasterPart) -> list[MasterLine]:
    """The part's lines of which something is wanted, in the order in which they are sent."""
    return [line for line in all_lines(part) if line.wanted > 0]


def all_lines(part: MasterPart) -> list[MasterLine]:
    """The part's lines, those no longer needed too, with their variants at hand."""
    query = MasterLine.select(MasterLine, ProductMapping).join(ProductMapping)
    lines = list(query.where(MasterLine.part == part).order_by(MasterLine.id))
    for line in lines:
        line.part = part
    return lines


def reread(
    store: Store, part: MasterPart, *, as_of: datetime, held: Held | None = None, overwrite: bool = False
) -> DraftState | None:
    """Read the part's draft by id and keep what stands on it; answers it while it is open and as we left it.

    Completed early: its order is adopted. Deleted or changed by hand: the owner is asked (`overwrite`: he has decided).
    """
    state = read_draft(store, part.draft)
    if state is not None and state.status != COMPLETED and _is_no_news(part, state):
        return state
    with write():
        if held:
            held.confirm()
        if state is None:
            _lose(part, as_of)
            return None
        if state.status == COMPLETED:
            adopt(part, state, as_of=as_of, note="" if as_of >= part.master.cutoff_at else COMPLETED_EARLY)
            return None
        by_hand = not overwrite and not _is_as_we_left_it(part, state)
        absorb(part, state, as_of=as_of)
        if by_hand:
            _ask(part.master, CHANGED, WAS_CHANGED, as_of)
            return None
    return state


def absorb(part: MasterPart, state: DraftState, *, as_of: datetime, becomes: str | None = None) -> None:
    """Keep what the draft says: quantities, prices, reservation, totals; call inside `write()`.

    `becomes`: the part's state from now on.
    """
    if _believe(part, all_lines(part), state, as_of, {"state": becomes} if becomes else {}):
        statuses.refresh_parts([part.id])


def adopt(part: MasterPart, state: DraftState, *, as_of: datetime, note: str = "") -> None:
    """The draft has become an order: the part is placed; call inside `write()`."""
    facts = {
        "state": PLACED,
        "order_id": state.order_id,
        "order_name": state.order_name or "",
        "financial_status": state.financial_status,
        "fulfillment_status": state.fulfillment_status,
    }
    lines = all_lines(part)
    was_short = any(line.confirmed < line.wanted for line in lines)
    moved = _believe(part, lines, state, as_of, facts)
    promised = _promised(lines)
    for line in lines:
        if promised.get(line.id, 0) > line.confirmed:
            trim(line, line.confirmed)
    MasterLine.update(placed=MasterLine.confirmed).where(MasterLine.part == part).execute()
    tell(part.master_id, f"Placed as {state.order_name}.", as_of=as_of)
    if note:
        tell(part.master_id, note, as_of=as_of)
        MasterOrder.update(note=note).where(MasterOrder.id == part.master_id).execute()
    settle(part.master_id, as_of=as_of)
    if moved or was_short:  # what stood on the draft stands on the order
        statuses.refresh_parts([part.id])


def trim(line: MasterLine, units: int, *, placed: bool = False) -> None:
    """Let the line promise no more than it has: the newest orders lose first; call inside `write()`.

    `placed`: it stood on an order, so that who loses by it is remembered.
    """
    for promise in Allocation.select().where(Allocation.line == line).order_by(Allocation.order_line):
        kept = min(promise.units, units)
        units -= kept
        if kept == promise.units:
            continue
        this, lost = Allocation.id == promise.id, promise.units - kept
        if kept or placed:
            short = promise.short + lost if placed else 0
            Allocation.update(units=kept, short=short).where(this).execute()
        else:
            Allocation.delete().where(this).execute()


def settle(master_id: int, *, as_of: datetime) -> None:
    """A master order is placed when every part with something on it is, closed when there is none; inside `write()`."""
    parts = list(MasterPart.select().where(MasterPart.master == master_id))
    if any(part.state in UNPLACED and (part.draft_id or active_lines(part)) for part in parts):
        return
    if left := [part.id for part in parts if part.state in UNPLACED]:
        MasterPart.update(state=CLOSED).where(MasterPart.id << left).execute()
    placed = any(part.state == PLACED for part in parts)
    facts = {"state": PLACED, "placed_at": as_of} if placed else {"state": CLOSED}
    if not placed:
        tell(master_id, "Nothing was wanted; closed without an order.", as_of=as_of)
    MasterOrder.update(failure="", question="", failing_since=None, next_try_at=None, tries=0, **facts).where(
        MasterOrder.id == master_id
    ).execute()


def is_kept(master: MasterOrder) -> bool:
    """Whether the owner keeps a draft of this window as the partner wrote it; then nothing of ours goes onto it."""
    kept = (MasterPart.master == master) & MasterPart.state.in_(UNPLACED) & (MasterPart.accepted != "")
    return bool(MasterPart.select().where(kept).exists())


def on_draft(state: DraftState) -> tuple[dict[str | None, int], dict[str | None, int]]:
    """Quantity and unit price in minor units by variant; None stands for what is no variant of the store."""
    quantities: dict[str | None, int] = {}
    for line in state.lines:
        quantities[line.variant_id] = quantities.get(line.variant_id, 0) + line.quantity
    return quantities, {line.variant_id: line.unit_price.minor for line in state.lines}


def digest(state: DraftState) -> str:
    """Tells a draft's lines from any other."""
    lines = sorted((line.variant_id or "", line.quantity, line.unit_price.minor) for line in state.lines)
    return hashlib.sha256(repr(lines).encode()).hexdigest()


def unmake(part: MasterPart) -> None:
    """The part has no draft any more and may get another; call inside `write()`."""
    MasterPart.update(
        state=PLANNED,
        draft_id=None,
        draft_name="",
        reserved_until=None,
        creating_since=None,
        accepted="",
        token=new_token(),
    ).where(MasterPart.id == part.id).execute()
    MasterLine.update(confirmed=0, price_minor=0).where(MasterLine.part == part).execute()


def _lose(part: MasterPart, as_of: datetime) -> None:
    ours = not active_lines(part)  # we deleted it as it was empty, and died before writing so
    held = [line.mapping_id for line in all_lines(part) if line.confirmed]
    unmake(part)
    _want_stock(held, as_of)
    statuses.refresh_parts([part.id])
    if not ours:
        _ask(part.master, DELETED, WAS_DELETED, as_of)


def _ask(master: MasterOrder, question: str, sentence: str, as_of: datetime) -> None:
    if master.question != question:
        tell(master, sentence, as_of=as_of)
    MasterOrder.update(question=question, failure=sentence).where(MasterOrder.id == master.id).execute()


def _is_as_we_left_it(part: MasterPart, state: DraftState) -> bool:
    """Whether the draft shows what we last read, or what we last sent in case its answer was lost."""
    if part.accepted:
        return part.accepted == digest(state)
    lines = all_lines(part)
    quantities, prices = on_draft(state)
    left = {line.mapping.partner_variant_id: line.confirmed for line in lines if line.confirmed}
    sent = {line.mapping.partner_variant_id: line.wanted for line in lines if line.wanted}
    if len(state.lines) != len(quantities) or quantities not in (left, sent):
        return False
    known: dict[str | None, set[int]] = {
        line.mapping.partner_variant_id: {line.price_minor, line.cost_minor} for line in lines
    }
    return all(prices[variant] in known[variant] for variant in quantities)


def _is_no_news(part: MasterPart, state: DraftState) -> bool:
    """Whether the draft is just what we have written down of it."""
    lines = all_lines(part)
    ours = sorted(
        (line.mapping.partner_variant_id, line.confirmed, line.price_minor) for line in lines if line.confirmed
    )
    theirs = sorted((line.variant_id or "", line.quantity, line.unit_price.minor) for line in state.lines)
    as_kept = part.accepted in ("", digest(state))
    return as_kept and ours == theirs and all(getattr(part, name) == fact for name, fact in _facts(state).items())


def _believe(
    part: MasterPart, lines: list[MasterLine], state: DraftState, as_of: datetime, facts: Mapping[str, Any]
) -> bool:
    """Write down what the draft says, on these lines too; answers whether they have moved. `facts`: of the part."""
    MasterPart.update({**_facts(state), **facts}).where(MasterPart.id == part.id).execute()
    quantities, prices = on_draft(state)
    moved = []
    for line in lines:
        variant = line.mapping.partner_variant_id
        stands = quantities.get(variant, 0), prices.get(variant, 0)
        if (line.confirmed, line.price_minor) != stands:
            line.confirmed, line.price_minor = stands
            moved.append(line)
    if moved:
        MasterLine.update(
            confirmed=Case(MasterLine.id, [(line.id, line.confirmed) for line in moved]),
            price_minor=Case(MasterLine.id, [(line.id, line.price_minor) for line in moved]),
        ).where(MasterLine.id << [line.id for line in moved]).execute()
        _want_stock([line.mapping_id for line in moved], as_of)
    return bool(moved)


def _promised(lines: list[MasterLine]) -> dict[int, int]:
    """By line: units promised to customers."""
    query = Allocation.select(Allocation.line, fn.SUM(Allocation.units)).where(
        Allocation.line << [line.id for line in lines]
    )
    return {line_id: int(units) for line_id, units in rows(query.group_by(Allocation.line))}


def _facts(state: DraftState) -> dict[str, Any]:
    return {
        "draft_name": state.name,
        "reserved_until": state.reserve_until,
        "subtotal_minor": state.subtotal.minor,
        "tax_minor": state.tax.minor,
        "shipping_minor": state.shipping.minor,
        "total_minor": state.total.minor,
    }


def _want_stock(mapping_ids: list[int], as_of: datetime) -> None:
    ProductMapping.update(stock_wanted_at=as_of).where(ProductMapping.id << mapping_ids).execute()
