"""Reading and setting stock: compare-and-set, all or nothing, keys that make a write happen once."""

from collections.abc import Callable
from typing import Any

import pytest

from standin.world import InventoryItem, Product, Shop, World

Api = Any
Coffee = Callable[..., Product]

SET = """mutation Set($input: InventorySetQuantitiesInput!, $key: String!) {
    inventorySetQuantities(input: $input) @idempotent(key: $key) {
        inventoryAdjustmentGroup { id reason changes { name delta quantityAfterChange item { id } } }
        userErrors { field message code } } }"""
ACTIVATE = """mutation Activate($item: ID!, $location: ID!, $available: Int, $key: String!) {
    inventoryActivate(inventoryItemId: $item, locationId: $location, available: $available) @idempotent(key: $key) {
        inventoryLevel { id isActive quantities(names: ["available"]) { quantity } }
        userErrors { field message } } }"""
READ = """query Read($ids: [ID!]!, $location: ID!) { nodes(ids: $ids) { ... on InventoryItem { id tracked
    inventoryLevel(locationId: $location) { id isActive updatedAt
        quantities(names: ["available", "committed", "reserved", "on_hand"]) { name quantity } } } } }"""


@pytest.fixture
def items(shop: Shop, add_coffee: Coffee) -> list[InventoryItem]:
    """Two items with 10 and 4 available."""
    return [shop.item_of(variant) for variant in add_coffee(stock=(10, 4)).variants]


class Writer:
    """Sets stock at the store's location: `set((item, quantity, change_from), ...)`."""

    def __init__(self, api: Api) -> None:
        self.api, self.keys = api, 0

    def rows(self, *rows: tuple[InventoryItem, int, int | None]) -> list[dict[str, Any]]:
        place = self.api.shop.primary_location.gid
        return [
            {"inventoryItemId": item.gid, "locationId": place, "quantity": quantity, "changeFromQuantity": before}
            for item, quantity, before in rows
        ]

    def set(self, *rows: tuple[InventoryItem, int, int | None], key: str | None = None, **more: Any) -> Any:
        self.keys += 1
        given = {"name": "available", "reason": "correction", "quantities": self.rows(*rows), **more}
        return self.api.ask(SET, input=given, key=key or f"key {self.keys}")["inventorySetQuantities"]

    def codes(self, *rows: tuple[InventoryItem, int, int | None], **more: Any) -> list[tuple[str, str]]:
        """Field and code of each user error; no adjustment may come with them."""
        answer = self.set(*rows, **more)
        assert answer["inventoryAdjustmentGroup"] is None
        return [(".".join(error["field"]), error["code"]) for error in answer["userErrors"]]


@pytest.fixture
def writer(api: Api) -> Writer:
    return Writer(api)


def test_quantities_are_read_by_id_at_a_location(api: Api, items: list[InventoryItem]) -> None:
    items[1].levels[api.shop.primary_location.id].reserved = 3
    gone = "gid://shopify/InventoryItem/1"
    nodes = api.ask(READ, ids=[items[1].gid, gone], location=api.shop.primary_location.gid)["nodes"]
    assert nodes[1] is None
    level = nodes[0]["inventoryLevel"]
    assert level["id"] == f"gid://shopify/InventoryLevel/{api.shop.primary_location.id}?inventory_item_id={items[1].id}"
    assert [(each["name"], each["quantity"]) for each in level["quantities"]] == [
        ("available", 4),
        ("committed", 0),
        ("reserved", 3),
        ("on_hand", 7),
    ]


def test_where_an_item_is_not_stocked_its_level_is_null(api: Api, items: list[InventoryItem]) -> None:
    nodes = api.ask(READ, ids=[items[0].gid], location="gid://shopify/Location/1")["nodes"]
    assert nodes[0]["inventoryLevel"] is None


def test_a_level_is_found_by_its_own_id(api: Api, items: list[InventoryItem]) -> None:
    level = items[0].levels[api.shop.primary_location.id]
    data = api.ask("query ($id: ID!) { node(id: $id) { ... on InventoryLevel { item { id } } } }", id=level.gid)
    assert data["node"]["item"]["id"] == items[0].gid


def test_setting_available_moves_on_hand_by_the_same_delta(writer: Writer, items: list[InventoryItem]) -> None:
    items[0].levels[writer.api.shop.primary_location.id].committed = 2
    group = writer.set((items[0], 7, 10))["inventoryAdjustmentGroup"]
    assert [(each["name"], each["delta"], each["quantityAfterChange"]) for each in group["changes"]] == [
        ("available", -3, 7),
        ("on_hand", -3, 9),
    ]


def test_one_stale_row_and_nothing_is_written(writer: Writer, items: list[InventoryItem]) -> None:
    assert writer.codes((items[0], 7, 10), (items[1], 1, 5)) == [
        ("input.quantities.1.changeFromQuantity", "CHANGE_FROM_QUANTITY_STALE")
    ]
    assert [item.available for item in items] == [10, 4]
    assert writer.api.rules_broken() == []


def test_null_as_change_from_skips_the_comparison(writer: Writer, items: list[InventoryItem]) -> None:
    writer.set((items[0], 7, None))
    assert items[0].available == 7


def test_a_row_without_change_from_is_refused_and_reported(writer: Writer, items: list[InventoryItem]) -> None:
    [row] = writer.rows((items[0], 7, 10))
    del row["changeFromQuantity"]
    given = {"name": "available", "reason": "correction", "quantities": [row]}
    answer = writer.api.answer(SET, input=given, key="k")
    assert answer["data"] == {"inventorySetQuantities": None}
    [error] = answer["errors"]
    assert error["message"] == "InventoryQuantityInput must include the following argument: changeFromQuantity."
    assert error["extensions"]["code"] == "INVALID_FIELD_ARGUMENTS"
    assert writer.api.rules_broken() == ["changeFromQuantity missing"]


def test_a_write_that_changes_nothing_answers_null_without_errors(writer: Writer, items: list[InventoryItem]) -> None:
    assert writer.set((items[0], 10, 10)) == {"inventoryAdjustmentGroup": None, "userErrors": []}
    assert not writer.api.world.outgoing


def test_a_write_without_a_key_is_refused_and_reported(api: Api, writer: Writer, items: list[InventoryItem]) -> None:
    document = SET.replace(" @idempotent(key: $key)", "").replace(", $key: String!", "")
    given = {"name": "available", "reason": "correction", "quantities": writer.rows((items[0], 7, 10))}
    answer = api.answer(document, input=given)
    assert answer["data"] == {"inventorySetQuantities": None}
    [error] = answer["errors"]
    assert error["message"] == "The @idempotent directive is required for this mutation but was not provided."
    assert error["extensions"]["code"] == "BAD_REQUEST"
    assert api.rules_broken() == ["@idempotent missing"]
    assert items[0].available == 10


def test_the_same_key_and_variables_answer_the_first_result(writer: Writer, items: list[InventoryItem]) -> None:
    first = writer.set((items[0], 7, 10), key="once")
    items[0].levels[writer.api.shop.primary_location.id].available = 10
    assert writer.set((items[0], 7, 10), key="once") == first
    assert items[0].available == 10


def test_the_same_key_with_other_variables_is_a_mismatch(writer: Writer, items: list[InventoryItem]) -> None:
    writer.set((items[0], 7, 10), key="once")
    answer = writer.set((items[0], 6, 7), key="once")
    assert [error["code"] for error in answer["userErrors"]] == ["IDEMPOTENCY_KEY_PARAMETER_MISMATCH"]
    assert items[0].available == 7


def test_a_key_is_forgotten_after_a_day(writer: Writer, items: list[InventoryItem], advance: Any) -> None:
    writer.set((items[0], 7, 10), key="once")
    advance(hours=25)
    writer.set((items[0], 6, 7), key="once")
    assert items[0].available == 6


def test_a_store_never_hears_of_another_stores_keys(
    world: World, writer: Writer, items: list[InventoryItem], api_of: Any
) -> None:
    writer.set((items[0], 7, 10), key="once")
    other = Writer(api_of(world.add_shop("other.myshopify.com", "Other")))
    assert other.codes((items[0], 1, 7), key="once") == [
        ("input.quantities.0.inventoryItemId", "INVALID_INVENTORY_ITEM")
    ]


def test_available_may_be_negative_and_on_hand_may_not(writer: Writer, items: list[InventoryItem]) -> None:
    writer.set((items[0], -2, 10))
    assert items[0].available == -2
    assert writer.codes((items[1], -2, 4), name="on_hand") == [
        ("input.quantities.0.quantity", "INVALID_QUANTITY_NEGATIVE")
    ]


def test_what_is_wrong_with_a_row_is_said_with_its_path(writer: Writer, items: list[InventoryItem]) -> None:
    here = "input.quantities.0"
    assert writer.codes((items[0], 1_000_000_001, None)) == [(f"{here}.quantity", "INVALID_QUANTITY_TOO_HIGH")]
    assert writer.codes((items[0], -1_000_000_001, None)) == [(f"{here}.quantity", "INVALID_QUANTITY_TOO_LOW")]
    assert writer.codes((items[0], 1, None), name="committed") == [("input.name", "INVALID_NAME")]
    assert writer.codes((items[0], 1, None), reason="because") == [("input.reason", "INVALID_REASON")]
    assert writer.codes((items[0], 1, None), referenceDocumentUri="run 7") == [
        ("input.referenceDocumentUri", "INVALID_REFERENCE_DOCUMENT")
    ]
    assert writer.codes((items[0], 1, None), (items[0], 2, None)) == [
        ("input.quantities.1.locationId", "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR")
    ]
    elsewhere = [{**writer.rows((items[0], 1, None))[0], "locationId": "gid://shopify/Location/1"}]
    assert writer.codes(quantities=elsewhere) == [(f"{here}.locationId", "INVALID_LOCATION")]


def test_the_stock_of_a_bundle_cannot_be_set(writer: Writer, items: list[InventoryItem]) -> None:
    writer.api.shop.variants[items[0].variant_id].requires_components = True
    assert writer.codes((items[0], 1, None)) == [("input.quantities.0.inventoryItemId", "NON_MUTABLE_INVENTORY_ITEM")]


def test_setting_stock_tells_the_new_level(writer: Writer, items: list[InventoryItem]) -> None:
    writer.set((items[0], 7, 10))
    [event] = writer.api.world.outgoing
    assert event.topic == "inventory_levels/update"
    assert event.payload["inventory_item_id"] == items[0].id
    assert event.payload["available"] == 7


def test_an_item_can_be_set_where_it_was_never_stocked(
    writer: Writer, items: list[InventoryItem], world: World, add_location: Any
) -> None:
    cafe = add_location("Café")
    rows = [{**writer.rows((items[0], 5, 0))[0], "locationId": cafe.gid}]
    writer.set(quantities=rows)
    assert items[0].levels[cafe.id].available == 5


def test_activating_stocks_an_item_once(api: Api, items: list[InventoryItem], add_location: Any) -> None:
    cafe = add_location("Café")
    asked = {"item": items[0].gid, "location": cafe.gid, "available": 5}
    first = api.ask(ACTIVATE, **asked, key="a")["inventoryActivate"]
    assert first["inventoryLevel"]["quantities"] == [{"quantity": 5}]
    again = api.ask(ACTIVATE, **asked, key="b")["inventoryActivate"]
    assert again["inventoryLevel"]["isActive"] is True
    assert again["userErrors"][0]["field"] == ["available"]


def test_levels_of_a_location_are_searched_by_when_they_changed(
    api: Api, writer: Writer, items: list[InventoryItem], advance: Any
) -> None:
    since = api.world.now().isoformat()
    writer.set((items[0], 7, 10))
    document = """query ($location: ID!, $query: String) { location(id: $location) {
        inventoryLevels(first: 250, query: $query) { nodes { item { id } } } } }"""
    asked = {"location": api.shop.primary_location.gid, "query": f"updated_at:>='{since}'"}
    assert api.ask(document, **asked)["location"]["inventoryLevels"]["nodes"] == []
    advance(seconds=6)
    found = api.ask(document, **asked)["location"]["inventoryLevels"]["nodes"]
    assert [each["item"]["id"] for each in found] == [items[0].gid]
