"""What the wall repeats by itself, what it must not, and what it makes of every kind of answer."""

import json
import logging
from typing import Any

import httpx
import pytest
from pytest_httpx import HTTPXMock

from occhub.database import write
from occhub.settings import Settings
from occhub.shopify import Store, open_store
from occhub.shopify.errors import (
    AccessDenied,
    BadAnswer,
    Rejected,
    StoreClosed,
    StoreError,
    Throttled,
    Unauthorized,
    Unavailable,
)

SHOP = "roaster.myshopify.com"
API_URL = f"https://{SHOP}/admin/api/2026-10/graphql.json"
TOKEN_URL = f"https://{SHOP}/admin/oauth/access_token"
FULL = {"maximumAvailable": 2000.0, "currentlyAvailable": 1990.0, "restoreRate": 100.0}


def answer(data: Any = None, errors: Any = None, **cost: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"extensions": {"cost": {"requestedQueryCost": 10, "throttleStatus": FULL, **cost}}}
    return body | ({"errors": errors} if errors else {"data": data if data is not None else {"shop": {}}})


def failure(code: str, message: str = "No") -> dict[str, Any]:
    return answer(errors=[{"message": message, "extensions": {"code": code}}])


def sent(httpx_mock: HTTPXMock) -> list[dict[str, Any]]:
    return [json.loads(request.content) for request in httpx_mock.get_requests(url=API_URL)]


def test_an_answer_is_handed_out_and_its_cost_counted(store: Store, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=API_URL, json=answer({"shop": {"name": "A"}}, actualQueryCost=4))
    assert store.execute("shop", {}) == {"shop": {"name": "A"}}
    assert (store.calls, store.points) == (1, 4)
    (request,) = httpx_mock.get_requests(url=API_URL)
    assert request.headers["X-Shopify-Access-Token"] == "access-1"


@pytest.mark.parametrize("trouble", [500, 502, 503, 429])
def test_a_query_survives_bad_weather(store: Store, httpx_mock: HTTPXMock, trouble: int) -> None:
    httpx_mock.add_response(url=API_URL, status_code=trouble, text="<html>")
    httpx_mock.add_exception(httpx.ReadTimeout("slow"), url=API_URL)
    httpx_mock.add_response(url=API_URL, json=answer())
    store.execute("shop", {})
    assert store.calls == 3


def test_a_query_gives_up_after_three_tries(store: Store, httpx_mock: HTTPXMock) -> None:
    for _ in range(3):
        httpx_mock.add_response(url=API_URL, status_code=503, headers={"Retry-After": "2.0"})
    with pytest.raises(Unavailable) as caught:
        store.execute("shop", {})
    assert not caught.value.outcome_unknown
    assert caught.value.retryable


@pytest.mark.parametrize("status", [500, 502, 429])
def test_a_mutation_without_an_answer_is_not_repeated(store: Store, httpx_mock: HTTPXMock, status: int) -> None:
    httpx_mock.add_response(url=API_URL, status_code=status)
    with pytest.raises(Unavailable) as caught:
        store.change("draft_complete", {"id": "gid://shopify/DraftOrder/1"})
    assert caught.value.outcome_unknown
    assert store.calls == 1


@pytest.mark.parametrize(
    "error", [httpx.ReadTimeout("slow"), httpx.ReadError("cut"), httpx.RemoteProtocolError("gone")]
)
def test_a_mutation_whose_answer_was_lost_is_not_repeated(
    store: Store, httpx_mock: HTTPXMock, error: httpx.HTTPError
) -> None:
    httpx_mock.add_exception(error, url=API_URL)
    with pytest.raises(Unavailable) as caught:
        store.change("draft_complete", {"id": "gid://shopify/DraftOrder/1"})
    assert caught.value.outcome_unknown
    assert store.calls == 1


def test_a_mutation_that_never_left_is_repeated(store: Store, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_exception(httpx.ConnectError("refused"), url=API_URL)
    httpx_mock.add_response(url=API_URL, json=answer({"draftOrderDelete": {"deletedId": "1", "userErrors": []}}))
    store.change("draft_delete", {"id": "gid://shopify/DraftOrder/1"})
    assert store.calls == 2


def test_a_keyed_mutation_is_repeated_with_the_same_key(store: Store, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_exception(httpx.ReadTimeout("slow"), url=API_URL)
    httpx_mock.add_response(url=API_URL, json=answer({"inventorySetQuantities": {"userErrors": []}}))
    store.change("set_levels", {"input": {}, "key": "run-7:1"})
    first, second = sent(httpx_mock)
    assert first == second


@pytest.mark.parametrize("body", [b'{"data": {"shop"', b"[]", b'{"data": null}', b""])
def test_an_answer_that_cannot_be_read_counts_as_none(store: Store, httpx_mock: HTTPXMock, body: bytes) -> None:
    httpx_mock.add_response(url=API_URL, content=body)
    httpx_mock.add_response(url=API_URL, json=answer())
    store.execute("shop", {})
    httpx_mock.add_response(url=API_URL, content=body)
    with pytest.raises(Unavailable) as caught:
        store.change("draft_delete", {"id": "gid://shopify/DraftOrder/1"})
    assert caught.value.outcome_unknown


def test_what_was_throttled_is_repeated_even_a_mutation(store: Store, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=API_URL, json=failure("THROTTLED"))
    httpx_mock.add_response(url=API_URL, json=answer({"draftOrderDelete": {"deletedId": "1", "userErrors": []}}))
    store.change("draft_delete", {"id": "gid://shopify/DraftOrder/1"})
    assert store.calls == 2


def test_what_stays_throttled_is_given_up(store: Store, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=API_URL, json=failure("THROTTLED"), is_reusable=True)
    with pytest.raises(Throttled):
        store.execute("shop", {})
    assert store.calls == 8


@pytest.mark.parametrize("status", [402, 403, 404, 423, 430])
def test_a_closed_store_is_not_asked_again(store: Store, httpx_mock: HTTPXMock, status: int) -> None:
    httpx_mock.add_response(url=API_URL, status_code=status)
    with pytest.raises(StoreClosed) as caught:
        store.execute("shop", {})
    assert caught.value.status == status
    assert store.calls == 1


def test_a_refused_token_is_refreshed_once(store: Store, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=API_URL, status_code=401)
    httpx_mock.add_response(url=TOKEN_URL, json={"access_token": "access-2", "refresh_token": "refresh-2"})
    httpx_mock.add_response(url=API_URL, json=answer())
    store.execute("shop", {})
    used = [request.headers["X-Shopify-Access-Token"] for request in httpx_mock.get_requests(url=API_URL)]
    assert used == ["access-1", "access-2"]


def test_a_token_refused_twice_is_given_up(store: Store, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=API_URL, status_code=401, is_reusable=True)
    httpx_mock.add_response(url=TOKEN_URL, json={"access_token": "access-2", "refresh_token": "refresh-2"})
    with pytest.raises(Unauthorized):
        store.execute("shop", {})
    assert store.calls == 2


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ACCESS_DENIED", AccessDenied),
        ("SHOP_INACTIVE", StoreClosed),
        ("MAX_COST_EXCEEDED", BadAnswer),
        ("INVALID_VARIABLE", BadAnswer),
        ("", BadAnswer),
    ],
)
def test_errors_at_200_are_told_apart(store: Store, httpx_mock: HTTPXMock, code: str, kind: type[StoreError]) -> None:
    httpx_mock.add_response(url=API_URL, json=failure(code))
    with pytest.raises(kind):
        store.execute("shop", {})
    assert store.calls == 1


def test_shopifys_own_failure_at_200_is_unavailability(store: Store, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=API_URL, json=failure("INTERNAL_SERVER_ERROR"))
    httpx_mock.add_response(url=API_URL, json=answer())
    store.execute("shop", {})
    assert store.calls == 2


def test_user_errors_are_a_refusal_that_names_the_input(store: Store, httpx_mock: HTTPXMock) -> None:
    refused = {"field": ["input", "lineItems"], "message": "Add at least 1 product", "code": "INVALID"}
    httpx_mock.add_response(
        url=API_URL, json=answer({"draftOrderCreate": {"draftOrder": None, "userErrors": [refused]}})
    )
    with pytest.raises(Rejected, match="Add at least 1 product") as caught:
        store.change("draft_create", {"input": {}, "after": None})
    assert caught.value.user_errors[0].path == ("input", "lineItems")


def test_a_redirect_is_not_followed(store: Store, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=API_URL, status_code=302, headers={"Location": "https://elsewhere.example/"})
    with pytest.raises(BadAnswer):
        store.execute("shop", {})


def test_nothing_is_sent_from_inside_a_write(store: Store) -> None:
    with pytest.raises(RuntimeError, match="write"), write():
        store.execute("shop", {})
    assert store.calls == 0


def test_the_log_tells_the_call_but_no_secret(
    store: Store, httpx_mock: HTTPXMock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    httpx_mock.add_response(url=API_URL, json=answer(actualQueryCost=3), headers={"X-Request-Id": "req-77"})
    store.execute("draft", {"id": "gid://shopify/DraftOrder/4711", "after": None})
    assert "draft roaster.myshopify.com: 200, request req-77, 3 points" in caplog.text
    assert "4711" not in caplog.text
    assert "access-1" not in caplog.text


@pytest.mark.parametrize("text", ["evil.example", "roaster.myshopify.com.evil.example", "a.myshopify.com/x", "", "@"])
def test_only_a_store_is_ever_talked_to(wire: Settings, text: str) -> None:
    with pytest.raises(ValueError, match="not a store"):
        open_store(text)
