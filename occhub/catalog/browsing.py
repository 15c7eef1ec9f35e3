"""Look through a partner's range in the snapshot: the same few queries whether he has 20 products or 5,000."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN, Case, Expression, fn

from occhub.catalog import pricing
from occhub.catalog.charging import charged_bounds
from occhub.catalog.displaying import Group, Row, lay_out
from occhub.catalog.judging import words_of
from occhub.catalog.models import WITHDRAWN, Change, Import, Product
from occhub.catalog.quoting import Prices
from occhub.catalog.standing import new_since
from occhub.database import rows
from occhub.errors import NotFound
from occhub.partners.models import Hub, Partner

# Coffees on a page: listings of one coffee stand together and count once.
PAGE = 50
# What leaves less is worth a second look.
LOW_MARGIN_BP = 2_000
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
# Name -> (label, what the best of a coffee's listings is ordered by).
SORTS: dict[str, tuple[str, Any]] = {
    "title": ("Title", fn.MIN(fn.LOWER(Product.title))),
    "stock": ("Most stock", fn.MAX(Product.stock).desc()),
    "price": ("Lowest price", fn.MIN(Product.price_low_minor)),
    "margin": ("Best margin", None),  # worked out of terms and rules, so not the database's to know
    "newest": ("Newest", fn.MAX(Product.first_seen_at).desc()),
}
LOW, LOW_LABEL = "low", f"Margin below {pricing.percent(LOW_MARGIN_BP)}"


@dataclass(frozen=True)
class Tab:
    """A filter with how many products it shows; None where counting would take longer than looking."""

    name: str
    label: str
    count: int | None


@dataclass(frozen=True)
class BrowsePage:
    """One page of a range, with what was asked for."""

    groups: list[Group]
    tabs: list[Tab]
    tab: str
    search: str
    sort: str
    page: int
    pages: int


def browse(
    partner: Partner, *, search: str = "", tab: str = "all", sort: str = "title", page: int = 1, as_of: datetime
) -> BrowsePage:
    """A page of 50 coffees of the partner; unknown tabs and sorts are taken for the first ones."""
    found = _found(partner, search)
    tabs = _tabs(partner, as_of)
    if tab == LOW:
        tabs[LOW] = (LOW_LABEL, Product.id.in_(_thin(partner, found)))
    tab = tab if tab in tabs else "all"
    sort = sort if sort in SORTS else "title"
    asked = found & tabs[tab][1]
    counts = _count(found, tabs)
    page = max(1, page)
    keys, pages = _keys(partner, asked, sort, page)
    if page > pages:
        page = pages
        keys, _ = _keys(partner, asked, sort, page)
    shown = [Tab(name, label, counts[name]) for name, (label, _) in tabs.items()]
    return BrowsePage(
        groups=_groups(partner, keys, asked, as_of),
        tabs=shown if LOW in tabs else [*shown, Tab(LOW, LOW_LABEL, None)],
        tab=tab,
        search=search,
        sort=sort,
        page=page,
        pages=pages,
    )


def browse_one(partner: Partner, product_id: int, *, as_of: datetime) -> Row:
    """One row of the range, as it stands among the others of its coffee; raises NotFound."""
    product = Product.find(partner, product_id)
    groups = _groups(partner, [product.twin_key], Product.id == product_id, as_of)
    for row in groups[0].rows if groups else ():
        if row.product == product:
            return row
    raise NotFound(f"There is no such product in the range of {partner.name}.")


def _joined(*columns: Any) -> Any:
    same = (Import.partner == Product.partner) & (Import.product_remote_id == Product.remote_id)
    return Product.select(*columns).join(Import, JOIN.LEFT_OUTER, on=same, attr="listing")


def _found(partner: Partner, search: str) -> Expression:
    found = Product.partner == partner
    for word in words_of(search):
        found &= Product.words.contains(word)
    return found


def _tabs(partner: Partner, as_of: datetime) -> dict[str, tuple[str, Expression]]:
    since = new_since(partner, as_of)
    if since is None:
        return dict(TABS)
    released = TABS["new"][1] & (Product.first_seen_at > since)
    return {**TABS, "released": (f"New at {partner.name}", released)}


def _count(found: Expression, tabs: dict[str, tuple[str, Expression]]) -> dict[str, int]:
    """How many products each tab holds."""
    sums = [fn.COUNT(Product.id).filter(shown) for _, shown in tabs.values()]
    (counts,) = rows(_joined(*sums).where(found))
    return dict(zip(tabs, counts, strict=True))


def _keys(partner: Partner, asked: Expression, sort: str, page: int) -> tuple[list[str], int]:
    """The coffees of a page, none beyond the last one, and how many pages there are."""
    if sort == "margin":
        ordered = _by_margin(partner, asked)
        return ordered[(page - 1) * PAGE : page * PAGE], _pages(len(ordered))
    # Every row tells how many coffees there are in all: counted apart, they would be sorted out twice.
    coffees = fn.COUNT(Product.twin_key).over()
    wanted = _joined(Product.twin_key, coffees).where(asked).group_by(Product.twin_key)
    wanted = wanted.order_by(SORTS[sort][1], Product.twin_key)
    found = rows(wanted.paginate(page, PAGE)) or rows(wanted.limit(1))
    keys = [key for key, _ in found]
    pages = _pages(found[0][1] if found else 0)
    return keys if page <= pages else [], pages


def _pages(coffees: int) -> int:
    return max(1, -(-coffees // PAGE))


def _by_margin(partner: Partner, asked: Expression) -> list[str]:
    best: dict[str, int] = {}
    for product, margin_bp in _margins(partner, asked):
        best[product.twin_key] = max(margin_bp, best.get(product.twin_key, margin_bp))
    return sorted(best, key=lambda key: (-best[key], key))


def _thin(partner: Partner, found: Expression) -> list[int]:
    """The numbers of the products that would leave too little."""
    if partner.markup_bp is None:
        return []
    return [product.id for product, margin_bp in _margins(partner, found & _here) if margin_bp < LOW_MARGIN_BP]


def _margins(partner: Partner, asked: Expression) -> list[tuple[Product, int]]:
    """Each product with its least margin, at the prices it has or would have; 0 while no markup is agreed."""
    columns = (Product.remote_id, Product.twin_key, Product.price_low_minor, Product.price_high_minor)
    products = list(_joined(Product.id, *columns).where(asked))
    prices, sold = Prices.agreed(partner, Hub.get_hub()), charged_bounds(partner)
    bounds = prices.bounds(products) if prices else {}
    margins = {product.id: sold.get(product.remote_id) or bounds.get(product.id) for product in products}
    return [(product, found.margin_bp if (found := margins[product.id]) else 0) for product in products]


def _groups(partner: Partner, keys: list[str], asked: Expression, as_of: datetime) -> list[Group]:
    """The coffees of these keys in this order, each with every listing that is there or was asked for."""
    mine = (Product.partner == partner) & Product.twin_key.in_(keys)
    is_asked = Case(None, [(asked, 1)], 0).alias("is_asked")
    alike: dict[str, list[Product]] = {key: [] for key in keys}
    wanted = set()
    for product in _joined(Product, Import, is_asked).where(mine & (_here | asked)):
        alike[product.twin_key].append(product)
        if product.is_asked:
            wanted.add(product.id)
    return lay_out(partner, list(alike.values()), asked=wanted, as_of=as_of)
