"""Invite a roaster: a link with a code that only he gets; we keep its hash."""

import hashlib
import secrets
from datetime import datetime, timedelta

from occhub.database import write
from occhub.errors import Conflict, Invalid
from occhub.partners.models import Invitation, Partner

VALID_FOR = timedelta(days=30)
_LONGEST_NAME = 80


def invite(name: str, *, as_of: datetime) -> tuple[Invitation, str]:
    """Invite a roaster by name; returns the invitation and the code for his link, which is shown this once.

    Raises Invalid when the name is empty, too long or taken.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= _LONGEST_NAME:
        raise Invalid("name", f"Give the roaster a name of up to {_LONGEST_NAME} letters.")
    if Partner.select().where(Partner.name == name).exists():
        raise Invalid("name", f"There is a partner called {name} already.")
    code = secrets.token_urlsafe(16)
    with write():
        partner = Partner.create(name=name, created_at=as_of)
        invitation = Invitation.create(
            partner=partner, code_hash=hash_code(code), created_at=as_of, expires_at=as_of + VALID_FOR
        )
    return invitation, code


def find_open(code: str, *, as_of: datetime) -> Invitation:
    """The invitation of this code; raises Conflict with a sentence for the roaster when it cannot be used."""
    invitation = Invitation.get_or_none(Invitation.code_hash == hash_code(code))
    if invitation is None or invitation.revoked_at:
        raise Conflict("We don't know this invitation. Please check the link, or ask for a new one.")
    if invitation.used_at:
        raise Conflict("This invitation has been used. If that was not you, tell the store that sent it.")
    if not invitation.is_open(as_of):
        raise Conflict("This invitation has expired. Please ask the store that sent it for a new one.")
    return invitation


def hash_code(code: str) -> str:
    """What we keep of a code: 128 random bits need no slow hash."""
    return hashlib.sha256(code.strip().encode()).hexdigest()
