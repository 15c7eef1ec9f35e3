"""Pages and fragments, and how numbers, money and times read in them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from occhub import web
from occhub.errors import Forbidden, NotFound
from occhub.money import Money
from occhub.settings import Settings
from occhub.web import HUB, PARTNER, PUBLIC, Handler, Visit, Visitor, go, page, page_by_role, render_error

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
FILTERS = web.environment().filters


def visit_of(path: str = "/", handler: Handler = lambda visit: PlainTextResponse("ok"), **form: str) -> httpx.Response:
    """What the handler answers to somebody from the hub; a form is posted."""

    async def with_visitor(request: Request) -> Response:
        request.state.visitor = Visitor("hub.myshopify.com", HUB, "42")
        return await page(handler, HUB)(request)

    client = TestClient(Starlette(routes=[Route("/{id}", with_visitor, methods=["GET", "POST"])]))
    return client.post(path, data=form) if form else client.get(path)


@pytest.fixture(autouse=True)
def configured(settings: Settings, database: None) -> None:
    web.configure(settings)


def test_a_handler_is_told_what_was_sent() -> None:
    told: list[object] = []

    def handler(visit: Visit) -> Response:
        told.extend([visit.number("id"), visit.query("tab"), visit.query("page", "1"), visit.field("name"), visit.shop])
        return PlainTextResponse("ok")

    visit_of("/17?tab=open", handler, name="  Onda ")
    assert told == [17, "open", "1", "Onda", "hub.myshopify.com"]


@pytest.mark.parametrize("path", ["/x", "/-1", "/1.5", "/²", "/9999999999999999999999"])
def test_a_number_that_is_none_is_a_page_that_does_not_exist(path: str) -> None:
    def handler(visit: Visit) -> Response:
        with pytest.raises(NotFound):
            visit.number("id")
        return PlainTextResponse("refused")

    assert visit_of(path, handler).text == "refused"


def test_the_moment_of_a_visit_is_the_clocks() -> None:
    moments: list[datetime] = []

    def handler(visit: Visit) -> Response:
        moments.append(visit.as_of)
        return PlainTextResponse("ok")

    visit_of("/1", handler)
    assert moments[0].tzinfo is UTC


@pytest.mark.parametrize(
    ("audience", "visitor", "let_in"),
    [
        (HUB, HUB, True),
        (HUB, PARTNER, False),
        (HUB, None, False),
        (PARTNER, HUB, False),
        (PUBLIC, None, True),
        (PUBLIC, PARTNER, True),
    ],
)
def test_a_page_is_for_its_audience(audience: str, visitor: str | None, let_in: bool) -> None:
    async def endpoint(request: Request) -> Response:
        if visitor:
            request.state.visitor = Visitor("a.myshopify.com", visitor, "42")
        return await page_by_role({audience: lambda visit: PlainTextResponse("in")})(request)

    client = TestClient(Starlette(routes=[Route("/", endpoint)]))
    if let_in:
        assert client.get("/").text == "in"
    else:
        with pytest.raises(Forbidden, match="This page is for"):
            client.get("/")


@pytest.mark.parametrize(
    ("headers", "is_fragment"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "true", "HX-Request-Type": "partial"}, True),
        ({"HX-Request": "true", "HX-Request-Type": "full"}, False),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_htmx_gets_the_fragment_where_it_swaps_a_part(headers: dict[str, str], is_fragment: bool) -> None:
    async def endpoint(request: Request) -> Response:
        return render_error(request, 404, "There is no <such> page.")

    answer = TestClient(Starlette(routes=[Route("/", endpoint)])).get("/", headers=headers)
    assert ("<html" not in answer.text) == is_fragment
    assert ("HX-Retarget" in answer.headers) == is_fragment
    assert "There is no &lt;such&gt; page." in answer.text


def test_going_elsewhere_keeps_to_the_page() -> None:
    answer = go("/partners/3", toast="Zaïre is let in.")
    assert json.loads(answer.headers["HX-Location"])["path"] == "/partners/3"
    assert json.loads(answer.headers["HX-Trigger"]) == {"toast": "Zaïre is let in."}


def test_a_template_that_asks_for_what_is_not_there_fails() -> None:
    with pytest.raises(Exception, match="is undefined"):
        web.environment().from_string("{{ nothing_of_this_name }}").render()


def test_everything_is_escaped_whatever_the_templates_name() -> None:
    assert web.environment().from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"


def test_a_statics_address_changes_with_its_content() -> None:
    address = web.static_url("js/app.js")
    assert address.startswith("/static/js/app.js?v=")
    assert len(address.partition("v=")[2]) == 12


@pytest.mark.parametrize(
    ("money", "reads"),
    [
        (Money(123456789, "USD"), "1,234,567.89 USD"),
        (Money(-50, "USD"), "-0.50 USD"),
        (Money(-123450, "USD"), "-1,234.50 USD"),
        (Money(1200, "JPY"), "1,200 JPY"),
        (None, "–"),
    ],
)
def test_money_reads_like_money(money: Money | None, reads: str) -> None:
    assert FILTERS["money"](money) == reads


@pytest.mark.parametrize(
    ("ago", "reads"),
    [
        (timedelta(seconds=10), "just now"),
        (timedelta(seconds=50), "1 min ago"),
        (timedelta(minutes=12), "12 min ago"),
        (timedelta(hours=5), "5 h ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(seconds=-10), "in a moment"),
        (timedelta(days=-3), "in 3 days"),
    ],
)
def test_times_read_as_people_say_them(ago: timedelta, reads: str) -> None:
    when: Callable[..., str] = FILTERS["when"]
    assert when(NOW - ago, NOW) == reads
    assert when(None, NOW) == "never"


@pytest.mark.parametrize(("number", "reads"), [(0, "0 bags"), (1, "1 bag"), (12345, "12,345 bags")])
def test_counts_read_with_their_word(number: int, reads: str) -> None:
    count: Callable[..., str] = FILTERS["count"]
    assert count(number, "bag") == reads
    assert count(2, "box", "boxes") == "2 boxes"
