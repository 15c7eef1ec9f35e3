"""Look through a partner's range in the snapshot: the same few queries whether he has 20 products or 5,000."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN, Case, Expression, fn

from occhub.catalog import pricing, sizing
from occhub.catalog.judging import fold
from occhub.catalog.models import WITHDRAWN, Change, Import, Product
from occhub.catalog.quoting import Bounds, Prices
from occhub.catalog.standing import Standing, new_since, standing
from occhub.money import Money
from occhub.partners.models import Hub, Partner

PAGE = 50
_imported = Import.id.is_null(False) & (Import.state != WITHDRAWN)
_here = Product.gone_at.is_null()
# Name -> (label, which products).
TABS: dict[str, tuple[str, Expression]] = {
    "all": ("All", _here),
    "new": ("Not imported", _here & (Product.obstacle == "") & (Import.id.is_null() | (Import.state == WITHDRAWN))),
    "imported": ("Imported", _imported),
    "stocked": ("In stock", _here & (Product.always_in_stock | (Product.stock > 0))),
    "changed": ("Changed", Import.id.in_(Change.select(Change.listing).where(Change.state == "waiting"))),
    "gone": ("Gone", ~_here),
}
SORTS: dict[str, tuple[str, Any]] = {
    "title": ("Title", Product.title),
    "stock": ("Most stock", Product.stock.desc()),
    "price": ("Lowest price", Product.price_low_minor),
    "newest": ("Newest", Product.first_seen_at.desc()),
}


@dataclass(frozen=True)
class Span:
    """From the cheapest variant's amount to the dearest one's."""

    low: Money
    high: Money


@dataclass(frozen=True)
class Twin:
    """Another listing of the same coffee by the same partner: what differs is what matters."""

    vendor: str
    wholesale: bool
    price: Span


@dataclass(frozen=True)
class Row:
    """A product of the range. `cost`, `our_price` and `margin` are None while no markup is agreed."""

    product: Product
    listing: Import | None
    standing: Standing
    options: str
    price: Span
    cost: Span
    our_price: Span | None
    margin: str | None
    twins: tuple[Twin, ...]


@dataclass(frozen=True)
class Tab:
    """A filter with how many products it shows."""

    name: str
    label: str
    count: int


@dataclass(frozen=True)
class BrowsePage:
    """One page of a range, with what was asked for."""

    rows: list[Row]
    tabs: list[Tab]
    tab: str
    search: str
    sort: str
    page: int
    pages: int


def browse(
    partner: Partner, *, search: str = "", tab: str = "all", sort: str = "title", page: int = 1, as_of: datetime
) -> BrowsePage:
    """A page of 50 products of the partner; unknown tabs and sorts are taken for the first ones."""
    tabs = _tabs(partner, as_of)
    tab = tab if tab in tabs else "all"
    sort = sort if sort in SORTS else "title"
    found = _found(partner, search)
    counts = _count_tabs(found, tabs)
    pages = max(1, -(-counts[tab] // PAGE))
    page = min(max(1, page), pages)
    wanted = _joined(Product, Import).where(found & tabs[tab][1]).order_by(SORTS[sort][1], Product.id)
    return BrowsePage(
        rows=_rows(partner, list(wanted.paginate(page, PAGE)), as_of),
        tabs=[Tab(name, label, counts[name]) for name, (label, _) in tabs.items()],
        tab=tab,
        search=search,
        sort=sort,
        page=page,
        pages=pages,
    )


def browse_one(partner: Partner, product_id: int, *, as_of: datetime) -> Row:
    """One row of the range; raises NotFound."""
    Product.find(partner, product_id)
    (row,) = _rows(partner, list(_joined(Product, Import).where(Product.id == product_id)), as_of)
    return row


def options_in_words(options: Iterable[tuple[str, list[str]]]) -> str:
    """What a buyer can choose, e.g. "250 g, 1 kg × 4 grinds"; empty where there is nothing to choose."""
    words = []
    for name, values in options:
        if values == ["Default Title"]:
            continue
        sizes = any(sizing.grams_in(value) for value in values)
        words.append(", ".join(values) if sizes or len(values) <= 2 else f"{len(values)} {_plural(name)}")
    return " × ".join(words)


def _plural(name: str) -> str:
    # Some stores name an option with a whole question.
    return f"{name.lower()}s" if name.isalpha() else "choices"


def _joined(*columns: Any) -> Any:
    same = (Import.partner == Product.partner) & (Import.product_remote_id == Product.remote_id)
    return Product.select(*columns).join(Import, JOIN.LEFT_OUTER, on=same, attr="listing")


def _found(partner: Partner, search: str) -> Expression:
    found = Product.partner == partner
    for word in fold(search).split():
        found &= Product.words.contains(word)
    return found


def _tabs(partner: Partner, as_of: datetime) -> dict[str, tuple[str, Expression]]:
    since = new_since(partner, as_of)
    if since is None:
        return TABS
    released = TABS["new"][1] & (Product.first_seen_at > since)
    return {**TABS, "released": (f"New at {partner.name}", released)}


def _count_tabs(found: Expression, tabs: dict[str, tuple[str, Expression]]) -> dict[str, int]:
    sums = [fn.COALESCE(fn.SUM(Case(None, [(shown, 1)], 0)), 0) for _, shown in tabs.values()]
    (counts,) = _joined(*sums).where(found).tuples()
    return dict(zip(tabs, (int(count) for count in counts), strict=True))


def _rows(partner: Partner, products: list[Product], as_of: datetime) -> list[Row]:
    hub = Hub.get_hub()
    prices = Prices.agreed(partner, hub, [product.remote_id for product in products])
    twins, bounds = _twins(partner, products), prices.bounds(products) if prices else {}
    return [
        _row(partner, product, bounds.get(product.id), twins.get(product.twin_key, []), as_of) for product in products
    ]


def _row(partner: Partner, product: Product, bounds: Bounds | None, twins: list[Product], as_of: datetime) -> Row:
    product.partner = partner
    listing = getattr(product, "listing", None)
    price = _price(product, partner)
    return Row(
        product=product,
        listing=listing,
        standing=standing(listing, product, as_of=as_of),
        options=options_in_words(product.options),
        price=price,
        cost=Span(*bounds.costs) if bounds else _usual_cost(price, partner),
        our_price=Span(*bounds.prices) if bounds else None,
        margin=pricing.margin_in_words(bounds.margin_bp) if bounds else None,
        twins=tuple(
            Twin(other.vendor, other.wholesale, _price(other, partner)) for other in twins if other.id != product.id
        ),
    )


def _usual_cost(price: Span, partner: Partner) -> Span:
    return Span(pricing.cost(price.low, partner.discount_bp), pricing.cost(price.high, partner.discount_bp))


def _price(product: Product, partner: Partner) -> Span:
    return Span(Money(product.price_low_minor, partner.currency), Money(product.price_high_minor, partner.currency))


def _twins(partner: Partner, products: list[Product]) -> dict[str, list[Product]]:
    """The present products of the partner by twin key, for the keys on the page."""
    keys = {product.twin_key for product in products} - {""}
    shown = (
        Product.id,
        Product.twin_key,
        Product.vendor,
        Product.wholesale,
        Product.price_low_minor,
        Product.price_high_minor,
    )
    found: dict[str, list[Product]] = {}
    alike = (Product.partner == partner) & Product.twin_key.in_(list(keys)) & _here
    for product in Product.select(*shown).where(alike).order_by(Product.id):
        found.setdefault(product.twin_key, []).append(product)
    return found
