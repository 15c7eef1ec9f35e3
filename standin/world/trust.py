"""Who may ask, who is told, and what is made to go wrong."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from standin.world.entity import Entity


@dataclass(frozen=True, slots=True)
class AppSubscription:
    """A subscription of the app's configuration file: the same in every store; `uri` is relative to the app's URL."""

    topic: str
    uri: str
    include_fields: tuple[str, ...] = ()
    name: str | None = None


@dataclass(slots=True)
class App:
    """The one app this world knows: its credentials, where it runs and the scopes its configuration names."""

    api_key: str = "standin-key"
    api_secret: str = "standin-secret"
    url: str = "http://127.0.0.1:8000"
    name: str = "OCC Inventory Hub"
    handle: str = "occ-inventory-hub"
    number: int = 1042
    scopes: frozenset[str] = frozenset()
    optional_scopes: frozenset[str] = frozenset()
    redirect_urls: tuple[str, ...] = ()
    subscriptions: tuple[AppSubscription, ...] = ()
    webhook_api_version: str = "2026-10"


@dataclass(slots=True)
class AccessToken:
    """A token of one app for one store. `expires_at` None never expires; the granted scopes are the installation's."""

    value: str
    shop: str
    api_key: str
    created_at: datetime
    expires_at: datetime | None
    refresh_token: str | None = None
    revoked: bool = False
    used: bool = False


@dataclass(slots=True)
class RefreshToken:
    """What a new pair of tokens is got with; `replaced_by` is the refresh token that came of its first use."""

    value: str
    shop: str
    api_key: str
    issued_at: datetime
    expires_at: datetime
    first_used_at: datetime | None = None
    replaced_by: str | None = None
    retired: bool = False


@dataclass(slots=True)
class AuthorizationCode:
    """A one-time code of the authorization code grant."""

    value: str
    shop: str
    api_key: str
    scopes: frozenset[str]
    redirect_uri: str
    expires_at: datetime
    used: bool = False


@dataclass(slots=True, eq=False)
class WebhookSubscription(Entity):
    """A store-specific subscription; `topic` is the GraphQL spelling (ORDERS_CREATE)."""

    kind: ClassVar[str] = "WebhookSubscription"
    topic: str
    uri: str
    api_key: str
    created_at: datetime
    updated_at: datetime
    format: str = "JSON"
    filter: str | None = None
    include_fields: list[str] = field(default_factory=list)
    metafield_namespaces: list[str] = field(default_factory=list)
    name: str | None = None
    api_version: str = "2026-10"
    failures: int = 0


@dataclass(slots=True)
class Event:
    """Something that happened in a store and may have to be told; `topic` is the webhook spelling (orders/create)."""

    event_id: str
    shop: str
    topic: str
    payload: dict[str, object]
    at: datetime


@dataclass(slots=True, eq=False)
class Delivery:
    """One webhook on its way to one address; copies of it share the `webhook_id`.

    `status` is waiting, sending, delivered, failed (for good) or dropped; `failures` says why, attempt by attempt.
    """

    webhook_id: str
    event_id: str
    shop: str
    topic: str
    url: str
    body: bytes
    triggered_at: datetime
    next_at: datetime
    api_version: str
    name: str | None = None
    subscription_id: int | None = None
    status: str = "waiting"
    attempts: int = 0
    failures: list[str] = field(default_factory=list)


# The kind of fault that lies in one object: whoever reads it through `nodes` gets an internal error in its place.
SPOILT = "spoilt"


@dataclass(slots=True)
class Fault:
    """A trouble to be had `times` times, for one store or all, one operation name or all.

    `mentions`: only by requests in whose variables this text stands, e.g. a global id.
    """

    id: int
    kind: str
    shop: str | None = None
    operation: str | None = None
    times: int = 1
    seconds: float = 0.0
    mentions: str = ""


@dataclass(slots=True)
class DeliverySettings:
    """How webhooks arrive: `duplicate` extra copies, `delay` in real seconds, every nth dropped, in any order."""

    duplicate: int = 0
    delay: float = 0.0
    shuffle: bool = False
    drop_every: int = 0
    paused: bool = False
