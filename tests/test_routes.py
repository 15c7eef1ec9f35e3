"""The route table is walked: each route states its audience, and nothing is open but what is listed here."""

from collections.abc import Callable

import httpx
import pytest
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from occhub import queue, schedule, webhooks
from occhub.app import create_app, routes
from occhub.gate import BOUNCE, Gate
from occhub.partners import connecting
from occhub.settings import Settings
from tests.conftest import Cast, Standin

# What anybody may open; none of it shows anything of a store. Webhooks are for Shopify, by signature.
PUBLIC = {("GET", "/invitations/{code}"), ("GET", "/healthz"), ("GET", BOUNCE)}
SIGNED = {("POST", "/webhooks")}
EVERYBODYS = {("GET", "/")}


def table() -> list[tuple[str, str]]:
    """Method and path of each route; a mount other than the statics fails."""
    entries = []
    for route in routes(Gate(None), webhooks.Receiver()):  # type: ignore[arg-type]
        if isinstance(route, Mount):
            assert route.path == "/static"
            continue
        assert isinstance(route, Route)
        methods = (route.methods or set()) - {"HEAD"}
        assert len(methods) == 1, f"{route.path} has one method"
        entries.append((methods.pop(), route.path))
    return entries


GUARDED = [entry for entry in table() if entry not in PUBLIC | SIGNED]
PARTNERS = [entry for entry in GUARDED if entry[1].startswith("/own/")]
HUBS = [entry for entry in GUARDED if entry not in PARTNERS and entry not in EVERYBODYS]
Ask = Callable[[tuple[str, str], str], httpx.Response]


@pytest.fixture
def ask(cast: Cast, settings: Settings) -> Ask:
    connecting.prepare_hub(cast.hub)
    queue.open_queue("memory:", schedule.NUDGES, schedule.tick)
    client = TestClient(create_app(settings), base_url="http://127.0.0.1:8999", follow_redirects=False)

    def request(entry: tuple[str, str], token: str) -> httpx.Response:
        path = "/".join("1" if part.startswith("{") else part for part in entry[1].split("/"))
        headers = {"Authorization": f"Bearer {token}"} if token else {"Sec-Fetch-Dest": "empty"}
        return client.request(entry[0], path, headers=headers)

    return request


def test_no_route_stands_in_the_table_twice() -> None:
    assert len(table()) == len(set(table()))


def test_what_is_open_is_still_there() -> None:
    assert set(table()) >= PUBLIC | SIGNED | EVERYBODYS


def test_what_changes_something_is_never_open() -> None:
    assert all(method == "GET" for method, _ in PUBLIC)


def test_unauthenticated_endpoint_every_other_route_asks_for_a_token(ask: Ask) -> None:
    for entry in GUARDED:
        answer = ask(entry, "")
        assert answer.status_code == 401, entry
        assert "X-Shopify-Retry-Invalid-Session-Request" in answer.headers, entry


def test_unauthenticated_endpoint_a_token_that_is_none_opens_nothing(ask: Ask) -> None:
    assert {ask(entry, "no.such.token").status_code for entry in GUARDED} == {401}


def test_missing_authorization_check_a_partner_is_refused_every_page_of_the_hub(
    ask: Ask, cast: Cast, standin: Standin
) -> None:
    token = standin.control("GET", f"/shops/{cast.partner}/id_token")["id_token"]
    refused = {entry: ask(entry, token).status_code for entry in HUBS}
    assert set(refused.values()) == {403}, refused


def test_missing_authorization_check_the_hub_is_refused_what_is_a_partners(
    ask: Ask, cast: Cast, standin: Standin
) -> None:
    token = standin.control("GET", f"/shops/{cast.hub}/id_token")["id_token"]
    assert PARTNERS
    assert {ask(entry, token).status_code for entry in PARTNERS} == {403}


def test_webhooks_without_a_signature_are_refused(ask: Ask) -> None:
    assert [ask(entry, "").status_code for entry in SIGNED] == [401]
