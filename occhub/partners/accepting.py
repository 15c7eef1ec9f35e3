"""A store shows an invitation: the roaster who was invited is this store from now on."""

from datetime import datetime, timedelta

from occhub.database import write
from occhub.errors import Conflict
from occhub.partners.inviting import find_open
from occhub.partners.models import DISCONNECTED, WAITING, Hub, Invitation, Partner

# Of 128 bits nobody guesses any; this keeps a store from trying for ever.
WRONG_CODES = 5
WRONG_CODES_FORGOTTEN = timedelta(hours=1)
TOO_OFTEN = "That was not right five times. Please copy the whole link again and try in an hour."


def accept(shop: str, code: str, *, as_of: datetime) -> Partner:
    """Bind the invitation to this store, for good and once; the owner is told and can undo it.

    Raises Conflict with a sentence for the roaster when the code is no good or tried too often, the store is
    connected already, or it is the hub itself.
    """
    if Hub.select().where(Hub.shop == shop).exists():
        raise Conflict("This is the hub's own store. Open the invitation in the store of the roaster you invite.")
    _refuse_guessing(shop, as_of)
    try:
        invitation = find_open(code, as_of=as_of)
    except Conflict:
        _count_wrong_code(shop, as_of)
        raise
    with write():
        known = Partner.at(shop)
        if known is not None and known.state not in (WAITING, DISCONNECTED):
            raise Conflict("Your store is connected already; nothing more is needed.")
        still_open = Invitation.used_at.is_null() & Invitation.revoked_at.is_null()
        if not Invitation.update(used_at=as_of).where((Invitation.id == invitation.id) & still_open).execute():
            raise Conflict("This invitation has just been used.")
        partner = _bind(invitation, known)
        partner.shop, partner.state, partner.wrong_codes = shop, WAITING, 0
        partner.approved_at = partner.accepted_at = as_of
        partner.save()
    return partner


def confirm(partner: Partner) -> None:
    """The owner says that the store which used the invitation is the right one."""
    with write():
        Partner.update(accepted_at=None).where(Partner.id == partner.id).execute()


def _refuse_guessing(shop: str, as_of: datetime) -> None:
    known = Partner.at(shop)
    if known is None or known.wrong_codes < WRONG_CODES or known.wrong_code_at is None:
        return
    if as_of - known.wrong_code_at < WRONG_CODES_FORGOTTEN:
        raise Conflict(TOO_OFTEN)


def _count_wrong_code(shop: str, as_of: datetime) -> None:
    this = Partner.shop == shop
    with write():
        lately = this & (Partner.wrong_code_at > as_of - WRONG_CODES_FORGOTTEN)
        if not Partner.update(wrong_codes=Partner.wrong_codes + 1, wrong_code_at=as_of).where(lately).execute():
            Partner.update(wrong_codes=1, wrong_code_at=as_of).where(this).execute()


def _bind(invitation: Invitation, known: Partner | None) -> Partner:
    invited: Partner = invitation.partner
    if known is not None and known.id == invited.id:
        return invited
    if invited.connected_at is not None:
        raise Conflict("This invitation is for another store. Please ask the store that sent it for one of your own.")
    if known is None:
        return invited
    if known.connected_at is None:
        known.delete_instance()  # only a name we guessed; the owner's own name for the roaster stays
        return invited
    # A partner who comes back keeps his history: the invitation becomes his, the fresh row goes.
    if known.undone_at is not None:
        known.name = invited.name
    Invitation.update(partner=known).where(Invitation.partner == invited).execute()
    invited.delete_instance()
    return known
