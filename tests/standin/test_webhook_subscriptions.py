"""Webhook subscriptions over the Admin API."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLEnumType
from starlette.testclient import TestClient

import standin
from standin.app import create_app
from standin.graphql.schema import admin_schema
from standin.topics import NAME_OF_TOPIC
from standin.world import Shop, World

CREATE = """mutation Create($topic: WebhookSubscriptionTopic!, $sub: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $sub) {
    webhookSubscription { id topic uri format includeFields name apiVersion { handle } }
    userErrors { field message }
  }
}"""
UPDATE = """mutation Update($id: ID!, $sub: WebhookSubscriptionInput!) {
  webhookSubscriptionUpdate(id: $id, webhookSubscription: $sub) {
    webhookSubscription { uri includeFields } userErrors { field message }
  }
}"""
DELETE = """mutation Delete($id: ID!) {
  webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { field message } }
}"""
LIST = """query List($topics: [WebhookSubscriptionTopic!]) {
  webhookSubscriptions(first: 50, topics: $topics) { nodes { id topic uri } pageInfo { hasNextPage endCursor } }
  webhookSubscriptionsCount { count }
}"""
HOOKS = "https://hub.example.com/hooks"


class Api:
    """The Admin API of one store with one token."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def __call__(self, query: str, **variables: Any) -> dict[str, Any]:
        answer = self.client.post("/admin/api/2026-10/graphql.json", json={"query": query, "variables": variables})
        assert answer.status_code == 200
        return answer.json()  # type: ignore[no-any-return]

    def create(self, topic: str = "PRODUCTS_UPDATE", **sub: Any) -> dict[str, Any]:
        return self(CREATE, topic=topic, sub={"uri": HOOKS} | sub)["data"]["webhookSubscriptionCreate"]  # type: ignore[no-any-return]


@pytest.fixture
def api(world: World, shop: Shop) -> Iterator[Api]:
    token = world.issue_token(shop)
    address = f"https://{shop.domain}"
    with TestClient(create_app(world), base_url=address, headers={"X-Shopify-Access-Token": token}) as client:
        yield Api(client)


def test_a_subscription_is_made_changed_listed_and_deleted(api: Api, world: World) -> None:
    made = api.create(includeFields=["id"], name="mine")["webhookSubscription"]
    assert (made["topic"], made["uri"], made["format"], made["name"]) == ("PRODUCTS_UPDATE", HOOKS, "JSON", "mine")
    assert made["apiVersion"] == {"handle": "2026-10"}
    changed = api(UPDATE, id=made["id"], sub={"includeFields": []})["data"]["webhookSubscriptionUpdate"]
    assert changed["webhookSubscription"] == {"uri": HOOKS, "includeFields": []}
    listed = api(LIST)["data"]
    assert [row["id"] for row in listed["webhookSubscriptions"]["nodes"]] == [made["id"]]
    assert listed["webhookSubscriptionsCount"] == {"count": 1}
    assert api(LIST, topics=["PRODUCTS_CREATE"])["data"]["webhookSubscriptions"]["nodes"] == []
    gone = api(DELETE, id=made["id"])["data"]["webhookSubscriptionDelete"]
    assert gone["deletedWebhookSubscriptionId"] == made["id"]
    assert api(LIST)["data"]["webhookSubscriptionsCount"] == {"count": 0}
    assert world.report.as_json() == {"violations": [], "unmodelled": []}


def test_the_same_address_twice_for_a_topic_is_refused(api: Api) -> None:
    api.create()
    refused = api.create()
    assert refused["webhookSubscription"] is None
    assert refused["userErrors"] == [
        {"field": ["webhookSubscription", "callbackUrl"], "message": "Address for this topic has already been taken"}
    ]
    assert api.create("PRODUCTS_CREATE")["userErrors"] == []


@pytest.mark.parametrize(
    "uri",
    ["", "/webhooks", "http://hub.example.com/hooks", "ftp://hub.example.com", "https://", "https://x.myshopify.com/a"],
)
def test_an_address_shopify_would_not_send_to_is_refused(api: Api, shop: Shop, uri: str) -> None:
    assert api.create(uri=uri)["userErrors"][0]["field"] == ["webhookSubscription", "callbackUrl"]
    assert shop.subscriptions == {}


def test_the_apps_own_address_on_this_machine_may_lack_tls(api: Api, world: World) -> None:
    assert api.create(uri=f"{world.app.url}/webhooks")["userErrors"] == []


@pytest.mark.parametrize("name", ["", "a b", "x" * 51])
def test_a_name_out_of_form_is_refused(api: Api, name: str) -> None:
    assert api.create(name=name)["userErrors"][0]["field"] == ["webhookSubscription", "name"]


def test_a_topic_needs_its_scope(api: Api, world: World) -> None:
    answer = api(CREATE, topic="ORDERS_CREATE", sub={"uri": HOOKS})
    assert answer["data"]["webhookSubscriptionCreate"] is None
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    assert [broken.rule for broken in world.report.violations.values()] == ["scope not granted"]


def test_a_topic_nothing_here_tells_of_is_an_error(api: Api, world: World) -> None:
    answer = api(CREATE, topic="DISCOUNTS_CREATE", sub={"uri": HOOKS})
    assert answer["errors"][0]["extensions"]["code"] == "UNMODELLED"
    assert [missing.field for missing in world.report.unmodelled.values()] == ["DISCOUNTS_CREATE"]


def test_a_filter_is_kept_and_reported_as_not_modelled(api: Api, world: World, shop: Shop) -> None:
    api.create(filter="id:1")
    assert [row.filter for row in shop.subscriptions.values()] == ["id:1"]
    assert [missing.field for missing in world.report.unmodelled.values()] == ["filter"]


def test_what_is_not_there_can_be_neither_changed_nor_deleted(api: Api) -> None:
    missing = "gid://shopify/WebhookSubscription/1"
    message = [{"field": ["id"], "message": "Webhook subscription does not exist"}]
    assert api(UPDATE, id=missing, sub={"uri": HOOKS})["data"]["webhookSubscriptionUpdate"]["userErrors"] == message
    assert api(DELETE, id=missing)["data"]["webhookSubscriptionDelete"]["userErrors"] == message


def test_every_topic_that_can_be_subscribed_to_is_of_the_schema_and_told_somewhere() -> None:
    topics = admin_schema().type_map["WebhookSubscriptionTopic"]
    assert isinstance(topics, GraphQLEnumType)
    assert NAME_OF_TOPIC.keys() <= topics.values.keys()
    sources = [path for path in Path(standin.__file__).parent.rglob("*.py") if path.name != "topics.py"]
    told = "".join(path.read_text() for path in sources)
    assert [topic for topic in NAME_OF_TOPIC.values() if f'"{topic}"' not in told] == []
