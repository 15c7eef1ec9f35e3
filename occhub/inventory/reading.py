"""Read a partner's numbers in R6's order: first what he holds for us, then what he has."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from occhub.catalog.models import ProductMapping
from occhub.orders import demand
from occhub.partners.checking import need_attention
from occhub.partners.models import Partner
from occhub.shopify import Store, open_store, shops
from occhub.shopify import inventory as levels
from occhub.shopify.errors import StoreClosed, StoreError, Unauthorized
from occhub.shopify.types import PartnerLevel

# A partner who does not answer keeps his numbers for this long; after that nobody can know, so it is 0 (R7).
UNREACHABLE_FOR = timedelta(hours=6)


@dataclass
class Reading:
    """What one partner's store said. `stock` holds A by mapping id; a mapping left out keeps its number."""

    partner: Partner
    stock: dict[int, int] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    untracked: set[int] = field(default_factory=set)
    failure: str = ""
    calls: int = 0
    points: int = 0


def read_partner(partner: Partner, mappings: Sequence[ProductMapping], *, as_of: datetime) -> Reading:
    """Read A for these mappings; never raises for a store's troubles, which are decided here (R7)."""
    reading = Reading(partner)
    if not partner.is_connected:
        reading.stock = dict.fromkeys((mapping.id for mapping in mappings), 0)
        return reading
    store = open_store(partner.domain)
    try:
        demand.reread_claims(partner, as_of)
        _read_levels(store, reading, mappings)
    except (Unauthorized, StoreClosed) as error:
        need_attention(partner, str(error))
        reading.failure = str(error)
        reading.stock = dict.fromkeys((mapping.id for mapping in mappings), 0)
    except StoreError as error:
        reading.failure = str(error)
        silent = [m for m in mappings if m.stock_at is None or as_of - m.stock_at > UNREACHABLE_FOR]
        reading.stock = dict.fromkeys((mapping.id for mapping in silent), 0)
    reading.calls, reading.points = store.calls, store.points
    return reading


def _read_levels(store: Store, reading: Reading, mappings: Sequence[ProductMapping]) -> None:
    places = reading.partner.location_ids or [place.id for place in shops.list_locations(store) if place.active]
    if not places:
        reading.stock = dict.fromkeys((mapping.id for mapping in mappings), 0)  # a store that ships from nowhere
        return
    found = levels.read_partner_levels(store, [mapping.partner_item_id for mapping in mappings], places)
    for mapping in mappings:
        level: PartnerLevel | None = found.get(mapping.partner_item_id)
        if level is None:
            reading.gone.add(mapping.id)
            reading.stock[mapping.id] = 0
        elif not level.tracked:
            reading.untracked.add(mapping.id)
        else:
            reading.stock[mapping.id] = level.available
