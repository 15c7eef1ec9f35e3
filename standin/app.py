"""The whole stand-in as one ASGI application: a store's API by its host name, everything else on this machine's."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from standin import catalogues, faults, shell, token_endpoint
from standin.control import control_routes
from standin.delivery import Courier
from standin.graphql.engine import operation_name, run
from standin.graphql.schema import admin_schema
from standin.oauth import OAuthError, admit
from standin.world import Shop, World

API_VERSION = "2026-10"
LOOPBACK = ("127.0.0.1", "localhost", "::1", "testserver")


def create_app(world: World, at_end: Callable[[], None] = lambda: None) -> ASGIApp:
    """Compose the stand-in around a world; webhooks go out while it runs, and `at_end` is called when it stops."""
    courier = Courier(world)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        admin_schema()
        delivering = asyncio.create_task(courier.run())
        yield
        delivering.cancel()
        await asyncio.gather(delivering, return_exceptions=True)
        at_end()

    here = Starlette(routes=local_routes(world, courier), lifespan=lifespan)
    stores = Starlette(routes=store_routes())
    stores.state.world = here.state.world = world
    here.state.courier = courier
    return ByHost(here, stores)


def store_routes() -> list[BaseRoute]:
    """What `https://{shop}.myshopify.com` answers."""
    return [
        Route("/admin/api/{version}/graphql.json", graphql, methods=["POST"]),
        Route("/admin/oauth/access_token", of_shop(token_endpoint.access_token), methods=["POST"]),
        Route("/admin/oauth/authorize", of_shop(token_endpoint.grant), methods=["GET"]),
    ]


def local_routes(world: World, courier: Courier) -> list[BaseRoute]:
    """What this machine's own address answers: the control API, the shell, pictures."""
    return [*control_routes(world, courier), *catalogues.routes, *shell.routes]


class ByHost:
    """Sends a request to the stores or to the local pages, by its Host header; other hosts are unknown here."""

    def __init__(self, here: ASGIApp, stores: ASGIApp) -> None:
        self.here, self.stores = here, stores

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Dispatch one request, or the lifespan."""
        if scope["type"] == "lifespan":
            return await self.here(scope, receive, send)
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        name = host.rsplit(":", 1)[0].strip("[]").lower() if not host.endswith("]") else host.strip("[]")
        if name.endswith(".myshopify.com"):
            return await self.stores(scope, receive, send)
        if name in LOOPBACK or name.endswith(".localhost"):
            return await self.here(scope, receive, send)
        return await Response(f"no such host here: {name}", 421)(scope, receive, send)


async def graphql(request: Request) -> Response:
    """POST /admin/api/{version}/graphql.json."""
    world, shop = request.app.state.world, shop_of(request)
    headers = {"X-Request-Id": secrets.token_hex(8), "X-Shopify-API-Version": API_VERSION}
    if shop is None or request.path_params["version"] != API_VERSION:
        return JSONResponse({"errors": "Not Found"}, 404, headers)
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = None
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        world.report.violation("bad request", shop.domain, "", "the body is not a GraphQL request")
        return JSONResponse({"errors": {"query": "Required parameter missing or invalid"}}, 400, headers)
    operation = operation_name(body)
    if trouble := await faults.before(world, shop, operation, body.get("variables")):
        trouble.headers.update(headers)
        return trouble
    try:
        token = admit(world, shop, request.headers.get("X-Shopify-Access-Token"))
    except OAuthError as refused:
        return JSONResponse({"errors": refused.description}, refused.status, headers)
    return faults.after(world, shop, operation, JSONResponse(run(world, shop, token, body), headers=headers))


def shop_of(request: Request) -> Shop | None:
    """The store a request was sent to, by its host name."""
    world: World = request.app.state.world
    return world.shops.get(request.url.hostname or "")


def of_shop(endpoint: Any) -> Any:
    """An endpoint of (world, shop, request) as Starlette wants it; 404 for a store that does not exist."""

    async def answer(request: Request) -> Response:
        shop = shop_of(request)
        if shop is None:
            return JSONResponse({"errors": "Not Found"}, 404)
        response: Response = await endpoint(request.app.state.world, shop, request)
        return response

    return answer
