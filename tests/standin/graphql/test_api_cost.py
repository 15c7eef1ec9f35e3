"""The price list against figures recorded on real stores."""

from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse

from standin.graphql.cost import connection, price_of
from standin.graphql.schema import admin_schema

# Size of a page -> how often its children are paid for (fitted to 8,000 recorded documents).
MULTIPLIERS = [
    (1, 1),
    (2, 1),
    (3, 2),
    (4, 2),
    (5, 3),
    (7, 3),
    (8, 4),
    (12, 4),
    (13, 5),
    (20, 5),
    (21, 6),
    (33, 6),
    (34, 7),
    (54, 7),
    (55, 8),
    (90, 8),
    (91, 9),
    (148, 9),
    (149, 10),
    (244, 10),
    (245, 11),
    (250, 11),
]


def cost(document: str, *, per_id: bool = False, **variables: Any) -> int:
    parsed = parse(document)
    operation = parsed.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return price_of(admin_schema(), parsed, operation).requested(variables, per_id=per_id)


@pytest.mark.parametrize(("size", "times"), MULTIPLIERS)
def test_a_connection_costs_two_and_grows_with_the_logarithm_of_its_size(size: int, times: int) -> None:
    assert connection(size, 1) == 2 + times


def test_a_connection_of_nothing_is_free() -> None:
    assert cost("{ products(first: 0) { nodes { id } } shop { name } }") == 1


def test_a_page_size_may_come_in_a_variable_and_is_one_when_left_out() -> None:
    document = "query ($n: Int) { products(first: $n) { nodes { id } } }"
    assert cost(document, n=250) == 13
    assert cost(document) == 3


def test_the_recorded_sample_of_a_product_with_250_variants_costs_25() -> None:
    document = """query ($id: ID!) { product(id: $id) { variants(first: 250) {
        nodes { inventoryItem { tracked } } } } }"""
    assert cost(document) == 25


def test_lists_that_are_not_connections_are_not_multiplied() -> None:
    assert cost("{ order(id: 1) { fulfillments(first: 20) { id } refunds { id } } }") == 3


def test_money_weight_and_page_information_are_free() -> None:
    document = """{ productVariants(first: 2) { pageInfo { hasNextPage } nodes { inventoryItem {
        unitCost { amount } measurement { weight { value } } } } } }"""
    assert cost(document) == 4


def test_nodes_are_priced_flat_and_per_id_only_on_request() -> None:
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ProductVariant { inventoryItem { tracked } } } }"
    ids = ["x"] * 250
    assert cost(document, ids=ids) == 2
    assert cost(document, ids=ids, per_id=True) == 500


def test_the_dearest_possible_type_of_an_interface_is_paid_for() -> None:
    document = """{ node(id: 1) { ... on Product { seo { title } featuredMedia { id } }
        ... on ProductVariant { inventoryItem { id } } } }"""
    assert cost(document) == 3


def test_fields_of_the_same_key_are_paid_for_once_and_fragments_are_opened() -> None:
    document = "query { shop { plan { shopifyPlus } ...P } shop { plan { partnerDevelopment } } } \
        fragment P on Shop { plan { publicDisplayName } }"
    assert cost(document) == 2


def test_a_mutation_costs_ten_and_what_hangs_below_the_first_level_of_its_answer() -> None:
    set_stock = """mutation ($input: InventorySetQuantitiesInput!) { inventorySetQuantities(input: $input)
        @idempotent(key: "k") { inventoryAdjustmentGroup { id } userErrors { field message } } }"""
    assert cost(set_stock) == 10
    complete = "mutation { draftOrderComplete(id: 1) { draftOrder { id order { id } } userErrors { message } } }"
    assert cost(complete) == 11


def test_a_product_set_pays_for_its_input() -> None:
    document = """mutation ($input: ProductSetInput!) { productSet(input: $input) {
        product { id variants(first: 250) { nodes { inventoryItem { id } } } } userErrors { message } } }"""
    variants = [{"optionValues": []}] * 12
    given = {"files": [{}] * 4, "metafields": [{}] * 3, "variants": variants}
    assert cost(document, input={}) == 34
    assert cost(document, input=given) == 45


def test_a_bulk_update_pays_for_its_variants() -> None:
    document = """mutation ($variants: [ProductVariantsBulkInput!]!) {
        productVariantsBulkUpdate(productId: 1, variants: $variants) { userErrors { message } } }"""
    assert cost(document, variants=[]) == 10
    assert cost(document, variants=[{}] * 20) == 14


def test_counts_refunds_and_tracking_updates_have_prices_of_their_own() -> None:
    assert cost("{ productsCount { count } }") == 10
    assert cost("mutation { refundCreate(input: {orderId: 1}) { refund { id } } }") == 20
    tracking = """mutation { fulfillmentTrackingInfoUpdate(fulfillmentId: 1, trackingInfoInput: {}) {
        fulfillment { id } } }"""
    assert cost(tracking) == 50


def test_any_document_costs_at_least_one() -> None:
    assert cost("{ __typename }") == 1


@pytest.mark.parametrize(
    ("points", "document"),
    [
        (9, "{ locations(first: 50) { nodes { id name } pageInfo { hasNextPage } } }"),
        (
            44,
            """{ publications(first: 25, catalogType: APP) { nodes { id catalog { id }
            channels(first: 5) { nodes { id } } } } }""",
        ),
        (
            36,
            """{ location(id: 1) { inventoryLevels(first: 250) { nodes { quantities(names: ["available"])
            { quantity } item { id } } } } }""",
        ),
        (24, "{ productVariants(first: 250, sortKey: ID) { nodes { id inventoryItem { id tracked } } } }"),
        (
            46,
            """{ productVariants(first: 250) { nodes { id inventoryItem { inventoryLevel(locationId: 1)
            { quantities(names: ["available"]) { quantity } } } } } }""",
        ),
        (
            145,
            """{ productVariants(first: 250) { nodes { id inventoryItem { inventoryLevels(first: 5)
            { nodes { location { id } quantities(names: ["available"]) { quantity } } } } } } }""",
        ),
        (11, "{ orders(first: 100, sortKey: CREATED_AT, reverse: true) { nodes { id updatedAt } } }"),
    ],
)
def test_the_figures_of_the_fact_sheet(points: int, document: str) -> None:
    assert cost(document) == points
