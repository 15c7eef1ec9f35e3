"""The areas that are modelled; importing this module registers their answers."""

from standin.graphql import (
    draft_changes,
    drafts,
    fulfilments,
    inventory,
    metafields,
    order_changes,
    order_lines,
    orders,
    product_set,
    product_updates,
    products,
    publications,
    shop,
    stock_writes,
    variants,
    webhooks,
)

AREAS = (
    shop,
    products,
    variants,
    product_set,
    product_updates,
    publications,
    metafields,
    inventory,
    stock_writes,
    orders,
    order_lines,
    order_changes,
    drafts,
    draft_changes,
    fulfilments,
    webhooks,
)
