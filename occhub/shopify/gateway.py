"""The one pooled HTTP client through which every request to Shopify goes, and what belongs to it."""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx

from occhub.settings import Settings, is_shop_domain
from occhub.shopify.errors import Unavailable
from occhub.shopify.limiter import Budget, Limiter

# Real seconds; together less than a minute, after which nothing we sent can still come to pass (R11 counts on it).
TIMEOUT = httpx.Timeout(connect=5.0, write=10.0, read=30.0, pool=10.0)
# An idle connection is dropped sooner than any server drops it: closed just as we send, nobody knows what was done.
LIMITS = httpx.Limits(max_connections=40, max_keepalive_connections=40, keepalive_expiry=4.0)


@dataclass(frozen=True)
class Gateway:
    """The way to Shopify while the process lives."""

    settings: Settings
    http: httpx.Client
    _limiters: dict[str, Limiter] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def limiter(self, shop: str) -> Limiter:
        """The store's budget: each store has its own."""
        with self._lock:
            return self._limiters.setdefault(shop, Limiter())

    def budgets(self) -> dict[str, Budget]:
        """By store, what is left of its budget, as far as this process has asked it anything."""
        with self._lock:
            limiters = dict(self._limiters)
        return {shop: budget for shop, limiter in limiters.items() if (budget := limiter.budget())}


class HostRewrite(httpx.HTTPTransport):
    """Sends what is meant for a store to another base address, the original Host header kept."""

    def __init__(self, base: str) -> None:
        super().__init__(limits=LIMITS)
        self.base = httpx.URL(base)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request to the base address instead."""
        request.url = request.url.copy_with(scheme=self.base.scheme, host=self.base.host, port=self.base.port)
        return super().handle_request(request)


_gateway: Gateway | None = None


def open_gateway(settings: Settings) -> None:
    """Make the one pooled HTTP client; call once, when the process starts."""
    global _gateway
    close_gateway()
    transport = HostRewrite(settings.gateway_url) if settings.gateway_url else httpx.HTTPTransport(limits=LIMITS)
    # No redirects: an answer must never send our token to another host. No proxies from the environment either.
    http = httpx.Client(transport=transport, timeout=TIMEOUT, follow_redirects=False, trust_env=False)
    _gateway = Gateway(settings, http)


def close_gateway() -> None:
    """Close the pooled HTTP client; call when the process ends."""
    global _gateway
    if _gateway is not None:
        _gateway.http.close()
    _gateway = None


def gateway() -> Gateway:
    """The open gateway; raises RuntimeError before `open_gateway`."""
    if _gateway is None:
        raise RuntimeError("the gateway is not open: call open_gateway(settings) first")
    return _gateway


def store_url(shop: str, path: str) -> str:
    """The address of something on a store; a text that is no store's domain never becomes a host."""
    if not is_shop_domain(shop):
        raise ValueError(f"{shop!r} is not a store's domain")
    return f"https://{shop}{path}"


def server_time(shop: str) -> datetime:
    """What time it is where the store is served, by the answer's Date, to the second; raises Unavailable."""
    try:
        told = gateway().http.head(store_url(shop, "/")).headers.get("Date", "")
        return parsedate_to_datetime(told)
    except (httpx.HTTPError, ValueError) as error:
        raise Unavailable(shop, f"it does not answer ({type(error).__name__})") from error
