"""What the clock, webhooks and nudges start in this room."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from occhub import clock, leases
from occhub.database import write
from occhub.partners import admitting, leaving
from occhub.partners.checking import check_connection, need_attention
from occhub.partners.models import ATTENTION, CONNECTED, PAUSED, Hub, Partner
from occhub.partners.subscribing import repair_subscriptions
from occhub.partners.welcoming import welcome_hub, welcome_partner
from occhub.queue import nudge
from occhub.shopify import open_store, tokens
from occhub.shopify.errors import StoreClosed, StoreError, Unauthorized

log = logging.getLogger(__name__)


def welcome() -> None:
    """Set up every store that is connected and not yet welcomed."""
    # Two at once would subscribe to a topic twice, which Shopify refuses; who waited finds the work done.
    with leases.hold("welcome", patience=20):
        _welcome(clock.now())


def _welcome(now: datetime) -> None:
    hub = Hub.get_hub()
    if hub.welcomed_at is None and tokens.has_token(hub.shop):
        welcome_hub(as_of=now)
    for partner in Partner.reachable().where(Partner.welcomed_at.is_null()):
        try:
            welcome_partner(partner, as_of=now)
        except StoreError as error:
            log.warning("%s could not be welcomed yet: %s", partner.shop, error)
        else:
            nudge("range", partner.id)
            nudge("places")


def keep_warm() -> None:
    """Daily: renew each pair of tokens long before it dies, paused partners' too, and mend the subscriptions."""
    now = clock.now()
    tokens.keep_warm(now)
    hub = Hub.get_hub()
    if hub.welcomed_at:
        _repair(hub.shop, hub=True)
    connected = Partner.state.in_((CONNECTED, PAUSED, ATTENTION))
    for partner in Partner.select().where(connected).order_by(Partner.id):
        if check_connection(partner, as_of=now).well:
            _repair(partner.domain, hub=False)


def _repair(shop: str, *, hub: bool) -> None:
    try:
        repair_subscriptions(open_store(shop), hub=hub)
    except StoreError as error:
        log.warning("the subscriptions of %s could not be checked: %s", shop, error)


def forget_waiting() -> None:
    """Stores that asked to connect and were not let in are forgotten after two weeks."""
    admitting.forget_askers(as_of=clock.now())


def uninstalled(shop: str, events: Sequence[Any], as_of: datetime) -> None:
    """`app/uninstalled`: a message older than the store's return does not count."""
    sent = max((event.triggered_at or event.received_at for event in events), default=as_of)
    minted = tokens.minted_at(shop)
    if minted is not None and minted > sent:
        log.info("%s has come back since it uninstalled the app", shop)
        return
    hub, partner = Hub.get_hub(), Partner.at(shop)
    if shop == hub.shop:
        leaving.uninstalled_hub(hub)
    elif partner is not None:
        leaving.uninstalled(partner, as_of=as_of)
        nudge("left")
        nudge("stock of everything")


def scopes_changed(shop: str, events: Sequence[Any], as_of: datetime) -> None:
    """`app/scopes_update`: a token keeps its old scopes until it is renewed."""
    if not tokens.has_token(shop):
        return
    partner = Partner.at(shop)
    if partner is None:
        refresh_hub_access(shop, as_of=as_of)
        return
    try:
        tokens.access_token(shop, as_of, force=True)
    except (Unauthorized, StoreClosed) as error:
        need_attention(partner, str(error))


def refresh_hub_access(shop: str, *, as_of: datetime) -> None:
    """The hub's owner has granted more: renew its token and set the store up again with it."""
    tokens.access_token(shop, as_of, force=True)
    with write():
        Hub.update(welcomed_at=None).where(Hub.shop == shop).execute()
    nudge("welcome")
