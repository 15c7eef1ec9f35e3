"""Customers' orders under the privacy laws: what is held of them, and replacing what names one by nothing."""

import hashlib
import re
import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

from occhub.database import rows, write
from occhub.orders.models import PartnerOrder, PartnerOrderLine, SeenOrder, WindowEvent

REDACTED = "redacted"


def held_orders(hub_order_ids: Collection[str]) -> list[dict[str, Any]]:
    """All that is held of these hub orders: numbers, times and lines; no name, address or e-mail ever was."""
    orders = PartnerOrder.select().where(PartnerOrder.hub_order_id.in_(list(hub_order_ids))).order_by(PartnerOrder.id)
    return [
        {
            "order": order.hub_order_name,
            "order_id": order.hub_order_id,
            "ordered_at": order.ordered_at.isoformat(),
            "supplied_by": order.partner.name,
            "payment": order.financial_status,
            "lines": [
                {"title": line.title, "sku": line.sku, "quantity": line.quantity, "kept": line.current_quantity}
                for line in PartnerOrderLine.select().where(PartnerOrderLine.order == order)
            ],
        }
        for order in orders
    ]


def redact_orders(hub_order_ids: Collection[str]) -> int:
    """Replace what leads from these orders to a customer; quantities stay, or stock and pooled orders would be wrong.

    Answers how many orders were redacted; doing it again changes nothing.
    """
    redacted = 0
    with write():
        for hub_order_id in hub_order_ids:
            for order in list(PartnerOrder.select().where(PartnerOrder.hub_order_id == hub_order_id)):
                _retell(order.hub_order_name)
                for line in list(PartnerOrderLine.select().where(PartnerOrderLine.order == order)):
                    _replace(line, hub_line_id=_nobody())
                redacted += _replace(order, hub_order_id=_nobody(), hub_order_name=REDACTED)
            _remember_as_seen(hub_order_id)
    return redacted


def redact_marked(marks: Collection[str], *, as_of: datetime) -> int:
    """Redact the orders of these marks, and never capture them; answers how many there were."""
    wanted = set(marks)
    ids = {order_id for (order_id,) in rows(PartnerOrder.select(PartnerOrder.hub_order_id).distinct())}
    redacted = redact_orders([hub_order_id for hub_order_id in ids if mark(hub_order_id) in wanted])
    with write():
        for each in wanted:
            SeenOrder.insert(hub_order_id=each, updated_at=as_of, read_at=as_of).on_conflict(
                action="nothing", conflict_target=[SeenOrder.hub_order_id]
            ).execute()
    return redacted


def redacted_among(hub_order_ids: Collection[str]) -> set[str]:
    """Those that were redacted: they must not be captured anew when the store mentions them again."""
    marks = {mark(hub_order_id): hub_order_id for hub_order_id in hub_order_ids}
    query = SeenOrder.select(SeenOrder.hub_order_id).where(SeenOrder.hub_order_id.in_(list(marks)))
    return {marks[mark] for (mark,) in rows(query)}


def mark(hub_order_id: str) -> str:
    """Tells an order we are shown from those redacted, without saying which they were."""
    return f"{REDACTED}-{hashlib.sha256(hub_order_id.encode()).hexdigest()}"


def _retell(name: str) -> None:
    """Windows tell what happened to an order by its number; "#100" is not meant by "#1001"."""
    for event in list(WindowEvent.select().where(WindowEvent.sentence.contains(name))):
        sentence = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", REDACTED, event.sentence)
        WindowEvent.update(sentence=sentence).where(WindowEvent.id == event.id).execute()


def _remember_as_seen(hub_order_id: str) -> None:
    seen = SeenOrder.get_or_none(SeenOrder.hub_order_id == hub_order_id)
    if seen is None:
        return
    row = {"hub_order_id": mark(hub_order_id), "updated_at": seen.updated_at, "read_at": seen.read_at}
    SeenOrder.delete().where(SeenOrder.hub_order_id == hub_order_id).execute()
    SeenOrder.insert(row).on_conflict(action="nothing", conflict_target=[SeenOrder.hub_order_id]).execute()


def _replace(row: PartnerOrder | PartnerOrderLine, **facts: str) -> int:
    model = type(row)
    return int(model.update(facts).where(model.id == row.id).execute())


def _nobody() -> str:
    return f"{REDACTED}-{secrets.token_hex(8)}"
