"""A partner's range over HTTP with a real ID token; the queue's work is done by hand."""

from datetime import timedelta
from typing import Any

import pytest

from occhub import clock, queue
from occhub.catalog import importing, planning, publishing, tasks
from occhub.catalog.models import ASKING, Import, Product, ProductMapping
from occhub.partners.models import Partner
from tests.catalog.conftest import BEYOND, NOW, Owner, Trade


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


def _imported(trade: Trade, owner: Owner) -> Import:
    _agree(trade)
    listing = importing.import_product(trade.planned(_coffee(trade)), as_of=NOW)
    _stock_and_publish()
    return Import.find(listing.id)


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


def test_a_partner_does_not_see_these_pages(trade: Trade, owner: Owner) -> None:
    token = trade.standin.control("GET", f"/shops/{trade.partner.shop}/id_token")["id_token"]
    for path in ("/products", _range(trade)):
        answer = owner.client.get(path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 403


@pytest.mark.parametrize("product", ["x", "999999", BEYOND])
def test_ticking_what_is_no_product_changes_nothing(trade: Trade, owner: Owner, product: str) -> None:
    _agree(trade)
    owner.click(f"/partners/{trade.partner.id}/imports", 404, product=[str(_coffee(trade).id), product])
    assert Import.select().count() == 0


@pytest.mark.parametrize("search", ["a " * 3000, "x" * 5000, "%00", "%25_", BEYOND])
def test_any_search_finds_something_or_nothing(trade: Trade, owner: Owner, search: str) -> None:
    for path in (_range(trade), "/products", "/changes"):
        owner.see(f"{path}?q={search}&page={BEYOND}")


def test_new_coffees_have_a_tab_of_their_own(trade: Trade, owner: Owner) -> None:
    assert f"New at {trade.partner.name} (0)" in owner.fetch(_range(trade))
