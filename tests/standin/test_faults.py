"""Troubles on request, met over HTTP at the Admin API and at the token endpoint."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from standin.app import create_app
from standin.world import Fault, Shop, World

DOOR = "https://roaster.myshopify.com"
QUERY = "query ShopName { shop { name } }"


@pytest.fixture
def store(world: World, shop: Shop) -> Iterator[TestClient]:
    token = world.issue_token(shop)
    with TestClient(create_app(world), base_url=DOOR, headers={"X-Shopify-Access-Token": token}) as client:
        yield client


def ask(store: TestClient, query: str = QUERY, **more: Any) -> httpx2.Response:
    return store.post("/admin/api/2026-10/graphql.json", json={"query": query}, **more)


def test_without_trouble_the_store_answers(store: TestClient) -> None:
    assert ask(store).json()["data"] == {"shop": {"name": "A roaster"}}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("error_500", 500),
        ("error_502", 502),
        ("unauthorized", 401),
        ("frozen_402", 402),
        ("locked_423", 423),
        ("too_many_429", 429),
    ],
)
def test_a_fault_is_met_as_often_as_asked_and_is_no_violation(
    world: World, store: TestClient, kind: str, status: int
) -> None:
    world.faults.append(Fault(1, kind, times=2))
    assert [ask(store).status_code for _ in range(3)] == [status, status, 200]
    assert world.report.violations == {}


def test_too_many_requests_say_how_long_to_wait(world: World, store: TestClient) -> None:
    world.faults.append(Fault(1, "too_many_429"))
    assert ask(store).headers["Retry-After"] == "2.0"


def test_a_malformed_answer_is_no_json(world: World, store: TestClient) -> None:
    world.faults.append(Fault(1, "malformed"))
    answer = ask(store)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    with pytest.raises(ValueError):
        answer.json()


def test_throttling_empties_the_bucket(world: World, store: TestClient) -> None:
    world.faults.append(Fault(1, "throttle"))
    answer = ask(store).json()
    assert answer["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert "data" not in answer
    cost = answer["extensions"]["cost"]
    assert cost["throttleStatus"]["currentlyAvailable"] < cost["requestedQueryCost"]
    assert ask(store).json()["errors"][0]["extensions"]["code"] == "THROTTLED"


def test_a_lost_answer_is_lost_after_the_work_was_done(world: World, shop: Shop, store: TestClient) -> None:
    world.faults.append(Fault(1, "lost", operation="subscribe"))
    document = """mutation Subscribe {
      webhookSubscriptionCreate(topic: PRODUCTS_UPDATE, webhookSubscription: {uri: "https://hub.example.com/hooks"}) {
        webhookSubscription { id } userErrors { message }
      }
    }"""
    answer = ask(store, document)
    assert (answer.status_code, answer.content) == (502, b"")
    assert len(shop.subscriptions) == 1


def test_a_fault_keeps_to_its_store_and_its_operation(world: World, store: TestClient) -> None:
    world.faults += [Fault(1, "error_500", shop="other.myshopify.com"), Fault(2, "error_500", operation="Stock")]
    assert ask(store).status_code == 200
    assert ask(store, "query Stock { shop { name } }").status_code == 500
    assert [fault.id for fault in world.faults] == [1]


def test_a_slow_request_is_answered_all_the_same(world: World, store: TestClient) -> None:
    world.faults.append(Fault(1, "slow", seconds=0.01))
    world.latency_milliseconds = 1
    assert ask(store).json()["data"] == {"shop": {"name": "A roaster"}}
    assert world.faults == []


def test_the_token_endpoint_meets_only_faults_that_name_it(world: World, store: TestClient) -> None:
    form = {"client_id": "key", "client_secret": "wrong", "grant_type": "refresh_token", "refresh_token": "x"}
    world.faults.append(Fault(1, "error_500"))
    refused = store.post("/admin/oauth/access_token", json=form)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_client")
    world.faults.append(Fault(2, "error_502", operation="oauth/access_token"))
    assert store.post("/admin/oauth/access_token", data=form).status_code == 502
    assert store.post("/admin/oauth/access_token", data=form).status_code == 400


@pytest.mark.parametrize("body", ["nonsense", "[]", '"text"'])
def test_an_unreadable_token_request_is_refused(store: TestClient, body: str) -> None:
    answer = store.post("/admin/oauth/access_token", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_merchant_sent_to_the_grant_comes_back_with_a_code(store: TestClient) -> None:
    query = {
        "client_id": "key",
        "scope": "read_products",
        "redirect_uri": "http://127.0.0.1:8000/auth/callback",
        "state": "s",
    }
    answer = store.get("/admin/oauth/authorize", params=query, follow_redirects=False)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("http://127.0.0.1:8000/auth/callback?code=")
    assert store.get("/admin/oauth/authorize", params=query | {"client_id": "no"}).status_code == 400


def test_an_internal_failure_is_a_proper_answer_without_data(world: World, store: TestClient) -> None:
    world.faults.append(Fault(1, "internal"))
    answer = ask(store).json()
    assert answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"


NODES = "query Some($ids: [ID!]!) { nodes(ids: $ids) { id } }"


def some(store: TestClient, *ids: str) -> Any:
    body = {"query": NODES, "variables": {"ids": ids}}
    return store.post("/admin/api/2026-10/graphql.json", json=body).json()


def test_a_fault_may_be_met_by_those_alone_that_mention_something(world: World, store: TestClient, shop: Shop) -> None:
    place = next(iter(shop.locations.values())).gid
    world.faults.append(Fault(1, "error_500", mentions=place))
    assert ask(store).status_code == 200
    assert store.post("/admin/api/2026-10/graphql.json", json={"query": NODES, "variables": {"ids": [place]}}).is_error


def test_a_spoilt_object_is_null_with_the_error_at_its_place(world: World, store: TestClient, shop: Shop) -> None:
    place = next(iter(shop.locations.values())).gid
    world.faults.append(Fault(1, "spoilt", mentions=place))
    for _ in range(2):
        answer = some(store, "gid://shopify/Product/1", place)
        assert answer["data"]["nodes"] == [None, None]
        (error,) = answer["errors"]
        assert (error["path"], error["extensions"]["code"]) == (["nodes", 1], "INTERNAL_SERVER_ERROR")
    assert world.report.violations == {}
