"""Meet a store whose staff opens the app: give it access where that is wanted, else remember that it asks."""

from datetime import datetime
from typing import Any

from peewee import IntegrityError

from occhub.database import write
from occhub.errors import Misconfigured
from occhub.partners.models import ATTENTION, CONNECTED, PAUSED, WAITING, Hub, Partner
from occhub.shopify import tokens


def prepare_hub(shop: str) -> None:
    """Make the hub's row at the first start; raises Misconfigured when HUB_SHOP does not fit this database."""
    with write():
        hub = Hub.get_or_none()
        if hub is not None and hub.shop != shop:
            raise Misconfigured(
                f"HUB_SHOP is {shop}, but this database belongs to {hub.shop}; set DATA_DIR for another."
            )
        if Partner.at(shop) is not None:
            raise Misconfigured(f"HUB_SHOP is {shop}, but that store is a partner in this database.")
        Hub.insert(shop=shop).on_conflict(action="nothing", conflict_target=[Hub.shop]).execute()


def greet(shop: str, id_token: str, *, as_of: datetime) -> bool:
    """Exchange the visitor's ID token for access where his store is let in and has none.

    Returns True when the store has just been connected, or connected again. A store nobody invited is remembered
    as asking; no token is exchanged for it.
    """
    if Hub.select().where(Hub.shop == shop).exists():
        return _greet_hub(shop, id_token, as_of)
    partner = Partner.at(shop)
    if partner is None:
        _remember_asking(shop, as_of)
    elif partner.state in (CONNECTED, PAUSED):
        return _exchange_if_needed(shop, id_token, as_of) and _connect(partner, as_of)
    elif partner.state == ATTENTION:
        # Whatever was wrong with the old pair, a fresh one is at hand.
        tokens.exchange(shop, id_token, as_of)
        return _connect(partner, as_of)
    elif partner.approved_at:
        _exchange_if_needed(shop, id_token, as_of)
        return _connect(partner, as_of)
    elif partner.asked_at is None:
        with write():
            Partner.update(asked_at=as_of).where(Partner.id == partner.id).execute()
    return False


def name_of(shop: str) -> str:
    """What a store may be called until the owner has given it a name: its domain in words."""
    return shop.removesuffix(".myshopify.com").replace("-", " ").title()


def _greet_hub(shop: str, id_token: str, as_of: datetime) -> bool:
    if not _exchange_if_needed(shop, id_token, as_of):
        return False
    with write():  # after a reinstallation its subscriptions are gone too
        Hub.update(welcomed_at=None).where(Hub.shop == shop).execute()
    return True


def _exchange_if_needed(shop: str, id_token: str, as_of: datetime) -> bool:
    if tokens.has_token(shop):
        return False
    tokens.exchange(shop, id_token, as_of)
    return True


def _connect(partner: Partner, as_of: datetime) -> bool:
    """Connected, or connected again: a partner who was paused stays so."""
    facts: dict[str, Any] = {
        "attention": "",
        "asked_at": None,
        "left_at": None,
        "undone_at": None,
        "parting_since": None,
        "hides_goods": False,
        "connected_at": as_of,
        "last_contact_at": as_of,
        "welcomed_at": None,
    }
    with write():
        Partner.update(facts).where(Partner.id == partner.id).execute()
        Partner.update(state=CONNECTED).where((Partner.id == partner.id) & (Partner.state != PAUSED)).execute()
    return True


def _remember_asking(shop: str, as_of: datetime) -> None:
    try:
        with write():
            Partner.create(
                name=name_of(shop), shop=shop, state=WAITING, created_at=as_of, asked_at=as_of, **Hub.usual_terms()
            )
    except IntegrityError:
        pass  # two tabs were opened at once; the other one has written the row
