"""Tokens: the token endpoint with its three grants, and the check of the token that comes with an Admin API request."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

from standin.launching import admin_host
from standin.signing import InvalidToken, decode_id_token, sign_query
from standin.world import AccessToken, AuthorizationCode, RefreshToken, Shop, World

TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"

ACCESS_LIFETIME = timedelta(hours=1)
REFRESH_LIFETIME = timedelta(days=90)
GRACE = timedelta(days=30)
CODE_LIFETIME = timedelta(minutes=10)


class OAuthError(Exception):
    """An answer other than a token: HTTP status, OAuth error code, description."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status, self.error, self.description = status, error, description

    def as_json(self) -> dict[str, str]:
        """The body of the answer."""
        return {"error": self.error, "error_description": self.description}


def grant_token(world: World, shop: Shop, form: Mapping[str, str]) -> dict[str, object]:
    """Answer POST /admin/oauth/access_token; raises OAuthError.

    Without `expiring=1` a token comes back that the Admin API refuses, as it does to public apps since 2026-04-01.
    """
    if (form.get("client_id"), form.get("client_secret")) != (world.app.api_key, world.app.api_secret):
        raise OAuthError(400, "invalid_client", "The client id or the client secret is wrong")
    match form.get("grant_type"):
        case "refresh_token":
            return _refresh(world, shop, form.get("refresh_token", ""))
        case value if value == TOKEN_EXCHANGE:
            _check_exchange(world, shop, form)
        case None | "authorization_code":
            _use_code(world, shop, form.get("code", ""))
        case _:
            raise OAuthError(400, "unsupported_grant_type", "The grant type is not supported")
    expiring = str(form.get("expiring", "")).lower() in ("1", "true")
    return _acquire(world, shop) if expiring else _everlasting(world, shop)


def authorize(world: World, shop: Shop, query: Mapping[str, str]) -> str:
    """Answer GET /admin/oauth/authorize for a merchant who says yes: the address to send the browser to.

    Raises OAuthError for an unknown app, an address or a scope that is not in its configuration.
    """
    if query.get("client_id") != world.app.api_key:
        raise OAuthError(400, "invalid_client", "There is no app with this client id")
    redirect_uri = query.get("redirect_uri", "")
    if redirect_uri not in world.app.redirect_urls:
        raise OAuthError(400, "invalid_request", "The redirect_uri is not whitelisted")
    scopes = frozenset(scope for scope in query.get("scope", "").split(",") if scope)
    if unknown := scopes - world.app.scopes - world.app.optional_scopes:
        raise OAuthError(400, "invalid_scope", f"Not in the app's configuration: {', '.join(sorted(unknown))}")
    now = world.now()
    code = AuthorizationCode(
        secrets.token_hex(16), shop.domain, world.app.api_key, scopes, redirect_uri, now + CODE_LIFETIME
    )
    world.codes[code.value] = code
    params = {
        "code": code.value,
        "host": admin_host(shop),
        "shop": shop.domain,
        "state": query.get("state", ""),
        "timestamp": str(int(now.timestamp())),
    }
    return f"{redirect_uri}?{urlencode(params | {'hmac': sign_query(params, world.app.api_secret)})}"


def admit(world: World, shop: Shop, value: str | None) -> AccessToken:
    """The valid token behind X-Shopify-Access-Token, marked as used; raises OAuthError with status 401 or 403."""
    token = world.tokens.get(value or "")
    now = world.now()
    dead = token is None or token.revoked or (token.expires_at is not None and token.expires_at <= now)
    if token is None or dead or token.shop != shop.domain or token.api_key not in shop.installations:
        raise OAuthError(
            401, "invalid_token", "[API] Invalid API key or access token (unrecognized login or wrong password)"
        )
    if token.expires_at is None:
        world.report.violation("non-expiring token", shop.domain, "", "an offline token was got without expiring=1")
        raise OAuthError(403, "forbidden", "[API] Non-expiring access tokens are no longer accepted for the Admin API.")
    token.used = True
    return token


def _check_exchange(world: World, shop: Shop, form: Mapping[str, str]) -> None:
    if form.get("subject_token_type") != ID_TOKEN:
        raise OAuthError(400, "invalid_request", "The subject_token_type is not supported")
    if form.get("requested_token_type") != OFFLINE:
        raise OAuthError(400, "invalid_request", "The requested_token_type is not supported")
    try:
        claims = decode_id_token(form.get("subject_token", ""), world.app.api_secret)
    except InvalidToken as error:
        raise OAuthError(400, "invalid_subject_token", f"The subject token is invalid: {error}") from error
    now = world.now().timestamp()
    address = f"https://{shop.domain}"
    if claims.get("aud") != world.app.api_key:
        wrong = "it is meant for another app"
    elif (claims.get("dest"), claims.get("iss")) != (address, f"{address}/admin"):
        wrong = "it belongs to another store"
    elif not (isinstance(claims.get("exp"), int) and now < claims["exp"]):
        wrong = "it has expired"
    elif not (isinstance(claims.get("nbf"), int) and claims["nbf"] <= now):
        wrong = "it is not valid yet"
    elif world.app.api_key not in shop.installations:
        wrong = "the app is not installed"
    else:
        return
    raise OAuthError(400, "invalid_subject_token", f"The subject token is invalid: {wrong}")


def _use_code(world: World, shop: Shop, value: str) -> None:
    code = world.codes.get(value)
    if code is None or code.used or code.shop != shop.domain or code.expires_at <= world.now():
        raise OAuthError(400, "invalid_request", "The authorization code was not found or was already used")
    code.used = True
    world.install(shop, code.scopes)


def _refresh(world: World, shop: Shop, value: str) -> dict[str, object]:
    presented = world.refresh_tokens.get(value)
    if presented is None or presented.shop != shop.domain or not _still_active(world, presented):
        raise OAuthError(401, "invalid_request", "This request requires an active refresh_token")
    now = world.now()
    if presented.replaced_by is not None:
        # The first answer was lost, so what was in it is withdrawn: only the newest pair goes on.
        world.refresh_tokens[presented.replaced_by].retired = True
    presented.first_used_at = presented.first_used_at or now
    pair, presented.replaced_by = _new_pair(world, shop, now)
    return pair


def _still_active(world: World, refresh: RefreshToken) -> bool:
    """The grace rule of 2026-08-28: a used token may be sent again until its replacement is used, 30 days at most."""
    now = world.now()
    if refresh.retired or refresh.expires_at <= now:
        return False
    if refresh.first_used_at is None or refresh.replaced_by is None:
        return True
    replacement = world.refresh_tokens[refresh.replaced_by]
    used = replacement.first_used_at is not None or any(
        token.used for token in world.tokens.values() if token.refresh_token == replacement.value
    )
    return not used and now < refresh.first_used_at + GRACE


def _acquire(world: World, shop: Shop) -> dict[str, object]:
    for refresh in world.refresh_tokens.values():
        if (refresh.shop, refresh.api_key) == (shop.domain, world.app.api_key):
            refresh.retired = True
    return _new_pair(world, shop, world.now())[0]


def _everlasting(world: World, shop: Shop) -> dict[str, object]:
    value = world.issue_token(shop, lifetime=None)
    return {"access_token": value, "scope": _scope_line(world, shop)}


def _new_pair(world: World, shop: Shop, now: datetime) -> tuple[dict[str, object], str]:
    refresh = RefreshToken(
        f"shprt_{secrets.token_hex(16)}", shop.domain, world.app.api_key, now, now + REFRESH_LIFETIME
    )
    world.refresh_tokens[refresh.value] = refresh
    access = world.tokens[world.issue_token(shop, lifetime=ACCESS_LIFETIME)]
    access.refresh_token = refresh.value
    answer: dict[str, object] = {
        "access_token": access.value,
        "scope": _scope_line(world, shop),
        "expires_in": int(ACCESS_LIFETIME.total_seconds()),
        "refresh_token": refresh.value,
        "refresh_token_expires_in": int(REFRESH_LIFETIME.total_seconds()),
    }
    return answer, refresh.value


def _scope_line(world: World, shop: Shop) -> str:
    return ",".join(sorted(shop.installations[world.app.api_key]))
