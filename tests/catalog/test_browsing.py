"""Browsing a range: search, tabs, prices at the partner's terms, twins, and few queries whatever the size."""

from datetime import datetime, timedelta

import pytest

from occhub.catalog.browsing import PAGE, browse, browse_one
from occhub.catalog.displaying import options_in_words
from occhub.catalog.judging import twin_key
from occhub.catalog.models import LIVE, STOCKED, Import, Product, Variant
from occhub.catalog.progress import progress
from occhub.catalog.terms import PriceRule
from occhub.database import db
from occhub.errors import NotFound
from occhub.partners.models import CONNECTED, DISCONNECTED, Hub, Partner
from tests.catalog.conftest import NOW


@pytest.fixture
def partner(database: None) -> Partner:
    Hub.create(shop="hub.myshopify.com", currency="USD")
    return _partner("north")


def _partner(name: str) -> Partner:
    return Partner.create(
        name=name,
        shop=f"{name}.myshopify.com",
        state=CONNECTED,
        currency="USD",
        created_at=NOW,
        connected_at=NOW - timedelta(days=30),
    )


def _stock(partner: Partner, title: str, **facts: object) -> Product:
    number = Product.select().count() + 1
    known = {
        "remote_id": f"gid://shopify/Product/{number}",
        "title": title,
        "status": "ACTIVE",
        "words": title.lower(),
        "twin_key": title.lower(),
        "price_low_minor": 2000,
        "price_high_minor": 6000,
        "remote_updated_at": NOW,
        "first_seen_at": NOW - timedelta(days=30),
        "refreshed_at": NOW,
    }
    return Product.create(partner=partner, **(known | facts))


def _import(partner: Partner, product: Product, state: str) -> Import:
    facts = {"created_at": NOW, "planned_at": NOW, "changed_at": NOW, "markup_bp": 4000}
    return Import.create(
        partner=partner, product_remote_id=product.remote_id, title=product.title, state=state, **facts
    )


def _titles(partner: Partner, **asked: object) -> list[str]:
    return [row.product.title for group in browse(partner, as_of=NOW, **asked).groups for row in group.rows]


def test_tabs_filter_and_count(partner: Partner) -> None:
    _stock(partner, "Aricha", stock=3)
    _import(partner, _stock(partner, "Biftu"), LIVE)
    _stock(partner, "Card", obstacle="gift card", always_in_stock=True)
    _stock(partner, "Dimtu", gone_at=NOW)
    _stock(_partner("south"), "Elsewhere")
    page = browse(partner, as_of=NOW)
    counts = {"all": 3, "new": 1, "imported": 1, "stocked": 2, "changed": 0, "gone": 1, "released": 0, "low": None}
    assert {tab.name: tab.count for tab in page.tabs} == counts
    assert _titles(partner) == ["Aricha", "Biftu", "Card"]
    assert _titles(partner, tab="new") == ["Aricha"]
    assert _titles(partner, tab="imported") == ["Biftu"]
    assert _titles(partner, tab="stocked") == ["Aricha", "Card"]
    assert _titles(partner, tab="gone") == ["Dimtu"]


def test_a_search_wants_every_word_and_minds_no_wildcards(partner: Partner) -> None:
    _stock(partner, "Sidamo Washed")
    _stock(partner, "Sidamo Natural")
    assert _titles(partner, search="washed SIDAMO") == ["Sidamo Washed"]
    assert _titles(partner, search="sidamo") == ["Sidamo Natural", "Sidamo Washed"]
    assert _titles(partner, search="100% _") == []


def test_sorting_by_stock_and_price(partner: Partner) -> None:
    _stock(partner, "A", stock=1, price_low_minor=900)
    _stock(partner, "B", stock=9, price_low_minor=1000)
    assert _titles(partner, sort="stock") == ["B", "A"]
    assert _titles(partner, sort="price") == ["A", "B"]
    assert _titles(partner, sort="drop table", tab="nonsense") == ["A", "B"]


def test_a_row_shows_cost_always_and_our_price_once_a_markup_is_agreed(partner: Partner) -> None:
    product = _stock(partner, "Aricha")
    row = browse_one(partner, product.id, as_of=NOW)
    assert (str(row.price.low), str(row.cost.low), row.our_price, row.margin) == ("20.00 USD", "14.00 USD", None, None)
    partner.markup_bp = 4000
    row = browse_one(partner, product.id, as_of=NOW)
    assert (str(row.our_price.low), str(row.our_price.high), row.margin) == ("19.60 USD", "58.80 USD", "28.5 %")


def test_listings_of_one_coffee_stand_side_by_side_retail_first_with_what_differs(partner: Partner) -> None:
    _stock(partner, "Aricha")
    _stock(partner, "Decaf", vendor="Airport", wholesale=True, price_low_minor=1200, tags=["coffee", "tier2"])
    _stock(partner, "Elida", price_low_minor=100)
    _stock(partner, "Decaf", vendor="Ecommerce", tags=["coffee"])
    _stock(partner, "Decaf", vendor="Long gone", gone_at=NOW)
    _stock(_partner("south"), "Decaf", vendor="Somebody else")
    alone, decaf, _ = browse(partner, as_of=NOW).groups
    assert (len(alone.rows), alone.differ) == (1, ())
    assert [(row.product.vendor, row.own_tags) for row in decaf.rows] == [("Ecommerce", ()), ("Airport", ("tier2",))]
    assert decaf.differ == ("price", "vendor", "tags")
    assert [group.rows[0].product.title for group in browse(partner, sort="price", as_of=NOW).groups] == [
        "Elida",
        "Decaf",
        "Aricha",
    ]


def test_a_listing_nobody_asked_for_stands_beside_the_one_he_did(partner: Partner) -> None:
    _stock(partner, "Decaf")
    _stock(partner, "Decaf", wholesale=True, words="decaf tier2", stock=4)
    for asked in ({"search": "tier2"}, {"tab": "stocked"}):
        page = browse(partner, as_of=NOW, **asked)
        assert [(row.product.wholesale, row.aside) for row in page.groups[0].rows] == [(False, True), (True, False)]
        assert (len(page.groups), page.pages) == (1, 1)


def test_listings_of_other_sizes_are_comparable_by_the_kilo(partner: Partner) -> None:
    for title, grams, minor in (("Sidamo 250 g", 250, 1500), ("Sidamo 1 kg", 1000, 5200)):
        product = _stock(partner, title, twin_key=twin_key(title), price_low_minor=minor)
        facts = {"remote_id": title, "item_id": title, "title": title, "price_minor": minor, "grams": grams}
        Variant.create(product=product, **facts)
    (sidamo,) = browse(partner, as_of=NOW).groups
    assert [str(row.per_kilo) for row in sidamo.rows] == ["60.00 USD", "52.00 USD"]


def test_a_coffee_counts_once_however_often_it_is_listed(partner: Partner) -> None:
    for number in range(PAGE):
        _stock(partner, f"Lot {number:03}")
        _stock(partner, f"Lot {number:03}", wholesale=True)
    page = browse(partner, as_of=NOW)
    assert (len(page.groups), page.pages, page.tabs[0].count) == (PAGE, 1, 2 * PAGE)


def test_margins_are_sorted_and_thin_ones_are_found(partner: Partner) -> None:
    partner.markup_bp = 4000
    _stock(partner, "Usual")
    thin = _stock(partner, "Thin")
    PriceRule.create(partner=partner, product_remote_id=thin.remote_id, markup_bp=500)
    dear = _stock(partner, "Dear")
    PriceRule.create(partner=partner, product_remote_id=dear.remote_id, markup_bp=10_000)
    assert _titles(partner, sort="margin") == ["Dear", "Usual", "Thin"]
    assert _titles(partner, tab="low") == ["Thin"]
    page = browse(partner, tab="low", as_of=NOW)
    assert [(tab.label, tab.count) for tab in page.tabs if tab.name == "low"] == [("Margin below 20 %", 1)]
    partner.markup_bp = None
    assert _titles(partner, tab="low") == []


def test_standing_of_products(partner: Partner) -> None:
    fresh = _stock(partner, "Fresh", first_seen_at=NOW - timedelta(days=1))
    card = _stock(partner, "Card", obstacle="gift card")
    gone = _stock(partner, "Gone", gone_at=NOW)
    live = _stock(partner, "Live")
    _import(partner, live, LIVE)

    def standing(product: Product) -> tuple[str, bool]:
        found = browse_one(partner, product.id, as_of=NOW).standing
        return found.word, found.importable

    assert standing(fresh) == ("New", True)
    assert standing(card) == ("Can't be imported", False)
    assert standing(gone) == ("Gone", False)
    assert standing(live) == ("Live", False)


def test_what_waits_to_go_on_sale_says_for_what(partner: Partner) -> None:
    product = _stock(partner, "Aricha")
    listing = _import(partner, product, STOCKED)

    def standing(as_of: datetime) -> tuple[str, bool]:
        found = browse_one(Partner.find(partner.id), product.id, as_of=as_of).standing
        return f"{found.word}: {found.note}", found.moving

    assert standing(NOW) == ("Importing 3 of 3: ", True)
    assert progress(partner, as_of=NOW).total == 1
    later = NOW + timedelta(hours=1)
    assert standing(later) == ("Off sale: It goes on sale by itself once there is a variant to sell.", False)
    assert progress(partner, as_of=later).total == 0
    Import.update(error="Your store has no online store.").where(Import.id == listing.id).execute()
    assert standing(later) == ("Off sale: Your store has no online store.", False)
    Partner.update(state=DISCONNECTED, hides_goods=True).execute()
    assert standing(NOW) == (f"Off sale: Hidden until {partner.name} is connected again.", False)


def test_the_first_reading_of_a_range_marks_nothing_new(partner: Partner) -> None:
    product = _stock(partner, "Aricha", first_seen_at=partner.connected_at + timedelta(minutes=1))
    assert (
        browse_one(partner, product.id, as_of=partner.connected_at + timedelta(days=2)).standing.word == "Not imported"
    )


def test_somebody_elses_product_is_not_found(partner: Partner) -> None:
    product = _stock(_partner("south"), "Elsewhere")
    with pytest.raises(NotFound):
        browse_one(partner, product.id, as_of=NOW)


def test_pages_hold_fifty_and_end(partner: Partner) -> None:
    for number in range(PAGE + 1):
        _stock(partner, f"Lot {number:03}")
    first = browse(partner, as_of=NOW)
    assert (len(first.groups), first.page, first.pages) == (PAGE, 1, 2)
    assert _titles(partner, page=2) == ["Lot 050"]
    assert _titles(partner, page=99) == ["Lot 050"]


def test_the_number_of_queries_does_not_grow_with_the_range(partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    def queries() -> int:
        asked: list[str] = []
        execute = type(db.obj).execute_sql

        def counting(self, sql, *args, **kwargs):
            asked.append(sql)
            return execute(self, sql, *args, **kwargs)

        with monkeypatch.context() as patch:
            patch.setattr(type(db.obj), "execute_sql", counting)
            browse(partner, as_of=NOW)
        return len(asked)

    _import(partner, _stock(partner, "Lot"), LIVE)
    few = queries()
    for number in range(60):
        _import(partner, _stock(partner, f"Lot {number}"), LIVE)
    assert queries() == few


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([["Title", ["Default Title"]]], ""),
        ([["Size", ["250 g", "1 kg"]], ["Grind", ["Whole", "Drip", "Press", "Espresso"]]], "250 g, 1 kg × 4 grinds"),
        ([["Grind", ["Whole", "Drip", "Press"]], ["Weight", ["12 oz"]]], "3 grinds × 12 oz"),
        ([["Colour", ["Red", "Blue"]]], "Red, Blue"),
    ],
)
def test_options_are_said_in_words(options: list[tuple[str, list[str]]], words: str) -> None:
    assert options_in_words(options) == words


def test_an_option_named_by_a_question_is_counted_as_choices() -> None:
    assert options_in_words([("Ground or whole bean?", ["a", "b", "c"])]) == "3 choices"
