"""Learn where partners keep their goods, apart from the passes: a pass needs the places before it can ask for stock."""

import logging
from datetime import datetime, timedelta
from typing import Any

from occhub.database import write
from occhub.errors import HubError
from occhub.inventory import shelves
from occhub.inventory.models import Stockroom
from occhub.partners.models import Partner
from occhub.shopify import open_store, shops
from occhub.shopify.client import Store

log = logging.getLogger(__name__)

# A partner's list of locations changes about once in a shop's life.
_STAY = timedelta(hours=12)


def learn_places(*, as_of: datetime) -> bool:
    """Read every partner's places that were not read today; answers whether some are others than before.

    What lies at a new place may count, so all of that partner is compared again. Of a store that does not answer
    the known places stay.
    """
    changed = False
    for partner in Partner.working():
        room = Stockroom.of(partner.id)
        if room.places_read_at is not None and as_of - room.places_read_at < _STAY:
            continue
        try:
            places = read_places(open_store(partner.domain))
        except HubError as error:
            log.warning("the places of %s could not be read: %s", partner.shop, error)
            continue
        facts: dict[str, Any] = {"places": places, "places_read_at": as_of}
        with write():
            row = {"partner": partner.id, **facts}
            Stockroom.insert(row).on_conflict(conflict_target=[Stockroom.partner], update=facts).execute()
        if room.places_read_at is not None and places != room.places:
            shelves.want_all_of(partner.id, as_of)
            changed = True
    return changed


def read_places(store: Store) -> list[list[str]]:
    """The store's active locations as [gid, name]; raises StoreError."""
    return [[place.id, place.name] for place in shops.list_locations(store) if place.active]
