"""The wall open towards the real addresses, for tests that answer in Shopify's place byte by byte."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pytest_httpx import HTTPXMock

from occhub import clock, shopify
from occhub.settings import Settings
from occhub.shopify import tokens

SHOP = "roaster.myshopify.com"
TOKEN_URL = f"https://{SHOP}/admin/oauth/access_token"
API_URL = f"https://{SHOP}/admin/api/2026-10/graphql.json"


@pytest.fixture
def wire(settings: Settings, database: None) -> Iterator[Settings]:
    """A gateway without a stand-in; what it sends is met by pytest-httpx. Pauses pass a thousand times as fast."""
    clock.set_clock(f"{datetime.now(UTC).isoformat()}@1000")
    shopify.open_gateway(settings)
    yield settings
    shopify.close_gateway()


@pytest.fixture
def store(wire: Settings, httpx_mock: HTTPXMock) -> shopify.Store:
    """A store whose token lives long enough for any fast clock."""
    pair = {"access_token": "access-1", "refresh_token": "refresh-1", "expires_in": 86_400_000}
    httpx_mock.add_response(url=TOKEN_URL, json=pair)
    tokens.exchange(SHOP, "an ID token", clock.now())
    return shopify.open_store(SHOP)
