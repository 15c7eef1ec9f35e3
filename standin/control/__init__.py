"""The control API: plays the merchants and the customers, reads the world's own state, and breaks things."""

from starlette.routing import BaseRoute, Mount, Route

from standin.control import buying, goods, remembering, stores, troubles
from standin.control.asking import door
from standin.delivery import Courier
from standin.world import World

STORE = "/shops/{shop}"
ORDER = STORE + "/orders/{id:path}"
VARIANT = STORE + "/variants/{id:path}"

# Method, path, what answers it, the names its JSON body may hold; a longer path stands before one that would catch it.
TABLE = (
    ("GET", "/health", troubles.health, ""),
    ("GET", "/report", troubles.report, ""),
    ("DELETE", "/report", troubles.clear_report, ""),
    ("GET", "/clock", troubles.clock, ""),
    ("POST", "/clock", troubles.set_clock, "spec"),
    ("GET", "/faults", troubles.faults, ""),
    ("POST", "/faults", troubles.add_fault, "kind shop operation times seconds mentions"),
    ("DELETE", "/faults", troubles.clear_faults, ""),
    ("GET", "/latency", troubles.latency, ""),
    ("POST", "/latency", troubles.set_latency, "milliseconds"),
    ("GET", "/rules", troubles.rules, ""),
    ("POST", "/rules", troubles.set_rules, "index_lag_seconds nodes_per_id draft_ready_seconds"),
    ("POST", "/deliveries/flush", troubles.flush, ""),
    ("GET", "/deliveries", troubles.deliveries, ""),
    ("POST", "/deliveries", troubles.set_deliveries, "duplicate delay shuffle drop_every paused"),
    ("GET", "/shops", stores.every_store, ""),
    ("POST", "/shops", stores.open_store, "domain name currency timezone plan catalogue"),
    ("POST", STORE + "/locations", stores.open_location, "name"),
    ("POST", STORE + "/install", stores.install_app, "scopes"),
    ("POST", STORE + "/uninstall", stores.uninstall_app, ""),
    ("GET", STORE + "/id_token", stores.id_token, ""),
    ("GET", STORE + "/open", stores.open_app, ""),
    ("POST", ORDER + "/pay", buying.pay, ""),
    ("POST", ORDER + "/cancel", buying.cancel, "restock"),
    ("POST", ORDER + "/refund", buying.refund, "lines restock_type"),
    ("POST", ORDER + "/edit", buying.edit, "line_id variant_id sku quantity"),
    ("POST", ORDER + "/fulfil", buying.fulfil, "lines tracking"),
    ("POST", STORE + "/orders", buying.order, "lines financial_status test discount_percent"),
    ("POST", VARIANT + "/sell", buying.sell, "quantity"),
    ("POST", VARIANT + "/restock", buying.restock_variant, "quantity location_id"),
    ("DELETE", VARIANT, goods.delete_variant, ""),
    ("GET", VARIANT, goods.variant, ""),
    ("PATCH", VARIANT, goods.change_variant, " ".join(goods.OF_VARIANT)),
    ("PATCH", STORE + "/products/{id:path}", goods.change_product, " ".join(goods.OF_PRODUCT)),
    ("DELETE", STORE + "/products/{id:path}", goods.delete_product, ""),
    ("POST", STORE + "/price-lists", goods.set_price_list, "name currency adjustment fixed"),
    ("POST", STORE + "/memory", remembering.remember, ""),
    ("POST", STORE + "/memory/recall", remembering.recall, ""),
    ("GET", STORE + "/levels", stores.levels, ""),
    ("GET", STORE, stores.store, ""),
)


def control_routes(world: World, courier: Courier) -> list[BaseRoute]:
    """The API under /_control; to be reachable from this machine only."""
    rows = [
        Route(path, door(world, courier, act, frozenset(names.split())), methods=[method])
        for method, path, act, names in TABLE
    ]
    return [Mount("/_control", routes=rows)]
