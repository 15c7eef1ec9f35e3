"""Who is asking: ID tokens of people, signatures of webhooks, and the addresses of Shopify's admin."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from occhub.errors import HubError
from occhub.settings import Settings


class BadIdToken(HubError):
    """The ID token is missing, forged, stale or not for us."""


class BadSignature(HubError):
    """The webhook was not signed with our secret, or a header is missing."""


@dataclass(frozen=True)
class IdToken:
    """A verified ID token: the store and the member of its staff; `token` is good for one exchange."""

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
    """Check an ID token and say whose it is; raises BadIdToken."""
    raise NotImplementedError


def verify_webhook(headers: Mapping[str, str], raw: bytes) -> WebhookHeaders:
    """Check the signature over the raw body and read the headers; raises BadSignature."""
    raise NotImplementedError


def install_url(settings: Settings) -> str:
    """Where any store installs the app: Shopify lets the visitor choose the store."""
    raise NotImplementedError


def app_url_in_admin(shop: str) -> str:
    """Our app inside that store's admin; opening it also renews a dead token."""
    raise NotImplementedError


def admin_url(shop: str, gid: str) -> str:
    """The admin's page of an order, a draft order, a product or a variant."""
    raise NotImplementedError


def frame_ancestors(shop: str | None) -> str:
    """The Content-Security-Policy directive: who may frame our page (nobody, when the store is unknown)."""
    raise NotImplementedError
