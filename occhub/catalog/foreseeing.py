"""What following a change would make of our price, told before the owner says his word."""

from collections.abc import Sequence
from dataclasses import dataclass

from occhub.catalog.models import ARCHIVED, Change, ProductMapping
from occhub.catalog.noticing import ADDED, COST, PRICE
from occhub.catalog.pricing import Quote
from occhub.catalog.quoting import Prices
from occhub.money import Money
from occhub.partners.models import Hub, Partner


@dataclass(frozen=True)
class Foreseen:
    """Our price now, None for a variant we do not sell yet, and what it would be."""

    now: Money | None
    quote: Quote


def foresee(changes: Sequence[Change]) -> dict[int, Foreseen]:
    """By the number of each change of a price or a cost, and of each new variant, what it would come to."""
    priced = [change for change in changes if change.field in (PRICE, COST, ADDED)]
    partners = {change.listing.partner_id: change.listing.partner for change in priced}
    found: dict[int, Foreseen] = {}
    for partner in partners.values():
        found |= _foresee(partner, [change for change in priced if change.listing.partner_id == partner.id])
    return found


def _foresee(partner: Partner, changes: Sequence[Change]) -> dict[int, Foreseen]:
    prices = Prices.agreed(partner, Hub.get_hub(), [change.listing.product_remote_id for change in changes])
    if prices is None:
        return {}
    ours = ProductMapping.listing.in_([change.listing_id for change in changes]) & (ProductMapping.state != ARCHIVED)
    sold = {mapping.partner_variant_id: mapping for mapping in ProductMapping.select().where(ours)}
    found: dict[int, Foreseen] = {}
    for change in changes:
        mapping = sold.get(change.variant_remote_id)
        retail = _retail(change, mapping, partner)
        if retail is not None:
            quote = prices.quote(change.listing.product_remote_id, change.variant_remote_id, retail)
            found[change.id] = Foreseen(mapping.price if mapping else None, quote)
    return found


def _retail(change: Change, mapping: ProductMapping | None, partner: Partner) -> int | None:
    """The partner's price that ours would be made of: a change of cost leaves it as it is."""
    if change.field == COST:
        return mapping.retail_minor if mapping else None
    return Money.parse(str(change.after), partner.currency).minor
