"""The store itself, the app's installation, and looking things up by their global id."""

from typing import Any

from graphql import GraphQLResolveInfo

from standin.graphql.order_reading import visible
from standin.graphql.registry import INTERNAL, Call, Refused, query
from standin.world import SPOILT, Shop, gid, split_gid


@query("shop")
def the_shop(info: GraphQLResolveInfo) -> dict[str, Any]:
    """The store the request was made to."""
    shop: Shop = info.context.shop
    return {
        "__typename": "Shop",
        "id": gid("Shop", shop.shop_id),
        "name": shop.name,
        "email": shop.email,
        "contact_email": shop.email,
        "myshopify_domain": shop.domain,
        "url": f"https://{shop.domain}",
        "primary_domain": {"id": gid("Domain", shop.number), "host": shop.domain, "url": f"https://{shop.domain}"},
        "currency_code": shop.currency,
        "iana_timezone": shop.timezone,
        "taxes_included": shop.taxes_included,
        "weight_unit": shop.weight_unit,
        "plan": {
            "public_display_name": shop.plan,
            "partner_development": shop.partner_development,
            "shopify_plus": shop.plan in ("Plus", "Enterprise"),
        },
    }


@query("currentAppInstallation")
def current_app_installation(info: GraphQLResolveInfo) -> dict[str, Any]:
    """What the store granted to the app."""
    call: Call = info.context
    granted = call.shop.installations[call.token.api_key]
    return {
        "id": gid("AppInstallation", call.shop.number),
        "access_scopes": [{"handle": scope, "description": scope} for scope in sorted(granted)],
        "app": the_app(info),
    }


@query("app")
def the_app(info: GraphQLResolveInfo, *, id: str | None = None) -> dict[str, Any] | None:
    """The app that asks; no other can be seen."""
    app = info.context.world.app
    own = gid("App", app.number)
    if id not in (None, own):
        return None
    return {"id": own, "api_key": app.api_key, "title": app.name, "handle": app.handle, "embedded": True}


@query("node")
def node(info: GraphQLResolveInfo, *, id: str) -> Any:
    """Any object of the store by its global id, null where there is none."""
    return visible(info.context, info.context.shop.find(id))


@query("nodes")
def nodes(info: GraphQLResolveInfo, *, ids: list[str]) -> list[Any]:
    """Many at once, nulls in the places of those that do not exist; one that cannot be read spoils only its own."""
    call: Call = info.context
    spoilt = {
        fault.mentions for fault in call.world.faults if fault.kind == SPOILT and fault.shop in (None, call.shop.domain)
    }
    return [
        Refused("Internal error. Looks like something went wrong on our end.", INTERNAL)
        if each in spoilt
        else visible(call, call.shop.find(each))
        for each in ids
    ]


def of_kind(call: Call, kind: str, global_id: str | None) -> Any:
    """The object with this id if it is of this type, else None."""
    try:
        return call.shop.find(global_id) if global_id and split_gid(global_id)[0] == kind else None
    except ValueError:
        return None


for name, kind in (
    ("product", "Product"),
    ("productVariant", "ProductVariant"),
    ("inventoryItem", "InventoryItem"),
    ("inventoryLevel", "InventoryLevel"),
    ("publication", "Publication"),
    ("productOperation", "ProductSetOperation"),
):
    query(name)(lambda info, *, id, kind=kind: of_kind(info.context, kind, id))
