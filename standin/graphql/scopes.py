"""Which access scopes the schema's types and mutations ask for."""

from collections.abc import Iterable

READS = {
    "Product": "read_products",
    "ProductVariant": "read_products",
    "ProductOption": "read_products",
    "PriceList": "read_products",
    "InventoryItem": "read_inventory",
    "InventoryLevel": "read_inventory",
    "InventoryAdjustmentGroup": "read_inventory",
    "Location": "read_locations",
    "Publication": "read_publications",
    "Order": "read_orders",
    "LineItem": "read_orders",
    "Refund": "read_orders",
    "Fulfillment": "read_orders",
    "CalculatedOrder": "read_order_edits",
    "DraftOrder": "read_draft_orders",
    "Customer": "read_customers",
    "Company": "read_companies",
    "CompanyLocation": "read_companies",
}
SINGLE_FIELDS = {
    ("Product", "publishedOnPublication"): "read_publications",
    ("ProductVariant", "publishedOnPublication"): "read_publications",
    ("Product", "resourcePublications"): "read_publications",
    ("Product", "resourcePublicationsV2"): "read_publications",
}
WRITES = (
    ("productOption", "write_products"),
    ("productVariant", "write_products"),
    ("product", "write_products"),
    ("publishable", "write_publications"),
    ("publication", "write_publications"),
    ("inventory", "write_inventory"),
    ("draftOrder", "write_draft_orders"),
    ("orderEdit", "write_order_edits"),
    ("order", "write_orders"),
    ("refundCreate", "write_orders"),
    ("fulfillment", "write_merchant_managed_fulfillment_orders"),
    ("customer", "write_customers"),
    ("location", "write_locations"),
    ("metafieldsSet", "write_products"),
    ("metafieldsDelete", "write_products"),
)


def needed_by_type(name: str) -> str | None:
    """The scope for reading objects of a type; a connection or edge asks what its nodes ask."""
    return READS.get(name.removesuffix("Connection").removesuffix("Edge"))


def needed_by_field(type_name: str, name: str) -> str | None:
    """The scope of a field that asks for more than its type does."""
    return SINGLE_FIELDS.get((type_name, name))


def needed_by_mutation(name: str) -> str | None:
    """The scope for a mutation; None where it depends on the input (metafield definitions, webhooks)."""
    return next((scope for prefix, scope in WRITES if name.startswith(prefix)), None)


def effective(granted: Iterable[str]) -> frozenset[str]:
    """Granted scopes with what they imply: whoever may write may read."""
    given = frozenset(granted)
    return given | {f"read_{scope.removeprefix('write_')}" for scope in given if scope.startswith("write_")}
