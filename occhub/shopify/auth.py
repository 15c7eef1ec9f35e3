"""Who is asking: ID tokens of people, signatures of webhooks, and the addresses of Shopify's admin.

The official `shopifyapp` package is the oracle of the tests, not used here: it neither compares `iss` with `dest` nor
checks that `dest` is a store, it knows only the real clock, and a webhook costs it sixty times as much (docs/adr/0014).
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from occhub import clock
from occhub.errors import HubError
from occhub.settings import is_shop_domain
from occhub.shopify.gateway import gateway

LEEWAY = timedelta(seconds=10)
_PAGES = {"Order": "orders", "DraftOrder": "draft_orders", "Product": "products"}


class BadIdToken(HubError):
    """The ID token is missing, forged, stale or not for us."""


class BadSignature(HubError):
    """The webhook was not signed with our secret, or a header is missing."""


@dataclass(frozen=True)
class IdToken:
    """A verified ID token: the store and the member of its staff; `token` is what `tokens.exchange` takes."""

    shop: str
    user_id: str
    token: str


@dataclass(frozen=True)
class WebhookHeaders:
    """What a verified webhook says of itself; `webhook_id` is the same when it is delivered again."""

    shop: str
    topic: str  # as sent: orders/create
    webhook_id: str
    event_id: str
    triggered_at: datetime | None


def verify_id_token(token: str, *, as_of: datetime) -> IdToken:
    """Check an ID token and say whose it is; raises BadIdToken.

    An HS256 JWT for our client id, signed with our secret (or the old one during a rotation), whose `iss` and
    `dest` name the same store (https://shopify.dev/docs/apps/build/authentication-authorization/session-tokens).
    """
    claims = _claims(token)
    # A clock that runs fast would end a token's minute before it has crossed the network.
    leeway = LEEWAY if clock.speed() == 1 else max(LEEWAY, clock.span(60.0))
    if not _moment(claims["nbf"]) - leeway <= as_of <= _moment(claims["exp"]) + leeway:
        raise BadIdToken("the ID token is not valid at this moment")
    dest = str(claims["dest"])
    shop = dest.removeprefix("https://")
    if shop == dest or not is_shop_domain(shop) or claims["iss"] != f"{dest}/admin":
        raise BadIdToken("the ID token does not name one store")
    return IdToken(shop.lower(), str(claims["sub"]), token)


def verify_webhook(headers: Mapping[str, str], raw: bytes) -> WebhookHeaders:
    """Check the signature over the raw body and read the headers; raises BadSignature."""
    fields = {name.lower().removeprefix("x-"): value for name, value in headers.items()}
    signature = fields.get("shopify-hmac-sha256", "").encode("utf-8", "replace")
    if not any(hmac.compare_digest(_signature(secret, raw), signature) for secret in _secrets()):
        raise BadSignature("the webhook is not signed with our secret")
    shop, topic = fields.get("shopify-shop-domain", "").lower(), fields.get("shopify-topic", "")
    webhook_id = fields.get("shopify-webhook-id", "")
    if not (is_shop_domain(shop) and topic and webhook_id):
        raise BadSignature("the webhook does not say what it is")
    return WebhookHeaders(
        shop=shop,
        topic=topic,
        webhook_id=webhook_id,
        event_id=fields.get("shopify-event-id", ""),
        triggered_at=_when(fields.get("shopify-triggered-at", "")),
    )


def install_url() -> str:
    """Where any store installs the app: Shopify lets the visitor choose the store."""
    settings = gateway().settings
    return f"{settings.admin_url}/oauth/install?client_id={settings.api_key}"


def app_url_in_admin(shop: str) -> str:
    """Our app inside that store's admin; opening it also renews a dead token."""
    return f"{_admin(shop)}/apps/{gateway().settings.api_key}"


def admin_url(shop: str, gid: str) -> str:
    """The admin's page of an order, a draft order or a product; ValueError for anything else."""
    kind, _, number = gid.removeprefix("gid://shopify/").partition("/")
    if kind not in _PAGES or not number.isdecimal():
        raise ValueError(f"the admin has no page for {gid!r}")
    return f"{_admin(shop)}/{_PAGES[kind]}/{number}"


def frame_ancestors(shop: str | None) -> str:
    """The Content-Security-Policy directive: who may frame our page (nobody, when the store is unknown)."""
    if shop is None or not is_shop_domain(shop):
        return "frame-ancestors 'none'"
    return f"frame-ancestors https://{shop} {gateway().settings.admin_url}"


def _admin(shop: str) -> str:
    return f"{gateway().settings.admin_url}/store/{shop.removesuffix('.myshopify.com')}"


def _secrets() -> list[str]:
    settings = gateway().settings
    return [settings.api_secret, *filter(None, [settings.api_secret_old])]


def _claims(token: str) -> dict[str, Any]:
    # Time is checked by the caller against our own clock.
    options: Any = {
        "require": ["exp", "nbf", "aud", "iss", "dest", "sub"],
        "verify_exp": False,
        "verify_nbf": False,
        "verify_iat": False,
    }
    for secret in _secrets():
        try:
            return jwt.decode(token, secret, algorithms=["HS256"], audience=gateway().settings.api_key, options=options)
        except jwt.InvalidSignatureError:
            continue
        except jwt.InvalidTokenError as error:
            raise BadIdToken(f"the ID token is not for us ({type(error).__name__})") from None
    raise BadIdToken("the ID token is not signed with our secret")


def _moment(claim: Any) -> datetime:
    try:
        return datetime.fromtimestamp(float(claim), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        raise BadIdToken("the ID token's times make no sense") from None


def _signature(secret: str, raw: bytes) -> bytes:
    return base64.b64encode(hmac.digest(secret.encode(), raw, hashlib.sha256))


def _when(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        # A moment that no zone but its own can tell would be kept and could never be read again.
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
