"""The gate: who is visiting, proven by Shopify's ID token; what the browser may do with our pages.

A document carries the token in its address, a fetch by App Bridge in its Authorization header. The store and
the role come from the verified token alone.
Source: https://shopify.dev/docs/apps/build/authentication-authorization (ID tokens), https://shopify.dev/docs/apps/build/security
"""

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from anyio import to_thread
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from occhub import clock
from occhub.database import session
from occhub.partners import connecting
from occhub.queue import nudge
from occhub.settings import Settings, is_shop_domain
from occhub.shopify import auth
from occhub.web import HUB, PARTNER, Visitor, environment

log = logging.getLogger(__name__)

BOUNCE = "/auth/patch-id-token"
IMAGES = "https://cdn.shopify.com"
RETRY = {"X-Shopify-Retry-Invalid-Session-Request": "1"}
Endpoint = Callable[[Request], Awaitable[Response]]


class Gate:
    """Lets a request through to its endpoint once its visitor is known."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def guard(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint, for visitors with a valid ID token only; a POST needs it in the header."""

        async def guarded(request: Request) -> Response:
            bearer = _bearer(request)
            token = bearer or (request.query_params.get("id_token") if request.method == "GET" else None)
            try:
                proof = auth.verify_id_token(token or "", as_of=clock.now())
                request.state.visitor = self._visitor(proof)
                # Whenever somebody is there, his ID token may be exchanged for the access that is missing.
                await to_thread.run_sync(_greet, proof)
            except auth.BadIdToken as error:
                log.info("no entry to %s: %s", request.url.path, error)
                return self._ask_again(request)
            return await endpoint(request)

        return guarded

    def _visitor(self, proof: auth.IdToken) -> Visitor:
        return Visitor(proof.shop, HUB if proof.shop == self.settings.hub_shop else PARTNER, proof.user_id)

    def _ask_again(self, request: Request) -> Response:
        """App Bridge fetches a fresh token and repeats a fetch by itself; a document goes over the bounce page."""
        if _is_fetch(request):
            return Response("Your session needs a fresh token.", status_code=401, headers=RETRY)
        embedded = request.headers.get("Sec-Fetch-Dest") == "iframe" or "host" in request.query_params
        if not embedded:
            page = environment().get_template("outside.html")
            return HTMLResponse(page.render(app_url=auth.app_url_in_admin(self.settings.hub_shop)), status_code=401)
        kept = [(key, value) for key, value in request.query_params.multi_items() if key != "id_token"]
        back = request.url.path + (f"?{urlencode(kept)}" if kept else "")
        return RedirectResponse(
            f"{BOUNCE}?{urlencode([*kept, ('shopify-reload', back)], quote_via=quote)}", status_code=302
        )

    async def bounce(self, request: Request) -> Response:
        """The page whose only content is App Bridge: it opens `shopify-reload` again with a fresh token."""
        if not _is_own_path(request.query_params.get("shopify-reload", "/")):
            return Response("This address leads away from the app.", status_code=400)
        page = environment().get_template("bounce.html")
        return HTMLResponse(page.render())


def _greet(proof: auth.IdToken) -> None:
    with session():
        connected = connecting.greet(proof.shop, proof.token, as_of=clock.now())
    if connected:
        nudge("welcome")


def _bearer(request: Request) -> str | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if kind == "Bearer" and token else None


def _is_own_path(address: str) -> bool:
    # Browsers drop tabs and line ends from an address: "/<tab>/evil.example" would lead to evil.example.
    return address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()


def _is_fetch(request: Request) -> bool:
    fetched = request.headers.get("Sec-Fetch-Dest") == "empty" or "HX-Request" in request.headers
    return request.method != "GET" or fetched or "Authorization" in request.headers


class Shield:
    """Puts the security headers on every answer, errors included.

    Who may frame a page is decided for each answer: the verified store, else the store named in the address when that
    is a store's domain (bounce and error pages, which hold nothing), else only Shopify's own admin.

    A route of the table whose endpoint is an application of its own (the webhooks' door) is led there directly,
    past all that only pages need.
    """

    def __init__(self, app: Starlette, settings: Settings) -> None:
        self.app = app
        self.direct: dict[tuple[str, str], ASGIApp] = {
            (method, route.path): route.endpoint
            for route in app.routes
            if isinstance(route, Route) and route.app is route.endpoint
            for method in route.methods or ()
        }
        self.settings = settings
        scripts = sorted({_origin(settings.app_bridge_url), _origin(settings.polaris_url)})
        self.policy = f"script-src 'self' {' '.join(scripts)}; object-src 'none'; base-uri 'none'; form-action 'self'"
        # Only reported, in the browser's console, until it was tried with Shopify's real scripts.
        self.trial = (
            f"style-src 'self' {' '.join(scripts)}; connect-src 'self' {' '.join(scripts)}; "
            f"img-src 'self' data: {IMAGES} {' '.join(scripts)} {settings.gateway_url or ''}".rstrip()
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if direct := self.direct.get((scope["method"], scope["path"])):
            await direct(scope, receive, send)
            return
        scope.setdefault("state", {})

        async def shielded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers.setdefault("Referrer-Policy", "no-referrer")
                if headers.get("content-type", "").startswith("text/html"):
                    headers["Content-Security-Policy"] = f"{self.policy}; {self._ancestors(scope)}"
                    headers["Content-Security-Policy-Report-Only"] = self.trial
            await send(message)

        await self.app(scope, receive, shielded)

    def _ancestors(self, scope: Scope) -> str:
        visitor: Visitor | None = scope["state"].get("visitor")
        if visitor is not None:
            return auth.frame_ancestors(visitor.shop)
        named = dict(parse_qsl(scope["query_string"].decode("latin-1"))).get("shop", "")
        if is_shop_domain(named):
            return auth.frame_ancestors(named)
        return (
            f"frame-ancestors {_origin(self.settings.admin_url)}"
            if scope["path"] == BOUNCE
            else auth.frame_ancestors(None)
        )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
