"""What a handler needs: who visits, what he sent, and how to answer with a page or a fragment of one.

The only file that says "HX-": htmx is nobody else's business.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import anyio
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from occhub import clock
from occhub.database import session
from occhub.errors import Forbidden, NotFound
from occhub.money import Money
from occhub.settings import Settings

ROOT = Path(__file__).parent.parent
HUB, PARTNER, PUBLIC = "hub", "partner", "public"
# Pages wait for Shopify now and then; SQLite's readers gain nothing from more threads.
_THREADS = 8


@dataclass(frozen=True)
class Visitor:
    """A person in his store's admin, as proven by Shopify's ID token. `role` is HUB or PARTNER."""

    shop: str
    role: str
    user_id: str


@dataclass(frozen=True)
class Visit:
    """One request as a handler sees it. `visitor` is None on public pages only."""

    request: Request
    visitor: Visitor | None
    form: FormData
    as_of: datetime

    @property
    def shop(self) -> str:
        """The visiting store; raises Forbidden on a public page."""
        if self.visitor is None:
            raise Forbidden("this page knows no visitor")
        return self.visitor.shop

    def number(self, name: str) -> int:
        """A number of the path; raises NotFound when it is none, as no such thing can exist."""
        return whole(str(self.request.path_params[name]))

    def query(self, name: str, default: str = "") -> str:
        """A value of the query string."""
        return _clean(self.request.query_params.get(name, default))

    @property
    def page(self) -> int:
        """Which page of a list is asked for, from 1 on."""
        text = self.query("page")
        return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1

    def field(self, name: str, default: str = "") -> str:
        """A text field of the form, stripped."""
        value = self.form.get(name, default)
        return _clean(value).strip() if isinstance(value, str) else default

    @property
    def fields(self) -> dict[str, str]:
        """All text fields of the form."""
        return {name: _clean(value) for name, value in self.form.items() if isinstance(value, str)}

    def numbers(self, name: str) -> list[int]:
        """What was chosen of a list in the form, by number; raises NotFound when one is none."""
        return [whole(value) for value in self.form.getlist(name) if isinstance(value, str)]

    @property
    def wants_fragment(self) -> bool:
        """Whether htmx swaps a part of the page only."""
        return _wants_fragment(self.request)


def whole(text: str) -> int:
    """The number that stands for something of ours; raises NotFound when it is none, as no such thing can exist."""
    if not text.isdecimal() or len(text) > 18:
        raise NotFound("There is no such page.")
    return int(text)


def _clean(text: str) -> str:
    """What was sent, without the sign that no database keeps."""
    return text.replace("\0", "")


Handler = Callable[[Visit], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def page(handler: Handler, audience: str) -> Endpoint:
    """Make an endpoint of a handler: its audience is checked first, then it runs in a thread with a connection."""
    return page_by_role({audience: handler})


def page_by_role(handlers: Mapping[str, Handler]) -> Endpoint:
    """An endpoint that shows each audience its own page; a visitor of none of them is refused."""

    async def endpoint(request: Request) -> Response:
        visitor: Visitor | None = request.scope.get("state", {}).get("visitor")
        handler = handlers.get(visitor.role if visitor else PUBLIC) or handlers.get(PUBLIC)
        if handler is None:
            raise Forbidden(
                "This page is for the hub store. Nothing is wrong with yours: your own page is the app's first."
                if HUB in handlers
                else "This page is for partner stores. Your own is the app's first."
            )
        form = await request.form(max_files=0, max_fields=2000) if request.method == "POST" else FormData()
        visit = Visit(request, visitor, form, clock.now())
        return await anyio.to_thread.run_sync(partial(_answer, handler, visit), limiter=_limiter())

    return endpoint


def _answer(handler: Handler, visit: Visit) -> Response:
    with session():
        return handler(visit)


@cache
def _limiter() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(_THREADS)


def render(
    visit: Visit,
    template: str,
    *,
    fragment: str = "",
    status: int = 200,
    toast: str = "",
    news: str = "",
    **context: Any,
) -> Response:
    """The page, or only its fragment when htmx asked for a part; `toast` is a sentence shown for a moment.

    `news` is an event by which other parts of the page hear that they are old.
    """
    name = fragment if fragment and visit.wants_fragment else template
    html = environment().get_template(name).render(visit=visit, visitor=visit.visitor, now=visit.as_of, **context)
    headers = {"Vary": "HX-Request, HX-Request-Type", "Cache-Control": "no-store"}
    events = ({"toast": toast} if toast else {}) | ({news: ""} if news else {})
    if events:
        headers["HX-Trigger"] = json.dumps(events)
    if visit.visitor and "HX-Request" not in visit.request.headers:
        # A whole document of the admin's: its scripts are fetched while it is being read.
        headers["Link"] = ", ".join(f"<{script}>; rel=preload; as=script" for script in _scripts())
    return HTMLResponse(html, status_code=status, headers=headers)


def render_error(request: Request, status: int, sentence: str, *, field: str = "") -> Response:
    """The error page, or its fragment; a fetch also gets the sentence as a toast, wherever it was going to swap."""
    fragment = _wants_fragment(request)
    template = "_problem.html" if fragment else "problem.html"
    html = environment().get_template(template).render(sentence=sentence, status=status, field=field)
    headers = {"Cache-Control": "no-store"}
    if fragment:
        # The page stays as it is: what was typed must not be lost to an error.
        headers |= {"HX-Retarget": "#problem", "HX-Reswap": "outerHTML"}
    return HTMLResponse(html, status_code=status, headers=headers)


def _wants_fragment(request: Request) -> bool:
    # A history restore wants the whole page, and so does a request that selects its part itself (htmx calls it "full").
    headers = request.headers
    restores = headers.get("HX-History-Restore-Request") == "true"
    return (
        headers.get("HX-Request") == "true" and not restores and headers.get("HX-Request-Type", "partial") == "partial"
    )


def go(path: str, *, toast: str = "") -> Response:
    """Send the browser to another page of ours after a POST, keeping the ID token (a plain redirect would lose it)."""
    headers = {"HX-Location": json.dumps({"path": path, "target": "#page", "select": "#page", "swap": "outerHTML"})}
    if toast:
        headers["HX-Trigger"] = json.dumps({"toast": toast})
    return Response(status_code=200, headers=headers)


def configure(settings: Settings) -> None:
    """Tell the templates which app they belong to; nothing secret is among it."""
    environment().globals.update(
        api_key=settings.api_key, app_bridge_url=settings.app_bridge_url, polaris_url=settings.polaris_url
    )


def _scripts() -> tuple[str, str]:
    known = environment().globals
    return str(known["app_bridge_url"]), str(known["polaris_url"])


@cache
def environment() -> Environment:
    """The templates, escaped whatever their name."""
    env = Environment(
        loader=FileSystemLoader(ROOT / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    env.filters.update(money=_money, when=_when, count=_count)
    env.globals.update(static_url=static_url)
    return env


@cache
def static_url(path: str) -> str:
    """The address of a static file, with a hash of its content so that it may be cached for ever."""
    digest = hashlib.sha256((ROOT / "static" / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


def _money(value: Money | None) -> str:
    if value is None:
        return "–"
    whole, _, rest = value.amount.partition(".")
    grouped = f"{int(whole):,}" if whole not in ("-0",) else whole
    return f"{grouped}{'.' + rest if rest else ''} {value.currency}"


def _when(moment: datetime | None, now: datetime) -> str:
    """How long ago or ahead, in words; templates show the exact time on hover."""
    if moment is None:
        return "never"
    seconds = (now - moment).total_seconds()
    words = _span(abs(seconds))
    if words == "now":
        return "just now" if seconds >= 0 else "in a moment"
    return f"{words} ago" if seconds >= 0 else f"in {words}"


def _span(seconds: float) -> str:
    if seconds < 45:
        return "now"
    if seconds < 90 * 60:
        return f"{round(seconds / 60) or 1} min"
    if seconds < 36 * 3600:
        return f"{round(seconds / 3600)} h"
    return f"{round(seconds / 86400)} days"


def _count(number: int, one: str, many: str = "") -> str:
    """ "1 bag", "3 bags"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
