"""Stores that opened the app without an invitation: the owner lets them in or not; nobody waits for ever."""

from datetime import datetime
from typing import Any

from occhub.database import write
from occhub.errors import Conflict
from occhub.partners.models import DISCONNECTED, WAITING, WAITING_DIES_AFTER, Partner


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


def forget_askers(*, as_of: datetime) -> int:
    """Stores that asked and were not let in are forgotten after two weeks; answers how many."""
    old = Partner.approved_at.is_null() & (Partner.asked_at < as_of - WAITING_DIES_AFTER)
    with write():
        Partner.update(asked_at=None).where(old & (Partner.state == DISCONNECTED)).execute()
        return int(Partner.delete().where(old & (Partner.state == WAITING)).execute())


def _asking(partner: Partner) -> Any:
    state = Partner.state.in_((WAITING, DISCONNECTED))
    return (Partner.id == partner.id) & state & Partner.approved_at.is_null() & Partner.asked_at.is_null(False)
