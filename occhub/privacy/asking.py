"""Keep each privacy request once, with its deadline.

Source: https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance (30 days).
"""

from datetime import datetime, timedelta

from occhub.database import write
from occhub.inbox import InboxEvent, Waiting
from occhub.privacy.models import PrivacyRequest

DEADLINE = timedelta(days=30)


def keep_request(shop: str, event: Waiting, *, as_of: datetime) -> None:
    """Write the store's request down; a repeated delivery changes nothing."""
    sent = event.triggered_at or event.received_at
    with write():
        PrivacyRequest.insert(
            webhook_id=event.webhook_id,
            shop=shop,
            topic=event.topic,
            detail=event.detail,
            sent_at=sent,
            asked_at=as_of,
            due_at=sent + DEADLINE,
        ).on_conflict(action="nothing", conflict_target=[PrivacyRequest.webhook_id]).execute()
        # The request has them now; the inbox needs them no more.
        InboxEvent.update(detail="").where(InboxEvent.id == event.id).execute()
