"""The owner's pages of goods, over HTTP with a real ID token; the queue's work is done by hand."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from occhub import clock, queue, schedule
from occhub.app import create_app
from occhub.catalog import importing, planning, publishing, refreshing, tasks
from occhub.catalog.models import (
    ASKING,
    FAILED,
    Change,
    Import,
    Imprint,
    PriceRule,
    Product,
    ProductMapping,
    TradeTerms,
    Variant,
)
from occhub.partners.models import Hub, Partner
from occhub.settings import Settings
from tests.catalog.conftest import NOW, Trade

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}

# More than any database numbers.
BEYOND = "9" * 30


class Owner:
    """The hub's owner at his browser: `see` opens a page, `click` swaps a fragment."""

    def __init__(self, client: TestClient, token: str) -> None:
        self.client = client
        self.token = {"Authorization": f"Bearer {token}"}

    def see(self, path: str) -> str:
        answer = self.client.get(path, headers=self.token)
        assert answer.status_code == 200, answer.text
        return answer.text

    def fetch(self, path: str) -> str:
        answer = self.client.get(path, headers=self.token | FRAGMENT)
        assert answer.status_code == 200, answer.text
        return answer.text

    def click(self, path: str, status: int = 200, **form: Any) -> str:
        answer = self.client.post(path, data=form, headers=self.token | FRAGMENT)
        assert answer.status_code == status, answer.text
        return answer.text + json.dumps(dict(answer.headers))


@pytest.fixture
def owner(trade: Trade, settings: Settings) -> Iterator[Owner]:
    queue.open_queue("memory:", schedule.NUDGES, schedule.tick)
    refreshing.refresh(trade.partner, as_of=NOW, trigger="person")
    token = trade.standin.control("GET", f"/shops/{trade.hub}/id_token")["id_token"]
    return Owner(TestClient(create_app(settings), base_url="http://127.0.0.1:8999"), token)


def _range(trade: Trade) -> str:
    return f"/partners/{trade.partner.id}/products"


def _coffee(trade: Trade) -> Product:
    product: Product = Product.get((Product.partner == trade.partner) & (Product.obstacle == ""))
    return product


def _facts(product: Product, **others: Any) -> dict[str, Any]:
    return {name: value for name, value in product.__data__.items() if name != "id"} | others


def _agree(trade: Trade) -> None:
    planning.agree_markup(trade.partner, 4000)


def _stock_and_publish() -> None:
    ProductMapping.update(stock_at=NOW, hub_available=7, partner_available=12).execute()
    publishing.publish_stocked(as_of=NOW)


def test_the_range_shows_every_product_and_why_some_cannot_be_imported(trade: Trade, owner: Owner) -> None:
    page = owner.see(_range(trade))
    for product in Product.select().where(Product.partner == trade.partner):
        assert product.title.replace("'", "&#39;") in page
        assert product.obstacle in page
    assert page.startswith("<!doctype html>")


def test_the_markup_is_asked_for_once_and_then_there_are_import_buttons(trade: Trade, owner: Owner) -> None:
    page = owner.see(_range(trade))
    assert "What do you add to the cost?" in page
    assert ">Import<" not in page
    assert f'"path\\": \\"{_range(trade)}' in owner.click(f"/partners/{trade.partner.id}/markup", markup="40")
    page = owner.see(_range(trade))
    assert "What do you add to the cost?" not in page
    assert ">Import<" in page


@pytest.mark.parametrize("markup", ["", "-1", "1e9", "forty"])
def test_a_senseless_markup_gets_a_sentence_and_changes_nothing(trade: Trade, owner: Owner, markup: str) -> None:
    assert "markup" in owner.click(f"/partners/{trade.partner.id}/markup", 422, markup=markup)
    assert Partner.find(trade.partner.id).markup_bp is None


def test_searching_answers_only_the_table(trade: Trade, owner: Owner) -> None:
    table = owner.fetch(f"{_range(trade)}?q=nothing-like-this")
    assert table.startswith('<div id="range">')
    assert "Nothing found" in table


def test_a_click_on_import_turns_the_row_step_by_step(trade: Trade, owner: Owner) -> None:
    _agree(trade)
    product = _coffee(trade)
    row = f"{_range(trade)}/{product.id}"
    assert "Importing 1 of 3" in owner.click(f"{row}/import", this_one="1")
    assert 'hx-trigger="every 2s"' in owner.fetch(row)
    assert "0 of 1 import done" in owner.fetch(f"/partners/{trade.partner.id}/imports")
    listing = Import.get()
    tasks.import_one(listing.id)
    assert "Importing 2 of 3" in owner.fetch(row)
    _stock_and_publish()
    live = owner.fetch(row)
    assert "Live" in live
    assert "hx-trigger" not in live
    assert "progress" not in owner.fetch(f"/partners/{trade.partner.id}/imports")


def test_a_double_click_is_harmless(trade: Trade, owner: Owner) -> None:
    _agree(trade)
    for _ in range(2):
        owner.click(f"{_range(trade)}/{_coffee(trade).id}/import", this_one="1")
    assert Import.select().count() == 1


def test_an_import_without_a_markup_is_refused(trade: Trade, owner: Owner) -> None:
    owner.click(f"{_range(trade)}/{_coffee(trade).id}/import", 422)
    assert Import.select().count() == 0


def test_ticked_products_are_imported_together_but_no_two_listings_of_a_coffee(trade: Trade, owner: Owner) -> None:
    _agree(trade)
    ticked = list(Product.select().where(Product.partner == trade.partner))
    keys = [product.twin_key for product in ticked if not product.obstacle]
    good = sum(product.obstacle == "" and keys.count(product.twin_key) == 1 for product in ticked)
    answer = owner.click(f"/partners/{trade.partner.id}/imports", product=[product.id for product in ticked])
    asking = Import.select().where(Import.state == ASKING).count()
    assert f"{good - asking} on their way" in answer
    assert (f"{asking} ask you which size is right" in answer) == bool(asking)
    assert f"0 of {good - asking} import" in answer
    assert "is listed more than once" in answer
    assert Import.select().count() == good


def test_one_of_several_listings_is_imported_after_a_question(trade: Trade, owner: Owner) -> None:
    _agree(trade)
    product = _coffee(trade)
    twin = Product.create(**_facts(product, remote_id="twin", title="Wholesale", vendor="Tier", price_low_minor=1))
    path = f"{_range(trade)}/{product.id}/import"
    asked = owner.click(path)
    assert "Import this one" in asked
    assert "The cheapest other one is" in asked
    assert Import.select().count() == 0
    owner.click(path, this_one="1")
    assert "You sell this coffee already" in owner.click(f"{_range(trade)}/{twin.id}/import")
    assert Import.select().count() == 1


def test_a_coffee_released_since_we_know_him_is_new_and_can_be_imported_from_its_tab(
    trade: Trade, owner: Owner
) -> None:
    _agree(trade)
    now = clock.now()
    Partner.update(connected_at=now - timedelta(days=30)).execute()
    Product.update(first_seen_at=now - timedelta(days=20)).execute()
    fresh = _coffee(trade)
    Product.update(first_seen_at=now - timedelta(days=2)).where(Product.id == fresh.id).execute()
    assert f"New at {trade.partner.name} (1)" in owner.see(_range(trade))
    table = owner.fetch(f"{_range(trade)}?tab=released")
    assert f'id="product-{fresh.id}"' in table
    assert f'hx-post="{_range(trade)}/{fresh.id}/import"' in table
    assert ">New</s-badge>" in table


def test_ticking_nothing_gets_a_sentence(trade: Trade, owner: Owner) -> None:
    _agree(trade)
    assert "tick" in owner.click(f"/partners/{trade.partner.id}/imports", 422)


def test_a_row_opens_into_its_variants_with_the_arithmetic(trade: Trade, owner: Owner) -> None:
    _agree(trade)
    opened = owner.fetch(f"{_range(trade)}/{_coffee(trade).id}?open=1")
    assert "less 30 %" in opened
    assert "plus 40 %" in opened


def test_somebody_elses_product_is_not_found(trade: Trade, owner: Owner) -> None:
    _agree(trade)
    owner.click(f"/partners/{trade.other_partner.id}/products/{_coffee(trade).id}/import", 404)
    owner.click(f"{_range(trade)}/999999/import", 404)
    assert Import.select().count() == 0


def test_a_range_that_was_never_read_shows_itself_once_it_was(trade: Trade, owner: Owner) -> None:
    path = f"/partners/{trade.other_partner.id}/products"
    waiting = owner.see(path)
    assert "Not read yet" in waiting
    assert f'hx-get="{path}" hx-trigger="every 2s"' in waiting
    tasks.refresh_partner(trade.other_partner.id)
    assert "every 2s" not in owner.fetch(path)


def test_a_refresh_shows_that_the_range_is_being_read(trade: Trade, owner: Owner) -> None:
    assert "Reading the range" in owner.click(f"/partners/{trade.partner.id}/refreshes")
    assert queue.ping() == 1
    tasks.refresh_partner(trade.partner.id)
    assert "Refresh" in owner.fetch(f"/partners/{trade.partner.id}/refreshes")


def test_what_we_sell_is_listed_and_opened_with_its_reasons(trade: Trade, owner: Owner) -> None:
    _agree(trade)
    assert "Nothing here" in owner.see("/products")
    listing = planning.plan_product(trade.partner, _coffee(trade), as_of=NOW)
    assert listing.title in owner.see("/products?tab=coming")
    tasks.import_one(listing.id)
    _stock_and_publish()
    assert listing.title in owner.see("/products?tab=live")
    assert listing.title not in owner.fetch("/products?tab=failed")
    page = owner.see(f"/products/{listing.id}")
    assert "12 at the partner, 1 kept as safety, 4 sold and not yet held for you." in page
    assert f"/store/{trade.hub.partition('.')[0]}/products/" in page
    assert f"/store/{trade.partner.shop.partition('.')[0]}/products/" in page


def test_a_products_page_says_where_the_coffee_comes_from(trade: Trade, owner: Owner) -> None:
    listing = _imported(trade, owner)
    Imprint.update(facts={"process": "Washed"}).execute()
    assert re.search(r"<dt>Process</dt><dd>Washed</dd>", owner.see(f"/products/{listing.id}"))


def test_a_draft_is_put_on_sale_by_a_click(trade: Trade, owner: Owner) -> None:
    Partner.update(markup_bp=4000, publish_imports=False).execute()
    listing = planning.plan_product(Partner.find(trade.partner.id), _coffee(trade), as_of=NOW)
    tasks.import_one(listing.id)
    _stock_and_publish()
    assert "Put on sale" in owner.see(f"/products/{listing.id}")
    assert "Importing 3 of 3" in owner.click(f"/products/{listing.id}/publication")
    tasks.publish_ready()
    assert "Live" in owner.see(f"/products/{listing.id}")


def test_a_failed_import_says_why_and_is_tried_again(trade: Trade, owner: Owner) -> None:
    _agree(trade)
    listing = planning.plan_product(trade.partner, _coffee(trade), as_of=NOW)
    Import.update(state=FAILED, error="The store was frozen.").execute()
    assert "The store was frozen." in owner.see(f"/products/{listing.id}")
    assert "Importing 1 of 3" in owner.click(f"/products/{listing.id}/import")


def test_a_partner_does_not_see_these_pages(trade: Trade, owner: Owner) -> None:
    token = trade.standin.control("GET", f"/shops/{trade.partner.shop}/id_token")["id_token"]
    for path in ("/products", _range(trade)):
        answer = owner.client.get(path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 403


def _imported(trade: Trade, owner: Owner) -> Import:
    _agree(trade)
    listing = importing.import_product(trade.planned(_coffee(trade)), as_of=NOW)
    _stock_and_publish()
    return Import.find(listing.id)


def _waiting_change(listing: Import) -> Change:
    mapping = ProductMapping.get(ProductMapping.listing == listing)
    facts = {"before": "20.00", "after": "99.00", "state": "waiting", "noticed_at": NOW}
    variant = {"variant_remote_id": mapping.partner_variant_id, "variant_title": "250 g"}
    change: Change = Change.create(listing=listing, field="price", **variant, **facts)
    return change


def test_changes_are_shown_with_before_and_after_and_decided_singly(trade: Trade, owner: Owner) -> None:
    change = _waiting_change(_imported(trade, owner))
    page = owner.see("/changes")
    assert "20.00 USD" in page
    assert "99.00 USD" in page
    assert re.search(r"Your price \d+\.\d\d → \d+\.\d\d.USD, margin", page)
    assert "Nothing to review" in owner.click(f"/changes/{change.id}/dismissal")
    assert Change.find(change.id).state == "dismissed"


def test_all_changes_of_a_kind_are_decided_at_once(trade: Trade, owner: Owner) -> None:
    change = _waiting_change(_imported(trade, owner))
    owner.click("/changes/acceptance", kind="title")
    assert Change.find(change.id).state == "waiting"
    owner.click("/changes/acceptance", kind="price")
    assert Change.find(change.id).state == "accepted"
    owner.click("/changes/acceptance", 422, kind="nonsense")


def test_what_needs_review_has_its_own_filters(trade: Trade, owner: Owner) -> None:
    listing = _imported(trade, owner)
    assert "Nothing here" in owner.fetch("/products?tab=review")
    _waiting_change(listing)
    assert listing.title.replace("'", "&#39;") in owner.fetch("/products?tab=review")
    assert listing.title.replace("'", "&#39;") in owner.fetch(f"{_range(trade)}?tab=changed")


def test_a_product_is_withdrawn_and_brought_back(trade: Trade, owner: Owner) -> None:
    listing = _imported(trade, owner)
    owner.click(f"/products/{listing.id}/withdrawal")
    tasks.follow()
    assert "Bring it back" in owner.fetch(f"/products/{listing.id}")
    owner.click(f"/products/{listing.id}/import")
    tasks.import_one(listing.id)
    assert Import.find(listing.id).state == "created"


PRICING = {"price_way": "margin", "margin": "30", "least_margin": "20", "tolerance": "7.5", "exchange_rate": "1"}


def test_terms_of_price_are_kept_and_show_what_repricing_would_do(trade: Trade, owner: Owner) -> None:
    _imported(trade, owner)
    path = f"/partners/{trade.partner.id}/pricing"
    assert "priced at these terms" in owner.see(path)
    page = owner.click(path, **PRICING, follow_title="ignore")
    assert "for a margin of 30 %" in page
    terms = TradeTerms.of(trade.partner)
    assert (terms.price_way, terms.margin_bp, terms.least_margin_bp, terms.tolerance_bp) == ("margin", 3000, 2000, 750)
    assert terms.follow["title"] == "ignore"
    owner.click(f"/partners/{trade.partner.id}/repricing")
    tasks.follow()
    assert "priced at these terms" in owner.see(path)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("margin", "91"),
        ("least_margin", "-1"),
        ("tolerance", "1e9"),
        ("exchange_rate", "0"),
        ("exchange_rate", "NaN"),
        ("price_way", "gift"),
        ("follow_title", "perhaps"),
    ],
)
def test_senseless_terms_name_their_field_and_change_nothing(
    trade: Trade, owner: Owner, field: str, typed: str
) -> None:
    owner.click(f"/partners/{trade.partner.id}/pricing", 422, **{**PRICING, field: typed})
    assert TradeTerms.select().count() == 0
    assert Partner.find(trade.partner.id).exchange_rate == "1"


def test_a_variant_has_its_own_price(trade: Trade, owner: Owner) -> None:
    _agree(trade)
    product = _coffee(trade)
    variant = product.variants.order_by(Variant.position).first()
    path = f"{_range(trade)}/{product.id}/price"
    assert "Your own price for" in owner.fetch(f"{path}?variant={variant.id}")
    opened = owner.click(path, variant=str(variant.id), cost="7.00", markup="100")
    assert "cost typed: 7.00 USD, plus 100 % = 14.00 USD" in opened
    owner.click(path, variant=str(variant.id))
    assert PriceRule.select().count() == 0


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("cost", "-1"),
        ("cost", "0"),
        ("cost", "x"),
        ("cost", "1e99999999"),
        ("markup", "1e9"),
        ("margin", "91"),
        ("discount", "96"),
        ("price_way", "gift"),
    ],
)
def test_a_senseless_own_price_changes_nothing(trade: Trade, owner: Owner, field: str, typed: str) -> None:
    owner.click(f"{_range(trade)}/{_coffee(trade).id}/price", 422, **{field: typed})
    assert PriceRule.select().count() == 0


@pytest.mark.parametrize("variant", ["x", "-1", "999999", BEYOND])
def test_an_own_price_for_no_variant_of_the_product_is_none(trade: Trade, owner: Owner, variant: str) -> None:
    path = f"{_range(trade)}/{_coffee(trade).id}/price"
    owner.click(path, 404, variant=variant, cost="1.00")
    assert owner.client.get(f"{path}?variant={variant}", headers=owner.token).status_code == 404
    assert PriceRule.select().count() == 0


@pytest.mark.parametrize("product", ["x", "999999", BEYOND])
def test_ticking_what_is_no_product_changes_nothing(trade: Trade, owner: Owner, product: str) -> None:
    _agree(trade)
    owner.click(f"/partners/{trade.partner.id}/imports", 404, product=[str(_coffee(trade).id), product])
    assert Import.select().count() == 0


@pytest.mark.parametrize("search", ["a " * 3000, "x" * 5000, "%00", "%25_", BEYOND])
def test_any_search_finds_something_or_nothing(trade: Trade, owner: Owner, search: str) -> None:
    owner.see(f"{_range(trade)}?q={search}&page={BEYOND}")


def test_a_price_list_sets_the_costs_of_its_skus(trade: Trade, owner: Owner) -> None:
    _agree(trade)
    variant = Variant.select().where((Variant.product == _coffee(trade)) & (Variant.sku != "")).first()
    path = f"/partners/{trade.partner.id}/price-lists"
    answer = owner.click(path, price_list="Wholesale 2026", lines=f"{variant.sku}, 5.50\nUNKNOWN-1; 3")
    assert "1 SKU on the list that he does not sell" in answer
    assert "UNKNOWN-1" in answer
    for name, lines in (("Other", "no cost 1 here"), ("", "A, 1"), ("Other", f"{variant.sku}, -1")):
        owner.click(path, 422, price_list=name, lines=lines)
    assert "Wholesale 2026" in owner.see(f"/partners/{trade.partner.id}/pricing")
    assert "His price less" in owner.click(f"{path}/removal")
    owner.click(f"{path}/removal", 409)


def test_a_price_list_of_the_partners_store_is_chosen(trade: Trade, owner: Owner) -> None:
    path = f"/partners/{trade.partner.id}/price-lists"
    assert "keeps no price list" in owner.fetch(path)
    trade.standin.control("POST", f"/shops/{trade.partner.shop}/price-lists", {"name": "Cafés", "adjustment": -35})
    shown = owner.fetch(path)
    assert "Cafés: 0 prices, everything else 35 % off" in shown
    chosen = shown.partition('name="remote_id" value="')[2].partition('"')[0]
    assert "Cafés" in owner.click(path, remote_id=chosen)
    owner.click(path, 422, remote_id="gid://shopify/PriceList/1")


def test_an_old_exchange_rate_warns(trade: Trade, owner: Owner) -> None:
    hub = Hub.get_hub()
    other = "EUR" if hub.currency != "EUR" else "JPY"
    Partner.update(currency=other).where(Partner.id == trade.partner.id).execute()
    path = f"/partners/{trade.partner.id}/pricing"
    assert "Nobody has said when" in owner.see(path)
    assert "Nobody has said when" not in owner.click(path, **{**PRICING, "exchange_rate": "1.37"})
    TradeTerms.update(rate_at=NOW.replace(month=8)).execute()
    assert "days old" in owner.see(path)


def test_new_coffees_have_a_tab_of_their_own(trade: Trade, owner: Owner) -> None:
    assert f"New at {trade.partner.name} (0)" in owner.fetch(_range(trade))
