"""What the Admin API checks before it answers, and what every answer carries."""

from collections.abc import Callable
from typing import Any

from standin.graphql.engine import bucket_of, run
from standin.world import Product, Shop, World

Api = Any
SHOP = "{ shop { name } }"
DEAR = """{ products(first: 250) { nodes { variants(first: 250) { nodes { inventoryItem {
    inventoryLevels(first: 5) { nodes { location { id } } } } } } } } }"""
SET_STOCK = """mutation Set($input: InventorySetQuantitiesInput!, $key: String!) {
    inventorySetQuantities(input: $input) @idempotent(key: $key) { userErrors { field code } } }"""


def test_every_answer_tells_what_it_cost_and_what_is_left(api: Api) -> None:
    cost = api.answer(SHOP)["extensions"]["cost"]
    assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (1, 1)
    assert cost["throttleStatus"] == {"maximumAvailable": 2000.0, "currentlyAvailable": 1999, "restoreRate": 100.0}


def test_what_was_requested_but_not_used_is_given_back(api: Api, add_coffee: Callable[..., Product]) -> None:
    add_coffee()
    document = "{ products(first: 250) { nodes { id options { id } } } }"
    cost = api.answer(document)["extensions"]["cost"]
    assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (24, 4)
    assert cost["throttleStatus"]["currentlyAvailable"] == 1996


def test_an_empty_bucket_throttles_with_status_200_and_no_data(api: Api, world: World, shop: Shop) -> None:
    bucket_of(world, shop, "key").available = 3
    answer = api.answer("{ products(first: 2) { nodes { id options { id } } } }")
    assert answer["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert "data" not in answer
    assert answer["extensions"]["cost"]["actualQueryCost"] is None
    assert api.rules_broken() == []


def test_the_bucket_fills_with_the_worlds_time(api: Api, world: World, shop: Shop, advance: Any) -> None:
    bucket_of(world, shop, "key").available = 0
    assert "errors" in api.answer(SHOP)
    advance(seconds=2)
    assert api.answer(SHOP)["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"] in (199, 200)


def test_a_plus_store_fills_ten_times_as_fast(world: World, api_of: Any) -> None:
    shop = world.add_shop("plus.myshopify.com", "Plus", plan="Plus")
    cost = api_of(shop).answer(SHOP)["extensions"]["cost"]
    assert cost["throttleStatus"]["restoreRate"] == 1000.0


def test_a_query_over_a_thousand_points_is_never_run(api: Api) -> None:
    answer = api.answer(DEAR)
    assert answer["errors"][0]["extensions"] == {"code": "MAX_COST_EXCEEDED", "cost": 1245, "maxCost": 1000}
    assert "data" not in answer
    assert api.rules_broken() == ["query too dear"]


def test_a_document_the_schema_does_not_know_is_an_error_and_a_line_in_the_report(api: Api) -> None:
    answer = api.answer("{ shop { colour } }")
    assert "Cannot query field 'colour'" in answer["errors"][0]["message"]
    assert api.rules_broken() == ["invalid document"]


def test_an_unknown_input_field_is_named_with_its_path(api: Api) -> None:
    row = {"inventoryItemId": "x", "locationId": "y", "quantity": 1, "changeFromQuantity": None, "colour": "red"}
    given = {"name": "available", "reason": "correction", "quantities": [row]}
    extensions = api.answer(SET_STOCK, input=given, key="k")["errors"][0]["extensions"]
    assert extensions["code"] == "INVALID_VARIABLE"
    assert extensions["problems"] == [
        {"path": ["quantities", 0, "colour"], "explanation": "Field is not defined on InventoryQuantityInput"}
    ]


def test_a_required_variable_that_is_missing_is_an_error(api: Api) -> None:
    extensions = api.answer("query ($id: ID!) { product(id: $id) { id } }")["errors"][0]["extensions"]
    assert extensions["problems"] == [{"path": [], "explanation": "Expected value to not be null"}]


def test_an_input_array_ends_at_250(api: Api) -> None:
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert api.ask(document, ids=["gid://shopify/Product/1"] * 250)["nodes"] == [None] * 250
    [error] = api.answer(document, ids=["gid://shopify/Product/1"] * 251)["errors"]
    assert error["extensions"]["code"] == "MAX_INPUT_SIZE_EXCEEDED"
    assert api.rules_broken() == ["array too long"]


def test_a_scope_that_was_not_granted_denies_access(world: World, shop: Shop) -> None:
    token = world.tokens[world.issue_token(shop)]
    answer = run(world, shop, token, {"query": "{ locations(first: 1) { nodes { id } } }"})
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    assert answer["errors"][0]["extensions"]["requiredAccess"] == "`read_locations` access scope."
    assert [each.detail for each in world.report.violations.values()] == ["locations: read_locations"]


def test_a_scope_is_asked_for_inside_fragments_too(world: World, shop: Shop) -> None:
    token = world.tokens[world.issue_token(shop)]
    document = '{ node(id: "gid://shopify/Order/1") { ... on Order { name } } }'
    answer = run(world, shop, token, {"query": document})
    assert answer["errors"][0]["extensions"]["requiredAccess"] == "`read_orders` access scope."


def test_whoever_may_write_may_read(world: World, shop: Shop) -> None:
    token = world.tokens[world.issue_token(shop, ["write_inventory"])]
    assert "errors" not in run(world, shop, token, {"query": "{ inventoryItems(first: 1) { nodes { id } } }"})


def test_an_unmodelled_field_is_null_and_listed(api: Api, add_coffee: Callable[..., Product]) -> None:
    product = add_coffee()
    document = "query ($id: ID!) { product(id: $id) { id giftCardTemplateSuffix } }"
    assert api.ask(document, id=product.gid)["product"]["giftCardTemplateSuffix"] is None
    assert [(each.type, each.field) for each in api.world.report.unmodelled.values()] == [
        ("Product", "giftCardTemplateSuffix")
    ]


def test_an_unmodelled_field_that_must_not_be_null_is_an_error(api: Api) -> None:
    answer = api.answer("{ shop { setupRequired name } }")
    assert answer["data"] is None
    assert answer["errors"][0]["path"] == ["shop", "setupRequired"]
    assert answer["errors"][0]["extensions"]["code"] == "UNMODELLED"


def test_an_alias_and_the_type_name_are_answered(api: Api, add_coffee: Callable[..., Product]) -> None:
    product = add_coffee()
    document = "query ($id: ID!) { it: node(id: $id) { __typename called: id ... on Product { name: title title } } }"
    assert api.ask(document, id=product.gid)["it"] == {
        "__typename": "Product",
        "called": product.gid,
        "name": "Sidamo",
        "title": "Sidamo",
    }


def test_an_unmodelled_mutation_is_an_error_and_a_violation(api: Api) -> None:
    answer = api.answer('mutation { collectionDelete(input: {id: "1"}) { deletedCollectionId } }')
    assert answer["errors"][0]["extensions"]["code"] == "UNMODELLED"
    assert api.rules_broken() == ["unmodelled mutation"]


def test_a_deprecated_field_is_answered_and_reported(api: Api, add_coffee: Callable[..., Product]) -> None:
    product = add_coffee()
    api.answer("query ($id: ID!) { product(id: $id) { totalVariants } }", id=product.gid)
    assert "deprecated field" in api.rules_broken()


def test_of_several_operations_the_named_one_runs(api: Api) -> None:
    document = "query A { shop { name } } query B { shop { currencyCode } }"
    body = {"query": document, "operationName": "B"}
    assert run(api.world, api.shop, api.token, body)["data"] == {"shop": {"currencyCode": "USD"}}
    assert "errors" in run(api.world, api.shop, api.token, {"query": document})


def test_ids_of_another_store_are_not_found(world: World, api_of: Any, add_coffee: Callable[..., Product]) -> None:
    product = add_coffee()
    other = api_of(world.add_shop("other.myshopify.com", "Other"))
    assert other.ask("query ($id: ID!) { product(id: $id) { id } }", id=product.gid) == {"product": None}


def test_the_store_and_the_app_introduce_themselves(api: Api) -> None:
    data = api.ask(
        "{ shop { myshopifyDomain currencyCode ianaTimezone plan { publicDisplayName partnerDevelopment } }"
        " currentAppInstallation { accessScopes { handle } } app { apiKey } }"
    )
    assert data["shop"]["myshopifyDomain"] == "roaster.myshopify.com"
    assert {"handle": "write_inventory"} in data["currentAppInstallation"]["accessScopes"]
    assert data["app"] == {"apiKey": "key"}
