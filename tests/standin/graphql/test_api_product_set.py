"""productSet and the smaller product mutations: upserts by custom id, replacing lists, refusing without a trace."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from standin.world import Product

Api = Any
Coffee = Callable[..., Product]

DEFINE = """mutation { metafieldDefinitionCreate(definition: {name: "Partner product", namespace: "$app",
    key: "partner_product", type: "id", ownerType: PRODUCT}) {
    createdDefinition { namespace key } userErrors { field code } } }"""
SET = """mutation ($identifier: ProductSetIdentifiers, $input: ProductSetInput!, $now: Boolean = true) {
    productSet(identifier: $identifier, input: $input, synchronous: $now) {
        product { id handle status tags
            variants(first: 250) { nodes { id title sku price inventoryItem { id tracked } } } }
        productSetOperation { id status }
        userErrors { field message code } } }"""
FIND = """query ($value: String!) { productByIdentifier(identifier: {customId: {namespace: "$app",
    key: "partner_product", value: $value}}) { id title } }"""
CUSTOM = {"customId": {"namespace": "$app", "key": "partner_product", "value": "roaster.1"}}
PICTURE = "https://cdn.example.com/sidamo.png"


def coffee(**changes: Any) -> dict[str, Any]:
    """The input of a coffee in two sizes."""
    small = {
        "optionValues": [{"optionName": "Size", "name": "250 g"}],
        "price": "12.50",
        "sku": "S-250",
        "file": {"originalSource": PICTURE},
        "inventoryItem": {
            "tracked": True,
            "cost": "7.40",
            "measurement": {"weight": {"value": 250, "unit": "GRAMS"}},
        },
    }
    large = {"optionValues": [{"optionName": "Size", "name": "1 kg"}], "price": "40.00"}
    return {
        "title": "Sidamo",
        "status": "DRAFT",
        "tags": ["washed", "Ethiopia", "washed"],
        "productOptions": [{"name": "Size", "values": [{"name": "250 g"}, {"name": "1 kg"}]}],
        "variants": [small, large],
        "files": [{"originalSource": PICTURE, "contentType": "IMAGE", "alt": "A bag"}],
        **changes,
    }


def put(api: Api, given: dict[str, Any], **more: Any) -> Any:
    """A productSet that must succeed; answers the product."""
    answer = api.ask(SET, input=given, **more)["productSet"]
    assert answer["userErrors"] == []
    return answer["product"]


def refusals(api: Api, given: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    """Field and code of the user errors of a productSet that must fail without a trace."""
    before = (len(api.shop.products), len(api.world.outgoing))
    answer = api.ask(SET, input=given, **more)["productSet"]
    assert answer["product"] is None
    assert (len(api.shop.products), len(api.world.outgoing)) == before
    return [(".".join(error["field"]), error["code"]) for error in answer["userErrors"]]


@pytest.fixture
def defined(api: Api) -> Api:
    """The API of a store where the custom id is declared."""
    assert api.ask(DEFINE)["metafieldDefinitionCreate"]["createdDefinition"]["namespace"] == "app--1042"
    return api


def test_a_custom_id_is_declared_once(defined: Api) -> None:
    again = defined.ask(DEFINE)["metafieldDefinitionCreate"]
    assert again == {"createdDefinition": None, "userErrors": [{"field": ["definition", "key"], "code": "TAKEN"}]}


def test_a_custom_id_that_is_not_declared_is_not_found(api: Api) -> None:
    assert api.answer(FIND, value="roaster.1")["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert api.answer(SET, identifier=CUSTOM, input=coffee())["errors"][0]["extensions"]["code"] == "NOT_FOUND"


def test_a_product_is_made_with_everything_said(defined: Api) -> None:
    made = put(defined, coffee(), identifier=CUSTOM)
    assert (made["handle"], made["status"], made["tags"]) == ("sidamo", "DRAFT", ["Ethiopia", "washed"])
    small, large = made["variants"]["nodes"]
    assert (small["title"], small["sku"], small["price"], small["inventoryItem"]["tracked"]) == (
        "250 g",
        "S-250",
        "12.50",
        True,
    )
    assert (large["sku"], large["inventoryItem"]["tracked"]) == (None, False)
    [product] = defined.shop.products.values()
    item = defined.shop.item_of(product.variants[0])
    assert (item.cost, item.weight_value, item.weight_unit) == (Decimal("7.40"), 250.0, "GRAMS")
    assert product.variants[0].media_ids == [product.media[0].id]
    assert item.levels[defined.shop.primary_location.id].available == 0
    assert [event.topic for event in defined.world.outgoing][-1] == "products/create"


def test_the_same_custom_id_updates_and_leaves_alone_what_is_not_said(defined: Api) -> None:
    made = put(defined, coffee(), identifier=CUSTOM)
    again = put(defined, {"title": "Guji"}, identifier=CUSTOM)
    assert again["variants"] == made["variants"]
    assert defined.ask(FIND, value="roaster.1")["productByIdentifier"] == {"id": made["id"], "title": "Guji"}
    assert defined.ask(FIND, value="roaster.2") == {"productByIdentifier": None}


def test_lists_replace_what_was_there(defined: Api) -> None:
    made = put(defined, coffee(), identifier=CUSTOM)
    small = {"optionValues": [{"optionName": "Size", "name": "250 g"}], "price": "13.00"}
    tiny = {"optionValues": [{"optionName": "Size", "name": "100 g"}], "price": "6.00"}
    options = [{"name": "Size", "values": [{"name": "100 g"}, {"name": "250 g"}]}]
    given = {"title": "Sidamo", "productOptions": options, "variants": [tiny, small], "files": []}
    first, second = put(defined, given, identifier=CUSTOM)["variants"]["nodes"]
    old_small, old_large = made["variants"]["nodes"]
    assert (second["id"], second["sku"], second["price"]) == (old_small["id"], "S-250", "13.00")
    assert first["id"] not in (old_small["id"], old_large["id"])
    [product] = defined.shop.products.values()
    assert product.media == []
    assert "inventory_items/delete" in [event.topic for event in defined.world.outgoing]


def test_metafields_sent_along_must_hold_the_custom_id(defined: Api) -> None:
    fields = [{"namespace": "$app", "key": "other", "type": "single_line_text_field", "value": "x"}]
    assert refusals(defined, coffee(metafields=fields), identifier=CUSTOM) == [
        ("identifier.customId", "METAFIELD_MISMATCH")
    ]
    own = {"namespace": "$app", "key": "partner_product", "type": "id", "value": "roaster.1"}
    put(defined, coffee(metafields=[own, *fields]), identifier=CUSTOM)
    [product] = defined.shop.products.values()
    assert [each.key for each in product.metafields] == ["partner_product", "other"]


def test_a_custom_id_belongs_to_one_product(defined: Api) -> None:
    put(defined, coffee(), identifier=CUSTOM)
    own = {"namespace": "$app", "key": "partner_product", "type": "id", "value": "roaster.1"}
    assert refusals(defined, coffee(metafields=[own])) == [("input.metafields.0", "CAPABILITY_VIOLATION")]


def test_an_id_field_needs_a_definition(api: Api) -> None:
    own = {"namespace": "$app", "key": "partner_product", "type": "id", "value": "roaster.1"}
    assert refusals(api, coffee(metafields=[own])) == [("input.metafields.0", "INVALID_METAFIELD")]


def test_variants_and_options_come_together(api: Api) -> None:
    given = coffee()
    del given["variants"]
    assert refusals(api, given) == [("input.variants", "VARIANTS_INPUT_MISSING")]
    given = coffee()
    del given["productOptions"]
    assert refusals(api, given) == [("input.productOptions", "PRODUCT_OPTIONS_INPUT_MISSING")]


def test_a_product_without_options_has_one_default_variant(api: Api) -> None:
    [variant] = put(api, {"title": "Mug"})["variants"]["nodes"]
    assert (variant["title"], variant["price"]) == ("Default Title", "0.00")


def test_what_is_wrong_is_said_with_its_path(api: Api) -> None:
    size = [{"optionName": "Size", "name": "250 g"}]
    one = [{"name": "Size", "values": [{"name": "250 g"}]}]
    assert refusals(api, {"title": " "}) == [("input.title", "MISSING_FIELD_REQUIRED")]
    negative = [{"optionValues": size, "price": "-1"}]
    assert refusals(api, {"title": "X", "productOptions": one, "variants": negative}) == [
        ("input.variants.0.price", "INVALID_VARIANT")
    ]
    twins = [{"optionValues": size}, {"optionValues": size}]
    assert refusals(api, {"title": "X", "productOptions": one, "variants": twins}) == [
        ("input.variants.1", "INVALID_VARIANT")
    ]
    unknown = [{"optionValues": [{"optionName": "Size", "name": "5 kg"}]}]
    assert refusals(api, {"title": "X", "productOptions": one, "variants": unknown}) == [
        ("input.variants.0.optionValues", "OPTION_VALUE_DOES_NOT_EXIST")
    ]
    code = [{"optionValues": size, "inventoryItem": {"harmonizedSystemCode": "12"}}]
    assert refusals(api, {"title": "X", "productOptions": one, "variants": code}) == [
        ("input.variants.0.inventoryItem.harmonizedSystemCode", "INVALID_INPUT")
    ]
    many = [{"name": f"O{number}", "values": [{"name": "x"}]} for number in range(4)]
    values = [{"optionName": f"O{number}", "name": "x"} for number in range(4)]
    assert refusals(api, {"title": "X", "productOptions": many, "variants": [{"optionValues": values}]}) == [
        ("input.productOptions", "OPTIONS_OVER_LIMIT")
    ]


def test_a_variants_picture_must_be_among_the_files(api: Api) -> None:
    assert refusals(api, coffee(files=[])) == [("input.variants.0.file", "INVALID_INPUT")]


def test_a_taken_handle_is_refused_and_a_made_one_is_free(api: Api, add_coffee: Coffee) -> None:
    add_coffee("Sidamo")
    assert put(api, coffee())["handle"] == "sidamo-1"
    assert refusals(api, coffee(handle="sidamo")) == [("input.handle", "HANDLE_NOT_UNIQUE")]


def test_quantities_are_set_anywhere_on_creation_and_later_only_where_stocked(api: Api, add_location: Any) -> None:
    cafe = add_location("Café")
    given = coffee()
    given["variants"][0]["inventoryQuantities"] = [{"locationId": cafe.gid, "name": "available", "quantity": 5}]
    made = put(api, given)
    [product] = api.shop.products.values()
    assert api.shop.item_of(product.variants[0]).levels[cafe.id].available == 5
    given["variants"][1]["inventoryQuantities"] = [{"locationId": cafe.gid, "name": "available", "quantity": 5}]
    given["handle"] = made["handle"]
    assert refusals(api, given, identifier={"id": made["id"]}) == [
        ("input.variants.1.inventoryQuantities.0.locationId", "INVALID_INPUT")
    ]


def test_an_asynchronous_product_set_is_read_by_its_operation(api: Api) -> None:
    answer = api.ask(SET, input=coffee(), now=False)["productSet"]
    assert answer["product"] is None
    operation = answer["productSetOperation"]
    assert operation["status"] == "CREATED"
    document = """query ($id: ID!) { productOperation(id: $id) { status product { title }
        ... on ProductSetOperation { userErrors { code } } } }"""
    found = api.ask(document, id=operation["id"])["productOperation"]
    assert found == {"status": "COMPLETE", "product": {"title": "Sidamo"}, "userErrors": []}


def test_a_product_that_is_gone_cannot_be_set_by_id(api: Api) -> None:
    assert refusals(api, coffee(), identifier={"id": "gid://shopify/Product/1"}) == [
        ("identifier.id", "PRODUCT_DOES_NOT_EXIST")
    ]


BULK = """mutation ($id: ID!, $rows: [ProductVariantsBulkInput!]!, $partly: Boolean = false) {
    productVariantsBulkUpdate(productId: $id, variants: $rows, allowPartialUpdates: $partly) {
        productVariants { id price inventoryPolicy } userErrors { field code } } }"""


def test_variants_are_changed_together_or_not_at_all(api: Api, add_coffee: Coffee) -> None:
    product = add_coffee()
    first, second = product.variants
    rows = [{"id": first.gid, "price": "15"}, {"id": second.gid, "price": "-1"}]
    answer = api.ask(BULK, id=product.gid, rows=rows)["productVariantsBulkUpdate"]
    assert answer["userErrors"] == [{"field": ["variants", "1", "price"], "code": "GREATER_THAN_OR_EQUAL_TO"}]
    assert first.price == Decimal("12.50")
    answer = api.ask(BULK, id=product.gid, rows=rows, partly=True)["productVariantsBulkUpdate"]
    assert [each["price"] for each in answer["productVariants"]] == ["15.00"]
    assert len(answer["userErrors"]) == 1
    assert (first.price, second.price) == (Decimal(15), Decimal("25.00"))


def test_a_variant_of_another_product_is_refused(api: Api, add_coffee: Coffee) -> None:
    product, other = add_coffee("A"), add_coffee("B")
    answer = api.ask(BULK, id=product.gid, rows=[{"id": other.variants[0].gid}])["productVariantsBulkUpdate"]
    assert [error["code"] for error in answer["userErrors"]] == ["PRODUCT_VARIANT_DOES_NOT_EXIST"]


def test_tracking_cost_and_policy_can_be_changed_and_are_told(api: Api, add_coffee: Coffee) -> None:
    product = add_coffee()
    row = {
        "id": product.variants[0].gid,
        "inventoryPolicy": "CONTINUE",
        "inventoryItem": {"tracked": False, "cost": "3"},
    }
    api.ask(BULK, id=product.gid, rows=[row])
    item = api.shop.item_of(product.variants[0])
    assert (item.tracked, item.cost, product.variants[0].inventory_policy) == (False, Decimal(3), "CONTINUE")
    assert [event.topic for event in api.world.outgoing] == ["inventory_items/update", "products/update"]


def test_a_product_is_updated_and_deleted(api: Api, add_coffee: Coffee) -> None:
    product = add_coffee(status="DRAFT")
    update = """mutation ($product: ProductUpdateInput!) { productUpdate(product: $product) {
        product { status title } userErrors { field message } } }"""
    answer = api.ask(update, product={"id": product.gid, "status": "ACTIVE"})["productUpdate"]
    assert answer == {"product": {"status": "ACTIVE", "title": "Sidamo"}, "userErrors": []}
    delete = "mutation ($id: ID!) { productDelete(input: {id: $id}) { deletedProductId userErrors { message } } }"
    assert api.ask(delete, id=product.gid)["productDelete"]["deletedProductId"] == product.gid
    assert api.shop.products == api.shop.variants == api.shop.inventory_items == {}
    topics = [event.topic for event in api.world.outgoing]
    assert topics == ["products/update", "products/delete", "inventory_items/delete", "inventory_items/delete"]
    assert api.ask(delete, id=product.gid)["productDelete"]["userErrors"] == [{"message": "Product does not exist"}]
