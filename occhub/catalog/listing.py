"""A partner's product as we want it on the hub: prices, SKUs, sizes, and a description that is safe to show."""

from collections.abc import Sequence
from dataclasses import dataclass

import nh3

from occhub.catalog import sizing, skus, tracing
from occhub.catalog.models import BY_FIELD
from occhub.catalog.pricing import Quote
from occhub.catalog.quoting import Prices
from occhub.money import Money
from occhub.partners.models import Partner
from occhub.shopify.listings import Listing, ListingVariant
from occhub.shopify.types import PartnerProduct, PartnerVariant

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


def make_offers(product: PartnerProduct, partner: Partner, prices: Prices, *, size_by: str = "") -> list[Offer]:
    """Price, name and size every variant of the product, in its order."""
    offers: list[Offer] = []
    for variant in product.variants:
        quote = prices.quote(product.id, variant.id, Money.parse(variant.price, partner.currency).minor)
        sku = skus.hub_sku(str(partner.shop), variant.sku, variant.id, [offer.sku for offer in offers])
        grams = size(variant, size_by)
        offers.append(Offer(variant, quote, sku, grams))
    return offers


def size(variant: PartnerVariant, size_by: str) -> int | None:
    """The bag's size in grams: by its name first, or by the weight field where the owner said so (R18)."""
    if size_by == BY_FIELD and (weighed := sizing.field_grams(variant.weight_value, variant.weight_unit)):
        return weighed
    return sizing.bag_grams(variant.title, variant.options, variant.weight_value, variant.weight_unit)


def make_listing(product: PartnerProduct, offers: Sequence[Offer], shop: str) -> Listing:
    """The product of this partner's store for the hub."""
    return Listing(
        title=product.title,
        description_html=safe_html(product.description_html),
        vendor=product.vendor,
        product_type=product.product_type,
        tags=product.tags,
        options=product.options,
        images=product.images,
        variants=tuple(listing_variant(offer) for offer in offers),
        metafields=tracing.origin_fields(tracing.trace(product), shop),
    )


def safe_html(html: str) -> str:
    """The partner's description without scripts, styles, frames, forms and addresses other than web and mail."""
    return nh3.clean(
        html,
        tags=set(_PLAIN_TAGS.split()),
        attributes={"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        url_schemes={"http", "https", "mailto"},
    )


def listing_variant(offer: Offer) -> ListingVariant:
    """One variant for the hub."""
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
