"""The app inside the admin: its frame, the grant screen, and what App Bridge asks the admin for."""

from json import JSONDecodeError
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from standin.installing import NotAllowed, install, revoke_scopes
from standin.launching import launch_url, mint_id_token
from standin.shell.rendering import render, shop_of, world_of
from standin.world import Shop, World

MEANING = {
    "products": "products, variants and collections",
    "inventory": "stock levels",
    "locations": "locations",
    "orders": "orders of the last 60 days",
    "draft_orders": "draft orders",
    "publications": "what is published where",
    "fulfillments": "shipments",
}


async def app_page(request: Request) -> Response:
    """The app in its frame, at the path behind /apps/{key}/; an app that is not installed asks to be."""
    world, shop = world_of(request), shop_of(request)
    if request.path_params["app"] not in (world.app.api_key, world.app.handle):
        raise HTTPException(404, "There is no such app here.")
    if world.app.api_key not in shop.installations:
        return RedirectResponse(_grant_page(world, shop))
    path = "/" + request.path_params.get("path", "")
    if request.url.query:
        path += f"?{request.url.query}"
    base = f"/store/{shop.handle}/apps/{request.path_params['app']}"
    return render(request, "app.html", shop=shop, section="app", frame=launch_url(world, shop, path), base=base)


async def choose_store(request: Request) -> Response:
    """The store picker of an installation link."""
    _check_client(request)
    return render(request, "choose_store.html", shops=world_of(request).shops.values())


async def grant_page(request: Request) -> Response:
    """What the app asks for, for the merchant to accept."""
    _check_client(request)
    world, shop = world_of(request), shop_of(request)
    asked = _listed(request.query_params.get("optional_scopes", ""))
    scopes = [(scope, meaning(scope)) for scope in sorted(world.app.scopes | asked)]
    return render(request, "grant.html", shop=shop, section="app", scopes=scopes, asked=",".join(sorted(asked)))


async def grant(request: Request) -> Response:
    """The merchant said yes: install, then open the app."""
    world, shop = world_of(request), shop_of(request)
    form = await request.form()
    try:
        install(world, shop, str(form.get("client_id", "")), _listed(str(form.get("optional_scopes", ""))))
    except NotAllowed as refusal:
        raise HTTPException(422, str(refusal)) from refusal
    return RedirectResponse(f"/store/{shop.handle}/apps/{world.app.api_key}", 303)


async def id_token(request: Request) -> Response:
    """A fresh ID token, for App Bridge; only the shell's own pages may read it."""
    try:
        token = mint_id_token(world_of(request), shop_of(request))
    except NotAllowed as refusal:
        return JSONResponse({"error": str(refusal)}, 403)
    return JSONResponse({"id_token": token}, headers={"Cache-Control": "no-store"})


async def scopes(request: Request) -> Response:
    """The app's scopes in a store: GET reads them, POST grants optional ones, DELETE takes some back."""
    world, shop = world_of(request), shop_of(request)
    try:
        if request.method != "GET":
            body = await request.json()
            change = install if request.method == "POST" else revoke_scopes
            change(world, shop, world.app.api_key, body["scopes"])
    except NotAllowed as refusal:
        return JSONResponse({"error": str(refusal)}, 422)
    except (JSONDecodeError, KeyError, TypeError):
        return JSONResponse({"error": "send {scopes: [...]}"}, 400)
    return JSONResponse(
        {
            "granted": sorted(shop.installations.get(world.app.api_key, ())),
            "required": sorted(world.app.scopes),
            "optional": sorted(world.app.optional_scopes),
        }
    )


def meaning(scope: str) -> str:
    """A scope in a merchant's words."""
    verb, _, thing = scope.partition("_")
    return f"{'View' if verb == 'read' else 'View and edit'} {MEANING.get(thing, thing.replace('_', ' '))}"


def _grant_page(world: World, shop: Shop) -> str:
    return f"/store/{shop.handle}/oauth/install?{urlencode({'client_id': world.app.api_key})}"


def _check_client(request: Request) -> None:
    if request.query_params.get("client_id") != world_of(request).app.api_key:
        raise HTTPException(404, "There is no app with this client id.")


def _listed(text: str) -> set[str]:
    return {name.strip() for name in text.split(",") if name.strip()}


routes = [
    Route("/oauth/install", choose_store),
    Route("/store/{handle}/oauth/install", grant_page, methods=["GET"]),
    Route("/store/{handle}/oauth/install", grant, methods=["POST"]),
    Route("/store/{handle}/apps/{app}", app_page),
    Route("/store/{handle}/apps/{app}/{path:path}", app_page),
    Route("/_shell/{handle}/id_token", id_token),
    Route("/_shell/{handle}/scopes", scopes, methods=["GET", "POST", "DELETE"]),
]
