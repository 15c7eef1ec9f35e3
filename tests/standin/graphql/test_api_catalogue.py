"""Reading a store's catalogue: lists, pages, searches over the lagging index, look-ups."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from standin.world import PriceList, Product, Shop

Api = Any
Coffee = Callable[..., Product]

TITLES = """query ($first: Int, $after: String, $last: Int, $before: String, $query: String, $reverse: Boolean,
    $sortKey: ProductSortKeys) { products(first: $first, after: $after, last: $last, before: $before, query: $query,
    reverse: $reverse, sortKey: $sortKey) { nodes { title } edges { cursor }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


def titles(api: Api, **asked: Any) -> list[str]:
    asked.setdefault("first", 50)
    return [node["title"] for node in api.ask(TITLES, **asked)["products"]["nodes"]]


def test_products_are_sorted_as_asked(api: Api, add_coffee: Coffee) -> None:
    for title in ("Mocha", "Ant", "Zebra"):
        add_coffee(title)
    assert titles(api) == ["Mocha", "Ant", "Zebra"]
    assert titles(api, sortKey="TITLE") == ["Ant", "Mocha", "Zebra"]
    assert titles(api, sortKey="TITLE", reverse=True) == ["Zebra", "Mocha", "Ant"]


@pytest.mark.parametrize("reverse", [False, True])
def test_pages_join_to_the_whole_list(api: Api, add_coffee: Coffee, reverse: bool) -> None:
    whole = [add_coffee(f"Coffee {number}").title for number in range(5)]
    found: list[str] = []
    after = None
    while True:
        page = api.ask(TITLES, first=2, after=after, reverse=reverse)["products"]
        found += [node["title"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found == (whole[::-1] if reverse else whole)


def test_a_page_goes_on_where_it_ended_though_rows_before_it_vanished(api: Api, shop: Shop, add_coffee: Coffee) -> None:
    products = [add_coffee(f"Coffee {number}") for number in range(4)]
    after = api.ask(TITLES, first=2)["products"]["pageInfo"]["endCursor"]
    shop.remove_product(products[0])
    shop.remove_product(products[1])
    assert titles(api, after=after) == ["Coffee 2", "Coffee 3"]


def test_pages_can_be_walked_backwards(api: Api, add_coffee: Coffee) -> None:
    for number in range(4):
        add_coffee(f"Coffee {number}")
    page = api.ask(TITLES, last=2)["products"]
    assert [node["title"] for node in page["nodes"]] == ["Coffee 2", "Coffee 3"]
    assert page["pageInfo"]["hasPreviousPage"] is True
    before = page["pageInfo"]["startCursor"]
    page = api.ask(TITLES, last=2, before=before)["products"]
    assert [node["title"] for node in page["nodes"]] == ["Coffee 0", "Coffee 1"]


def test_a_list_needs_a_size_of_at_most_250(api: Api) -> None:
    assert api.answer("{ products { nodes { id } } }")["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert api.answer(TITLES, first=251)["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert api.answer(TITLES, first=2, after="somewhere")["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert set(api.rules_broken()) == {"page not as it must be"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("title:sidamo", ["Sidamo", "Sidamo Decaf"]),
        ("sidamo", ["Sidamo", "Sidamo Decaf"]),
        ("title:Sid*", ["Sidamo", "Sidamo Decaf"]),
        ("tag:decaf", ["Sidamo Decaf"]),
        ("status:active", ["Sidamo", "Huila"]),
        ("status:draft OR title:huila", ["Sidamo Decaf", "Huila"]),
        ("title:sidamo AND status:active", ["Sidamo"]),
        ("title:sidamo -tag:decaf", ["Sidamo"]),
        ("sku:HUILA-1", ["Huila"]),
        ("vendor:'A roaster' title:huila", ["Huila"]),
        ("updated_at:>='2030-01-01T00:00:00Z'", []),
        ("updated_at:<'2030-01-01T00:00:00Z' title:huila", ["Huila"]),
    ],
)
def test_products_are_searched(api: Api, add_coffee: Coffee, query: str, found: list[str]) -> None:
    add_coffee("Sidamo")
    add_coffee("Sidamo Decaf", tags=["decaf"], status="DRAFT")
    add_coffee("Huila")
    assert titles(api, query=query) == found


def test_what_cannot_be_searched_by_is_ignored_and_listed(api: Api, add_coffee: Coffee) -> None:
    add_coffee("Sidamo")
    assert titles(api, query="colour:red") == ["Sidamo"]
    assert [(each.type, each.field) for each in api.world.report.unmodelled.values()] == [("search", "colour")]


def test_a_search_lags_behind_and_the_plain_list_does_not(api: Api, add_coffee: Coffee, advance: Any) -> None:
    product = add_coffee("Sidamo")
    product.title = "Guji"
    api.world.product_changed(api.shop, product)
    assert titles(api) == ["Guji"]
    assert titles(api, query="title:guji") == []
    assert titles(api, query="title:sidamo") == ["Guji"]
    advance(seconds=6)
    assert titles(api, query="title:guji") == ["Guji"]
    assert titles(api, query="title:sidamo") == []


def test_a_product_tells_all_that_an_import_needs(api: Api, add_coffee: Coffee) -> None:
    product = add_coffee("Sidamo", stock=(10, 4))
    product.variants[0].media_ids = [product.media[0].id]
    item = api.shop.item_of(product.variants[0])
    item.weight_value, item.weight_unit = 250.0, "GRAMS"
    document = """query ($id: ID!) { product(id: $id) {
        handle descriptionHtml isGiftCard requiresSellingPlan hasVariantsThatRequiresComponents
        totalInventory tracksInventory hasOnlyDefaultVariant seo { title } category { id }
        variantsCount { count precision } featuredMedia { preview { image { url(transform: {maxWidth: 120}) } } }
        priceRangeV2 { minVariantPrice { amount currencyCode } maxVariantPrice { amount } }
        options { name position optionValues { name } values }
        media(first: 5, query: "media_type:IMAGE") { nodes { ... on MediaImage { alt image { url width } } } }
        variants(first: 250) { nodes { title sku barcode price compareAtPrice taxable inventoryPolicy inventoryQuantity
            displayName availableForSale selectedOptions { name value } media(first: 1) { nodes { id } }
            inventoryItem { tracked requiresShipping harmonizedSystemCode countryCodeOfOrigin
                unitCost { amount } measurement { weight { value unit } } } } } } }"""
    found = api.ask(document, id=product.gid)["product"]
    assert (found["handle"], found["totalInventory"], found["tracksInventory"]) == ("sidamo", 14, True)
    assert found["variantsCount"] == {"count": 2, "precision": "EXACT"}
    assert found["priceRangeV2"] == {
        "minVariantPrice": {"amount": "12.5", "currencyCode": "USD"},
        "maxVariantPrice": {"amount": "25.0"},
    }
    assert found["options"] == [
        {
            "name": "Size",
            "position": 1,
            "optionValues": [{"name": "250 g"}, {"name": "1 kg"}],
            "values": ["250 g", "1 kg"],
        }
    ]
    assert found["media"]["nodes"][0]["image"] == {"url": "http://127.0.0.1/sidamo.svg", "width": 1200}
    assert found["featuredMedia"]["preview"]["image"]["url"] == "http://127.0.0.1/sidamo.svg?width=120"
    first, second = found["variants"]["nodes"]
    assert (first["title"], first["sku"], first["price"], first["inventoryQuantity"]) == (
        "250 g",
        "SIDAMO-1",
        "12.50",
        10,
    )
    assert first["inventoryItem"]["measurement"]["weight"] == {"value": 250.0, "unit": "GRAMS"}
    assert (len(first["media"]["nodes"]), len(second["media"]["nodes"])) == (1, 0)
    assert api.world.report.as_json() == {"violations": [], "unmodelled": []}


def test_variants_are_swept_by_id(api: Api, add_coffee: Coffee) -> None:
    expected = [variant.gid for title in ("A", "B") for variant in add_coffee(title).variants]
    document = """query ($after: String) { productVariants(first: 3, after: $after, sortKey: ID) {
        nodes { id inventoryQuantity inventoryItem { id tracked } } pageInfo { hasNextPage endCursor } } }"""
    page = api.ask(document)["productVariants"]
    rest = api.ask(document, after=page["pageInfo"]["endCursor"])["productVariants"]
    assert [node["id"] for node in page["nodes"] + rest["nodes"]] == expected
    assert rest["pageInfo"]["hasNextPage"] is False


def test_pricing_in_context_is_the_retail_price(api: Api, add_coffee: Coffee) -> None:
    variant = add_coffee().variants[0]
    document = """query ($id: ID!) { productVariant(id: $id) { price contextualPricing(context: {companyLocationId:
        "gid://shopify/CompanyLocation/1"}) { price { amount } quantityRule { minimum isDefault } } } }"""
    found = api.ask(document, id=variant.gid)["productVariant"]
    assert found["contextualPricing"]["price"] == {"amount": "12.5"}


def test_inactive_locations_are_left_out_unless_asked_for(api: Api, add_location: Any) -> None:
    add_location("Café").is_active = False
    document = "query ($all: Boolean) { locations(first: 5, includeInactive: $all) { nodes { name isActive } } }"
    assert [each["name"] for each in api.ask(document)["locations"]["nodes"]] == ["Shop location"]
    assert len(api.ask(document, all=True)["locations"]["nodes"]) == 2


def test_options_pictures_and_levels_are_nodes_too(api: Api, add_coffee: Coffee) -> None:
    product = add_coffee()
    place = api.shop.primary_location
    level = api.shop.item_of(product.variants[0]).levels[place.id]
    ids = [product.options[0].gid, product.media[0].gid, level.gid, place.gid]
    found = api.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=[*ids, "nonsense"])["nodes"]
    assert [each["id"] for each in found[:4]] == ids
    assert found[4] is None


def test_counting_stops_at_the_limit(api: Api, add_coffee: Coffee) -> None:
    add_coffee("A")
    add_coffee("B")
    document = "query ($limit: Int) { productsCount(limit: $limit) { count precision } }"
    assert api.ask(document, limit=5)["productsCount"] == {"count": 2, "precision": "EXACT"}
    assert api.ask(document, limit=1)["productsCount"] == {"count": 1, "precision": "AT_LEAST"}


def test_publishing_shows_only_active_products_and_is_told(api: Api, add_coffee: Coffee) -> None:
    product = add_coffee(status="DRAFT")
    list_them = """{ publications(first: 5, catalogType: APP) { nodes { id autoPublish catalog { id title }
        channels(first: 5) { nodes { handle name } } } } }"""
    [publication] = api.ask(list_them)["publications"]["nodes"]
    assert publication["channels"]["nodes"] == [{"handle": "online_store", "name": "Online Store"}]
    publish = """mutation ($id: ID!, $on: ID!) { publishablePublish(id: $id, input: [{publicationId: $on}]) {
        publishable { publishedOnPublication(publicationId: $on) } userErrors { field message } } }"""
    asked = {"id": product.gid, "on": publication["id"]}
    assert api.ask(publish, **asked)["publishablePublish"]["publishable"] == {"publishedOnPublication": False}
    product.status = "ACTIVE"
    assert api.ask(publish, **asked)["publishablePublish"]["publishable"] == {"publishedOnPublication": True}
    assert [event.topic for event in api.world.outgoing] == ["products/update"]
    unpublish = publish.replace("publishablePublish", "publishableUnpublish")
    assert api.ask(unpublish, **asked)["publishableUnpublish"]["publishable"] == {"publishedOnPublication": False}


def test_a_picture_is_ready_a_moment_after_it_was_given(api: Api, add_coffee: Coffee, advance: Any) -> None:
    product = add_coffee()
    product.media[0].ready_at = api.world.now() + timedelta(seconds=2)
    document = "query ($id: ID!) { product(id: $id) { media(first: 1) { nodes { status \
        ... on MediaImage { image { url } } } } } }"
    [media] = api.ask(document, id=product.gid)["product"]["media"]["nodes"]
    assert media == {"status": "PROCESSING", "image": None}
    advance(seconds=3)
    assert api.ask(document, id=product.gid)["product"]["media"]["nodes"][0]["status"] == "READY"


def test_a_variant_is_taken_off_sale_alone_and_put_back(api: Api, add_coffee: Coffee) -> None:
    product = add_coffee()
    [publication] = api.ask("{ publications(first: 5) { nodes { id } } }")["publications"]["nodes"]
    change = """mutation ($id: ID!, $on: ID!) { %s(id: $id, input: [{publicationId: $on}]) {
        publishable { publishedOnPublication(publicationId: $on) } userErrors { message } } }"""
    publish, unpublish = (change % name for name in ("publishablePublish", "publishableUnpublish"))
    api.ask(publish, id=product.gid, on=publication["id"])
    asked = {"id": product.variants[0].gid, "on": publication["id"]}
    assert api.ask(unpublish, **asked)["publishableUnpublish"]["publishable"] == {"publishedOnPublication": False}
    stands = "query ($id: ID!, $on: ID!) { productVariant(id: $id) { publishedOnPublication(publicationId: $on) } }"
    assert not api.ask(stands, **asked)["productVariant"]["publishedOnPublication"]
    assert api.ask(stands, id=product.variants[1].gid, on=publication["id"])["productVariant"]["publishedOnPublication"]
    assert api.ask(publish, **asked)["publishablePublish"]["publishable"] == {"publishedOnPublication": True}


def test_a_price_list_tells_its_fixed_prices_and_the_rest_by_its_adjustment(api: Api, add_coffee: Coffee) -> None:
    product = add_coffee()
    first, second = product.variants[:2]
    second.price = Decimal("10.00")
    wholesale = PriceList(api.shop.next_id(), "Wholesale", "USD", Decimal(-25), {first.id: Decimal("7.5")})
    api.shop.price_lists[wholesale.id] = wholesale
    [listed] = api.ask("""{ priceLists(first: 5) { nodes { id name currency fixedPricesCount
        parent { adjustment { type value } } } } }""")["priceLists"]["nodes"]
    assert listed["parent"] == {"adjustment": {"type": "PERCENTAGE_DECREASE", "value": 25.0}}
    assert (listed["name"], listed["fixedPricesCount"]) == ("Wholesale", 1)
    prices = """query ($id: ID!, $kind: PriceListPriceOriginType) { priceList(id: $id) { prices(first: 250, originType:
        $kind) { nodes { originType price { amount } variant { id } } } } }"""
    [fixed] = api.ask(prices, id=listed["id"], kind="FIXED")["priceList"]["prices"]["nodes"]
    assert fixed == {"originType": "FIXED", "price": {"amount": "7.50"}, "variant": {"id": first.gid}}
    rest = api.ask(prices, id=listed["id"], kind="RELATIVE")["priceList"]["prices"]["nodes"]
    assert {"originType": "RELATIVE", "price": {"amount": "7.50"}, "variant": {"id": second.gid}} in rest


def test_products_are_published_together_or_not_at_all(api: Api, add_coffee: Coffee) -> None:
    first, second = add_coffee("A"), add_coffee("B")
    [publication] = api.ask("{ publications(first: 5) { nodes { id } } }")["publications"]["nodes"]
    document = """mutation ($on: ID!, $ids: [ID!]!) { publicationUpdate(id: $on, input: {publishablesToAdd: $ids}) {
        userErrors { field code } } }"""

    def refused(*ids: str) -> list[dict[str, Any]]:
        errors: list[dict[str, Any]] = api.ask(document, on=publication["id"], ids=ids)["publicationUpdate"][
            "userErrors"
        ]
        return errors

    unknown = "gid://shopify/Product/999"
    path = ["input", "publishablesToAdd"]
    assert refused(first.gid, unknown) == [{"field": [*path, "1"], "code": "INVALID_PUBLISHABLE_ID"}]
    assert refused(*[first.gid] * 51) == [{"field": path, "code": "PUBLICATION_UPDATE_LIMIT_EXCEEDED"}]
    variant = api.answer(document, on=publication["id"], ids=[first.variants[0].gid])
    assert variant["errors"][0]["extensions"]["code"] == "RESOURCE_NOT_FOUND"
    assert not first.published
    assert refused(first.gid, second.gid) == []
    assert first.published
    assert second.published


def test_custom_fields_are_set_and_deleted_one_by_one(api: Api, add_coffee: Coffee) -> None:
    product = add_coffee()
    set_them = """mutation ($rows: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $rows) {
        userErrors { field code } } }"""
    row = {"ownerId": product.gid, "namespace": "coffee", "key": "process", "value": "Washed"}
    typed = row | {"type": "single_line_text_field"}
    nobodys = typed | {"ownerId": "gid://shopify/Product/999"}
    for rows, field in (([row], "value"), ([typed, nobodys], "ownerId")):
        (error,) = api.ask(set_them, rows=rows)["metafieldsSet"]["userErrors"]
        assert error["field"] == ["metafields", str(len(rows) - 1), field]
        assert product.metafields == []
    for wrong in ({"key": "k"}, {"key": "how dried"}, {"key": "k" * 65}, {"namespace": "co"}, {"value": "Washed\nSun"}):
        assert len(api.ask(set_them, rows=[typed | wrong])["metafieldsSet"]["userErrors"]) == 1, wrong
        assert product.metafields == []
    for value in ("Washed", "Natural"):
        api.ask(set_them, rows=[typed | {"value": value}, typed | {"key": "origin", "value": "Kenya"}])
    assert [(each.key, each.value) for each in product.metafields] == [("process", "Natural"), ("origin", "Kenya")]
    delete = """mutation ($rows: [MetafieldIdentifierInput!]!) { metafieldsDelete(metafields: $rows) {
        deletedMetafields { key } userErrors { field } } }"""
    asked = {"ownerId": product.gid, "namespace": "coffee"}
    rows = [asked | {"key": "process"}, asked | {"key": "roast"}]
    assert api.ask(delete, rows=rows)["metafieldsDelete"]["deletedMetafields"] == [{"key": "process"}, None]
    assert [each.key for each in product.metafields] == ["origin"]
