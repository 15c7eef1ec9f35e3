"""What webhooks and the clock start in this room."""

from collections.abc import Sequence
from datetime import datetime

from occhub import clock
from occhub.inbox import Waiting
from occhub.privacy.asking import keep_request
from occhub.privacy.fulfilling import fulfil_due
from occhub.queue import nudge


def asked(shop: str, events: Sequence[Waiting], as_of: datetime) -> None:
    """The three privacy topics."""
    for event in events:
        keep_request(shop, event, as_of=as_of)
    nudge("privacy")


def fulfil() -> None:
    """Do what was asked and is not done."""
    fulfil_due(as_of=clock.now())
