"""A small world whose clock stands nearly still, so that tests move it themselves."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from standin.clock import Clock
from standin.world import App, AppSubscription, Shop, World

CREEPING = 0.001


@pytest.fixture
def world() -> World:
    app = App(
        api_key="key",
        api_secret="a secret long enough for HS256 signatures",
        scopes=frozenset({"read_products", "read_inventory"}),
        optional_scopes=frozenset({"write_products"}),
        redirect_urls=("http://127.0.0.1:8000/auth/callback",),
        subscriptions=(
            AppSubscription("app/uninstalled", "/webhooks/app"),
            AppSubscription("app/scopes_update", "/webhooks/app", name="scopes"),
            AppSubscription("shop/redact", "/webhooks/compliance"),
        ),
    )
    return World(clock=Clock.parse(f"2026-11-02T09:00:00+00:00@{CREEPING}"), app=app)


@pytest.fixture
def shop(world: World) -> Shop:
    shop = world.add_shop("roaster.myshopify.com", "A roaster")
    world.install(shop)
    return shop


@pytest.fixture
def advance(world: World) -> Callable[..., None]:
    """Move the world's clock on: `advance(hours=1)`."""

    def advance(**pause: float) -> None:
        later = world.now() + timedelta(**pause)
        world.clock = Clock.parse(f"{later.isoformat()}@{CREEPING}")

    return advance
