"""The gate: nobody comes in without Shopify's word for who he is, and each answer says who may frame it."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from occhub import queue, schedule, web
from occhub.app import create_app
from occhub.gate import BOUNCE
from occhub.partners import connecting
from occhub.partners.models import WAITING, Partner
from occhub.settings import Settings
from occhub.shopify import tokens
from tests.conftest import Cast, Standin

HOST = "YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUvaHVi"
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
Ask = Callable[..., httpx.Response]


@pytest.fixture
def ask(cast: Cast, settings: Settings) -> Ask:
    """A browser that follows nothing by itself."""
    connecting.prepare_hub(cast.hub)
    queue.open_queue("memory:", schedule.NUDGES, schedule.tick)
    client = TestClient(
        create_app(settings), base_url="http://127.0.0.1:8999", follow_redirects=False, raise_server_exceptions=False
    )
    return lambda path, method="GET", token="", **headers: client.request(
        method,
        path,
        headers={name.replace("_", "-"): value for name, value in headers.items()}
        | ({"Authorization": f"Bearer {token}"} if token else {}),
    )


@pytest.fixture
def owner(cast: Cast, standin: Standin) -> str:
    return str(standin.control("GET", f"/shops/{cast.hub}/id_token")["id_token"])


@pytest.fixture
def stranger(standin: Standin) -> tuple[str, str]:
    """A store nobody invited, and its owner's ID token."""
    shop = standin.open_shop()
    return shop, standin.install(shop)


def framers(answer: httpx.Response) -> str:
    policy = answer.headers["Content-Security-Policy"]
    return next(part.strip() for part in policy.split(";") if part.strip().startswith("frame-ancestors"))


def test_a_document_with_an_id_token_in_its_address_is_let_in(ask: Ask, owner: str) -> None:
    assert ask(f"/partners?id_token={owner}").status_code == 200


def test_a_documents_scripts_are_fetched_while_it_is_read(ask: Ask, owner: str, settings: Settings) -> None:
    answer = ask(f"/partners?id_token={owner}")
    scripts = (settings.app_bridge_url, settings.polaris_url)
    assert answer.headers["Link"] == ", ".join(f"<{script}>; rel=preload; as=script" for script in scripts)
    assert all(f'<script src="{script}">' in answer.text for script in scripts)
    assert "Link" not in ask("/partners", token=owner, **{"HX-Request": "true"}).headers
    assert "Link" not in ask("/invitations/x").headers  # which runs no script


def test_a_fetch_with_an_id_token_in_its_header_is_let_in(ask: Ask, owner: str) -> None:
    assert ask("/partners", token=owner).status_code == 200


def test_a_document_without_a_token_bounces_and_comes_back_to_where_it_wanted(ask: Ask) -> None:
    answer = ask(f"/partners?tab=open&host={HOST}&id_token=stale&shop=a.myshopify.com", Sec_Fetch_Dest="iframe")
    assert answer.status_code == 302
    where = urlsplit(answer.headers["Location"])
    query = parse_qs(where.query)
    assert where.path == BOUNCE
    assert "id_token" not in query
    assert query["shopify-reload"] == [f"/partners?tab=open&host={HOST}&shop=a.myshopify.com"]


def test_the_bounce_page_is_app_bridge_and_nothing_else(ask: Ask, settings: Settings) -> None:
    answer = ask(f"{BOUNCE}?shop=a.myshopify.com&shopify-reload=%2Fpartners")
    assert answer.status_code == 200
    assert f'data-api-key="{settings.api_key}"' in answer.text
    assert "partners" not in answer.text


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:x"]
)
def test_open_redirect_the_bounce_page_leads_nowhere_else(ask: Ask, away: str) -> None:
    answer = ask(str(httpx.URL(BOUNCE, params={"shopify-reload": away})))
    assert answer.status_code == 400
    assert "script" not in answer.text


@pytest.mark.parametrize("path", ["/partners/", "/invitations/x/", "/webhooks/"])
def test_open_redirect_no_address_leads_to_a_host_out_of_the_request(ask: Ask, path: str) -> None:
    answer = ask(path, Host="evil.example")
    assert (answer.status_code, answer.headers.get("Location")) == (404, None)


def test_somebody_outside_the_admin_is_told_where_to_go(ask: Ask, cast: Cast) -> None:
    answer = ask("/partners")
    assert answer.status_code == 401
    assert cast.hub.partition(".")[0] in answer.text


@pytest.mark.parametrize("headers", [FRAGMENT, {"Sec-Fetch-Dest": "empty"}, {"Authorization": "Bearer stale"}])
def test_a_fetch_without_a_token_is_told_to_come_again_with_one(ask: Ask, headers: dict[str, str]) -> None:
    answer = ask("/partners", **headers)
    assert answer.status_code == 401
    assert answer.headers["X-Shopify-Retry-Invalid-Session-Request"] == "1"


def test_csrf_a_post_counts_only_with_the_token_in_its_header(ask: Ask, owner: str) -> None:
    answer = ask(f"/sync-runs?id_token={owner}", "POST")
    assert answer.status_code == 401
    assert answer.headers["X-Shopify-Retry-Invalid-Session-Request"] == "1"


def test_the_store_comes_from_the_token_never_from_the_address(ask: Ask, cast: Cast, stranger: tuple[str, str]) -> None:
    shop, token = stranger
    answer = ask(f"/partners?shop={cast.hub}", token=token)
    assert answer.status_code == 403
    assert framers(answer) == f"frame-ancestors https://{shop} {_admin(answer)}"


def test_a_partner_is_refused_the_hubs_pages_and_the_hub_the_partners(
    ask: Ask, owner: str, stranger: tuple[str, str]
) -> None:
    assert ask("/settings", token=stranger[1]).status_code == 403
    assert ask("/own/acceptance", "POST", token=owner).status_code == 403


def test_the_first_page_is_each_visitors_own(ask: Ask, owner: str, stranger: tuple[str, str]) -> None:
    assert "Needs you" in ask("/", token=owner).text
    assert "asks to connect" in ask("/", token=stranger[1]).text


def test_a_waiting_store_sees_nothing_and_no_token_is_kept_for_it(
    ask: Ask, stranger: tuple[str, str], standin: Standin, cast: Cast
) -> None:
    shop, token = stranger
    page = ask("/", token=token).text
    assert cast.hub not in page
    assert Partner.get(Partner.shop == shop).state == WAITING
    assert not tokens.has_token(shop)
    assert standin.state(shop)["tokens"]["live"] == 0


def test_a_page_may_be_framed_by_its_visitors_store_and_the_admin_alone(ask: Ask, owner: str, cast: Cast) -> None:
    answer = ask("/partners", token=owner)
    assert framers(answer) == f"frame-ancestors https://{cast.hub} {_admin(answer)}"


def test_a_page_without_a_visitor_may_be_framed_by_nobody(ask: Ask) -> None:
    for path in ("/invitations/unknown", "/partners", "/nowhere"):
        assert framers(ask(path)) == "frame-ancestors 'none'"


@pytest.mark.parametrize("named", ["evil.example", "a.myshopify.com.evil.example", "a.myshopify.com;script-src *"])
def test_what_is_no_store_never_gets_into_the_policy(ask: Ask, named: str) -> None:
    answer = ask(str(httpx.URL("/nowhere", params={"shop": named})))
    assert framers(answer) == "frame-ancestors 'none'"
    assert "evil" not in answer.headers["Content-Security-Policy"]


def test_scripts_come_from_us_and_shopify_and_are_never_inline(ask: Ask, owner: str, settings: Settings) -> None:
    policy = ask("/", token=owner).headers["Content-Security-Policy"]
    scripts = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
    assert "'self'" in scripts
    assert "https://cdn.shopify.com" in scripts
    assert "unsafe" not in policy
    assert "object-src 'none'" in policy
    assert "base-uri 'none'" in policy


def test_an_error_nobody_expected_is_shielded_too_and_tells_nothing(settings: Settings, cast: Cast) -> None:
    app = create_app(settings)

    async def broken(request: Request) -> Response:
        raise ZeroDivisionError("a secret of the inside")

    app.app.router.routes.insert(0, Route("/broken", broken))  # type: ignore[attr-defined]
    answer = TestClient(app, raise_server_exceptions=False).get("/broken")
    assert answer.status_code == 500
    assert framers(answer) == "frame-ancestors 'none'"
    assert "secret of the inside" not in answer.text


def test_errors_of_a_fetch_leave_the_page_as_it_is(ask: Ask, owner: str) -> None:
    answer = ask("/partners/999999", token=owner, **FRAGMENT)
    assert answer.status_code == 404
    assert answer.headers["HX-Retarget"] == "#problem"
    assert "no such partner" in answer.text


def test_nothing_is_kept_by_the_browser_but_what_never_changes(ask: Ask, owner: str) -> None:
    assert ask("/", token=owner).headers["Cache-Control"] == "no-store"
    assert "immutable" in ask(web.static_url("js/app.js")).headers["Cache-Control"]


def test_a_form_too_large_is_refused(ask: Ask, owner: str, settings: Settings) -> None:
    client = TestClient(create_app(settings), base_url="http://127.0.0.1:8999")
    answer = client.post("/partners", data={"name": "x" * 300_000}, headers={"Authorization": f"Bearer {owner}"})
    assert answer.status_code == 413


def _admin(answer: httpx.Response) -> str:
    return framers(answer).split()[-1]
