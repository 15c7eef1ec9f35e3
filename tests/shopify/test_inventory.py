"""Stock read and written on the stand-in: compare-and-set, refusals row by row, keys that make a repeat harmless."""

import json
from dataclasses import replace
from typing import Any

import pytest
from pytest_httpx import HTTPXMock

from occhub import clock
from occhub.shopify import Store, open_store, tokens
from occhub.shopify.errors import FailedInside, Rejected
from occhub.shopify.inventory import (
    ROWS,
    read_levels,
    read_partner_variants,
    set_levels,
)
from occhub.shopify.listings import set_counting
from occhub.shopify.products import list_products
from occhub.shopify.scopes import HUB_SCOPES_OPTIONAL
from occhub.shopify.shops import list_locations
from occhub.shopify.types import LevelChange, PartnerVariant

REFERENCE = "gid://occ-inventory-hub/SyncLog/1"
NOWHERE = "gid://shopify/InventoryItem/999"


class Shelf:
    """A store whose own stock we may set: the partner's catalogue on a store that granted everything."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.place = list_locations(store)[0].id
        self.variants = [v for product in list_products(store) for v in product.variants if v.tracked]
        self.items = [variant.item_id for variant in self.variants]

    def levels(self) -> dict[str, int]:
        """Available stock by item."""
        found = read_levels(self.store, [variant.id for variant in self.variants], [self.place])
        return {variant.item_id: level.available for variant in self.variants if (level := found[variant.id])}

    def change(self, item: str, quantity: int, change_from: int | None) -> LevelChange:
        return LevelChange(item, self.place, quantity, change_from)


@pytest.fixture
def shelf(standin: Any, cast: Any) -> Shelf:

    shop = standin.open_shop(catalogue={"size": 6, "seed": 4})
    tokens.exchange(shop, standin.install(shop, *HUB_SCOPES_OPTIONAL), clock.now())
    return Shelf(open_store(shop))


def stock(standin: Any, shelf: Shelf, variant: PartnerVariant) -> dict[str, Any]:
    """The stand-in's own count of a variant at the only location."""
    for product in standin.state(shelf.store.shop)["products"]:
        for found in product["variants"]:
            if found["gid"] == variant.id:
                return dict(next(iter(found["stock"].values())))
    raise AssertionError(variant.id)


def test_levels_are_the_stores_own(shelf: Shelf, standin: Any) -> None:
    levels = shelf.levels()
    for variant in shelf.variants[:3]:
        assert levels[variant.item_id] == stock(standin, shelf, variant)["available"]


def test_a_variant_that_is_gone_answers_none(shelf: Shelf) -> None:
    gone = "gid://shopify/ProductVariant/9"
    assert read_levels(shelf.store, [gone], [shelf.place, shelf.place]) == {gone: None}
    assert read_partner_variants(shelf.store, [gone]) == {gone: None}


def test_stock_is_summed_over_the_places_asked_for(shelf: Shelf) -> None:
    variant = shelf.variants[0].id
    once = read_levels(shelf.store, [variant], [shelf.place])[variant]
    twice = read_levels(shelf.store, [variant], [shelf.place, shelf.place])[variant]
    assert once is not None
    assert twice is not None
    assert (once.counts, twice.available) == (shelf.variants[0].policy == "DENY", 2 * once.available)


def test_only_the_quantities_asked_for_are_read(shelf: Shelf) -> None:
    variant = shelf.variants[0].id
    level = read_levels(shelf.store, [variant], [shelf.place], names=["reserved"])[variant]
    assert level is not None
    assert level.available == 0


def test_stock_without_a_place_makes_no_sense(shelf: Shelf) -> None:
    with pytest.raises(ValueError, match="location"):
        read_levels(shelf.store, shelf.items, [])


def test_variants_are_counted_as_told(shelf: Shelf) -> None:
    product = next(product for product in list_products(shelf.store) if product.variants[0].tracked)
    variant = product.variants[0].id
    for tracked, always in ((False, True), (True, False)):
        set_counting(shelf.store, product.id, {variant: (tracked, always)})
        level = read_levels(shelf.store, [variant], [shelf.place])[variant]
        assert level is not None
        assert (level.tracked, level.always, level.counts) == (tracked, always, tracked)


def test_terms_tell_policy_and_tracking(shelf: Shelf) -> None:
    variant = shelf.variants[0]
    terms = read_partner_variants(shelf.store, [variant.id])[variant.id]
    assert terms is not None
    assert (terms.policy, terms.tracked, terms.item_id) == (variant.policy, True, variant.item_id)


def test_stock_is_set_where_it_is_what_we_think(shelf: Shelf) -> None:
    before = shelf.levels()
    one, two = shelf.items[:2]
    rows = [shelf.change(one, 41, before[one]), shelf.change(two, 42, None)]
    assert set_levels(shelf.store, rows, key="run-1", reference=REFERENCE) == []
    after = shelf.levels()
    assert (after[one], after[two]) == (41, 42)


def test_a_stale_row_is_refused_and_the_rest_is_written(shelf: Shelf) -> None:
    before = shelf.levels()
    stale, fresh, gone = shelf.items[0], shelf.items[1], NOWHERE
    rows = [
        shelf.change(stale, 5, (before[stale] or 0) + 1),
        shelf.change(fresh, 43, before[fresh]),
        LevelChange(gone, shelf.place, 1, 0),
    ]
    refusals = {
        refusal.item_id: refusal.code for refusal in set_levels(shelf.store, rows, key="r", reference=REFERENCE)
    }
    assert refusals == {stale: "CHANGE_FROM_QUANTITY_STALE", gone: "INVALID_INVENTORY_ITEM"}
    after = shelf.levels()
    assert (after[stale], after[fresh]) == (before[stale], 43)


def test_when_every_row_is_refused_nothing_more_is_sent(shelf: Shelf) -> None:
    calls = shelf.store.calls
    refusals = set_levels(shelf.store, [LevelChange(NOWHERE, shelf.place, 1, 0)], key="r", reference=REFERENCE)
    assert [refusal.code for refusal in refusals] == ["INVALID_INVENTORY_ITEM"]
    assert shelf.store.calls == calls + 1


def test_nothing_to_set_asks_nobody(shelf: Shelf) -> None:
    calls = shelf.store.calls
    assert set_levels(shelf.store, [], key="r", reference=REFERENCE) == []
    assert shelf.store.calls == calls


@pytest.mark.parametrize("fault", ["lost", "error_502"])
def test_a_write_whose_answer_was_lost_happens_once(shelf: Shelf, standin: Any, fault: str) -> None:
    item = shelf.items[0]
    before = shelf.levels()[item]
    standin.break_down(fault, shop=shelf.store.shop, operation="SetLevels")
    assert set_levels(shelf.store, [shelf.change(item, 77, before)], key="run-2", reference=REFERENCE) == []
    assert shelf.levels()[item] == 77


@pytest.mark.expects_violations
def test_the_same_key_with_other_rows_is_a_refusal_of_the_whole(shelf: Shelf) -> None:
    item = shelf.items[0]
    set_levels(shelf.store, [shelf.change(item, 10, None)], key="run-3", reference=REFERENCE)
    with pytest.raises(Rejected):
        set_levels(shelf.store, [shelf.change(item, 11, None)], key="run-3", reference=REFERENCE)


def test_more_rows_than_shopify_takes_are_not_sent(shelf: Shelf) -> None:
    rows = [shelf.change(shelf.items[0], 1, None)] * (ROWS + 1)
    with pytest.raises(ValueError, match="250"):
        set_levels(shelf.store, rows, key="r", reference=REFERENCE)


def answered(code: str, *path: str) -> dict[str, Any]:
    error = {"field": list(path), "message": code.lower(), "code": code}
    return {"data": {"inventorySetQuantities": {"userErrors": [error]}}}


ROW = LevelChange("gid://shopify/InventoryItem/1", "gid://shopify/Location/1", 5, 4)
API_URL = "https://roaster.myshopify.com/admin/api/2026-10/graphql.json"


def test_a_write_still_running_under_our_key_is_waited_for(store: Store, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=API_URL, json=answered("IDEMPOTENCY_CONCURRENT_REQUEST"))
    httpx_mock.add_response(url=API_URL, json={"data": {"inventorySetQuantities": {"userErrors": []}}})
    assert set_levels(store, [ROW], key="run-9", reference=REFERENCE) == []
    first, second = (request.content for request in httpx_mock.get_requests(url=API_URL))
    assert first == second


def test_a_refusal_that_names_no_row_is_one_of_the_whole(store: Store, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=API_URL, json=answered("INVALID_REASON", "input", "reason"))
    with pytest.raises(Rejected):
        set_levels(store, [ROW], key="run-9", reference=REFERENCE)


def test_the_rest_is_sent_under_a_key_of_its_own(store: Store, httpx_mock: HTTPXMock) -> None:
    stale = answered("CHANGE_FROM_QUANTITY_STALE", "input", "quantities", "0", "changeFromQuantity")
    httpx_mock.add_response(url=API_URL, json=stale)
    httpx_mock.add_response(url=API_URL, json={"data": {"inventorySetQuantities": {"userErrors": []}}})
    other = replace(ROW, item_id="gid://shopify/InventoryItem/2")
    (refusal,) = set_levels(store, [ROW, other], key="run-9", reference=REFERENCE)
    assert (refusal.item_id, refusal.code) == (ROW.item_id, "CHANGE_FROM_QUANTITY_STALE")
    sent = [json.loads(request.content)["variables"] for request in httpx_mock.get_requests(url=API_URL)]
    assert [variables["key"] for variables in sent] == ["run-9", "run-9:2"]
    assert [row["inventoryItemId"] for row in sent[1]["input"]["quantities"]] == [other.item_id]


def test_250_ids_fit_one_call_even_if_every_id_were_priced(standin: Any, shelf: Shelf) -> None:
    standin.control("POST", "/rules", {"nodes_per_id": True})
    ids = [variant.id for variant in shelf.variants]
    wanted = ids + [f"gid://shopify/ProductVariant/{number}" for number in range(1, ROWS - len(ids) + 1)]
    calls = shelf.store.calls
    found = read_levels(shelf.store, wanted, [shelf.place])
    assert shelf.store.calls == calls + 1
    assert sum(level is not None for level in found.values()) == len(ids)


@pytest.fixture
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("occhub.shopify.client.PAUSES", ())


def test_a_variant_at_which_the_store_fails_spoils_no_other(shelf: Shelf, standin: Any, in_a_hurry: None) -> None:
    good, bad = (variant.id for variant in shelf.variants[:2])
    standin.break_down("spoilt", shop=shelf.store.shop, mentions=bad)
    unread: set[str] = set()
    found = read_levels(shelf.store, [good, bad], [shelf.place, shelf.place], unread=unread)
    assert (set(found), unread) == ({good}, {bad})
    with pytest.raises(FailedInside):
        read_levels(shelf.store, [good, bad], [shelf.place])


def test_the_row_a_store_stumbles_over_is_found_and_the_rest_is_written(
    shelf: Shelf, standin: Any, in_a_hurry: None
) -> None:
    before, bad = shelf.levels(), shelf.items[4]
    standin.break_down("internal", shop=shelf.store.shop, operation="SetLevels", mentions=bad, times=99)
    rows = [shelf.change(item, before[item] + 7, before[item]) for item in shelf.items]
    (refusal,) = set_levels(shelf.store, rows, key="run-6", reference=REFERENCE)
    assert refusal.item_id == bad
    assert shelf.levels() == {item: units + 7 * (item != bad) for item, units in before.items()}


def test_a_store_that_fails_at_everything_is_not_asked_for_each_row(
    shelf: Shelf, standin: Any, in_a_hurry: None
) -> None:
    standin.break_down("internal", shop=shelf.store.shop, operation="SetLevels", times=99)
    calls = shelf.store.calls
    rows = [shelf.change(item, 1, None) for item in shelf.items]
    with pytest.raises(FailedInside):
        set_levels(shelf.store, rows, key="run-7", reference=REFERENCE)
    assert shelf.store.calls - calls == 6
