"""Take over variants that stand on the hub already as they are: a price that is not ours is the owner's."""

from collections.abc import Sequence
from dataclasses import dataclass

from occhub.catalog.listing import Offer
from occhub.catalog.models import Import, ProductMapping
from occhub.catalog.pricing import Quote
from occhub.money import Money, decimals
from occhub.shopify import Store, listings
from occhub.shopify.hub_listings import StandingVariant

OWN = "your own price, set in your store"


@dataclass(frozen=True)
class StandingPrices:
    """What is to become of prices on the hub, by hub variant id: written anew, or left because they are the owner's."""

    outdated: dict[str, Quote]
    own: dict[str, Money]

    def facts(self, hub_variant_id: str) -> dict[str, object]:
        """What a mapping's row says of its price otherwise than the quote does."""
        own = self.own.get(hub_variant_id)
        return {"price_minor": own.minor, "arithmetic": OWN, "own_price": True} if own else {"own_price": False}


def judge_prices(listing: Import, pairs: Sequence[tuple[Offer, StandingVariant]]) -> StandingPrices:
    """Whose the standing prices are: ours where they are what we last wrote, the owner's where they are not."""
    written = {
        mapping.hub_variant_id: None if mapping.own_price else mapping.price_minor
        for mapping in ProductMapping.select().where(ProductMapping.listing == listing)
    }
    outdated, own = {}, {}
    for offer, variant in pairs:
        price = offer.quote.price
        standing = Money.parse(variant.price, price.currency)
        if same(standing, price):
            continue
        ours = written.get(variant.id)
        if ours is not None and same(standing, Money(ours, price.currency)):
            outdated[variant.id] = offer.quote
        else:
            own[variant.id] = standing
    return StandingPrices(outdated, own)


def bring_up_to_date(store: Store, product_id: str, prices: StandingPrices) -> None:
    """Write the prices that are ours and old."""
    texts = {id_: (quote.price.amount, quote.hub_cost.amount) for id_, quote in prices.outdated.items()}
    if texts:
        listings.set_prices(store, product_id, texts)


def same(one: Money, other: Money) -> bool:
    """Whether two prices are one: Shopify tells prices to the hundredth, even those of Kuwait."""
    return abs((one - other).minor) < 10.0 ** (decimals(one.currency) - 2)
