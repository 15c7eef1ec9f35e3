"""The three signatures Shopify makes with the app's secret: of query strings, of webhook bodies, of ID tokens."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

ID_TOKEN_HEADER = {"alg": "HS256", "typ": "JWT"}


class InvalidToken(Exception):
    """An ID token whose form, algorithm or signature is wrong; says which."""


def sign_query(params: Mapping[str, str | Sequence[str]], secret: str) -> str:
    """Hex HMAC-SHA256 over the sorted parameters, `hmac` and `signature` left out (ShopifyAPI 12.7, session.py)."""
    pairs = sorted(_query_pair(key, value) for key, value in params.items() if key not in ("hmac", "signature"))
    return hmac.new(secret.encode(), "&".join(pairs).encode(), hashlib.sha256).hexdigest()


def sign_body(body: bytes, secret: str) -> str:
    """Base64 HMAC-SHA256 of the raw bytes: the value of X-Shopify-Hmac-SHA256."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def encode_id_token(claims: Mapping[str, Any], secret: str) -> str:
    """A compact HS256 JWT of these claims."""
    signed = f"{_base64url(_json_bytes(ID_TOKEN_HEADER))}.{_base64url(_json_bytes(claims))}"
    return f"{signed}.{_jwt_signature(signed, secret)}"


def decode_id_token(token: str, secret: str) -> dict[str, Any]:
    """The claims of an HS256 JWT signed with this secret, times not looked at; raises InvalidToken."""
    signed, _, signature = token.rpartition(".")
    header, _, claims = signed.partition(".")
    if _json_object(header).get("alg") != "HS256":
        raise InvalidToken("the algorithm is not HS256")
    if not hmac.compare_digest(signature.encode(), _jwt_signature(signed, secret).encode()):
        raise InvalidToken("the signature is wrong")
    return _json_object(claims)


def _query_pair(key: str, value: str | Sequence[str]) -> str:
    if not isinstance(value, str):
        key, value = key.removesuffix("[]"), "[" + ", ".join(f'"{item}"' for item in value) + "]"
    key = key.replace("%", "%25").replace("=", "%3D")
    return f"{key}={value.replace('%', '%25').replace('&', '%26')}"


def _jwt_signature(signed: str, secret: str) -> str:
    return _base64url(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())


def _json_bytes(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _json_object(part: str) -> dict[str, Any]:
    try:
        value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError as error:
        raise InvalidToken("not a JSON web token") from error
    if not isinstance(value, dict):
        raise InvalidToken("not a JSON web token")
    return value
