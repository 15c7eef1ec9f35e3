"""Connect a store: greet whoever opens the app, match an invitation, let the owner approve the rest."""

from datetime import datetime

from peewee import IntegrityError

from occhub.database import write
from occhub.errors import Conflict
from occhub.partners.inviting import find_open
from occhub.partners.models import ATTENTION, CONNECTED, DISCONNECTED, WAITING, Hub, Invitation, Partner
from occhub.shopify import tokens


def prepare_hub(shop: str) -> None:
    """Make the hub's row at the first start."""
    with write():
        Hub.insert(shop=shop).on_conflict(action="nothing", conflict_target=[Hub.shop]).execute()


def greet(shop: str, id_token: str, *, as_of: datetime) -> bool:
    """Meet a store whose staff has opened the app: exchange its ID token for access where that is wanted.

    Returns True when the store has just been connected, or connected again. A store nobody invited is remembered
    as waiting; no token is exchanged for it.
    """
    if Hub.select().where(Hub.shop == shop).exists():
        return _exchange_if_needed(shop, id_token, as_of)
    partner = Partner.at(shop)
    if partner is None:
        _remember_waiting(shop, as_of)
        return False
    if partner.state in (CONNECTED, ATTENTION) or partner.approved_at:
        return _exchange_if_needed(shop, id_token, as_of) and _mark_connected(partner, as_of)
    return False


def accept(shop: str, code: str, *, as_of: datetime) -> Partner:
    """A store shows its invitation: the invited partner is this store from now on.

    Raises Conflict with a sentence for the roaster when the code is no good or the store is connected already.
    """
    invitation = find_open(code, as_of=as_of)
    known = Partner.at(shop)
    if known is not None and known.state not in (WAITING, DISCONNECTED):
        raise Conflict("Your store is connected already; nothing more is needed.")
    with write():
        used = Invitation.update(used_at=as_of).where((Invitation.id == invitation.id) & Invitation.used_at.is_null())
        if not used.execute():
            raise Conflict("This invitation has just been used.")
        partner = _bind(invitation, known)
        partner.shop, partner.state, partner.approved_at = shop, WAITING, as_of
        partner.save()
    return partner


def approve(partner: Partner, *, as_of: datetime) -> None:
    """The owner lets a waiting store in; access follows when its staff opens the app, which it has open now."""
    with write():
        waiting = (Partner.id == partner.id) & (Partner.state == WAITING) & Partner.approved_at.is_null()
        if not Partner.update(approved_at=as_of).where(waiting).execute():
            raise Conflict(f"{partner.name} is not waiting to be approved.")


def _bind(invitation: Invitation, known: Partner | None) -> Partner:
    invited: Partner = invitation.partner
    if known is None:
        return invited
    if known.state == WAITING:
        known.delete_instance()  # only a name we guessed; the owner's own name for the roaster stays
        return invited
    # A partner who comes back keeps his history: the invitation becomes his, the fresh row goes.
    Invitation.update(partner=known).where(Invitation.partner == invited).execute()
    invited.delete_instance()
    return known


def _exchange_if_needed(shop: str, id_token: str, as_of: datetime) -> bool:
    if tokens.has_token(shop):
        return False
    tokens.exchange(shop, id_token, as_of)
    return True


def _mark_connected(partner: Partner, as_of: datetime) -> bool:
    with write():
        facts = {
            "state": CONNECTED,
            "attention": "",
            "connected_at": as_of,
            "last_contact_at": as_of,
            "welcomed_at": None,
        }
        Partner.update(facts).where(Partner.id == partner.id).execute()
    return True


def _remember_waiting(shop: str, as_of: datetime) -> None:
    name = shop.removesuffix(".myshopify.com").replace("-", " ").title()
    try:
        with write():
            Partner.create(name=name, shop=shop, state=WAITING, created_at=as_of)
    except IntegrityError:
        pass  # two tabs were opened at once; the other one has written the row
