"""SKUs on the hub: PARTNER-{shop}-{original}, for people and for finding orphans; never the link itself."""

import re
from collections.abc import Collection

PREFIX = "PARTNER"
# Shopify's limit for a SKU.
LONGEST = 255
_SPACES = re.compile(r"\s+")


def hub_sku(shop: str, original: str, variant_id: str, taken: Collection[str]) -> str:
    """The hub's SKU for a partner's variant; differs from all in `taken` (those given to the same product before).

    A blank original is replaced by the digits of the variant's id, a long one is cut, a doubled one gets "-2", "-3"...
    """
    own = _SPACES.sub(" ", original).strip() or variant_id.rpartition("/")[2]
    wanted = f"{prefix(shop)}{own}"
    sku, copy = wanted[:LONGEST], 1
    while sku in taken:
        copy += 1
        suffix = f"-{copy}"
        sku = wanted[: LONGEST - len(suffix)] + suffix
    return sku


def prefix(shop: str) -> str:
    """What the SKUs of this partner's goods begin with."""
    return f"{PREFIX}-{shop.removesuffix('.myshopify.com')}-"


def is_partner_sku(sku: str) -> bool:
    """Whether the SKU says that this is a partner's good."""
    return sku.startswith(f"{PREFIX}-")
