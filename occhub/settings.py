"""Everything the operator decides, read once from the environment and refused at the start when wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from occhub import clock
from occhub.errors import Misconfigured

APP_BRIDGE_URL = "https://cdn.shopify.com/shopifycloud/app-bridge.js"
POLARIS_URL = "https://cdn.shopify.com/shopifycloud/polaris-1.js"
ADMIN_URL = "https://admin.shopify.com"
PRODUCTION = "production"
ENVIRONMENTS = (PRODUCTION, "development", "test")
DATABASES = ("cysqlite", "sqlite", "postgresql", "postgres")
QUEUES = ("sqlite", "postgresql", "postgres", "redis", "rediss", "memory")

_SHOP = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9-]*\.myshopify\.com")


def is_shop_domain(text: str) -> bool:
    """Whether the text is a store's permanent domain, anchored at both ends."""
    return len(text) <= 100 and _SHOP.fullmatch(text) is not None


@dataclass(frozen=True)
class Settings:
    """The process's settings; secrets are kept out of `repr`."""

    api_key: str
    api_secret: str = field(repr=False)
    api_secret_old: str | None = field(repr=False)
    app_url: str
    hub_shop: str
    database_url: str = field(repr=False)
    queue_url: str = field(repr=False)
    token_keys: tuple[str, ...] = field(repr=False)
    port: int
    app_bridge_url: str
    polaris_url: str
    clock: str
    gateway_url: str | None
    alert_url: str | None = field(repr=False)
    data_dir: Path
    production: bool

    @property
    def admin_url(self) -> str:
        """Where Shopify's admin is: the stand-in plays that too."""
        return self.gateway_url or ADMIN_URL

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the environment; raises Misconfigured naming every variable that is missing or wrong."""
        source = _Source(environ)
        data_dir = Path(source.text("DATA_DIR", default="data"))
        production = source.one_of("APP_ENV", ENVIRONMENTS, default=PRODUCTION) == PRODUCTION
        settings = cls(
            api_key=source.text("SHOPIFY_API_KEY", hint="the app's client id, from the Dev Dashboard"),
            api_secret=source.text("SHOPIFY_API_SECRET", hint="the app's client secret, from the Dev Dashboard"),
            api_secret_old=source.text("SHOPIFY_API_SECRET_OLD", default="") or None,
            app_url=source.url("SHOPIFY_APP_URL", hint="the app's own https address").rstrip("/"),
            hub_shop=source.text("HUB_SHOP", hint="the retail store, such as my-hub.myshopify.com").lower(),
            database_url=source.store("DATABASE_URL", DATABASES, default=f"cysqlite:///{data_dir}/occhub.db"),
            queue_url=source.store("QUEUE_URL", QUEUES, default=f"sqlite:///{data_dir}/queue.db"),
            token_keys=source.keys("TOKEN_KEY", hint="make one with `python -m occhub make-key`"),
            port=source.number("PORT", 1, 65535, default=8000),
            app_bridge_url=source.url("APP_BRIDGE_URL", default=APP_BRIDGE_URL),
            polaris_url=source.url("POLARIS_URL", default=POLARIS_URL),
            clock=source.text("CLOCK", default=clock.REAL),
            gateway_url=source.url("SHOPIFY_GATEWAY_URL", default="").rstrip("/") or None,
            alert_url=source.url("ALERT_URL", default="", secret=True) or None,
            data_dir=data_dir,
            production=production,
        )
        settings._check(source)
        source.refuse()
        return settings

    def _check(self, source: "_Source") -> None:
        if self.hub_shop and not is_shop_domain(self.hub_shop):
            source.wrong("HUB_SHOP", f"{self.hub_shop!r} is not a store's *.myshopify.com domain")
        if self.production and self.clock != clock.REAL:
            source.wrong("CLOCK", "only 'real' is allowed in production; unset it, or set APP_ENV=development")
        if self.production and self.gateway_url:
            source.wrong("SHOPIFY_GATEWAY_URL", "is for development; unset it, or set APP_ENV=development")
        if self.production and self.app_url and urlsplit(self.app_url).scheme != "https":
            source.wrong("SHOPIFY_APP_URL", "must start with https:// in production")
        if self.production and self.alert_url and urlsplit(self.alert_url).scheme != "https":
            source.wrong("ALERT_URL", "must start with https:// in production")
        try:
            clock.Clock.parse(self.clock)
        except ValueError as error:
            source.wrong("CLOCK", str(error))


class _Source:
    """Reads variables and gathers what is wrong with them, so that one start tells it all."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def text(self, name: str, *, default: str | None = None, hint: str = "") -> str:
        value = self.environ.get(name, "")
        if not value and (path := self.environ.get(f"{name}_FILE")):
            try:
                value = Path(path).read_text().strip()
            except OSError as error:
                self.wrong(f"{name}_FILE", f"cannot be read ({error.strerror})")
                return ""
        if not value and default is None:
            self.wrong(name, f"is missing: {hint}")
        return value or default or ""

    def one_of(self, name: str, allowed: tuple[str, ...], *, default: str) -> str:
        value = self.text(name, default=default)
        if value not in allowed:
            self.wrong(name, f"{value!r} is none of {', '.join(allowed)}")
        return value

    def url(self, name: str, *, default: str | None = None, hint: str = "", secret: bool = False) -> str:
        value = self.text(name, default=default, hint=hint)
        try:
            parts = urlsplit(value)
            good = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            good = False
        if value and not good:
            self.wrong(name, "is not an http(s) address" if secret else f"{value!r} is not an http(s) address")
            return ""
        return value

    def store(self, name: str, kinds: tuple[str, ...], *, default: str) -> str:
        value = self.text(name, default=default)
        if value.partition(":")[0].partition("+")[0] not in kinds:
            # The value may hold a password.
            self.wrong(name, f"must start with one of {', '.join(f'{kind}:' for kind in kinds)}")
        return value

    def keys(self, name: str, *, hint: str) -> tuple[str, ...]:
        """Keys between commas, the newest first: the older ones still open what they sealed."""
        value = self.text(name, hint=hint)
        found = tuple(key.strip() for key in value.split(","))
        try:
            for key in found:
                Fernet(key)
        except ValueError:
            if value:
                self.wrong(name, f"is not a key; {hint}")
        return found

    def number(self, name: str, least: int, most: int, *, default: int) -> int:
        value = self.text(name, default=str(default))
        if not value.isdecimal() or not least <= int(value) <= most:
            self.wrong(name, f"{value!r} is not a number from {least} to {most}")
            return default
        return int(value)

    def wrong(self, name: str, sentence: str) -> None:
        self.problems.append(f"{name} {sentence}")

    def refuse(self) -> None:
        if self.problems:
            raise Misconfigured("cannot start:\n  " + "\n  ".join(self.problems))
