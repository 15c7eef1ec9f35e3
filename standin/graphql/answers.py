"""The list of the areas that are modelled; importing a module registers its answers."""

from importlib import import_module
from importlib.util import find_spec

AREAS = (
    "shop",
    "products",
    "variants",
    "product_set",
    "product_updates",
    "inventory",
    "stock_writes",
    "publications",
    "metafields",
    "orders",
    "order_lines",
    "order_changes",
    "drafts",
    "draft_changes",
    "fulfilments",
    "webhooks",
)


def every_answer() -> None:
    """Import them all."""
    for area in AREAS:
        if find_spec(f"standin.graphql.{area}"):
            import_module(f"standin.graphql.{area}")
