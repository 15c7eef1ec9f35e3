"""The shop floor of the orders' tests, and Shopify passing on what people ask under the privacy laws."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from occhub import clock, queue, schedule
from occhub.inbox import InboxEvent
from occhub.privacy.models import PrivacyRequest
from occhub.privacy.tasks import asked, fulfil
from tests.orders.conftest import Floor, floor  # noqa: F401  (the fixture)

Ask = Callable[..., PrivacyRequest]


@pytest.fixture
def ask(floor: Floor) -> Ask:  # noqa: F811
    """Let a request come in and be done; answers its row."""
    queue.open_queue("memory:", schedule.NUDGES, schedule.tick)
    numbers = iter(range(100))

    def come(topic: str, shop: str, *, ago: timedelta = timedelta(), **detail: Any) -> PrivacyRequest:
        moment, webhook_id = clock.now() - ago, f"privacy-{next(numbers)}"
        event = InboxEvent.create(
            shop=shop,
            topic=topic,
            webhook_id=webhook_id,
            detail=json.dumps(detail),
            triggered_at=moment,
            received_at=moment,
            next_at=moment,
        )
        asked(shop, [event], clock.now())
        fulfil()
        request: PrivacyRequest = PrivacyRequest.get(PrivacyRequest.webhook_id == webhook_id)
        return request

    return come
