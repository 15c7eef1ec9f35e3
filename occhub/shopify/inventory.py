"""Stock: what the hub shows, what a partner has, and the compare-and-set write."""

from collections.abc import Iterable, Sequence

from occhub.shopify.client import Store
from occhub.shopify.types import LevelChange, LevelRefusal, PartnerLevel, PartnerTerms

ROWS = 250  # Shopify takes no more quantities, and no more ids, in one call.


def read_hub_levels(store: Store, item_ids: Iterable[str], location_id: str) -> dict[str, int | None]:
    """Available stock of each inventory item at the location; 0 where it is not stocked, None where it is gone."""
    raise NotImplementedError


def read_partner_levels(
    store: Store, item_ids: Iterable[str], location_ids: Sequence[str]
) -> dict[str, PartnerLevel | None]:
    """Stock of each inventory item, summed over the locations; None where the item is gone."""
    raise NotImplementedError


def read_partner_variants(store: Store, variant_ids: Iterable[str]) -> dict[str, PartnerTerms | None]:
    """Whether each variant is tracked and may be oversold; None where it is gone."""
    raise NotImplementedError


def set_levels(store: Store, rows: Sequence[LevelChange], *, key: str, reference: str) -> list[LevelRefusal]:
    """Set available stock, at most 250 rows, each compared with what it was; answers the rows not written.

    `key` makes a repeat harmless for 24 hours, so it must be new for each intended write; `reference` is
    any URI that tells why, e.g. "gid://occ-inventory-hub/SyncLog/17".
    """
    raise NotImplementedError
