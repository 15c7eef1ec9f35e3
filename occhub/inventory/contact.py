"""Remember when a partner's store was last heard of, and since when it is silent."""

from datetime import datetime, timedelta
from typing import Any

from occhub.database import write
from occhub.inventory.models import Stockroom
from occhub.inventory.reading import Answer

# Rounds come every second at times; nobody needs to know it that exactly.
_EXACT_TO = timedelta(minutes=5)


def note_contact(answer: Answer, *, as_of: datetime) -> datetime | None:
    """Keep what the partner's answer says of his store; answers since when he has been silent, None if he is not."""
    room = answer.room
    silent_since: datetime | None = (room.silent_since or as_of) if answer.failure else None
    facts: dict[str, Any] = {"silent_since": silent_since, "failure": answer.failure}
    if silent_since is None:
        facts["heard_at"] = as_of
    if answer.places is not None:
        facts |= {"places": answer.places, "places_read_at": as_of}
    told = (room.silent_since, room.failure) == (silent_since, answer.failure) and answer.places is None
    if told and room.heard_at is not None and as_of - room.heard_at < _EXACT_TO:
        return silent_since
    with write(durable=False):
        row = {"partner": answer.partner.id, **facts}
        Stockroom.insert(row).on_conflict(conflict_target=[Stockroom.partner], update=facts).execute()
    return silent_since
