"""The wrong store is connected: whenever the owner finds out, all that came of it is taken back."""

from dataclasses import dataclass
from datetime import datetime

from occhub.catalog.models import LEAVING, WITHDRAWN, Import, Product
from occhub.catalog.withdrawing import ask_to_withdraw
from occhub.database import write
from occhub.errors import Conflict
from occhub.home import parting
from occhub.orders.models import PLACED, MasterOrder, PartnerOrder, PartnerOrderLine
from occhub.partners import leaving
from occhub.partners.models import ATTENTION, CONNECTED, INVITED, PAUSED, Hub, Invitation, Partner

WRONG = "This was the wrong store; you have undone the connection."


@dataclass(frozen=True)
class Consequences:
    """What undoing a connection does, in numbers."""

    products: int  # that leave the hub
    orders: int  # of customers who wait for his goods
    placed: int  # orders on his store that stay in the books
    invited: bool  # whether the roaster's name waits for the right store afterwards


def can_be_undone(partner: Partner) -> bool:
    """Whether a store stands under this name that had access."""
    return partner.shop is not None and partner.undone_at is None and bool(partner.accepted_at or partner.connected_at)


def consequences(partner: Partner) -> Consequences:
    """What undoing would do now."""
    waiting = (PartnerOrder.partner == partner) & (PartnerOrderLine.wanted > 0)
    return Consequences(
        products=Import.select().where((Import.partner == partner) & (Import.state != WITHDRAWN)).count(),
        orders=PartnerOrder.select().join(PartnerOrderLine).where(waiting).distinct().count(),
        placed=MasterOrder.select().where((MasterOrder.partner == partner) & (MasterOrder.state == PLACED)).count(),
        invited=Invitation.select().where((Invitation.partner == partner) & Invitation.used_at.is_null(False)).exists(),
    )


def undo_connection(partner: Partner, *, as_of: datetime) -> Partner | None:
    """End the connection, withdraw its goods, forget what was read; the roaster's name waits for the right store.

    Answers the invited roaster's fresh row, None when nobody had been invited by that name. What was ordered of the
    wrong store stays in the books, under the store's own name. Safe to repeat; raises Conflict without a connection.
    """
    if not can_be_undone(partner):
        raise Conflict(f"There is no connection to undo for {partner.name}.")
    invited = consequences(partner).invited
    if partner.state in (CONNECTED, PAUSED, ATTENTION):
        # Its draft goes first, while its tokens live; what its store does not let us do now is done by the clock.
        parting.disconnect(partner, leaving.HUB, as_of=as_of, hide=True)
    with write():
        Product.delete().where(Product.partner == partner).execute()
        if _is_to_be_kept(partner):
            leaving.disown(partner, WRONG, as_of=as_of)
        else:
            partner.delete_instance()
        fresh = _invite_anew(partner) if invited else None
    leaving.wipe(partner)
    withdraw_undone(as_of=as_of)
    return fresh


def withdraw_undone(*, as_of: datetime) -> int:
    """Promise to take every product of an undone store off the hub; one that is just being imported, next time."""
    undone = Partner.select(Partner.id).where(Partner.undone_at.is_null(False))
    left = Import.partner.in_(undone) & Import.state.not_in((WITHDRAWN, LEAVING))
    promised = 0
    for listing in list(Import.select().where(left)):
        try:
            ask_to_withdraw(listing, delete=False, as_of=as_of)
            promised += 1
        except Conflict:
            continue
    return promised


def _is_to_be_kept(partner: Partner) -> bool:
    """Whether the books speak of him, or his store has yet to be cleared."""
    history = any(
        model.select().where(model.partner == partner).exists() for model in (Import, PartnerOrder, MasterOrder)
    )
    return history or Partner.find(partner.id).parting_since is not None


def _invite_anew(partner: Partner) -> Partner:
    return Partner.create(name=partner.name, state=INVITED, created_at=partner.created_at, **Hub.usual_terms())
