"""Asks a store's token endpoint for pairs of tokens by Shopify's own package, and tells a dead pair from bad weather.

Facts: expiring offline tokens live an hour, their refresh tokens 90 days, and an old refresh token may be presented
again until its replacement is used (https://shopify.dev/changelog/more-resilient-refreshes-for-expiring-offline-access-tokens);
so a lost answer is repeated with the same one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
from shopify_app.exchange.refresh_token import refresh_access_token
from shopify_app.exchange.token_exchange import token_exchange
from shopify_app.types import AppConfig, IdTokenDetails, TokenExchangeResult

from occhub import clock
from occhub.errors import Misconfigured
from occhub.shopify.auth import BadIdToken
from occhub.shopify.errors import BadAnswer, StoreClosed, Unauthorized, Unavailable
from occhub.shopify.gateway import gateway, store_url

HOUR, NINETY_DAYS = timedelta(hours=1), timedelta(days=90)
# Seconds before the package is asked once more; after a 5xx or 429 it has repeated the request twice by itself.
PAUSE = 1.0
_NO_ANSWER = 0
_CLOSED = (402, 403, 404, 423)


@dataclass(frozen=True)
class Grant:
    """A fresh pair of tokens, how long each lives, and what it allows."""

    access: str
    refresh: str
    lifetime: timedelta
    refresh_lifetime: timedelta
    scopes: tuple[str, ...]


def exchange_id_token(shop: str, id_token: str) -> Grant:
    """A pair for an ID token we have verified; raises BadIdToken when it is stale, StoreClosed, Unavailable or
    Misconfigured."""
    verified = IdTokenDetails(exchangeable=True, token=id_token, claims={"dest": store_url(shop, "")})
    return _ask(shop, lambda config, http: token_exchange("offline", config, verified, http_client=http))


def refresh(shop: str, refresh_token: str) -> Grant:
    """The next pair; raises Unauthorized when this one is dead for good, StoreClosed, Unavailable or Misconfigured."""
    handle = store_url(shop, "").removeprefix("https://").removesuffix(".myshopify.com")
    # Without its times: that a refresh is due is decided by our clock, the package knows only the machine's.
    pair = {"shop": handle, "refresh_token": refresh_token, "access_mode": "offline"}
    return _ask(shop, lambda config, http: refresh_access_token(pair, config, http))


def _ask(shop: str, request: Callable[[AppConfig, httpx.Client], TokenExchangeResult]) -> Grant:
    settings = gateway().settings
    config = AppConfig(client_id=settings.api_key, client_secret=settings.api_secret, old_client_secret=None)
    for is_last in (False, True):
        try:
            result = request(config, cast(httpx.Client, _Endpoint()))
        except (ValueError, TypeError, AttributeError):
            result = None  # an answer the package cannot read: it is no JSON object, or its times are no numbers
        status = result.http_logs[-1].res.status if result and result.http_logs else _NO_ANSWER
        if result is not None and status != _NO_ANSWER and status != 429 and status < 500:
            return _read(shop, result, status)
        if not is_last:
            clock.sleep(PAUSE)
    raise Unavailable(shop, "the store gives out no token just now")


class _Endpoint:
    """Our pooled client in the package's hands. It would sleep for as long as `Retry-After` says; without, a second."""

    def post(self, url: str, **request: Any) -> httpx.Response:
        response = gateway().http.post(url, **request)
        response.headers.pop("Retry-After", None)
        return response


def _read(shop: str, result: TokenExchangeResult, status: int) -> Grant:
    pair = result.access_token
    if result.ok and pair is not None and pair.token and pair.refresh_token:
        return Grant(
            access=pair.token,
            refresh=pair.refresh_token,
            lifetime=_lifetime(pair.expires, HOUR),
            refresh_lifetime=_lifetime(pair.refresh_token_expires, NINETY_DAYS),
            scopes=tuple(filter(None, pair.scope.split(","))),
        )
    # The package calls Shopify's one final answer to a refresh, 401 `invalid_request`, an error of the server.
    match status, result.log.code:
        case 400, "invalid_subject_token":
            raise BadIdToken("Shopify does not accept the ID token any more")
        case 400 | 401, "invalid_client":
            raise Misconfigured(
                "SHOPIFY_API_KEY or SHOPIFY_API_SECRET is refused by Shopify; compare them with the app's"
            )
        case (401, _) | (400, "invalid_grant"):
            raise Unauthorized(shop, "our access has ended; open the app in that store to renew it")
        case _ if status in _CLOSED:
            raise StoreClosed(shop, f"the store answers {status} to our request for a token", status=status)
        case _:
            raise BadAnswer(shop, f"the token endpoint answered {status} ({result.log.code})")


def _lifetime(ends: str | None, documented: timedelta) -> timedelta:
    """How long a token lives; answers without times have been seen, and are not taken for everlasting."""
    left = datetime.fromisoformat(ends.replace("Z", "+00:00")) - datetime.now(UTC) if ends else timedelta()
    return left if left > timedelta(seconds=1) else documented
