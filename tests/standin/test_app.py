"""The stand-in over HTTP: which host answers what, tokens at the door, the state kept between runs."""

import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from standin.app import create_app
from standin.world import Product, Shop, World

PATH = "/admin/api/2026-10/graphql.json"
SHOP = {"query": "{ shop { name } }"}


@pytest.fixture
def here(world: World, shop: Shop) -> Iterator[TestClient]:
    with TestClient(create_app(world), base_url="http://127.0.0.1:4000") as client:
        yield client


def ask(here: TestClient, token: str, *, host: str = "roaster.myshopify.com", path: str = PATH, **body: Any) -> Any:
    return here.post(path, json=body or SHOP, headers={"Host": host, "X-Shopify-Access-Token": token})


def test_a_store_answers_under_its_own_name(here: TestClient, world: World, shop: Shop) -> None:
    answer = ask(here, world.issue_token(shop))
    assert answer.status_code == 200
    assert answer.json()["data"] == {"shop": {"name": "A roaster"}}
    assert answer.headers["X-Request-Id"]


def test_a_token_of_another_store_is_no_good(here: TestClient, world: World, shop: Shop) -> None:
    other = world.add_shop("other.myshopify.com", "Other")
    answer = ask(here, world.issue_token(other))
    assert answer.status_code == 401
    assert answer.json() == {"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}


def test_an_expired_token_is_no_good(here: TestClient, world: World, shop: Shop, advance: Any) -> None:
    token = world.issue_token(shop)
    advance(minutes=61)
    assert ask(here, token).status_code == 401


def test_a_store_that_does_not_exist_and_an_older_version_are_not_found(
    here: TestClient, world: World, shop: Shop
) -> None:
    token = world.issue_token(shop)
    assert ask(here, token, host="nobody.myshopify.com").status_code == 404
    assert ask(here, token, path=PATH.replace("2026-10", "2025-01")).status_code == 404


def test_a_body_that_is_no_graphql_is_a_bad_request(here: TestClient, world: World, shop: Shop) -> None:
    assert ask(here, world.issue_token(shop), text="{ shop { name } }").status_code == 400
    assert [each.rule for each in world.report.violations.values()] == ["bad request"]


def test_this_machine_answers_with_the_control_api_and_strangers_with_nothing(here: TestClient) -> None:
    assert here.get("/_control/health").json()["status"] == "ok"
    assert here.get("/_control/health", headers={"Host": "roaster.myshopify.com"}).status_code == 404
    assert here.get("/_control/health", headers={"Host": "evil.example.com"}).status_code == 421


def test_a_world_can_be_put_away_and_taken_up_again(world: World, shop: Shop) -> None:
    now = world.now()
    product = Product(shop.next_id(), "Sidamo", "sidamo", now, now)
    shop.add_product(product)
    again = pickle.loads(pickle.dumps(world))
    assert again.shops[shop.domain].products[product.id].title == "Sidamo"
    assert again.shops[shop.domain].next_id() == shop.next_id()
