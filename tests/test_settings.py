"""Settings: everything wrong with the environment is said at once, each variable by its name."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from occhub.errors import Misconfigured
from occhub.settings import ADMIN_URL, APP_BRIDGE_URL, POLARIS_URL, Settings, is_shop_domain

GOOD = {
    "SHOPIFY_API_KEY": "the client id",
    "SHOPIFY_API_SECRET": "the client secret",
    "SHOPIFY_APP_URL": "https://hub.example",
    "HUB_SHOP": "my-hub.myshopify.com",
    "TOKEN_KEY": Fernet.generate_key().decode(),
}
DEVELOPMENT = {"APP_ENV": "development"}


def refusal(**changes: str) -> str:
    """What is said at the start when these variables differ from a good environment."""
    with pytest.raises(Misconfigured) as refused:
        Settings.read(GOOD | changes)
    return str(refused.value)


def test_what_is_left_out_has_its_default() -> None:
    settings = Settings.read(GOOD)
    assert settings.production
    assert settings.database_url == "cysqlite:///data/occhub.db"
    assert settings.queue_url == "sqlite:///data/queue.db"
    assert (settings.port, settings.clock, settings.gateway_url) == (8000, "real", None)
    assert (settings.app_bridge_url, settings.polaris_url) == (APP_BRIDGE_URL, POLARIS_URL)
    assert settings.admin_url == ADMIN_URL


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_variable_names_itself_and_says_what_it_is(name: str) -> None:
    assert f"{name} is missing: " in refusal(**{name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SHOPIFY_APP_URL", "hub.example"),
        ("SHOPIFY_APP_URL", "ftp://hub.example"),
        ("HUB_SHOP", "my-hub.example"),
        ("HUB_SHOP", "my-hub.myshopify.com.evil.example"),
        ("HUB_SHOP", "https://my-hub.myshopify.com"),
        ("TOKEN_KEY", "too short"),
        ("TOKEN_KEY", "ключ"),
        ("TOKEN_KEY", f"{GOOD['TOKEN_KEY']},another"),
        ("TOKEN_KEY", " , "),
        ("APP_ENV", "prod"),
        ("PORT", "http"),
        ("PORT", "-1"),
        ("PORT", "70000"),
        ("APP_BRIDGE_URL", "//cdn"),
        ("ALERT_URL", "chat.example/hook"),
        ("POLARIS_URL", "polaris"),
        ("CLOCK", "yesterday"),
        ("SHOPIFY_GATEWAY_URL", "localhost:4000"),
        ("SHOPIFY_GATEWAY_URL", "http://[::1"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("QUEUE_URL", "amqp://localhost"),
    ],
)
def test_a_wrong_variable_names_itself(name: str, value: str) -> None:
    assert f"\n  {name} " in refusal(**{**DEVELOPMENT, name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CLOCK", "2026-11-02T09:00:00Z@600"),
        ("SHOPIFY_GATEWAY_URL", "http://127.0.0.1:4000"),
        ("SHOPIFY_APP_URL", "http://hub.example"),
    ],
)
def test_production_refuses_what_is_for_development(name: str, value: str) -> None:
    assert f"\n  {name} " in refusal(**{name: value})
    assert Settings.read(GOOD | DEVELOPMENT | {name: value})


def test_everything_wrong_is_said_at_once() -> None:
    said = refusal(SHOPIFY_API_KEY="", HUB_SHOP="nowhere", PORT="x")
    assert said.count("\n  ") == 3


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    settings = Settings.read(GOOD | {"SHOPIFY_API_SECRET": "", "SHOPIFY_API_SECRET_FILE": str(tmp_path / "secret")})
    assert settings.api_secret == "from a file"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    said = refusal(SHOPIFY_API_SECRET="", SHOPIFY_API_SECRET_FILE=str(tmp_path / "nothing"))
    assert "SHOPIFY_API_SECRET_FILE cannot be read" in said


def test_secrets_never_show() -> None:
    settings = Settings.read(GOOD | {"SHOPIFY_API_SECRET_OLD": "the older secret"})
    shown = repr(settings)
    for secret in ("the client secret", "the older secret", GOOD["TOKEN_KEY"]):
        assert secret not in shown


def test_several_keys_are_read_for_a_rotation() -> None:
    older = Fernet.generate_key().decode()
    assert Settings.read(GOOD | {"TOKEN_KEY": f"{GOOD['TOKEN_KEY']}, {older}"}).token_keys == (GOOD["TOKEN_KEY"], older)


def test_addresses_lose_their_last_slash_and_the_hub_its_capitals() -> None:
    settings = Settings.read(GOOD | {"SHOPIFY_APP_URL": "https://hub.example/", "HUB_SHOP": "My-Hub.myshopify.com"})
    assert settings.app_url == "https://hub.example"
    assert settings.hub_shop == "my-hub.myshopify.com"


@pytest.mark.parametrize(
    "text", ["", "hub", "hub.myshopify.com\n", "-hub.myshopify.com", "a/hub.myshopify.com", "a.b.myshopify.com"]
)
def test_what_is_no_stores_domain_is_told(text: str) -> None:
    assert not is_shop_domain(text)


def test_an_alert_goes_over_https_in_production_and_its_address_is_not_told() -> None:
    assert "ALERT_URL must start with https://" in refusal(ALERT_URL="http://chat.example/secret")
    assert "secret" not in refusal(ALERT_URL="chat.example/secret")
    assert "secret" not in repr(Settings.read(GOOD | {"ALERT_URL": "https://chat.example/secret"}))
