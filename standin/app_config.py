"""What the app says of itself: its configuration file (shopify.app.toml) and the credentials in the environment."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from standin.topics import COMPLIANCE_TOPICS
from standin.world import App, AppSubscription


class BadConfiguration(Exception):
    """A configuration Shopify would not deploy; says what is wrong."""


def read_app(path: Path, environment: Mapping[str, str]) -> App:
    """The app of a configuration file, under the key, secret and address the environment gives it.

    Redirect addresses are moved to SHOPIFY_APP_URL, as `shopify app dev` does. Raises BadConfiguration.
    """
    config = tomllib.loads(path.read_text())
    try:
        scopes, webhooks = config["access_scopes"], config["webhooks"]
        app = App(
            api_key=config["client_id"],
            name=config["name"],
            handle=config.get("handle", config["name"].lower().replace(" ", "-")),
            url=config["application_url"],
            scopes=frozenset(_names(scopes["scopes"])),
            optional_scopes=frozenset(scopes.get("optional_scopes", ())),
            subscriptions=tuple(_subscriptions(webhooks)),
            webhook_api_version=webhooks["api_version"],
        )
        redirects = config["auth"]["redirect_urls"]
    except KeyError as missing:
        raise BadConfiguration(f"{path}: {missing.args[0]} is missing") from missing
    take_credentials(app, environment)
    app.redirect_urls = tuple(app.url + url.removeprefix(_origin(url)) for url in redirects)
    return app


def take_credentials(app: App, environment: Mapping[str, str]) -> None:
    """Give an app the key, the secret and the address that the environment names."""
    app.api_key = environment.get("SHOPIFY_API_KEY", app.api_key)
    app.api_secret = environment.get("SHOPIFY_API_SECRET", app.api_secret)
    app.url = environment.get("SHOPIFY_APP_URL", app.url).rstrip("/")


def _subscriptions(webhooks: Mapping[str, Any]) -> Iterator[AppSubscription]:
    seen = set()
    for row in webhooks.get("subscriptions", ()):
        compliance = row.get("compliance_topics", [])
        if unknown := [topic for topic in compliance if topic not in COMPLIANCE_TOPICS]:
            raise BadConfiguration(f"no compliance topic: {', '.join(unknown)}")
        if row.get("filter"):
            raise BadConfiguration("filters of app-specific subscriptions are not modelled")
        for topic in [*row.get("topics", []), *compliance]:
            if (topic, row["uri"]) in seen:
                raise BadConfiguration(f"subscribed twice: {topic} at {row['uri']}")
            seen.add((topic, row["uri"]))
            yield AppSubscription(topic, row["uri"], tuple(row.get("include_fields", ())), row.get("name"))


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]


def _origin(url: str) -> str:
    return urljoin(url, "/").rstrip("/")
