"""Do what was asked: report what is held of a customer, redact a customer's orders, erase a store that has left."""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from occhub import audit
from occhub.catalog.models import ApiToken, Product
from occhub.database import write
from occhub.inbox import InboxEvent
from occhub.inventory.models import Stockroom
from occhub.orders.redacting import held_orders, redact_orders
from occhub.partners.models import CONTACT, DISCONNECTED, WAITING, Hub, Partner
from occhub.privacy.models import DATA_REQUEST, REDACT_CUSTOMER, REDACT_SHOP, PrivacyRequest
from occhub.privacy.remembering import remember
from occhub.shopify import tokens

log = logging.getLogger(__name__)

HELD_NOTHING = "Nothing is held of this customer."
OF_A_PARTNER = "Nothing is held of a partner's customers, and never was."
CAME_BACK = "The store has come back since it was asked; nothing was erased."
ERASED = (
    "Tokens, the copy of the range, contacts, messages and staff numbers are erased; our own orders stay in the books."
)
HUB_ERASED = "Tokens, keys for scripts, address, phone, e-mail, messages and staff numbers are erased; the books stay."
NEVER_HERE = "Nothing is held of this store."


def fulfil_due(*, as_of: datetime) -> int:
    """Do every open request; what fails stays open, says why, and is tried again. Answers how many were done."""
    done = 0
    for request in list(PrivacyRequest.select().where(PrivacyRequest.done_at.is_null()).order_by(PrivacyRequest.id)):
        try:
            _FULFIL[request.topic](request, as_of)
            done += 1
        except Exception as error:
            log.exception("privacy request %s failed", request.id)
            with write():
                PrivacyRequest.update(error=str(error)).where(PrivacyRequest.id == request.id).execute()
    return done


def _report(request: PrivacyRequest, as_of: datetime) -> None:
    """customers/data_request: all that is held, for the owner to download and hand on."""
    if not _is_of_hub(request):
        _close(request, as_of, OF_A_PARTNER)
        return
    orders = held_orders(_orders(request, "orders_requested"))
    report = {"customer": json.loads(request.detail).get("customer"), "made_at": as_of.isoformat(), "orders": orders}
    outcome = f"{len(orders)} entries of orders, without name, address or e-mail." if orders else HELD_NOTHING
    _close(request, as_of, outcome, report=json.dumps(report, indent=2, ensure_ascii=False))


def _redact_customer(request: PrivacyRequest, as_of: datetime) -> None:
    """customers/redact: the customer's orders lose their ids and numbers, everywhere."""
    if not _is_of_hub(request):
        _close(request, as_of, OF_A_PARTNER)
        return
    order_ids = _orders(request, "orders_to_redact")
    remember(request, hub_order_ids=order_ids)
    count = redact_orders(order_ids)
    customer = json.loads(request.detail).get("customer")
    with write():
        InboxEvent.update(subject=audit.REDACTED).where(InboxEvent.subject.in_(order_ids)).execute()
        # A report made for the same customer would keep what is erased here.
        for other in PrivacyRequest.select().where(PrivacyRequest.topic == DATA_REQUEST, PrivacyRequest.report != ""):
            if json.loads(other.report).get("customer") == customer:
                PrivacyRequest.update(report="", detail="").where(PrivacyRequest.id == other.id).execute()
    _close(request, as_of, f"{count} entries of orders redacted." if count else HELD_NOTHING)


def _redact_shop(request: PrivacyRequest, as_of: datetime) -> None:
    """shop/redact, 48 hours after the app was uninstalled; a store that has come back meanwhile is left alone."""
    minted = tokens.minted_at(request.shop)
    if minted is not None and minted > request.sent_at:
        _close(request, as_of, CAME_BACK)
        return
    is_hub, partner = _is_of_hub(request), Partner.at(request.shop)
    remember(request)
    tokens.forget(request.shop)
    with write():
        if is_hub:
            _erase_hub()
        _erase_partner(partner)
        InboxEvent.delete().where((InboxEvent.shop == request.shop) & (InboxEvent.topic != REDACT_SHOP)).execute()
        audit.forget_people(request.shop)
    _close(request, as_of, HUB_ERASED if is_hub else ERASED if partner else NEVER_HERE)


def _erase_hub() -> None:
    """All that tells of the people of the hub: whom to ask and where; reports and lists of customers' numbers too.

    How the hub works (its zone, hours, terms) is nobody's person, and stays for the day it comes back.
    """
    place = ("company", "address1", "address2", "city", "province_code", "postcode", "country_code", "phone", "email")
    Hub.update(dict.fromkeys(place, "") | {"location_name": "", "welcomed_at": None}).execute()
    ApiToken.delete().execute()
    PrivacyRequest.update(report="", detail="").where(PrivacyRequest.done_at.is_null(False)).execute()


def _erase_partner(partner: Partner | None) -> None:
    if partner is None:
        return
    if partner.connected_at is None and partner.state == WAITING:
        partner.delete_instance()
        return
    Product.delete().where(Product.partner == partner).execute()
    Stockroom.delete().where(Stockroom.partner == partner).execute()
    gone: dict[str, Any] = {"state": DISCONNECTED, "approved_at": None, "asked_at": None, "catalog_refreshed_at": None}
    contact = dict.fromkeys(CONTACT, "")
    Partner.update(gone | contact | {"location_ids": []}).where(Partner.id == partner.id).execute()
    audit.forget_fields(f"/partners/{partner.id}/terms", CONTACT)


def _is_of_hub(request: PrivacyRequest) -> bool:
    return bool(request.shop == Hub.get_hub().shop)


def _orders(request: PrivacyRequest, name: str) -> list[str]:
    numbers = json.loads(request.detail or "{}").get(name) or []
    return [f"gid://shopify/Order/{number}" for number in numbers if str(number).isdecimal()]


def _close(request: PrivacyRequest, as_of: datetime, outcome: str, *, report: str = "") -> None:
    kept = request.detail if report else ""
    with write():
        PrivacyRequest.update(done_at=as_of, outcome=outcome, report=report, detail=kept, error="").where(
            PrivacyRequest.id == request.id
        ).execute()


_FULFIL: dict[str, Callable[[PrivacyRequest, datetime], None]] = {
    DATA_REQUEST: _report,
    REDACT_CUSTOMER: _redact_customer,
    REDACT_SHOP: _redact_shop,
}
