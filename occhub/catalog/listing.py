"""A partner's product as we want it on the hub: prices, SKUs, sizes, and a description that is safe to show."""

from collections.abc import Sequence
from dataclasses import dataclass

import nh3

from occhub.catalog import pricing, sizing, skus
from occhub.catalog.pricing import Quote, Terms
from occhub.money import Money
from occhub.partners.models import Partner
from occhub.shopify.listings import Listing, ListingVariant
from occhub.shopify.types import HubProduct, HubVariant, PartnerProduct, PartnerVariant

_PLAIN_TAGS = """
    a abbr b blockquote br caption code dd del div dl dt em h2 h3 h4 h5 h6 hr i li ol p pre s small span strong sub sup
    table tbody td tfoot th thead tr u ul
"""


@dataclass(frozen=True)
class Offer:
    """One variant of the partner with all we decided about it."""

    variant: PartnerVariant
    quote: Quote
    sku: str
    grams: int | None


def make_offers(product: PartnerProduct, partner: Partner, terms: Terms) -> list[Offer]:
    """Price, name and size every variant of the product, in its order."""
    offers: list[Offer] = []
    for variant in product.variants:
        quote = pricing.quote(Money.parse(variant.price, partner.currency), terms)
        sku = skus.hub_sku(str(partner.shop), variant.sku, variant.id, [offer.sku for offer in offers])
        grams = sizing.bag_grams(variant.title, variant.options, variant.weight_value, variant.weight_unit)
        offers.append(Offer(variant, quote, sku, grams))
    return offers


def make_listing(product: PartnerProduct, offers: Sequence[Offer]) -> Listing:
    """The product for the hub."""
    return Listing(
        title=product.title,
        description_html=safe_html(product.description_html),
        vendor=product.vendor,
        product_type=product.product_type,
        tags=product.tags,
        options=product.options,
        images=product.images,
        variants=tuple(_listing_variant(offer) for offer in offers),
    )


def pair(offers: Sequence[Offer], product: HubProduct) -> list[tuple[Offer, HubVariant]] | None:
    """Each offer with the hub variant of the same option values; None when one has no counterpart.

    SKUs do not pair: stores reuse them across grinds.
    """
    by_options = {frozenset(variant.options): variant for variant in product.variants}
    pairs = [(offer, by_options.get(frozenset(offer.variant.options))) for offer in offers]
    found = [(offer, variant) for offer, variant in pairs if variant is not None]
    return found if len(found) == len(pairs) else None


def safe_html(html: str) -> str:
    """The partner's description without scripts, styles, frames, forms and addresses other than web and mail."""
    return nh3.clean(
        html,
        tags=set(_PLAIN_TAGS.split()),
        attributes={"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        url_schemes={"http", "https", "mailto"},
    )


def _listing_variant(offer: Offer) -> ListingVariant:
    variant = offer.variant
    return ListingVariant(
        key=variant.id,
        sku=offer.sku,
        barcode=variant.barcode,
        price=offer.quote.price.amount,
        cost=offer.quote.hub_cost.amount,
        options=variant.options,
        tracked=variant.tracked,
        policy=variant.policy,
        weight_value=float(offer.grams or 0),
        weight_unit="GRAMS",
        hs_code=variant.hs_code,
        country=variant.country,
        requires_shipping=variant.requires_shipping,
        taxable=variant.taxable,
    )
