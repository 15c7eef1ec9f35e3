"""Sees to it that no person's change goes unrecorded: every POST of the route table passes here.

The thing that is changed is found by the address, looked at before and after, and what differs is kept.
"""

import json
import re
from typing import Any

from peewee import Model
from starlette.responses import Response

from occhub.audit import AuditEntry, differences
from occhub.catalog.models import Import
from occhub.database import write
from occhub.orders.models import MasterOrder, PartnerOrder
from occhub.partners.models import Hub, Invitation, Partner
from occhub.web import Handler, Visit

# By the first part of the address: what its {id} is a number of.
SUBJECTS: dict[str, type[Model]] = {
    "partners": Partner,
    "invitations": Invitation,
    "products": Import,
    "orders": PartnerOrder,
    "windows": MasterOrder,
}
# Never kept: the code of an invitation is a secret until it is used, its hash is nobody's business.
_SECRET = ("code", "code_hash")
# When machines did something, and how often, is no person's doing, and may change while a page is being answered.
_MACHINES = re.compile(r"(?!cutoff_at$).*_(at|since|until)|tries|id|wrong_codes")
_NAMES = ("name", "title", "company")


def witnessed(handler: Handler) -> Handler:
    """The handler, with a line in the audit trail for what it did; what it refused leaves none."""

    def act(visit: Visit) -> Response:
        before = _look(visit)
        answer = handler(visit)
        if answer.status_code < 400:
            _record(visit, handler, before, _look(visit))
        return answer

    act.__name__ = handler.__name__
    return act


def _record(visit: Visit, handler: Handler, before: dict[str, Any], after: dict[str, Any]) -> None:
    assert visit.visitor is not None  # a POST without a visitor is refused at the gate
    was, now = differences(before, after)
    asked = {name: value[:200] for name, value in visit.fields.items() if name not in _SECRET and value}
    with write():
        AuditEntry.create(
            at=visit.as_of,
            shop=visit.shop,
            user_id=visit.visitor.user_id,
            what=re.split(r"[\n;:.]", handler.__doc__ or handler.__name__, maxsplit=1)[0],
            subject=next((str(state[name]) for state in (after, before) for name in _NAMES if state.get(name)), ""),
            path=visit.request.url.path,
            asked=json.dumps(asked, sort_keys=True),
            before=was,
            after=now,
        )


def _look(visit: Visit) -> dict[str, Any]:
    """The row the address speaks of, as it is now; empty where there is none."""
    row = _subject(visit)
    if row is None:
        return {}
    return {
        name: value for name, value in row.__data__.items() if name not in _SECRET and not _MACHINES.fullmatch(name)
    }


def _subject(visit: Visit) -> Any:
    part = visit.request.url.path.split("/")[1]
    number = str(visit.request.path_params.get("id", ""))
    if part == "own":
        return Partner.at(visit.shop)
    if part in ("settings", "access"):
        return Hub.get_or_none()
    if part in SUBJECTS and number.isdecimal() and len(number) <= 18:
        return SUBJECTS[part].get_or_none(SUBJECTS[part].id == int(number))  # type: ignore[attr-defined]
    return None
