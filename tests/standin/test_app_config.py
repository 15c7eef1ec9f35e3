"""The stand-in reads the app's own configuration file, as Shopify would after a deploy."""

from pathlib import Path

import pytest

from standin.app_config import BadConfiguration, read_app

TOML = """
client_id = "00000000000000000000000000000001"
name = "Roaster Hub"
application_url = "https://hub.example.com"
embedded = true
[access_scopes]
scopes = "read_products, read_inventory"
optional_scopes = ["write_products"]
[auth]
redirect_urls = ["https://hub.example.com/auth/callback"]
[webhooks]
api_version = "2026-10"
  [[webhooks.subscriptions]]
  topics = ["app/uninstalled", "app/scopes_update"]
  uri = "/webhooks/app"
  [[webhooks.subscriptions]]
  compliance_topics = ["customers/redact", "shop/redact"]
  uri = "/webhooks/compliance"
  include_fields = ["shop_id"]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "shopify.app.toml"
    path.write_text(text)
    return path


def test_scopes_topics_and_addresses_come_from_the_file_credentials_from_the_environment(tmp_path: Path) -> None:
    environment = {
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "secret",
        "SHOPIFY_APP_URL": "http://127.0.0.1:8000/",
    }
    app = read_app(written(tmp_path, TOML), environment)
    assert (app.api_key, app.api_secret, app.url) == ("key", "secret", "http://127.0.0.1:8000")
    assert app.scopes == {"read_products", "read_inventory"}
    assert app.optional_scopes == {"write_products"}
    assert app.redirect_urls == ("http://127.0.0.1:8000/auth/callback",)
    assert [(row.topic, row.uri, row.include_fields) for row in app.subscriptions] == [
        ("app/uninstalled", "/webhooks/app", ()),
        ("app/scopes_update", "/webhooks/app", ()),
        ("customers/redact", "/webhooks/compliance", ("shop_id",)),
        ("shop/redact", "/webhooks/compliance", ("shop_id",)),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('client_id = "00000000000000000000000000000001"', ""),
        ('api_version = "2026-10"', ""),
        ('"customers/redact"', '"customers/forget"'),
        ('"app/scopes_update"', '"app/uninstalled"'),
        ('uri = "/webhooks/app"', 'uri = "/webhooks/app"\n  filter = "id:1"'),
    ],
)
def test_a_configuration_shopify_would_not_take_is_refused(tmp_path: Path, before: str, after: str) -> None:
    with pytest.raises(BadConfiguration):
        read_app(written(tmp_path, TOML.replace(before, after)), {})
