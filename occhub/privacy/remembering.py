"""A list of what was redacted, beside the database: a copy that is put back must not bring it to light again (R15).

One JSON line a request, with SHA-256 in place of ids: it names nobody, and may be kept with any backup.
"""

import hashlib
import json
import logging
import os
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from occhub.database import write
from occhub.orders.redacting import mark, redact_marked
from occhub.partners.models import Hub, Partner
from occhub.privacy.models import REDACT_CUSTOMER, PrivacyRequest

log = logging.getLogger(__name__)

AGAIN = "Done again after the database was put back: {count} entries of orders redacted."
_path: Path | None = None


def open_list(path: Path) -> None:
    """Where the list is kept from here on."""
    global _path
    _path = path


def remember(request: PrivacyRequest, *, hub_order_ids: Collection[str] = ()) -> None:
    """Add the request to the list before it is done, durably; doing it twice is harmless, forgetting it is not."""
    if _path is None:
        return
    line = {
        "request": request.webhook_id,
        "topic": request.topic,
        "sent_at": request.sent_at.isoformat(),
        "shop": _hash(request.shop),
        "orders": sorted(mark(hub_order_id) for hub_order_id in hub_order_ids),
    }
    with _path.open("a", encoding="utf-8") as file:
        # First the end of the line before: a power cut may have torn that one.
        file.write("\n" + json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())


def redact_again(*, as_of: datetime) -> int:
    """Take up what this database, which was put back, does not know; answers how many requests that were.

    Orders are redacted at once, also those that are yet to be captured. Stores that left are erased by `fulfil_due`.
    """
    known = {request.webhook_id for request in PrivacyRequest.select().where(PrivacyRequest.done_at.is_null(False))}
    lost = {line["request"]: line for line in _lines() if line["request"] not in known}
    shops = {_hash(shop): shop for shop in _shops()}
    for number, line in lost.items():
        sent_at = datetime.fromisoformat(line["sent_at"])
        facts = {"sent_at": sent_at, "asked_at": sent_at, "due_at": sent_at, "topic": line["topic"], "detail": ""}
        if line["topic"] == REDACT_CUSTOMER:
            count = redact_marked(line["orders"], as_of=as_of)
            facts |= {"done_at": as_of, "outcome": AGAIN.format(count=count)}
        if line["shop"] in shops:
            with write():
                PrivacyRequest.insert(webhook_id=number, shop=shops[line["shop"]], **facts).on_conflict(
                    conflict_target=[PrivacyRequest.webhook_id], update=facts
                ).execute()
    return len(lost)


def _lines() -> Iterator[dict[str, Any]]:
    for text in _path.read_text("utf-8").splitlines() if _path and _path.exists() else ():
        try:
            line = json.loads(text) if text else None
        except ValueError:
            # Torn: its request was not done, and so it has been asked for again.
            log.warning("a line of %s is torn and left out", _path)
            continue
        if line:
            yield line


def _shops() -> list[str]:
    partners = Partner.select().where(Partner.shop.is_null(False))
    return [str(Hub.get_hub().shop), *(partner.domain for partner in partners)]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
