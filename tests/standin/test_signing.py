"""The stand-in's signatures against published vectors and against PyJWT."""

import base64
import hashlib
import hmac

import jwt
import pytest

from standin.signing import InvalidToken, decode_id_token, encode_id_token, sign_body, sign_query

SECRET = "hush" * 8


def test_a_query_is_signed_as_in_the_published_example() -> None:
    params = {
        "shop": "some-shop.myshopify.com",
        "code": "0907a61c0c8d55e99db179b68161bc00",
        "timestamp": "1337178173",
        "hmac": "not part of what is signed",
    }
    assert sign_query(params, "hush") == "4712bf92ffc2917d15a2f5a273e39f0116667419aa4b6ac0b3baaf26fa3c4d20"


def test_lists_and_separators_in_a_query_are_escaped_as_shopify_does() -> None:
    message = b'a%3Db=x%26y%25&ids=["1", "2"]'
    expected = hmac.new(b"hush", message, hashlib.sha256).hexdigest()
    assert sign_query({"ids[]": ["1", "2"], "a=b": "x&y%"}, "hush") == expected


def test_a_body_is_signed_over_its_raw_bytes() -> None:
    raw = '{"title":"Café"}'.encode()
    assert base64.b64decode(sign_body(raw, SECRET)) == hmac.new(SECRET.encode(), raw, hashlib.sha256).digest()


def test_an_id_token_is_a_token_pyjwt_accepts() -> None:
    token = encode_id_token({"aud": "key", "sub": "1"}, SECRET)
    assert jwt.decode(token, SECRET, algorithms=["HS256"], audience="key") == {"aud": "key", "sub": "1"}


def test_a_token_of_pyjwt_is_read_back() -> None:
    assert decode_id_token(jwt.encode({"sub": "7"}, SECRET, algorithm="HS256"), SECRET) == {"sub": "7"}


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b",
        "e30.e30.x",
        "éé.éé.é",
        jwt.encode({"sub": "7"}, "another secret, long enough to sign", algorithm="HS256"),
        jwt.encode({"sub": "7"}, SECRET * 2, algorithm="HS512"),
        jwt.encode({"sub": "7"}, None, algorithm="none"),
    ],
)
def test_a_token_not_made_by_shopify_is_refused(token: str) -> None:
    with pytest.raises(InvalidToken):
        decode_id_token(token, SECRET)
