"""Connect a store: greet whoever opens the app, match an invitation, let the owner approve the rest, and undo it."""

from datetime import datetime, timedelta
from typing import Any

from peewee import IntegrityError

from occhub.database import write
from occhub.errors import Conflict, Misconfigured
from occhub.partners.inviting import find_open
from occhub.partners.models import (
    ATTENTION,
    CONNECTED,
    DISCONNECTED,
    INVITED,
    PAUSED,
    WAITING,
    WAITING_DIES_AFTER,
    Hub,
    Invitation,
    Partner,
)
from occhub.shopify import tokens

# Of 128 bits nobody guesses any; this keeps a store from trying for ever.
WRONG_CODES = 5
WRONG_CODES_FORGOTTEN = timedelta(hours=1)
TOO_OFTEN = "That was not right five times. Please copy the whole link again and try in an hour."


def prepare_hub(shop: str) -> None:
    """Make the hub's row at the first start; raises Misconfigured when HUB_SHOP does not fit this database."""
    with write():
        hub = Hub.get_or_none()
        if hub is not None and hub.shop != shop:
            raise Misconfigured(
                f"HUB_SHOP is {shop}, but this database belongs to {hub.shop}; set DATA_DIR for another."
            )
        if Partner.at(shop) is not None:
            raise Misconfigured(f"HUB_SHOP is {shop}, but that store is a partner in this database.")
        Hub.insert(shop=shop).on_conflict(action="nothing", conflict_target=[Hub.shop]).execute()


def greet(shop: str, id_token: str, *, as_of: datetime) -> bool:
    """Meet a store whose staff has opened the app: exchange its ID token for access where that is wanted.

    Returns True when the store has just been connected, or connected again. A store nobody invited is remembered
    as asking; no token is exchanged for it.
    """
    if Hub.select().where(Hub.shop == shop).exists():
        return _greet_hub(shop, id_token, as_of)
    partner = Partner.at(shop)
    if partner is None:
        _remember_asking(shop, as_of)
    elif partner.state == ATTENTION:
        # Whatever was wrong with the old pair, a fresh one is at hand.
        tokens.exchange(shop, id_token, as_of)
        return _mark_connected(partner, as_of)
    elif partner.state in (CONNECTED, PAUSED):
        return _exchange_if_needed(shop, id_token, as_of) and _mark_connected(partner, as_of)
    elif partner.approved_at:
        _exchange_if_needed(shop, id_token, as_of)
        return _mark_connected(partner, as_of)
    elif partner.asked_at is None:
        with write():
            Partner.update(asked_at=as_of).where(Partner.id == partner.id).execute()
    return False


def accept(shop: str, code: str, *, as_of: datetime) -> Partner:
    """A store shows its invitation: the invited partner is this store from now on, and the owner is told.

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


def approve(partner: Partner, *, as_of: datetime) -> None:
    """The owner lets a store in that asks; access follows when its staff opens the app, which it has open now."""
    with write():
        if not Partner.update(approved_at=as_of, state=WAITING).where(_asking(partner)).execute():
            raise Conflict(f"{partner.name} is not waiting to be approved.")


def refuse(partner: Partner) -> None:
    """The owner does not let the store in. A stranger is forgotten; he may ask again by opening the app."""
    with write():
        stranger = _asking(partner) & (Partner.state == WAITING)
        if not Partner.delete().where(stranger).execute():
            Partner.update(asked_at=None).where(_asking(partner)).execute()


def confirm(partner: Partner) -> None:
    """The owner says that the store which used the invitation is the right one."""
    with write():
        Partner.update(accepted_at=None).where(Partner.id == partner.id).execute()


def undo(partner: Partner) -> None:
    """The wrong store has used the invitation: what was read of it goes with the row, and the roaster needs a new link.

    Raises Conflict when the owner has confirmed the store before.
    """
    if partner.accepted_at is None or partner.shop is None:
        raise Conflict(f"There is nothing to undo for {partner.name}.")
    tokens.forget(partner.shop)
    with write():
        Partner.delete().where(Partner.id == partner.id).execute()
        Partner.create(name=partner.name, state=INVITED, created_at=partner.created_at)


def forget_askers(*, as_of: datetime) -> int:
    """Stores that asked and were not let in are forgotten after two weeks; answers how many."""
    old = Partner.approved_at.is_null() & (Partner.asked_at < as_of - WAITING_DIES_AFTER)
    with write():
        Partner.update(asked_at=None).where(old & (Partner.state == DISCONNECTED)).execute()
        return int(Partner.delete().where(old & (Partner.state == WAITING)).execute())


def _asking(partner: Partner) -> Any:
    state = Partner.state.in_((WAITING, DISCONNECTED))
    return (Partner.id == partner.id) & state & Partner.approved_at.is_null() & Partner.asked_at.is_null(False)


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
    Invitation.update(partner=known).where(Invitation.partner == invited).execute()
    invited.delete_instance()
    return known


def _greet_hub(shop: str, id_token: str, as_of: datetime) -> bool:
    if not _exchange_if_needed(shop, id_token, as_of):
        return False
    with write():  # after a reinstallation its subscriptions are gone too
        Hub.update(welcomed_at=None).where(Hub.shop == shop).execute()
    return True


def _exchange_if_needed(shop: str, id_token: str, as_of: datetime) -> bool:
    if tokens.has_token(shop):
        return False
    tokens.exchange(shop, id_token, as_of)
    return True


def _mark_connected(partner: Partner, as_of: datetime) -> bool:
    """Connected, or connected again: a partner who was paused stays so."""
    facts: dict[str, Any] = {
        "attention": "",
        "asked_at": None,
        "left_at": None,
        "parting_since": None,
        "hides_goods": False,
        "connected_at": as_of,
        "last_contact_at": as_of,
        "welcomed_at": None,
    }
    with write():
        Partner.update(facts).where(Partner.id == partner.id).execute()
        Partner.update(state=CONNECTED).where((Partner.id == partner.id) & (Partner.state != PAUSED)).execute()
    return True


def _remember_asking(shop: str, as_of: datetime) -> None:
    name = shop.removesuffix(".myshopify.com").replace("-", " ").title()
    try:
        with write():
            Partner.create(name=name, shop=shop, state=WAITING, created_at=as_of, asked_at=as_of)
    except IntegrityError:
        pass  # two tabs were opened at once; the other one has written the row
