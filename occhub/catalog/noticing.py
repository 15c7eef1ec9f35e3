"""Notice what a partner changed of what we sell, and decide by the owner's choices whether to follow, ask or ignore."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from occhub import clock
from occhub.catalog import imprinting, pricing, tracing
from occhub.catalog.judging import obstacle
from occhub.catalog.listing import safe_html
from occhub.catalog.models import (
    ACTIVE,
    ARCHIVED,
    CREATED,
    GONE,
    LIVE,
    STOCKED,
    Change,
    Import,
    Imprint,
    ProductMapping,
)
from occhub.catalog.quoting import Prices
from occhub.catalog.terms import TradeTerms
from occhub.money import Money
from occhub.partners.models import Hub, Partner
from occhub.shopify.types import PartnerProduct, PartnerVariant

FOLLOW, ASK, IGNORE = "follow", "ask", "ignore"
CHOICES = (FOLLOW, ASK, IGNORE)
PRICE = "price"
TITLE, DESCRIPTION, IMAGES, OPTIONS = imprinting.TITLE, imprinting.DESCRIPTION, imprinting.IMAGES, imprinting.OPTIONS
ORIGIN, CUSTOMS = imprinting.ORIGIN, imprinting.CUSTOMS
ADDED, REMOVED, PRODUCT_GONE, REPRICE, COST = "added", "removed", "gone", "reprice", "cost"
# Field -> what holds until the owner says otherwise. Stock and availability always follow.
DEFAULTS = {
    PRICE: ASK,
    COST: ASK,
    TITLE: FOLLOW,
    DESCRIPTION: FOLLOW,
    IMAGES: FOLLOW,
    ORIGIN: FOLLOW,
    CUSTOMS: FOLLOW,
    OPTIONS: ASK,
    ADDED: ASK,
    REMOVED: ASK,
    PRODUCT_GONE: ASK,
}
# A change's states.
WAITING, ACCEPTED, DONE, DISMISSED, FAILED = "waiting", "accepted", "done", "dismissed", "failed"
_OPEN = (WAITING, ACCEPTED, FAILED)
_ON_HUB = (CREATED, STOCKED, LIVE)


def compare(partner: Partner, products: Iterable[PartnerProduct], *, as_of: datetime) -> list[int]:
    """Compare products as read with what we made of them; answers the imports with changes to carry out at once.

    Call inside `write()`.
    """
    read = {product.id: product for product in products}
    mine = (Import.partner == partner) & Import.product_remote_id.in_(list(read)) & Import.state.in_(_ON_HUB)
    listings = list(Import.select().where(mine))
    if not listings:
        return []
    terms, prices = TradeTerms.of(partner), Prices.agreed(partner, Hub.get_hub(), list(read))
    for listing in listings:
        listing.partner = partner
        _compare_one(listing, read[listing.product_remote_id], terms, prices, as_of)
    return [listing.id for listing in listings if _has_accepted(listing)]


def compare_costs(partner: Partner) -> None:
    """Compare the costs on the partner's price list with those agreed for what we sell. Call inside `write()`."""
    ours = (ProductMapping.partner == partner) & (ProductMapping.state == ACTIVE)
    sold = ProductMapping.select(ProductMapping, Import).join(Import).where(ours & Import.state.in_(_ON_HUB))
    prices, terms = Prices.agreed(partner, Hub.get_hub()), TradeTerms.of(partner)
    if prices is None:
        return
    for mapping in list(sold):
        if mapping.retail_minor is None or mapping.partner_variant_id not in prices.listed:
            continue
        mapping.listing.partner = partner
        cost = prices.quote(mapping.listing.product_remote_id, mapping.partner_variant_id, mapping.retail_minor).cost
        before = Money(mapping.cost_minor, partner.currency)
        wish = _within(choice(terms, COST), terms, before, cost)
        about = (mapping.partner_variant_id, mapping.title)
        _notice(mapping.listing, COST, before.amount, cost.amount, wish, *about)


def note_gone(listing: Import, words: str, as_of: datetime) -> None:
    """The partner no longer sells the product: out of stock and off sale at once, kept, and shown to the owner.

    Call inside `write()`.
    """
    if listing.gone_at is None:
        Import.update(gone_at=as_of, changed_at=as_of).where(Import.id == listing.id).execute()
        ours = (ProductMapping.listing == listing) & (ProductMapping.state != ARCHIVED)
        ProductMapping.update(off_sale=True, stock_wanted_at=as_of).where(ours).execute()
    _notice(listing, PRODUCT_GONE, "on sale", words, ASK)


def _compare_one(
    listing: Import, product: PartnerProduct, terms: TradeTerms, prices: Prices | None, as_of: datetime
) -> None:
    reason = obstacle(product)
    if reason:
        note_gone(listing, reason, as_of)
        return
    if listing.gone_at is not None:
        _welcome_back(listing, as_of)
    imprint = Imprint.get_or_none(Imprint.listing == listing)
    if imprint is None:
        return
    for field, before, after in (
        (TITLE, imprint.title, product.title),
        (DESCRIPTION, imprint.description_html, safe_html(product.description_html)),
        (IMAGES, imprint.image_urls, imprinting.image_urls(product)),
        (ORIGIN, *imprinting.fact_changes(imprint.facts, tracing.trace(product))),
        (CUSTOMS, *imprinting.customs_changes(imprint.customs, imprinting.customs(product))),
        (OPTIONS, *imprinting.option_changes(imprint.options, imprinting.options(product))),
    ):
        _notice(listing, field, before, after, choice(terms, field))
    _compare_variants(listing, product.variants, terms, prices, as_of)


def choice(terms: TradeTerms, field: str) -> str:
    """What the owner wants done when this field changes."""
    return str(terms.follow.get(field, DEFAULTS[field]))


def _compare_variants(
    listing: Import,
    variants: Sequence[PartnerVariant],
    terms: TradeTerms,
    prices: Prices | None,
    as_of: datetime,
) -> None:
    mappings = {
        mapping.partner_variant_id: mapping
        for mapping in ProductMapping.select().where(ProductMapping.listing == listing)
    }
    here = {variant.id: variant for variant in variants}
    for variant in variants:
        mapping = mappings.get(variant.id)
        price = Money.parse(variant.price, listing.partner.currency)
        if mapping is None or mapping.state == ARCHIVED:
            _notice(listing, ADDED, None, price.amount, choice(terms, ADDED), variant.id, variant.title)
            continue
        if _means_nothing(prices, listing, mapping, price):
            ProductMapping.update(retail_minor=price.minor).where(ProductMapping.id == mapping.id).execute()
            continue
        _notice_price(listing, mapping, price, terms, variant.title)
    for remote_id, mapping in mappings.items():
        if remote_id not in here and mapping.state in (ACTIVE, GONE):
            ProductMapping.update(stock_wanted_at=as_of).where(
                (ProductMapping.id == mapping.id) & (ProductMapping.state == ACTIVE)
            ).execute()
            _notice(listing, REMOVED, "sold", "gone", choice(terms, REMOVED), remote_id, mapping.title)
    # What was added and has gone again before anybody decided is no question any more.
    stale = (Change.listing == listing) & (Change.field == ADDED) & Change.variant_remote_id.not_in(list(here))
    Change.delete().where(stale & Change.state.in_(_OPEN)).execute()
    back = (Change.listing == listing) & (Change.field == REMOVED) & Change.variant_remote_id.in_(list(here))
    Change.delete().where(back).execute()


def _means_nothing(prices: Prices | None, listing: Import, mapping: ProductMapping, price: Money) -> bool:
    """Whether the partner's new price changes neither our cost nor ours: they may be fixed, by a list or by hand."""
    if prices is None or mapping.retail_minor in (None, price.minor):
        return False
    ids = (listing.product_remote_id, mapping.partner_variant_id)
    before, after = (prices.quote(*ids, retail) for retail in (mapping.retail_minor, price.minor))
    return (before.cost, before.price) == (after.cost, after.price)


def _notice_price(listing: Import, mapping: ProductMapping, price: Money, terms: TradeTerms, title: str) -> None:
    if mapping.retail_minor is None:
        ProductMapping.update(retail_minor=price.minor).where(ProductMapping.id == mapping.id).execute()
        return
    before = Money(mapping.retail_minor, price.currency)
    wish = _within(choice(terms, PRICE), terms, before, price)
    _notice(listing, PRICE, before.amount, price.amount, wish, mapping.partner_variant_id, title)


def _within(wish: str, terms: TradeTerms, before: Money, after: Money) -> str:
    """What moves no further than the owner's tolerance follows where he would be asked."""
    near = abs(after.minor - before.minor) * pricing.WHOLE_BP <= terms.tolerance_bp * before.minor
    return FOLLOW if wish == ASK and near else wish


def _notice(
    listing: Import,
    field: str,
    before: object,
    after: object,
    wish: str,
    variant_id: str = "",
    variant_title: str = "",
) -> None:
    same = (Change.listing == listing) & (Change.field == field) & (Change.variant_remote_id == variant_id)
    known = Change.get_or_none(same)
    # What a worker had begun to write when he died stays ours until it is written anew, whatever it changed to since.
    begun = known is not None and known.begun and known.state == ACCEPTED
    if wish == IGNORE or (before == after and not begun):
        if known is not None and known.state != DONE:
            Change.delete().where(same).execute()
        return
    if known is not None and known.after == after and known.state != DONE:
        return
    facts = {
        "variant_title": variant_title,
        "before": before,
        "after": after,
        "state": ACCEPTED if wish == FOLLOW or before == after else WAITING,
        "error": "",
        "tries": 0,
        "begun": begun,
        # A reading may take minutes: nobody can have seen before now what it found.
        "noticed_at": clock.now(),
        "decided_at": None,
    }
    Change.insert(listing=listing.id, field=field, variant_remote_id=variant_id, **facts).on_conflict(
        conflict_target=[Change.listing, Change.field, Change.variant_remote_id], update=facts
    ).execute()


def _welcome_back(listing: Import, as_of: datetime) -> None:
    """Back at the partner: its stock is written first, then it goes on sale as before (R17)."""
    again = (Import.id == listing.id) & (Import.state == STOCKED)
    Import.update(gone_at=None, changed_at=as_of).where(Import.id == listing.id).execute()
    Import.update(state=CREATED).where(again).execute()
    ours = (ProductMapping.listing == listing) & (ProductMapping.state != ARCHIVED)
    ProductMapping.update(off_sale=False, stock_at=None, stock_wanted_at=as_of).where(ours).execute()
    Change.delete().where((Change.listing == listing) & (Change.field == PRODUCT_GONE)).execute()


def _has_accepted(listing: Import) -> bool:
    return bool(Change.select().where((Change.listing == listing) & (Change.state == ACCEPTED)).exists())
