"""shopify.app.toml and its development twin say what the code says."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from occhub.shopify.scopes import API_VERSION, HUB_SCOPES_OPTIONAL, REQUIRED_SCOPES

ROOT = Path(__file__).parents[2]
FILES = ["shopify.app.toml", "shopify.app.dev.toml"]
KEYS = {
    *("client_id", "name", "handle", "application_url", "embedded"),
    *("build", "access_scopes", "auth", "webhooks"),
}


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / name).read_text())


@pytest.mark.parametrize("name", FILES)
def test_the_scopes_are_those_of_the_code(name: str) -> None:
    scopes = read(name)["access_scopes"]
    assert tuple(scopes["scopes"].split(",")) == REQUIRED_SCOPES
    assert tuple(scopes["optional_scopes"]) == HUB_SCOPES_OPTIONAL
    assert scopes["use_legacy_install_flow"] is False


@pytest.mark.parametrize("name", FILES)
def test_the_api_version_is_that_of_the_code(name: str) -> None:
    assert read(name)["webhooks"]["api_version"] == API_VERSION


@pytest.mark.parametrize("name", FILES)
def test_the_compliance_topics_are_all_there_once(name: str) -> None:
    subscriptions = read(name)["webhooks"]["subscriptions"]
    topics = [topic for row in subscriptions for topic in row.get("compliance_topics", [])]
    assert sorted(topics) == ["customers/data_request", "customers/redact", "shop/redact"]
    assert {row["uri"] for row in subscriptions} == {"/webhooks"}


@pytest.mark.parametrize("name", FILES)
def test_shopify_would_read_the_file(name: str) -> None:
    config = read(name)
    assert set(config) <= KEYS
    assert len(config["name"]) <= 30
    assert config["embedded"] is True
    assert config["application_url"].startswith("https://")
    # A relative webhook address is appended to the whole application_url, its path included.
    assert config["application_url"].count("/") == 2
    assert all(url.startswith(config["application_url"] + "/") for url in config["auth"]["redirect_urls"])


def test_the_development_twin_differs_only_in_who_it_is_and_where() -> None:
    true, twin = (read(name) for name in FILES)
    for config in (true, twin):
        for key in ("client_id", "name", "handle", "application_url", "auth", "build"):
            del config[key]
    assert true == twin
