"""Stores: opening one, looking at everything in it, letting the app in and throwing it out."""

from typing import Any

from standin.catalogues import generate, stock
from standin.control import picture
from standin.control.asking import Ask, Wrong, checked
from standin.control.picture import plain
from standin.graphql.bucket import RESTORED_PER_SECOND
from standin.installing import install, uninstall
from standin.launching import OWNER, launch_url, mint_id_token
from standin.world import Location, Shop

Json = dict[str, Any]
SETTINGS = ("currency", "timezone", "plan")


def every_store(ask: Ask) -> Json:
    """All stores in short."""
    return {"shops": [_summary(ask, shop) for shop in ask.world.shops.values()]}


def open_store(ask: Ask) -> Json:
    """A new store, with a catalogue of coffees if wanted. Raises Wrong."""
    domain, name = ask.value("domain", str), ask.value("name", str)
    if not domain.endswith(".myshopify.com"):
        raise Wrong("domain must end in .myshopify.com")
    settings = {each: ask.value(each, str) for each in SETTINGS if each in ask.given}
    if settings.get("plan", "Standard") not in RESTORED_PER_SECOND:
        raise Wrong(f"plan must be one of {', '.join(RESTORED_PER_SECOND)}")
    catalogue = ask.value("catalogue", dict, {})
    size, seed = checked(catalogue, "size", int, 0), checked(catalogue, "seed", int, 1)
    try:
        shop = ask.world.add_shop(domain, name, **settings)
    except ValueError as taken:
        raise Wrong(str(taken)) from taken
    seeds = generate(size, seed, currency=shop.currency, vendor=name)
    stock(shop, seeds, now=ask.world.now(), address=str(ask.request.base_url))
    return _summary(ask, shop)


def store(ask: Ask) -> Json:
    """Everything in a store."""
    shop = ask.shop
    tokens = [token for token in ask.world.tokens.values() if token.shop == shop.domain and not token.revoked]
    live = [token for token in tokens if token.expires_at is None or token.expires_at > ask.world.now()]
    return {
        **_summary(ask, shop),
        "tokens": {"live": len(live), "used": sum(token.used for token in live)},
        "locations": plain(list(shop.locations.values())),
        "publications": plain(list(shop.publications.values())),
        "products": [picture.product(shop, product) for product in shop.products.values()],
        "orders": [picture.order(order) for order in shop.orders.values()],
        "drafts": [picture.draft(draft) for draft in shop.drafts.values()],
        "subscriptions": plain(list(shop.subscriptions.values())),
    }


def open_location(ask: Ask) -> Json:
    """Another place where the store keeps stock; the first stays the default one."""
    now = ask.world.now()
    location = Location(ask.shop.next_id(), name=ask.value("name", str), created_at=now, updated_at=now)
    ask.shop.locations[location.id] = location
    shown: Json = plain(location)
    return shown


def levels(ask: Ask) -> Json:
    """How many of each variant are available over all locations; only those of `?variants=1,2`, if it is there."""
    table, wanted = ask.shop.variants, ask.request.query_params.get("variants")
    variants = table.values() if wanted is None else [table[int(each)] for each in wanted.split(",") if each]
    rows = [
        {
            "variant": variant.gid,
            "item": item.gid,
            "counted": item.tracked and variant.inventory_policy == "DENY" and not variant.requires_components,
            "available": sum(level.available for level in item.levels.values()),
        }
        for variant in variants
        if (item := ask.shop.inventory_items[variant.item_id])
    ]
    return {"levels": rows}


def install_app(ask: Ask) -> Json:
    """Install the app, or grant it these optional scopes too."""
    scopes = ask.value("scopes", list, [])
    install(ask.world, ask.shop, ask.world.app.api_key, [str(scope) for scope in scopes])
    return _summary(ask, ask.shop)


def uninstall_app(ask: Ask) -> Json:
    """Throw the app out."""
    uninstall(ask.world, ask.shop, ask.world.app.api_key)
    return _summary(ask, ask.shop)


def id_token(ask: Ask) -> Json:
    """An ID token of a staff member (`?user=`)."""
    return {"id_token": mint_id_token(ask.world, ask.shop, ask.request.query_params.get("user", OWNER))}


def open_app(ask: Ask) -> Json:
    """The address of the app as the admin opens it (`?path=`, `?user=`)."""
    query = ask.request.query_params
    return {"url": launch_url(ask.world, ask.shop, query.get("path", "/"), query.get("user", OWNER))}


def _summary(ask: Ask, shop: Shop) -> Json:
    granted = shop.installations.get(ask.world.app.api_key)
    return {
        "domain": shop.domain,
        "name": shop.name,
        "currency": shop.currency,
        "timezone": shop.timezone,
        "plan": shop.plan,
        "installed": granted is not None,
        "scopes": sorted(granted or ()),
        "counts": {
            "products": len(shop.products),
            "variants": len(shop.variants),
            "orders": len(shop.orders),
            "drafts": len(shop.drafts),
        },
    }
