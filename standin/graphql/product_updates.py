"""Changing products and variants that are there: productUpdate, productVariantsBulkUpdate, productDelete."""

from typing import Any

from graphql import GraphQLResolveInfo

from standin.graphql.product_set import PLAIN
from standin.graphql.products import identified
from standin.graphql.registry import Call, mutation, payload, user_error
from standin.graphql.variant_input import problems_of, write_variant
from standin.world import Product, Variant, number_of


@mutation("productUpdate")
def product_update(
    info: GraphQLResolveInfo,
    *,
    product: dict[str, Any] | None = None,
    identifier: dict[str, Any] | None = None,
    **others: Any,
) -> dict[str, object]:
    """Change plain fields of a product; variants and stock stay as they are."""
    call: Call = info.context
    given = product or {}
    found = identified(call, identifier or {"id": given.get("id") or ""})
    if found is None:
        return payload(user_errors=[user_error(["id"], "Product does not exist")])
    for name in [*others, *(set(given) - {*PLAIN, "id", "tags", "seo", "handle"})]:
        call.world.report.missing("productUpdate", name, call.operation)
    if "title" in given and not (given["title"] or "").strip():
        return payload(product=found, user_errors=[user_error(["title"], "Title can't be blank")])
    handle = given.get("handle") or found.handle
    if any(other is not found and other.handle == handle for other in call.shop.products.values()):
        message = f"Handle '{handle}' already in use. Please provide a new handle."
        return payload(product=found, user_errors=[user_error(["input", "handle"], message)])
    found.handle = handle
    for name, attribute in PLAIN.items():
        if given.get(name) is not None:
            setattr(found, attribute, given[name])
    if "tags" in given:
        found.tags = sorted(set(given["tags"] or ()), key=str.casefold)
    if given.get("seo"):
        found.seo_title, found.seo_description = given["seo"].get("title"), given["seo"].get("description")
    call.world.product_changed(call.shop, found)
    return payload(product=found)


@mutation("productDelete")
def product_delete(info: GraphQLResolveInfo, *, input: dict[str, Any], synchronous: bool = True) -> dict[str, object]:
    """Delete a product with its variants and their stock."""
    call: Call = info.context
    product = call.shop.products.get(number_of(input["id"], "Product"))
    if product is None:
        return payload(user_errors=[user_error(["id"], "Product does not exist")])
    call.world.delete_product(call.shop, product)
    return payload(deleted_product_id=product.gid)


@mutation("productVariantsBulkUpdate")
def variants_update(
    info: GraphQLResolveInfo,
    *,
    product_id: str,
    variants: list[dict[str, Any]],
    allow_partial_updates: bool = False,
    **others: Any,
) -> dict[str, object]:
    """Change variants of one product: all or nothing, or with `allowPartialUpdates` whichever rows are right."""
    call: Call = info.context
    product = call.shop.products.get(number_of(product_id, "Product"))
    if product is None:
        return payload(user_errors=[user_error(["productId"], "Product does not exist", "PRODUCT_DOES_NOT_EXIST")])
    errors: list[dict[str, object]] = []
    good: list[tuple[Variant, dict[str, Any]]] = []
    for index, row in enumerate(variants):
        variant, found = _checked(product, row, index)
        errors += found
        if variant is not None and not found:
            good.append((variant, row))
    if errors and not allow_partial_updates:
        return payload(product=product, product_variants=None, user_errors=errors)
    for variant, row in good:
        for name in set(row) & {"metafields", "optionValues", "mediaSrc", "mediaId", "quantityAdjustments"}:
            call.world.report.missing("ProductVariantsBulkInput", name, call.operation)
        write_variant(call, variant, call.shop.item_of(variant), row)
    if good:
        call.world.product_changed(call.shop, product)
    return payload(product=product, product_variants=[variant for variant, _ in good], user_errors=errors)


def _checked(product: Product, row: dict[str, Any], index: int) -> tuple[Variant | None, list[dict[str, object]]]:
    at = ["variants", str(index)]
    if not row.get("id"):
        message = "Product variant is missing ID attribute"
        return None, [user_error([*at, "id"], message, "PRODUCT_VARIANT_ID_MISSING")]
    variant = next((each for each in product.variants if each.gid == row["id"]), None)
    if variant is None:
        return None, [user_error([*at, "id"], "Product variant does not exist", "PRODUCT_VARIANT_DOES_NOT_EXIST")]
    errors = [user_error([*at, *path], message, code) for path, message, code in problems_of(row)]
    if row.get("inventoryQuantities"):
        message = "Inventory quantities can only be provided during create. To update inventory for existing variants, \
use inventoryAdjustQuantities."
        errors.append(user_error([*at, "inventoryQuantities"], message, "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE"))
    return variant, errors
