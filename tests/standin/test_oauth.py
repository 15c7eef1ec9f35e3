"""Getting, renewing and losing tokens as Shopify has it since 2026."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest

from standin.clock import Clock
from standin.installing import NotAllowed, install, revoke_scopes, uninstall
from standin.launching import launch_url, mint_id_token
from standin.oauth import ID_TOKEN, OFFLINE, TOKEN_EXCHANGE, OAuthError, admit, authorize, grant_token
from standin.signing import decode_id_token, encode_id_token, sign_query
from standin.world import Shop, World

Advance = Callable[..., None]


def exchange(world: World, shop: Shop, id_token: str | None = None, **changed: str) -> dict[str, object]:
    form = {
        "client_id": world.app.api_key,
        "client_secret": world.app.api_secret,
        "grant_type": TOKEN_EXCHANGE,
        "subject_token": id_token or mint_id_token(world, shop),
        "subject_token_type": ID_TOKEN,
        "requested_token_type": OFFLINE,
        "expiring": "1",
    }
    return grant_token(world, shop, form | changed)


def refresh(world: World, shop: Shop, pair: dict[str, object]) -> dict[str, object]:
    form = {
        "client_id": world.app.api_key,
        "client_secret": world.app.api_secret,
        "grant_type": "refresh_token",
        "refresh_token": str(pair["refresh_token"]),
    }
    return grant_token(world, shop, form)


def use(world: World, shop: Shop, pair: dict[str, object]) -> None:
    admit(world, shop, str(pair["access_token"]))


def test_an_id_token_is_exchanged_for_a_pair_that_works(world: World, shop: Shop) -> None:
    pair = exchange(world, shop)
    use(world, shop, pair)
    assert (pair["expires_in"], pair["refresh_token_expires_in"]) == (3600, 7_776_000)
    assert pair["scope"] == "read_inventory,read_products"


def test_a_token_got_without_expiring_is_refused_by_the_admin_api(world: World, shop: Shop) -> None:
    pair = exchange(world, shop, expiring="0")
    assert "refresh_token" not in pair
    with pytest.raises(OAuthError) as refused:
        use(world, shop, pair)
    assert refused.value.status == 403
    assert [broken.rule for broken in world.report.violations.values()] == ["non-expiring token"]


@pytest.mark.parametrize("changed", [{"client_id": "another"}, {"client_secret": "guessed"}])
def test_wrong_credentials_are_an_invalid_client(world: World, shop: Shop, changed: dict[str, str]) -> None:
    with pytest.raises(OAuthError) as refused:
        exchange(world, shop, **changed)
    assert (refused.value.status, refused.value.error) == (400, "invalid_client")


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another app"},
        {"dest": "https://other.myshopify.com"},
        {"iss": "https://other.myshopify.com/admin"},
        {"exp": 0},
        {"exp": None},
        {"nbf": 9_999_999_999},
    ],
)
def test_an_id_token_that_says_anything_wrong_is_refused(world: World, shop: Shop, claims: dict[str, object]) -> None:
    good = decode_id_token(mint_id_token(world, shop), world.app.api_secret)
    with pytest.raises(OAuthError) as refused:
        exchange(world, shop, encode_id_token(good | claims, world.app.api_secret))
    assert (refused.value.status, refused.value.error) == (400, "invalid_subject_token")


def test_an_id_token_of_another_secret_is_refused(world: World, shop: Shop) -> None:
    claims = decode_id_token(mint_id_token(world, shop), world.app.api_secret)
    with pytest.raises(OAuthError, match="signature"):
        exchange(world, shop, encode_id_token(claims, "another secret, long enough for HS256"))


def test_an_id_token_lives_a_minute(world: World, shop: Shop, advance: Advance) -> None:
    token = mint_id_token(world, shop)
    advance(seconds=61)
    with pytest.raises(OAuthError, match="expired"):
        exchange(world, shop, token)


def test_on_a_fast_clock_an_id_token_lives_a_real_minute(world: World, shop: Shop) -> None:
    world.clock = Clock.parse("2026-11-02T09:00:00+00:00@600")
    claims = decode_id_token(mint_id_token(world, shop), world.app.api_secret)
    assert claims["exp"] - claims["iat"] == 60 * 600


def test_an_access_token_lives_an_hour(world: World, shop: Shop, advance: Advance) -> None:
    pair = exchange(world, shop)
    advance(minutes=61)
    with pytest.raises(OAuthError) as refused:
        use(world, shop, pair)
    assert refused.value.status == 401


def test_a_token_opens_only_its_own_store(world: World, shop: Shop) -> None:
    other = world.add_shop("other.myshopify.com", "Another")
    world.install(other)
    with pytest.raises(OAuthError):
        use(world, other, exchange(world, shop))


def test_refreshing_gives_a_new_pair_and_leaves_the_old_access_token_its_hour(world: World, shop: Shop) -> None:
    first = exchange(world, shop)
    second = refresh(world, shop, first)
    assert second["refresh_token"] != first["refresh_token"]
    use(world, shop, first)
    use(world, shop, second)


def test_a_refresh_whose_answer_was_lost_may_be_repeated(world: World, shop: Shop, advance: Advance) -> None:
    first = exchange(world, shop)
    lost = refresh(world, shop, first)
    advance(days=29)
    second = refresh(world, shop, first)
    use(world, shop, second)
    with pytest.raises(OAuthError):
        refresh(world, shop, lost)


def test_using_the_replacement_ends_the_grace(world: World, shop: Shop) -> None:
    first = exchange(world, shop)
    use(world, shop, refresh(world, shop, first))
    with pytest.raises(OAuthError) as refused:
        refresh(world, shop, first)
    assert (refused.value.status, refused.value.error) == (401, "invalid_request")


def test_refreshing_with_the_replacement_ends_the_grace(world: World, shop: Shop) -> None:
    first = exchange(world, shop)
    refresh(world, shop, refresh(world, shop, first))
    with pytest.raises(OAuthError):
        refresh(world, shop, first)


def test_the_grace_ends_after_thirty_days(world: World, shop: Shop, advance: Advance) -> None:
    first = exchange(world, shop)
    refresh(world, shop, first)
    advance(days=30, seconds=1)
    with pytest.raises(OAuthError):
        refresh(world, shop, first)


def test_an_idle_refresh_token_dies_after_ninety_days(world: World, shop: Shop, advance: Advance) -> None:
    first = exchange(world, shop)
    advance(days=90, seconds=1)
    with pytest.raises(OAuthError):
        refresh(world, shop, first)


def test_acquiring_anew_retires_the_refresh_token_before(world: World, shop: Shop) -> None:
    first = exchange(world, shop)
    exchange(world, shop)
    with pytest.raises(OAuthError):
        refresh(world, shop, first)


def test_uninstalling_kills_both_tokens_and_no_new_ones_are_given(world: World, shop: Shop) -> None:
    pair, id_token = exchange(world, shop), mint_id_token(world, shop)
    uninstall(world, shop, "key")
    with pytest.raises(OAuthError) as refused:
        use(world, shop, pair)
    assert refused.value.status == 401
    with pytest.raises(OAuthError) as refused:
        refresh(world, shop, pair)
    assert refused.value.status == 401
    with pytest.raises(OAuthError):
        exchange(world, shop, id_token)
    with pytest.raises(NotAllowed):
        mint_id_token(world, shop)


def test_tokens_from_before_stay_dead_after_installing_again(world: World, shop: Shop) -> None:
    pair = exchange(world, shop)
    uninstall(world, shop, "key")
    install(world, shop, "key")
    with pytest.raises(OAuthError):
        use(world, shop, pair)
    use(world, shop, exchange(world, shop))


def test_uninstalling_tells_the_app_and_asks_for_redaction_two_days_later(world: World, shop: Shop) -> None:
    uninstall(world, shop, "key")
    told, redact = world.outgoing
    assert (told.topic, redact.topic) == ("app/uninstalled", "shop/redact")
    assert 172_799 <= (redact.at - told.at).total_seconds() <= 172_801


def test_granting_and_revoking_optional_scopes_is_told(world: World, shop: Shop) -> None:
    install(world, shop, "key", ["write_products"])
    revoke_scopes(world, shop, "key", ["write_products"])
    granted, revoked = (event.payload for event in world.outgoing)
    assert granted["current"] == revoked["previous"] == ["read_inventory", "read_products", "write_products"]
    assert revoked["current"] == ["read_inventory", "read_products"]


def test_scopes_outside_the_configuration_cannot_be_granted(world: World, shop: Shop) -> None:
    with pytest.raises(NotAllowed, match="write_orders"):
        install(world, shop, "key", ["write_orders"])


def test_required_scopes_cannot_be_revoked(world: World, shop: Shop) -> None:
    with pytest.raises(NotAllowed, match="required"):
        revoke_scopes(world, shop, "key", ["read_products"])


def test_the_launch_address_is_signed_and_carries_an_id_token(world: World, shop: Shop) -> None:
    address = urlsplit(launch_url(world, shop, "/partners"))
    params = dict(parse_qsl(address.query))
    assert (address.netloc, address.path) == ("127.0.0.1:8000", "/partners")
    assert params["hmac"] == sign_query(params, world.app.api_secret)
    assert decode_id_token(params["id_token"], world.app.api_secret)["dest"] == f"https://{params['shop']}"


def test_a_code_is_good_once_and_brings_the_scopes_asked_for(world: World, shop: Shop) -> None:
    asked = {
        "client_id": "key",
        "scope": "read_products,write_products",
        "redirect_uri": "http://127.0.0.1:8000/auth/callback",
        "state": "s",
    }
    params = dict(parse_qsl(urlsplit(authorize(world, shop, asked)).query))
    assert params["hmac"] == sign_query(params, world.app.api_secret)
    form = {"client_id": "key", "client_secret": world.app.api_secret, "code": params["code"], "expiring": "1"}
    pair = grant_token(world, shop, form)
    assert "write_products" in str(pair["scope"])
    with pytest.raises(OAuthError):
        grant_token(world, shop, form)


@pytest.mark.parametrize(
    "changed",
    [{"client_id": "no"}, {"redirect_uri": "http://127.0.0.1:8000/auth/callback2"}, {"scope": "write_orders"}],
)
def test_an_authorization_outside_the_configuration_is_refused(
    world: World, shop: Shop, changed: dict[str, str]
) -> None:
    asked = {"client_id": "key", "redirect_uri": "http://127.0.0.1:8000/auth/callback", "scope": "read_products"}
    with pytest.raises(OAuthError):
        authorize(world, shop, asked | changed)
