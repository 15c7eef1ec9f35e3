"""What we sell of partners' goods: every import with its stock, its prices and how it stands."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from peewee import JOIN, Case, Expression, Value, fn

from occhub.catalog import pricing
from occhub.catalog.browsing import LOW, LOW_LABEL, LOW_MARGIN_BP, PAGE, Tab
from occhub.catalog.displaying import Span
from occhub.catalog.judging import words_of
from occhub.catalog.models import (
    ACTIVE,
    ASKING,
    CREATED,
    FAILED,
    LIVE,
    MISSING_ON_HUB,
    PLANNED,
    STOCKED,
    WITHDRAWN,
    Change,
    Import,
    Product,
    ProductMapping,
)
from occhub.catalog.standing import Standing, standing
from occhub.money import Money, decimals
from occhub.partners.models import Hub, Partner

_on_hub = ProductMapping.state == ACTIVE
_in_stock = Import.id.in_(ProductMapping.select(ProductMapping.listing).where(ProductMapping.hub_available > 0))
_missing = ProductMapping.select(ProductMapping.listing).where(ProductMapping.state == MISSING_ON_HUB)
_waits_for_a_word = Import.id.in_(Change.select(Change.listing).where(Change.state == "waiting"))
_waits_for_a_word |= Import.state == ASKING
TABS: dict[str, tuple[str, Expression]] = {
    "all": ("All", Import.state != WITHDRAWN),
    "live": ("Live", Import.state == LIVE),
    "out": ("Out of stock", (Import.state == LIVE) & ~_in_stock),
    "draft": ("Drafts", Import.state == STOCKED),
    "coming": ("Being imported", Import.state.in_((PLANNED, CREATED))),
    "failed": ("Failed", Import.state == FAILED),
    "review": ("Needs review", _waits_for_a_word),
    "missing": ("Missing on hub", Import.id.in_(_missing) & (Import.state != WITHDRAWN)),
    "withdrawn": ("Withdrawn", Import.state == WITHDRAWN),
}


# Name -> label; what is touched last needs the owner soonest.
SORTS = {
    "touched": "Last touched",
    "title": "Title",
    "sold": "Most sold",
    "stock": "Most stock",
    "margin": "Best margin",
    "thin": "Least margin",
}


@dataclass(frozen=True)
class Sold:
    """A product we sell; stock is None before it was first compared, prices are None before it is on the hub.

    `bags`: what customers bought of it in 30 days, None where nobody counted.
    """

    listing: Import
    standing: Standing
    variants: int
    stock: int | None
    price: Span | None
    cost: Span | None
    margin: str | None
    bags: int | None


@dataclass(frozen=True)
class SoldPage:
    """One page of what we sell, with what was asked for."""

    rows: list[Sold]
    tabs: list[Tab]
    tab: str
    search: str
    sort: str
    page: int
    pages: int


@dataclass(frozen=True)
class SoldVariant:
    """A variant we sell and why its stock is what it is; `kept_back` is sold and not yet held for us at the partner."""

    mapping: ProductMapping
    margin: str
    safety: int
    kept_back: int | None


def browse_sold(
    sales: Any, *, search: str = "", tab: str = "all", sort: str = "touched", page: int = 1, as_of: datetime
) -> SoldPage:
    """A page of 50 imports over all partners; `sales` is a query of `listing_id` and `bags`, which orders know."""
    margin = _margin_share()
    thin = ProductMapping.select(ProductMapping.listing).where(_on_hub & (margin < LOW_MARGIN_BP / pricing.WHOLE_BP))
    tabs = {**TABS, LOW: (LOW_LABEL, (Import.state != WITHDRAWN) & Import.id.in_(thin))}
    tab, sort = tab if tab in tabs else "all", sort if sort in SORTS else "touched"
    found = _found(search)
    counts = {name: Import.select().where(found & shown).count() for name, (_, shown) in tabs.items()}
    pages = max(1, -(-counts[tab] // PAGE))
    page = min(max(1, page), pages)
    bags = fn.COALESCE(fn.MAX(sales.c.bags), 0)
    orders = {
        "touched": Import.planned_at.desc(),
        "title": fn.LOWER(Import.title),
        "sold": bags.desc(),
        "stock": fn.COALESCE(fn.SUM(ProductMapping.hub_available), 0).desc(),
        "margin": fn.COALESCE(fn.MIN(margin), -1).desc(),
        "thin": fn.COALESCE(fn.MIN(margin), 2),
    }
    wanted = _with_figures(bags.alias("bags")).join(sales, JOIN.LEFT_OUTER, on=sales.c.listing_id == Import.id)
    wanted = wanted.where(found & tabs[tab][1]).order_by(orders[sort], Import.id)
    return SoldPage(
        rows=_rows(list(wanted.paginate(page, PAGE)), as_of),
        tabs=[Tab(name, label, counts[name]) for name, (label, _) in tabs.items()],
        tab=tab,
        search=search,
        sort=sort,
        page=page,
        pages=pages,
    )


def _found(search: str) -> Any:
    """What a search wants: by our title, or by all that is known of the product at its partner."""
    words = words_of(search)
    if not words:
        return Import.id.is_null(False)
    theirs = (Product.partner == Import.partner) & (Product.remote_id == Import.product_remote_id)
    for word in words:
        theirs &= Product.words.contains(word)
    return Import.title.contains(search.strip()) | fn.EXISTS(Product.select(Product.id).where(theirs))


def find_sold(import_id: int, *, as_of: datetime) -> Sold:
    """One product we sell; raises NotFound."""
    Import.find(import_id)
    (row,) = _rows(list(_with_figures().where(Import.id == import_id)), as_of)
    return row


def open_sold(listing: Import) -> list[SoldVariant]:
    """The product's variants with the numbers behind their stock (R5)."""
    partner = listing.partner
    mappings = ProductMapping.select().where(ProductMapping.listing == listing).order_by(ProductMapping.id)
    return [_sold_variant(mapping, partner) for mapping in mappings]


def _margin_share() -> Any:
    """The part of a variant's price that stays with the hub, at each partner's exchange rate; for the database."""
    hub = Hub.get_hub()
    rates = [
        (partner.id, float(partner.exchange_rate) * 10.0 ** (decimals(hub.currency) - decimals(partner.currency)))
        for partner in Partner.select()
    ]
    # The rate stands first: beside an integer column peewee would make an integer of it.
    cost = Case(ProductMapping.partner, rates, 1.0) * ProductMapping.cost_minor if rates else Value(0.0)
    return Value(1.0) - cost / fn.NULLIF(ProductMapping.price_minor, 0)


def _with_figures(*more: Any) -> Any:
    figures = (
        *more,
        fn.COUNT(ProductMapping.id).alias("variants"),
        fn.SUM(ProductMapping.hub_available).alias("stock"),
        fn.MIN(ProductMapping.price_minor).alias("price_low"),
        fn.MAX(ProductMapping.price_minor).alias("price_high"),
        fn.MIN(ProductMapping.cost_minor).alias("cost_low"),
        fn.MAX(ProductMapping.cost_minor).alias("cost_high"),
        fn.MIN(ProductMapping.currency).alias("price_currency"),
    )
    return (
        Import.select(Import, Partner, *figures)
        .join(Partner)
        .switch(Import)
        .join(ProductMapping, JOIN.LEFT_OUTER)
        .switch(Import)
        .group_by(Import.id, Partner.id)
    )


def _rows(imports: list[Any], as_of: datetime) -> list[Sold]:
    read = Product.select().where(Product.remote_id.in_([listing.product_remote_id for listing in imports]))
    snapshots = {(product.partner_id, product.remote_id): product for product in read}
    return [_row(row, snapshots.get((row.partner_id, row.product_remote_id)), as_of) for row in imports]


def _row(listing: Any, product: Product | None, as_of: datetime) -> Sold:
    price = cost = margin = None
    if listing.variants:
        price = Span(*(Money(minor, listing.price_currency) for minor in (listing.price_low, listing.price_high)))
        cost = Span(*(Money(minor, listing.partner.currency) for minor in (listing.cost_low, listing.cost_high)))
        margin = _margin(price.low, cost.low, listing.partner)
    return Sold(
        listing=listing,
        standing=standing(listing, product, as_of=as_of),
        variants=listing.variants,
        stock=listing.stock,
        price=price,
        cost=cost,
        margin=margin,
        bags=getattr(listing, "bags", None),
    )


def _sold_variant(mapping: ProductMapping, partner: Partner) -> SoldVariant:
    mapping.partner = partner
    kept_back = None
    if mapping.hub_available and mapping.partner_available is not None:
        kept_back = max(0, mapping.partner_available - mapping.safety - mapping.hub_available)
    return SoldVariant(mapping, _margin(mapping.price, mapping.cost, partner), mapping.safety, kept_back)


def _margin(price: Money, cost: Money, partner: Partner) -> str:
    hub_cost = pricing.convert(cost, Decimal(partner.exchange_rate), price.currency)
    return pricing.margin_in_words(pricing.margin_bp(price, hub_cost))
