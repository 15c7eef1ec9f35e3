"""Asks a store's token endpoint for pairs of tokens, and tells a dead pair from bad weather.

Facts: expiring offline tokens live an hour, their refresh tokens 90 days, and an old refresh token may be presented
again until its replacement is used (https://shopify.dev/changelog/more-resilient-refreshes-for-expiring-offline-access-tokens);
so a lost answer is repeated with the same one.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from occhub import clock
from occhub.errors import Misconfigured
from occhub.shopify.auth import BadIdToken
from occhub.shopify.errors import BadAnswer, StoreClosed, Unauthorized, Unavailable
from occhub.shopify.gateway import gateway, store_url

HOUR, NINETY_DAYS = 3_600, 7_776_000
PAUSES = (0.5, 2.0)
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
    """A pair for an ID token; raises BadIdToken when it is stale, StoreClosed, Unavailable or Misconfigured."""
    return _ask(
        shop,
        {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token": id_token,
            "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
            "requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
            "expiring": "1",
        },
    )


def refresh(shop: str, refresh_token: str) -> Grant:
    """The next pair; raises Unauthorized when this one is dead for good, StoreClosed, Unavailable or Misconfigured."""
    return _ask(shop, {"grant_type": "refresh_token", "refresh_token": refresh_token})


def _ask(shop: str, question: dict[str, str]) -> Grant:
    settings = gateway().settings
    body = {"client_id": settings.api_key, "client_secret": settings.api_secret, **question}
    for pause in (*PAUSES, None):
        try:
            response = gateway().http.post(
                store_url(shop, "/admin/oauth/access_token"), json=body, headers={"Accept": "application/json"}
            )
        except httpx.TransportError:
            response = None
        if response is not None and response.status_code < 500 and response.status_code != 429:
            return _read(shop, response)
        if pause is not None:
            clock.sleep(pause)
    raise Unavailable(shop, "the store gives out no token just now")


def _read(shop: str, response: httpx.Response) -> Grant:
    answer = _json(response)
    if response.status_code == 200 and answer.get("access_token") and answer.get("refresh_token"):
        # Answers without lifetimes have been seen; the documented ones are the safe reading.
        return Grant(
            access=str(answer["access_token"]),
            refresh=str(answer["refresh_token"]),
            lifetime=timedelta(seconds=float(answer.get("expires_in") or HOUR)),
            refresh_lifetime=timedelta(seconds=float(answer.get("refresh_token_expires_in") or NINETY_DAYS)),
            scopes=tuple(filter(None, str(answer.get("scope", "")).split(","))),
        )
    match response.status_code, answer.get("error"):
        case 400, "invalid_subject_token":
            raise BadIdToken("Shopify does not accept the ID token any more")
        case 400 | 401, "invalid_client":
            raise Misconfigured(
                "SHOPIFY_API_KEY or SHOPIFY_API_SECRET is refused by Shopify; compare them with the app's"
            )
        case (401, _) | (400, "invalid_grant"):
            raise Unauthorized(shop, "our access has ended; open the app in that store to renew it")
        case status, _ if status in _CLOSED:
            raise StoreClosed(shop, f"the store answers {status} to our request for a token", status=status)
        case status, error:
            raise BadAnswer(shop, f"the token endpoint answered {status} {error or ''}".rstrip())


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
