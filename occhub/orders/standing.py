"""Reading our drafts back from the partner's store, and believing the store rather than ourselves (R3, R13)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from peewee import Case

from occhub.catalog.models import ProductMapping
from occhub.database import write
from occhub.leases import Held
from occhub.orders import statuses
from occhub.orders.comparing import facts_of, is_as_we_left_it, is_no_news, on_draft, vanished
from occhub.orders.history import tell
from occhub.orders.models import (
    CHANGED,
    CLOSED,
    DELETED,
    PLACED,
    PLANNED,
    UNPLACED,
    MasterLine,
    MasterOrder,
    MasterPart,
    new_token,
)
from occhub.orders.promising import promises, trim
from occhub.shopify.client import Store
from occhub.shopify.drafts import DraftState, read_draft
from occhub.shopify.inventory import read_partner_variants

COMPLETED = "COMPLETED"
WAS_DELETED = "The partner deleted our draft order. Nothing is ordered until you decide."
WAS_CHANGED = "The partner changed our draft order by hand. We leave it as it is until you decide."
COMPLETED_EARLY = "The partner turned the draft into an order himself; what is sold from now on goes into the next one."


def all_lines(part: MasterPart) -> list[MasterLine]:
    """The part's lines in the order in which they are sent, those no longer needed too; with their variants' ids."""
    query = MasterLine.select(MasterLine, ProductMapping.id, ProductMapping.partner_variant_id).join(ProductMapping)
    lines = list(query.where(MasterLine.part == part.id).order_by(MasterLine.id))
    for line in lines:
        line.part = part
    return lines


def reread(
    store: Store, part: MasterPart, *, as_of: datetime, held: Held | None = None, overwrite: bool = False
) -> DraftState | None:
    """Read the part's draft by id and keep what stands on it; answers it while it is open and as we left it.

    Completed early: its order is adopted. Deleted or changed by hand: the owner is asked (`overwrite`: he has decided).
    """
    state, lines = read_draft(store, part.draft), all_lines(part)
    is_open = state is not None and state.status != COMPLETED
    if state is not None and is_open and is_no_news(part, lines, state):
        return state
    deleted = _deleted(store, vanished(lines, state)) if state is not None and is_open else ()
    with write():
        if held:
            held.confirm()
        if state is None:
            _lose(part, lines, as_of)
            return None
        if state.status == COMPLETED:
            adopt(part, state, as_of=as_of, note="" if as_of >= part.master.cutoff_at else COMPLETED_EARLY)
            return None
        by_hand = not overwrite and not is_as_we_left_it(part, lines, state, deleted)
        # A deleted coffee's units stand there without a name, until our next word takes them off.
        named = [line for line in lines if line.mapping.partner_variant_id not in deleted]
        absorb(part, named, state, as_of=as_of)
        if by_hand:
            _ask(part.master, CHANGED, WAS_CHANGED, as_of)
            return None
    return state


def absorb(
    part: MasterPart, lines: Sequence[MasterLine], state: DraftState, *, as_of: datetime, becomes: str | None = None
) -> None:
    """Keep what the draft says: quantities, prices, reservation, totals; call inside `write()`.

    `lines` are those of the part that can stand on it, `becomes` is its state from now on. A line that is not among
    them keeps what is known of it.
    """
    if _believe(part, lines, state, as_of, {"state": becomes} if becomes else {}):
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
    promised = dict.fromkeys([line.id for line in lines], 0)
    for promise, units in promises(promised).items():
        promised[promise.line_id] += units
    for line in lines:
        if promised[line.id] > line.confirmed:
            trim(line, line.confirmed)
    MasterLine.update(placed=MasterLine.confirmed).where(MasterLine.part == part.id).execute()
    tell(part.master_id, f"Placed as {state.order_name}.", as_of=as_of)
    if note:
        tell(part.master_id, note, as_of=as_of)
        MasterOrder.update(note=note).where(MasterOrder.id == part.master_id).execute()
    settle(part.master_id, as_of=as_of)
    if moved or was_short:  # what stood on the draft stands on the order
        statuses.refresh_parts([part.id])


def settle(master_id: int, *, as_of: datetime) -> None:
    """A master order is placed when every part with something on it is, closed when there is none; inside `write()`."""
    parts = list(MasterPart.select().where(MasterPart.master == master_id))
    unplaced = [part.id for part in parts if part.state in UNPLACED]
    filled = (MasterLine.part << unplaced) & (MasterLine.wanted > 0)
    has_draft = any(part.draft_id for part in parts if part.id in unplaced)
    if has_draft or (unplaced and MasterLine.select().where(filled).exists()):
        return
    if unplaced:
        MasterPart.update(state=CLOSED).where(MasterPart.id << unplaced).execute()
    placed = any(part.state == PLACED for part in parts)
    if not placed:
        tell(master_id, "Nothing was wanted; closed without an order.", as_of=as_of)
    this = MasterOrder.id == master_id
    calm = {"failure": "", "question": "", "failing_since": None, "next_try_at": None, "tries": 0}
    MasterOrder.update(state=PLACED if placed else CLOSED, **calm).where(this).execute()
    if placed:  # what comes to light later was placed with the rest
        MasterOrder.update(placed_at=as_of).where(this & MasterOrder.placed_at.is_null()).execute()


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
    MasterLine.update(confirmed=0, price_minor=0).where(MasterLine.part == part.id).execute()


def _deleted(store: Store, variants: Collection[str]) -> set[str]:
    """Those of these variants that the partner's store knows no more."""
    if not variants:
        return set()
    return {variant for variant, terms in read_partner_variants(store, sorted(variants)).items() if terms is None}


def _lose(part: MasterPart, lines: Sequence[MasterLine], as_of: datetime) -> None:
    ours = not any(line.wanted for line in lines)  # we deleted it as it was empty, and died before writing so
    unmake(part)
    _want_stock([line.mapping_id for line in lines if line.confirmed], as_of)
    statuses.refresh_parts([part.id])
    if not ours:
        _ask(part.master, DELETED, WAS_DELETED, as_of)


def _ask(master: MasterOrder, question: str, sentence: str, as_of: datetime) -> None:
    if master.question != question:
        tell(master, sentence, as_of=as_of)
    MasterOrder.update(question=question, failure=sentence).where(MasterOrder.id == master.id).execute()


def _believe(
    part: MasterPart, lines: Sequence[MasterLine], state: DraftState, as_of: datetime, facts: Mapping[str, Any]
) -> bool:
    """Write down what the draft says, on these lines too; answers whether they have moved. `facts`: of the part."""
    MasterPart.update({**facts_of(state), **facts}).where(MasterPart.id == part.id).execute()
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


def _want_stock(mapping_ids: list[int], as_of: datetime) -> None:
    ProductMapping.update(stock_wanted_at=as_of).where(ProductMapping.id << mapping_ids).execute()
