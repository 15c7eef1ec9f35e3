"""Rows for drafts and orders of ours that a restored database does not know, or knows as they were (R15)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from occhub.catalog.models import ProductMapping
from occhub.database import write
from occhub.leases import Held
from occhub.orders import statuses
from occhub.orders.comparing import on_draft
from occhub.orders.cutoffs import next_cutoff
from occhub.orders.history import tell
from occhub.orders.models import (
    CLOSED,
    OPEN,
    PLACED,
    PLANNED,
    UNPLACED,
    Allocation,
    MasterLine,
    MasterOrder,
    MasterPart,
    new_token,
)
from occhub.orders.pooling import unplaced
from occhub.orders.standing import COMPLETED, absorb, adopt, all_lines, settle, unmake
from occhub.partners.models import Partner
from occhub.shopify.client import Store
from occhub.shopify.drafts import DraftState, read_draft
from occhub.shopify.orders import read_placed_orders
from occhub.shopify.types import PlacedOrder

FOUND = "Found on their store after this database was put back."
OVERTAKEN = "Not on their store any more when this database was put back, and a later order is; closed."
GONE = "Its draft order was not on their store any more when this database was put back; it is made again if needed."


class Paper(Protocol):
    """A draft or an order of ours on a partner's store."""

    number: int
    token: str
    draft_id: str | None
    order_id: str | None
    created_at: datetime


def adopt_all(
    store: Store, partner: Partner, papers: Sequence[Paper], held: Held, *, as_of: datetime
) -> tuple[int, str]:
    """Make our rows say what these papers, in the order of their windows, say; answers what was news, in words too.

    Units that nobody here is known for are surplus (R4) and go to the oldest customers who wait for them.
    """
    orders = drafts = 0
    newest = max((paper.number for paper in papers), default=0)
    placed = {paper.number for paper in papers if paper.order_id}
    _close_overtaken(partner, newest, placed, held, as_of)
    for paper in papers:
        # A draft left of a window that has ended belongs to nobody; the sweeper takes it.
        is_left = paper.order_id is None and paper.number < newest
        part = _part_of(partner, paper)
        if is_left or (part is not None and part.state == PLACED):
            continue
        state = read_draft(store, paper.draft_id) if paper.draft_id else None
        order = read_placed_orders(store, [paper.order_id])[paper.order_id] if paper.order_id and not state else None
        if state is None and order is None:
            continue
        with write():
            held.confirm()
            known = part is not None
            part = part or _new_part(partner, paper, as_of)
            if state is not None and state.status != COMPLETED:
                drafts += _hold(part, state, known, as_of)
            else:
                orders += 1
                _place(part, paper, state, order, as_of)
    _release_gone(store, partner, held, as_of)
    return orders + drafts, _sentence(orders, drafts)


def _part_of(partner: Partner, paper: Paper) -> MasterPart | None:
    """The row of this paper: by its token, its ids, or as the only one of its window that stands on nothing yet."""
    parts: list[MasterPart] = list(
        MasterPart.select(MasterPart, MasterOrder)
        .join(MasterOrder)
        .where((MasterOrder.partner == partner) & (MasterOrder.number == paper.number))
    )
    for part in parts:
        known = {part.order_id, part.draft_id, part.token} - {None, ""}
        if known & {paper.order_id, paper.draft_id, paper.token}:
            return part
    free: list[MasterPart] = [part for part in parts if part.state in UNPLACED and part.draft_id is None]
    return free[0] if len(free) == 1 and not paper.token else None


def _new_part(partner: Partner, paper: Paper, as_of: datetime) -> MasterPart:
    is_order = paper.order_id is not None
    master = MasterOrder.get_or_none((MasterOrder.partner == partner) & (MasterOrder.number == paper.number))
    if master is None:
        master = MasterOrder.create(
            partner=partner,
            number=paper.number,
            state=PLACED if is_order else OPEN,
            opens_at=paper.created_at,
            # When it would have closed is not known: rather a cutoff late than an order early.
            cutoff_at=paper.created_at if is_order else next_cutoff(partner, as_of),
            currency=partner.currency,
        )
        tell(master, FOUND, as_of=as_of)
    position = MasterPart.select().where(MasterPart.master == master).count() + 1
    part: MasterPart = MasterPart.create(
        master=master, position=position, token=paper.token or new_token(), draft_id=paper.draft_id
    )
    return part


def _hold(part: MasterPart, state: DraftState, known: bool, as_of: datetime) -> int:
    """An open draft: what stands on it counts, and the next claim makes it what is wanted."""
    moved = {"state": OPEN, "draft_id": state.id, "creating_since": None, "accepted": ""}
    if part.state in UNPLACED:
        MasterPart.update(moved).where(MasterPart.id == part.id).execute()
    _want_lines(part, *on_draft(state))
    absorb(part, all_lines(part), state, as_of=as_of)
    return 0 if known else 1


def _place(
    part: MasterPart, paper: Paper, state: DraftState | None, order: PlacedOrder | None, as_of: datetime
) -> None:
    """An order: all its units stand, for whomever they are."""
    if state is not None:
        _want_lines(part, *on_draft(state))
        MasterPart.update(draft_id=state.id).where(MasterPart.id == part.id).execute()
        adopt(MasterPart.get_by_id(part.id), state, as_of=as_of)
    elif order is not None:
        quantities: dict[str | None, int] = {}
        for line in order.lines:
            quantities[line.variant_id] = quantities.get(line.variant_id, 0) + line.quantity
        _want_lines(part, quantities, {})
        for variant, units in quantities.items():
            mapping = ProductMapping.select(ProductMapping.id).where(ProductMapping.partner_variant_id == variant)
            this = (MasterLine.part == part) & (MasterLine.mapping << mapping)
            MasterLine.update(confirmed=units, placed=units).where(this).execute()
        MasterPart.update(state=PLACED, order_id=order.id, order_name=order.name).where(
            MasterPart.id == part.id
        ).execute()
        settle(part.master_id, as_of=as_of)
    MasterOrder.update(placed_at=paper.created_at).where(MasterOrder.id == part.master_id).execute()
    statuses.refresh_parts([part.id])


def _want_lines(part: MasterPart, quantities: Mapping[str | None, int], prices: Mapping[str | None, int]) -> None:
    """A line for each coffee of his that we sell; what is wanted of it the next claim will say."""
    sold = (ProductMapping.partner == part.master.partner_id) & ProductMapping.partner_variant_id.in_(
        [variant for variant in quantities if variant]
    )
    for mapping in ProductMapping.select().where(sold):
        cost = prices.get(mapping.partner_variant_id, mapping.cost_minor)
        MasterLine.insert(part=part, mapping=mapping, cost_minor=cost).on_conflict(
            action="nothing", conflict_target=[MasterLine.part, MasterLine.mapping]
        ).execute()


def _close_overtaken(partner: Partner, newest: int, placed: set[int], held: Held, as_of: datetime) -> None:
    """A window that was open when the copy was made, though a later one stands on the store, has ended meanwhile."""
    master = unplaced(partner)
    if master is None or master.number >= newest or master.number in placed:
        return
    with write():
        held.confirm()
        parts = [part.id for part in MasterPart.select().where(MasterPart.master == master)]
        orders = statuses.orders_on_parts(parts)
        lines = MasterLine.select(MasterLine.id).where(MasterLine.part << parts)
        Allocation.delete().where(Allocation.line << lines).execute()
        MasterLine.update(wanted=0, confirmed=0).where(MasterLine.part << parts).execute()
        MasterPart.update(state=CLOSED, draft_id=None).where(MasterPart.id << parts).execute()
        ended = MasterOrder.update(state=CLOSED, question="", failure="", next_try_at=None)
        ended.where(MasterOrder.id == master.id).execute()
        tell(master, OVERTAKEN, as_of=as_of)
        statuses.refresh(orders)


def _release_gone(store: Store, partner: Partner, held: Held, as_of: datetime) -> None:
    """A draft that is gone was ours to delete, or the partner's; we can't tell, and it holds nothing."""
    master = unplaced(partner)
    if master is None:
        return
    open_parts = (MasterPart.master == master) & MasterPart.state.in_(UNPLACED) & MasterPart.draft_id.is_null(False)
    for part in list(MasterPart.select().where(open_parts)):
        if read_draft(store, part.draft) is None:
            with write():
                held.confirm()
                unmake(part)
                MasterOrder.update(state=PLANNED, question="", failure="").where(MasterOrder.id == master.id).execute()
                tell(master, GONE, as_of=as_of)
                statuses.refresh_parts([part.id])


def _sentence(orders: int, drafts: int) -> str:
    counted = [
        f"{count} {word}{'' if count == 1 else 's'}" for count, word in ((orders, "order"), (drafts, "open draft"))
    ]
    news = [words for count, words in zip((orders, drafts), counted, strict=True) if count]
    return (
        f"{' and '.join(news)} found that this copy did not know." if news else "Nothing was found that was not known."
    )
