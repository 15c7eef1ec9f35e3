"""Once a store is connected: learn its name and money, and ask it to tell us of changes."""

from datetime import datetime

from occhub.database import write
from occhub.partners.models import Hub, Partner
from occhub.partners.subscribing import repair_subscriptions
from occhub.shopify import open_store, shops
from occhub.shopify.scopes import missing_scopes


def welcome_partner(partner: Partner, *, as_of: datetime) -> None:
    """Read the partner's store and subscribe to its changes; safe to repeat."""
    store = open_store(partner.domain)
    info = shops.read_shop(store)
    repair_subscriptions(store, hub=False)
    facts = {
        "currency": info.currency,
        "zone": info.zone,
        "last_contact_at": as_of,
        "welcomed_at": as_of,
        "catalog_wanted_at": as_of,
    }
    with write():
        Partner.update(facts).where(Partner.id == partner.id).execute()


def welcome_hub(*, as_of: datetime) -> list[str]:
    """Read the hub's store and subscribe to its orders; returns the scopes its owner has yet to grant."""
    hub = Hub.get_hub()
    store = open_store(hub.shop)
    info = shops.read_shop(store)
    missing = missing_scopes(info.scopes, hub=True)
    facts: dict[str, object] = {"name": info.name, "currency": info.currency, "zone": info.zone}
    if hub.location_id is None:
        places = [place for place in shops.list_locations(store) if place.active]
        if len(places) == 1:
            facts |= {"location_id": places[0].id, "location_name": places[0].name}
    if not missing:
        repair_subscriptions(store, hub=True)
        facts |= {"publication_id": shops.find_publication(store), "welcomed_at": as_of}
    with write():
        Hub.update(facts).where(Hub.shop == hub.shop).execute()
    return missing
