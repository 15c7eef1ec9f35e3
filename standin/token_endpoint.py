"""The OAuth addresses of a store: tokens for the app, a grant for the merchant's browser."""

import json
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from standin import faults
from standin.oauth import OAuthError, authorize, grant_token
from standin.world import Shop, World


async def access_token(world: World, shop: Shop, request: Request) -> Response:
    """POST /admin/oauth/access_token, as JSON or as a form."""
    if trouble := await faults.before(world, shop, faults.TOKEN_REQUEST):
        return trouble
    try:
        answer: Response = JSONResponse(grant_token(world, shop, await _form(request)))
    except OAuthError as refused:
        answer = JSONResponse(refused.as_json(), refused.status)
    return faults.after(world, shop, faults.TOKEN_REQUEST, answer)


async def grant(world: World, shop: Shop, request: Request) -> Response:
    """GET /admin/oauth/authorize: this merchant always says yes."""
    try:
        return RedirectResponse(authorize(world, shop, request.query_params), status_code=302)
    except OAuthError as refused:
        return PlainTextResponse(f"Oauth error {refused.error}: {refused.description}", refused.status)


async def _form(request: Request) -> Mapping[str, str]:
    try:
        if request.headers.get("Content-Type", "").startswith("application/json"):
            body = json.loads(await request.body())
            return {name: str(value) for name, value in body.items()}
        return {name: str(value) for name, value in (await request.form()).items()}
    except (ValueError, AttributeError) as error:
        raise OAuthError(400, "invalid_request", "The body cannot be read") from error
