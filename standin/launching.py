"""How Shopify opens the app: ID tokens and the address of the iframe, signed."""

import base64
import math
import secrets
from urllib.parse import urlencode

from standin.installing import NotAllowed
from standin.signing import encode_id_token, sign_query
from standin.world import Shop, World

ID_TOKEN_SECONDS = 60
OWNER = "1"


def mint_id_token(world: World, shop: Shop, user: str = OWNER) -> str:
    """An ID token of a staff member, as App Bridge gets it. Raises NotAllowed when the app is not installed.

    It lives 60 seconds of the world's clock, and 60 real ones when that clock runs fast: browser and network are real.
    """
    if world.app.api_key not in shop.installations:
        raise NotAllowed("the app is not installed")
    now = int(world.now().timestamp())
    claims = {
        "iss": f"https://{shop.domain}/admin",
        "dest": f"https://{shop.domain}",
        "aud": world.app.api_key,
        "sub": user,
        "exp": now + math.ceil(ID_TOKEN_SECONDS * max(1.0, world.clock.speed)),
        "nbf": now,
        "iat": now,
        "jti": secrets.token_hex(16),
        "sid": f"{shop.number}-{user}",
    }
    return encode_id_token(claims, world.app.api_secret)


def launch_url(world: World, shop: Shop, path: str = "/", user: str = OWNER, locale: str = "en") -> str:
    """The address Shopify puts into the admin's iframe, signed; `path` is of the app. Raises NotAllowed."""
    params = {
        "embedded": "1",
        "host": admin_host(shop),
        "id_token": mint_id_token(world, shop, user),
        "locale": locale,
        "session": secrets.token_hex(32),
        "shop": shop.domain,
        "timestamp": str(int(world.now().timestamp())),
    }
    params["hmac"] = sign_query(params, world.app.api_secret)
    address, _, query = path.partition("?")
    return f"{world.app.url}/{address.lstrip('/')}?{query + '&' if query else ''}{urlencode(params)}"


def admin_host(shop: Shop) -> str:
    """The `host` parameter: where the admin of this store lives, in base64 without padding."""
    return base64.b64encode(f"admin.shopify.com/store/{shop.handle}".encode()).decode().rstrip("=")
