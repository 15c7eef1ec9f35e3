"""Invite a roaster: a link with a code that only he gets; we keep its hash."""

import hashlib
import secrets
from datetime import datetime, timedelta

from occhub.database import write
from occhub.errors import Conflict, Invalid
from occhub.partners.models import DISCONNECTED, INVITED, Hub, Invitation, Partner

VALID_DAYS = (7, 14, 30)
_LONGEST_NAME = 80
UNKNOWN = "We don't know this invitation. Please check the link, or ask for a new one."


def invite(name: str, *, as_of: datetime, days: int = 30) -> tuple[Invitation, str]:
    """Invite a roaster by name; returns the invitation and the code for his link, which is shown this once.

    One who was invited and has not come gets a new invitation; the one before ends. Raises Invalid when the name is
    empty, too long or a partner's.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= _LONGEST_NAME:
        raise Invalid("name", f"Give the roaster a name of up to {_LONGEST_NAME} letters.")
    with write():
        partner = Partner.get_or_none(Partner.name == name)
        partner = partner or Partner.create(name=name, created_at=as_of, **Hub.usual_terms())
        if partner.state != INVITED:
            raise Invalid("name", f"There is a partner called {name} already; his page makes a new link.")
        return _make(partner, as_of, days)


def invite_again(partner: Partner, *, as_of: datetime, days: int = 30) -> tuple[Invitation, str]:
    """A new link for a roaster who has lost his, or who has left and is to come back; older ones end.

    Raises Conflict when his store is connected.
    """
    if partner.state not in (INVITED, DISCONNECTED):
        raise Conflict(f"{partner.name} needs no invitation: the store is connected, or waits to be let in.")
    with write():
        return _make(partner, as_of, days)


def revoke(invitation_id: int, *, as_of: datetime) -> None:
    """The link is good no more; a roaster who was only invited by it is forgotten. Raises Conflict when it was used."""
    unused = Invitation.used_at.is_null() & Invitation.revoked_at.is_null()
    with write():
        invitation = Invitation.get_or_none((Invitation.id == invitation_id) & unused)
        if invitation is None:
            raise Conflict("This invitation has been used or revoked already.")
        Invitation.update(revoked_at=as_of).where(Invitation.id == invitation.id).execute()
        Partner.delete().where((Partner.id == invitation.partner_id) & (Partner.state == INVITED)).execute()


def unused_invitations() -> list[Invitation]:
    """Links that were sent and not used, the newest first; expired ones too, so that a new one can be sent."""
    unused = Invitation.used_at.is_null() & Invitation.revoked_at.is_null()
    return list(Invitation.select(Invitation, Partner).join(Partner).where(unused).order_by(Invitation.id.desc()))


def find_open(code: str, *, as_of: datetime) -> Invitation:
    """The invitation of this code; raises Conflict with a sentence for the roaster when it cannot be used."""
    invitation = Invitation.get_or_none(Invitation.code_hash == hash_code(code))
    if invitation is None or invitation.revoked_at:
        raise Conflict(UNKNOWN)
    if invitation.used_at:
        raise Conflict("This invitation has been used. If that was not you, tell the store that sent it.")
    if not invitation.is_open(as_of):
        raise Conflict("This invitation has expired. Please ask the store that sent it for a new one.")
    return invitation


def hash_code(code: str) -> str:
    """What we keep of a code: 128 random bits need no slow hash. The whole link will do in its place."""
    return hashlib.sha256(code.strip().rpartition("/")[2].encode()).hexdigest()


def _make(partner: Partner, as_of: datetime, days: int) -> tuple[Invitation, str]:
    if days not in VALID_DAYS:
        raise Invalid("days", f"Choose {', '.join(map(str, VALID_DAYS))} days.")
    before = (Invitation.partner == partner) & Invitation.used_at.is_null() & Invitation.revoked_at.is_null()
    Invitation.update(revoked_at=as_of).where(before).execute()
    code, expires = secrets.token_urlsafe(16), as_of + timedelta(days=days)
    invitation = Invitation.create(partner=partner, code_hash=hash_code(code), created_at=as_of, expires_at=expires)
    return invitation, code
