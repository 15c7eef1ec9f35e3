"""The catalogue as JSON, for the hub's scripts only."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from occhub.app import create_app
from occhub.catalog import planning, refreshing, scripting
from occhub.catalog.models import ApiToken, Product
from occhub.settings import Settings
from tests.catalog.conftest import NOW, Trade, trade
from tests.conftest import ROOT

__all__ = ["trade"]


@pytest.fixture
def client(trade: Trade, settings: Settings) -> TestClient:
    refreshing.refresh(trade.partner, as_of=NOW, trigger="person")
    return TestClient(create_app(settings), base_url="http://127.0.0.1:8999")


def _get(client: TestClient, path: str, token: str, status: int = 200) -> Any:
    answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_key_reads_partners_and_their_products(client: TestClient, trade: Trade) -> None:
    key = scripting.make_token("prices", as_of=NOW)
    names = [row["name"] for row in _get(client, "/api/partners", key)["partners"]]
    assert trade.partner.name in names
    page = _get(client, f"/api/partners/{trade.partner.id}/products", key)
    stored = Product.select().where(Product.partner == trade.partner).count()
    assert (len(page["products"]), page["next"]) == (stored, None)
    variant = page["products"][0]["variants"][0]
    assert variant["their_price"]["currency"] == trade.partner.currency
    assert ApiToken.get().used_at is not None


def test_what_is_told_is_what_the_documents_say(client: TestClient, trade: Trade) -> None:
    planning.agree_markup(trade.partner, 4000)
    page = _get(client, f"/api/partners/{trade.partner.id}/products", scripting.make_token("prices", as_of=NOW))
    text = (ROOT / "docs" / "scripts.md").read_text()
    told = json.loads(text.split("```json")[1].split("```")[0])
    assert _shape(page["products"][0]) == _shape(told["products"][0])
    assert page.keys() == told.keys()


def _shape(product: dict[str, Any]) -> tuple[set[str], ...]:
    variant = product["variants"][0]
    return set(product), set(product["options"][0]), set(variant), set(variant["price"]), set(variant["their_price"])


def test_pages_follow_one_another_by_their_cursor(client: TestClient, trade: Trade) -> None:
    key, seen, after = scripting.make_token("prices", as_of=NOW), [], 0
    while after is not None:
        page = _get(client, f"/api/partners/{trade.partner.id}/products?limit=2&after={after}", key)
        seen += [product["id"] for product in page["products"]]
        after = page["next"]
    assert seen == sorted(row.id for row in Product.select().where(Product.partner == trade.partner))


def test_an_id_token_of_the_hub_reads_and_one_of_a_partner_does_not(
    client: TestClient,
    trade: Trade,
) -> None:
    def proof(shop: str) -> str:
        return str(trade.standin.control("GET", f"/shops/{shop}/id_token")["id_token"])

    assert _get(client, "/api/partners", proof(trade.hub))["partners"]
    assert "hub" in _get(client, "/api/partners", proof(str(trade.partner.shop)), 403)["error"]


@pytest.mark.parametrize("token", ["", "nonsense", "occ_nonsense"])
def test_a_stranger_reads_nothing(client: TestClient, token: str) -> None:
    assert set(_get(client, "/api/partners", token, 401)) == {"error"}


def test_a_revoked_key_reads_nothing(client: TestClient) -> None:
    key = scripting.make_token("prices", as_of=NOW)
    scripting.revoke_token(ApiToken.get().id, as_of=NOW)
    _get(client, "/api/partners", key, 401)


def test_a_key_is_kept_as_its_hash_only(client: TestClient) -> None:
    key = scripting.make_token("prices", as_of=NOW)
    row = ApiToken.get()
    assert key not in str(row.__data__)
    assert len(row.token_hash) == 64


@pytest.mark.parametrize("query", ["limit=0", "limit=251", "limit=x", "after=-1"])
def test_a_senseless_page_names_its_field(client: TestClient, query: str) -> None:
    key = scripting.make_token("prices", as_of=NOW)
    assert _get(client, f"/api/partners?{query}", key, 422)["field"] == query.partition("=")[0]


def test_an_unknown_partner_is_not_found(client: TestClient) -> None:
    _get(client, "/api/partners/9999/products", scripting.make_token("prices", as_of=NOW), 404)


def test_a_key_cannot_open_pages(client: TestClient) -> None:
    key = scripting.make_token("prices", as_of=NOW)
    assert client.get("/partners", headers={"Authorization": f"Bearer {key}"}).status_code == 401
