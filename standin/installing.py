"""A merchant lets the app into a store, grants it more, takes some back, or throws it out."""

from collections.abc import Iterable
from datetime import timedelta

from standin.world import Shop, World

REDACT_AFTER = timedelta(hours=48)


class NotAllowed(Exception):
    """Something no merchant could do; says why."""


def install(world: World, shop: Shop, api_key: str, optional_scopes: Iterable[str] = ()) -> set[str]:
    """Install the app with its required scopes, or grant these optional ones more; answers what is granted.

    Raises NotAllowed for an unknown app and for scopes its configuration does not name.
    """
    asked = set(optional_scopes)
    if api_key != world.app.api_key:
        raise NotAllowed(f"there is no app with the client id {api_key!r}")
    if unknown := asked - world.app.scopes - world.app.optional_scopes:
        raise NotAllowed(f"not in the app's configuration: {', '.join(sorted(unknown))}")
    before = set(shop.installations.get(api_key, ()))
    known = api_key in shop.installations
    world.install(shop, asked)
    granted = shop.installations[api_key]
    if known and granted != before:
        _tell_scopes(world, shop, before, granted)
    return granted


def revoke_scopes(world: World, shop: Shop, api_key: str, scopes: Iterable[str]) -> set[str]:
    """Take optional scopes back; answers what is left. Raises NotAllowed for required ones and when not installed."""
    taken = set(scopes)
    if api_key not in shop.installations:
        raise NotAllowed("the app is not installed")
    if required := taken & world.app.scopes:
        raise NotAllowed(f"required by the app: {', '.join(sorted(required))}")
    before = set(shop.installations[api_key])
    granted = shop.installations[api_key] = before - taken
    if granted != before:
        _tell_scopes(world, shop, before, granted)
    return granted


def uninstall(world: World, shop: Shop, api_key: str) -> None:
    """Throw the app out: its tokens and store-specific subscriptions die at once, shop/redact follows in 48 hours.

    Raises NotAllowed when it is not installed.
    """
    if api_key not in shop.installations:
        raise NotAllowed("the app is not installed")
    del shop.installations[api_key]
    for token in world.tokens.values():
        if (token.shop, token.api_key) == (shop.domain, api_key):
            token.revoked = True
    for refresh in world.refresh_tokens.values():
        if (refresh.shop, refresh.api_key) == (shop.domain, api_key):
            refresh.retired = True
    for subscription in list(shop.subscriptions.values()):
        if subscription.api_key == api_key:
            del shop.subscriptions[subscription.id]
    names: dict[str, object] = {"name": shop.name, "domain": shop.domain, "myshopify_domain": shop.domain}
    world.emit(shop, "app/uninstalled", {"id": shop.shop_id, **names})
    world.emit(shop, "shop/redact", {"shop_id": shop.shop_id, "shop_domain": shop.domain}, after=REDACT_AFTER)


def _tell_scopes(world: World, shop: Shop, before: set[str], granted: set[str]) -> None:
    world.emit(
        shop,
        "app/scopes_update",
        {
            "id": world.app.number,
            "previous": sorted(before),
            "current": sorted(granted),
            "updated_at": world.now().isoformat(timespec="seconds"),
        },
    )
