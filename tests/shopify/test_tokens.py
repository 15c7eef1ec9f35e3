"""Pairs of tokens: minted, sealed, refreshed once by many threads, lost and found again."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pytest_httpx import HTTPXMock

from occhub import clock, shopify
from occhub.errors import Misconfigured
from occhub.leases import hold
from occhub.settings import Settings
from occhub.shopify import Store, auth, open_store, shops, tokens
from occhub.shopify.errors import StoreClosed, Unauthorized, Unavailable
from occhub.shopify.tokens import StoreToken

SHOP = "roaster.myshopify.com"
TOKEN_URL = f"https://{SHOP}/admin/oauth/access_token"


@pytest.fixture
def partner(standin: Any, gateway: None, database: None) -> str:
    """A store whose owner has just opened the app."""
    shop: str = standin.open_shop()
    tokens.exchange(shop, standin.install(shop), clock.now())
    return shop


def move(standin: Any, **pause: float) -> None:
    """Let time pass for both sides."""
    spec = f"{(clock.now() + timedelta(**pause)).isoformat()}@1"
    standin.control("POST", "/clock", {"spec": spec})
    clock.set_clock(spec)


def test_an_id_token_becomes_a_pair_that_opens_the_store(partner: str) -> None:
    assert shops.read_shop(open_store(partner)).domain == partner
    assert "write_draft_orders" in tokens.scopes(partner)
    assert tokens.has_token(partner)


def test_the_pair_is_sealed_in_the_database(partner: str) -> None:
    row = StoreToken.get_by_id(partner)
    assert tokens.access_token(partner, clock.now()) not in (row.access, row.refresh)
    assert row.access.startswith("gAAAA")


def test_a_store_that_never_opened_the_app_has_no_token(gateway: None, database: None) -> None:
    assert not tokens.has_token("stranger.myshopify.com")
    with pytest.raises(Unauthorized, match="opened the app"):
        tokens.access_token("stranger.myshopify.com", clock.now())


def test_a_token_is_kept_until_five_minutes_before_its_end(partner: str, standin: Any) -> None:
    first = tokens.access_token(partner, clock.now())
    move(standin, minutes=54)
    assert tokens.access_token(partner, clock.now()) == first
    move(standin, minutes=2)
    second = tokens.access_token(partner, clock.now())
    assert second != first
    assert shops.read_shop(open_store(partner)).domain == partner


def test_a_pair_asleep_for_weeks_wakes_up(partner: str, standin: Any) -> None:
    move(standin, days=60)
    assert shops.read_shop(open_store(partner)).domain == partner


def test_a_pair_asleep_for_ninety_days_needs_somebody_to_open_the_app(partner: str, standin: Any) -> None:
    move(standin, days=91)
    with pytest.raises(Unauthorized, match="open the app"):
        open_store(partner).execute("shop", {})
    assert not tokens.has_token(partner)
    assert StoreToken.get_by_id(partner).state == tokens.ATTENTION
    tokens.exchange(partner, standin.install(partner), clock.now())
    assert shops.read_shop(open_store(partner)).domain == partner


def test_an_uninstalled_app_is_told_so_for_good(partner: str, standin: Any) -> None:
    standin.control("POST", f"/shops/{partner}/uninstall")
    with pytest.raises(Unauthorized):
        open_store(partner).execute("shop", {})
    assert not tokens.has_token(partner)
    tokens.forget(partner)
    assert StoreToken.get_or_none(StoreToken.shop == partner) is None


def test_many_threads_refresh_once(partner: str, standin: Any) -> None:
    move(standin, minutes=58)
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(tokens.access_token(partner, clock.now()))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert standin.state(partner)["tokens"]["live"] == 2  # the first, which runs out by itself, and its one successor


def test_a_refresh_whose_answer_was_lost_is_repeated_with_the_same_pair(partner: str, standin: Any) -> None:
    move(standin, minutes=58)
    standin.break_down("lost", shop=partner, operation="oauth/access_token")
    assert shops.read_shop(open_store(partner)).domain == partner


def test_bad_weather_at_the_token_endpoint_keeps_the_pair(partner: str, standin: Any) -> None:
    move(standin, minutes=58)
    standin.break_down("error_502", shop=partner, operation="oauth/access_token", times=6)
    with pytest.raises(Unavailable):
        tokens.access_token(partner, clock.now())
    assert tokens.has_token(partner)
    assert shops.read_shop(open_store(partner)).domain == partner


def test_a_forced_refresh_brings_the_scopes_granted_since(partner: str, standin: Any) -> None:
    assert "write_products" not in tokens.scopes(partner)
    standin.install(partner, "write_products")
    tokens.access_token(partner, clock.now(), force=True)
    assert "write_products" in tokens.scopes(partner)


def test_a_stale_id_token_is_told_from_a_dead_pair(standin: Any, gateway: None, database: None) -> None:
    shop = standin.open_shop()
    id_token = standin.install(shop)
    move(standin, minutes=5)
    with pytest.raises(auth.BadIdToken):
        tokens.exchange(shop, id_token, clock.now())
    assert not tokens.has_token(shop)


def test_the_key_can_be_rotated(partner: str, settings: Settings, standin: Any) -> None:
    first = tokens.access_token(partner, clock.now())
    new = Fernet.generate_key().decode()
    facts = {**vars(settings), "gateway_url": standin.url}
    shopify.open_gateway(Settings(**{**facts, "token_keys": (new, *settings.token_keys)}))
    assert tokens.access_token(partner, clock.now()) == first
    shopify.open_gateway(Settings(**{**facts, "token_keys": (new,)}))
    with pytest.raises(Unauthorized, match="TOKEN_KEY"):
        tokens.access_token(partner, clock.now())


def test_rotate_key_seals_every_pair_anew_so_that_the_old_key_may_go(
    partner: str, settings: Settings, standin: Any
) -> None:
    first = tokens.access_token(partner, clock.now())
    new = Fernet.generate_key().decode()
    facts = {**vars(settings), "gateway_url": standin.url}
    shopify.open_gateway(Settings(**{**facts, "token_keys": (new, *settings.token_keys)}))
    assert tokens.reseal() == 1
    shopify.open_gateway(Settings(**{**facts, "token_keys": (new,)}))
    assert tokens.access_token(partner, clock.now()) == first
    assert tokens.access_token(partner, clock.now(), force=True) != first


def test_what_no_key_opens_is_left_as_it_is(partner: str, settings: Settings, standin: Any) -> None:
    sealed = StoreToken.get_by_id(partner).access
    facts = {**vars(settings), "gateway_url": standin.url, "token_keys": (Fernet.generate_key().decode(),)}
    shopify.open_gateway(Settings(**facts))
    assert tokens.reseal() == 0
    assert StoreToken.get_by_id(partner).access == sealed


def test_the_client_secret_is_rotated_without_an_outage(partner: str, settings: Settings, standin: Any) -> None:
    rotated = {"api_secret": "a newer secret of the tests, long enough", "api_secret_old": settings.api_secret}
    shopify.open_gateway(Settings(**{**vars(settings), "gateway_url": standin.url, **rotated}))
    token = standin.control("GET", f"/shops/{partner}/id_token")["id_token"]  # signed with the oldest unrevoked one
    assert auth.verify_id_token(token, as_of=clock.now()).shop == partner
    assert shops.read_shop(open_store(partner)).domain == partner


def test_idle_pairs_are_kept_warm_and_fresh_ones_left_alone(partner: str, standin: Any) -> None:
    assert tokens.keep_warm(clock.now()) == {}
    minted = StoreToken.get_by_id(partner).minted_at
    move(standin, hours=21)
    assert tokens.keep_warm(clock.now()) == {}
    assert StoreToken.get_by_id(partner).minted_at > minted


def test_keeping_warm_tells_which_pair_has_died(partner: str, standin: Any) -> None:
    standin.control("POST", f"/shops/{partner}/uninstall")
    failed = tokens.keep_warm(clock.now() + timedelta(hours=21))
    assert isinstance(failed[partner], Unauthorized)
    assert not tokens.has_token(partner)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"error": "invalid_request"}, Unauthorized),
        (400, {"error": "invalid_grant"}, Unauthorized),
        (400, {"error": "invalid_client"}, Misconfigured),
        (404, {}, StoreClosed),
        (402, {}, StoreClosed),
    ],
)
def test_refusals_of_a_refresh_are_told_apart(
    store: Store, httpx_mock: HTTPXMock, status: int, body: dict[str, str], kind: type[Exception]
) -> None:
    httpx_mock.add_response(url=TOKEN_URL, status_code=status, json=body)
    with pytest.raises(kind):
        tokens.access_token(SHOP, clock.now(), force=True)
    assert tokens.has_token(SHOP) == (kind is not Unauthorized)


def test_an_answer_without_lifetimes_is_not_taken_for_everlasting(store: Store, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=TOKEN_URL, json={"access_token": "access-2", "refresh_token": "refresh-2"})
    now = clock.now()
    tokens.access_token(SHOP, now, force=True)
    assert StoreToken.get_by_id(SHOP).expires_at == now + timedelta(hours=1)


def test_a_worker_that_never_finishes_does_not_hold_everybody(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "PATIENCE", 0.1)
    with hold(f"token:{SHOP}"), pytest.raises(Unavailable, match="another worker"):
        tokens.access_token(SHOP, clock.now(), force=True)


def test_shopifys_package_asks_for_expiring_tokens_and_never_learns_how_long_to_sleep(
    store: Store, httpx_mock: HTTPXMock, settings: Settings
) -> None:
    httpx_mock.add_response(url=TOKEN_URL, status_code=429, headers={"Retry-After": "3600"})
    httpx_mock.add_response(url=TOKEN_URL, json={"access_token": "access-2", "refresh_token": "refresh-2"})
    tokens.exchange(SHOP, "an ID token", clock.now())
    asked = json.loads(httpx_mock.get_requests(url=TOKEN_URL)[-1].content)
    assert asked["expiring"] == 1
    assert asked["subject_token"] == "an ID token"
    assert tokens.access_token(SHOP, clock.now()) == "access-2"


@pytest.mark.parametrize(
    "answer", [b"<html>", b"[1]", b'{"access_token": "a", "refresh_token": "r", "expires_in": "x"}']
)
def test_an_answer_that_makes_no_sense_keeps_the_pair(store: Store, httpx_mock: HTTPXMock, answer: bytes) -> None:
    httpx_mock.add_response(url=TOKEN_URL, content=answer, is_reusable=True)
    with pytest.raises(Unavailable):
        tokens.access_token(SHOP, clock.now(), force=True)
    assert tokens.has_token(SHOP)
