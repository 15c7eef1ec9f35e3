"""Whom we believe: ID tokens and webhooks, against our own rules and Shopify's own package."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from shopify_app import ShopifyApp

from occhub import clock, shopify
from occhub.settings import Settings
from occhub.shopify import auth

SHOP = "roaster.myshopify.com"
OLD = "an older secret of the tests, long enough for HS256"
BODY = '{"id": 1, "title": "Café №1"}'.encode()


@pytest.fixture(autouse=True)
def opened(settings: Settings) -> Any:
    shopify.open_gateway(Settings(**{**vars(settings), "api_secret_old": OLD}))
    yield
    shopify.close_gateway()


def id_token(settings: Settings, *, secret: str | None = None, algorithm: str = "HS256", **claims: Any) -> str:
    now = int(datetime.now(UTC).timestamp())
    whole = {
        "iss": f"https://{SHOP}/admin",
        "dest": f"https://{SHOP}",
        "aud": settings.api_key,
        "sub": "42",
        "exp": now + 60,
        "nbf": now,
        "iat": now,
        "jti": "j",
        "sid": "s",
    }
    kept = {name: value for name, value in (whole | claims).items() if value is not None}
    return jwt.encode(kept, secret or settings.api_secret, algorithm=algorithm)


def official(settings: Settings, token: str) -> bool:
    """Whether Shopify's own package takes the token."""
    request = {
        "method": "GET",
        "url": f"{settings.app_url}/",
        "headers": {"Authorization": f"Bearer {token}"},
        "body": "",
    }
    app = ShopifyApp(settings.api_key, settings.api_secret, OLD)
    return bool(app.verify_app_home_req(request, "/auth/patch-id-token").ok)


def test_a_good_id_token_says_whose_it_is(settings: Settings) -> None:
    token = id_token(settings)
    assert auth.verify_id_token(token, as_of=clock.now()) == auth.IdToken(SHOP, "42", token)
    assert official(settings, token)


def test_a_token_signed_with_the_old_secret_is_good_during_a_rotation(settings: Settings) -> None:
    assert auth.verify_id_token(id_token(settings, secret=OLD), as_of=clock.now()).shop == SHOP


def test_the_standins_token_is_good_too(settings: Settings, standin: Any) -> None:
    shop = standin.open_shop()
    assert auth.verify_id_token(standin.install(shop), as_of=clock.now()).shop == shop


BAD = {
    "another app": {"aud": "99999999999999999999999999999999"},
    "no store": {"dest": "https://evil.example", "iss": "https://evil.example/admin"},
    "a store's name inside another": {
        "dest": "https://roaster.myshopify.com.evil.example",
        "iss": "https://roaster.myshopify.com.evil.example/admin",
    },
    "two stores": {"iss": "https://other.myshopify.com/admin"},
    "no https": {"dest": f"http://{SHOP}", "iss": f"http://{SHOP}/admin"},
    "a path": {"dest": f"https://{SHOP}/x", "iss": f"https://{SHOP}/x/admin"},
    "no dest": {"dest": None},
    "no exp": {"exp": None},
    "no subject": {"sub": None},
    "times that make no sense": {"exp": 10**40},
}


@pytest.mark.parametrize("why", BAD)
def test_a_token_that_is_not_for_us_is_refused(settings: Settings, why: str) -> None:
    with pytest.raises(auth.BadIdToken):
        auth.verify_id_token(id_token(settings, **BAD[why]), as_of=clock.now())


@pytest.mark.parametrize("token", ["", "abc", "a.b.c", "é.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(auth.BadIdToken):
        auth.verify_id_token(token, as_of=clock.now())


def test_a_forged_token_is_refused(settings: Settings) -> None:
    forged = id_token(settings, secret="somebody else's secret, long enough for HS256")
    with pytest.raises(auth.BadIdToken, match="signed"):
        auth.verify_id_token(forged, as_of=clock.now())
    assert not official(settings, forged)


def test_another_algorithm_is_refused(settings: Settings) -> None:
    secret = settings.api_secret * 2
    with pytest.raises(auth.BadIdToken):
        auth.verify_id_token(id_token(settings, secret=secret, algorithm="HS512"), as_of=clock.now())


@pytest.mark.parametrize(("seconds", "good"), [(0, True), (69, True), (71, False), (-9, True), (-12, False)])
def test_a_token_lives_its_minute_with_ten_seconds_of_leeway(settings: Settings, seconds: int, good: bool) -> None:
    start = int(datetime.now(UTC).timestamp())
    token = id_token(settings, nbf=start, exp=start + 60)
    as_of = datetime.fromtimestamp(start, UTC) + timedelta(seconds=seconds)
    if good:
        assert auth.verify_id_token(token, as_of=as_of).shop == SHOP
    else:
        with pytest.raises(auth.BadIdToken, match="moment"):
            auth.verify_id_token(token, as_of=as_of)


def test_on_a_fast_clock_a_token_lives_a_real_minute(settings: Settings) -> None:
    start = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    token = id_token(settings, nbf=int(start.timestamp()), exp=int(start.timestamp()) + 60)
    clock.set_clock(f"{start.isoformat()}@1000")
    assert auth.verify_id_token(token, as_of=start + timedelta(hours=16)).shop == SHOP
    with pytest.raises(auth.BadIdToken):
        auth.verify_id_token(token, as_of=start + timedelta(hours=18))


def signed(secret: str, body: bytes = BODY, **headers: str) -> dict[str, str]:
    signature = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
    return {
        "X-Shopify-Hmac-SHA256": signature,
        "X-Shopify-Shop-Domain": SHOP,
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Webhook-Id": "w-1",
        "X-Shopify-Event-Id": "e-1",
        "X-Shopify-Triggered-At": "2026-11-22T08:00:00.123456789Z",
        **headers,
    }


def test_a_signed_webhook_says_what_it_is(settings: Settings) -> None:
    headers = signed(settings.api_secret)
    told = auth.verify_webhook(headers, BODY)
    assert (told.shop, told.topic, told.webhook_id, told.event_id) == (SHOP, "orders/create", "w-1", "e-1")
    assert told.triggered_at == datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC)
    request = {"method": "POST", "url": "/webhooks", "headers": headers, "body": BODY.decode()}
    assert ShopifyApp(settings.api_key, settings.api_secret).verify_webhook_req(request).ok


def test_a_webhook_signed_with_the_old_secret_is_good_during_a_rotation() -> None:
    assert auth.verify_webhook({name.lower(): value for name, value in signed(OLD).items()}, BODY).shop == SHOP


def test_the_newer_header_names_are_understood(settings: Settings) -> None:
    headers = {name.removeprefix("X-"): value for name, value in signed(settings.api_secret).items()}
    assert auth.verify_webhook(headers, BODY).topic == "orders/create"


def test_a_body_changed_by_one_byte_is_refused(settings: Settings) -> None:
    with pytest.raises(auth.BadSignature):
        auth.verify_webhook(signed(settings.api_secret), BODY + b" ")


@pytest.mark.parametrize("signature", ["", "é", "AAAA", "\udcff"])
def test_a_signature_that_is_none_is_refused(settings: Settings, signature: str) -> None:
    with pytest.raises(auth.BadSignature):
        auth.verify_webhook(signed(settings.api_secret, **{"X-Shopify-Hmac-SHA256": signature}), BODY)


@pytest.mark.parametrize("missing", ["X-Shopify-Shop-Domain", "X-Shopify-Topic", "X-Shopify-Webhook-Id"])
def test_a_webhook_that_does_not_say_what_it_is_is_refused(settings: Settings, missing: str) -> None:
    with pytest.raises(auth.BadSignature):
        auth.verify_webhook(signed(settings.api_secret, **{missing: ""}), BODY)


def test_a_body_that_is_not_text_can_be_signed_too(settings: Settings) -> None:
    body = b"\xff\x00"
    assert auth.verify_webhook(signed(settings.api_secret, body), body).shop == SHOP


def test_the_addresses_in_the_admin(settings: Settings) -> None:
    admin = "https://admin.shopify.com"
    assert auth.install_url() == f"{admin}/oauth/install?client_id={settings.api_key}"
    assert auth.app_url_in_admin(SHOP) == f"{admin}/store/roaster/apps/{settings.api_key}"
    assert auth.admin_url(SHOP, "gid://shopify/Order/7") == f"{admin}/store/roaster/orders/7"
    assert auth.admin_url(SHOP, "gid://shopify/DraftOrder/8") == f"{admin}/store/roaster/draft_orders/8"
    assert auth.admin_url(SHOP, "gid://shopify/Product/9") == f"{admin}/store/roaster/products/9"
    with pytest.raises(ValueError, match="no page"):
        auth.admin_url(SHOP, "gid://shopify/Customer/1")


def test_only_the_store_itself_and_the_admin_may_frame_us() -> None:
    assert auth.frame_ancestors(SHOP) == f"frame-ancestors https://{SHOP} https://admin.shopify.com"
    assert auth.frame_ancestors(None) == "frame-ancestors 'none'"
    assert auth.frame_ancestors("x; script-src *") == "frame-ancestors 'none'"
