"""Remember when a partner's store was last heard of, and since when it is silent."""

from datetime import datetime
from typing import Any

from occhub.database import write
from occhub.inventory.models import Stockroom
from occhub.inventory.reading import Answer


def note_contact(answer: Answer, *, as_of: datetime) -> datetime | None:
    """Keep what the partner's answer says of his store; answers since when he has been silent, None if he is not."""
    room = Stockroom.of(answer.partner.id)
    silent_since: datetime | None = (room.silent_since or as_of) if answer.failure else None
    facts: dict[str, Any] = {"silent_since": silent_since, "failure": answer.failure}
    if silent_since is None:
        facts["heard_at"] = as_of
    if answer.places is not None:
        facts |= {"places": answer.places, "places_read_at": as_of}
    with write():
        row = {"partner": answer.partner.id, **facts}
        Stockroom.insert(row).on_conflict(conflict_target=[Stockroom.partner], update=facts).execute()
    return silent_since
