"""Write new prices to the hub, sparing those that the owner set there himself."""

from collections.abc import Collection
from dataclasses import dataclass

from occhub.catalog.adopting import OWN, same
from occhub.catalog.models import ARCHIVED, Import, ProductMapping
from occhub.catalog.pricing import Quote
from occhub.catalog.quoting import Prices
from occhub.money import Money
from occhub.shopify import Store, listings
from occhub.shopify.hub_listings import HubListing
from occhub.shopify.types import PartnerProduct


@dataclass(frozen=True)
class Repriced:
    """What became of the prices asked for: written, or left because they are the owner's own."""

    written: list[tuple[ProductMapping, Quote]]
    own: list[tuple[ProductMapping, Money]]

    def own_ids(self) -> set[str]:
        """The partner's variants of which the owner's price was left."""
        return {mapping.partner_variant_id for mapping, _ in self.own}

    def keep(self) -> None:
        """Keep what stands on the hub now; call inside `write()`."""
        for mapping, quote in self.written:
            keep_quote(mapping, quote)
        for mapping, price in self.own:
            keep_own_price(mapping, price)


def write_prices(
    store: Store,
    listing: Import,
    product: PartnerProduct,
    hub: HubListing,
    prices: Prices,
    *,
    variant_ids: Collection[str],
    by_owner: Collection[str],
) -> Repriced:
    """Price these variants of the partner's anew, all for {""}; those in `by_owner` even over a price of his own."""
    theirs = {variant.id: variant for variant in product.variants}
    standing = {variant.id: Money.parse(variant.price, prices.hub_currency) for variant in hub.variants}
    done = Repriced([], [])
    for mapping in ProductMapping.select().where(
        (ProductMapping.listing == listing) & (ProductMapping.state != ARCHIVED)
    ):
        variant, now = theirs.get(mapping.partner_variant_id), standing.get(mapping.hub_variant_id)
        if variant is None or now is None or not _named(mapping, variant_ids):
            continue
        quote = prices.quote(product.id, variant.id, Money.parse(variant.price, prices.currency).minor)
        # Written already by a worker who died before he could say so, it is not the owner's.
        spared = mapping.own_price or not (same(now, mapping.price) or same(now, quote.price))
        if spared and not _named(mapping, by_owner):
            done.own.append((mapping, now))
        else:
            done.written.append((mapping, quote))
    texts = {mapping.hub_variant_id: (q.price.amount, q.hub_cost.amount) for mapping, q in done.written}
    if texts:
        listings.set_prices(store, hub.id, texts)
    return done


def keep_quote(mapping: ProductMapping, quote: Quote) -> None:
    """Keep a variant's new price with its arithmetic; call inside `write()`."""
    ProductMapping.update(
        cost_minor=quote.cost.minor,
        price_minor=quote.price.minor,
        currency=quote.price.currency,
        arithmetic=quote.sentence,
        retail_minor=quote.retail.minor,
        own_price=False,
    ).where(ProductMapping.id == mapping.id).execute()


def keep_own_price(mapping: ProductMapping, price: Money) -> None:
    """Keep a price that the owner set on the hub, unless ours was written meanwhile; call inside `write()`."""
    unchanged = (ProductMapping.id == mapping.id) & (ProductMapping.price_minor == mapping.price_minor)
    facts: dict[str, object] = {"price_minor": price.minor, "own_price": True}
    if not mapping.own_price:
        facts["arithmetic"] = OWN
    ProductMapping.update(facts).where(unchanged).execute()


def _named(mapping: ProductMapping, variant_ids: Collection[str]) -> bool:
    return "" in variant_ids or mapping.partner_variant_id in variant_ids
