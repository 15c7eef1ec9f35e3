"""What webhooks start in this room."""

from collections.abc import Sequence
from datetime import datetime

from occhub.inbox import InboxEvent
from occhub.privacy.asking import keep_request


def asked(shop: str, events: Sequence[InboxEvent], as_of: datetime) -> None:
    """The three privacy topics."""
    for event in events:
        keep_request(event, as_of=as_of)
