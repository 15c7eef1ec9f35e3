"""productSet: bring a product to the state described, creating it if need be; listed fields replace what was there."""

import re
from typing import Any

from graphql import GraphQLResolveInfo

from standin.graphql.product_files import write_files
from standin.graphql.product_options import Layout, write_options
from standin.graphql.product_wish import Wish, read_wish, variant_metafields
from standin.graphql.registry import Call, field, mutation, payload, user_error
from standin.graphql.variant_input import delete_variant, new_variant, write_variant
from standin.world import Product, ProductOperation, Shop, number_of

PLAIN = {
    "title": "title",
    "descriptionHtml": "description_html",
    "vendor": "vendor",
    "productType": "product_type",
    "status": "status",
    "requiresSellingPlan": "requires_selling_plan",
    "templateSuffix": "template_suffix",
}


@mutation("productSet")
def product_set(
    info: GraphQLResolveInfo,
    *,
    input: dict[str, Any],
    identifier: dict[str, Any] | None = None,
    synchronous: bool = True,
) -> dict[str, object]:
    """Check everything first, then write everything: a productSet with user errors has changed nothing."""
    call: Call = info.context
    wish = read_wish(call, input, identifier or {})
    errors = [user_error(path, message, code) for path, message, code in wish.problems]
    product = None if errors else _write(wish)
    if synchronous:
        return payload(product=product, user_errors=errors)
    number = call.shop.next_id()
    operation = ProductOperation(number, "COMPLETE", product.id if product else None, errors)
    call.shop.operations[number] = operation
    return payload(product_set_operation={"id": operation.gid, "status": "CREATED", "user_errors": []})


@field("ProductSetOperation", "product")
def product_of(operation: ProductOperation, info: GraphQLResolveInfo) -> Product | None:
    """What an asynchronous productSet made."""
    found: Product | None = info.context.shop.products.get(operation.product_id)
    return found


def _write(wish: Wish) -> Product:
    call, given = wish.call, wish.input
    fresh = wish.product is None
    product = wish.product or _created(wish)
    for name, attribute in PLAIN.items():
        if given.get(name) is not None:
            setattr(product, attribute, given[name])
    if "tags" in given:
        product.tags = sorted(set(given["tags"] or ()), key=str.casefold)
    if given.get("handle"):
        product.handle = given["handle"]
    if "seo" in given:
        seo = given["seo"] or {}
        product.seo_title, product.seo_description = seo.get("title"), seo.get("description")
    if wish.metafields is not None:
        product.metafields = wish.metafields
    write_files(call, product, given)
    if wish.layout is not None:
        _write_variants(wish, product, wish.layout)
    elif fresh:
        write_options(call, product, Layout.without_options())
        new_variant(call, product, [("Title", "Default Title")], 1)
    call.world.product_changed(call.shop, product, "products/create" if fresh else "products/update")
    return product


def _created(wish: Wish) -> Product:
    call, given = wish.call, wish.input
    handle = given.get("handle") or wish.identifier.get("handle") or _free_handle(call.shop, given["title"])
    product = Product(
        call.shop.next_id(),
        given["title"],
        handle,
        created_at=call.now,
        updated_at=call.now,
        vendor=call.shop.name,
        is_gift_card=bool(given.get("giftCard")),
        published={each.id: call.now for each in call.shop.publications.values() if each.auto_publish},
    )
    call.shop.add_product(product)
    return product


def _write_variants(wish: Wish, product: Product, layout: Layout) -> None:
    call = wish.call
    write_options(call, product, layout)
    kept = {variant.id for variant in wish.matched if variant is not None}
    for gone in [each for each in product.variants if each.id not in kept]:
        delete_variant(call, product, gone)
    for index, (row, variant) in enumerate(zip(wish.input["variants"], wish.matched, strict=True)):
        chosen = layout.choices[index]
        written = variant or new_variant(call, product, chosen, index + 1)
        written.selected_options, written.position = chosen, index + 1
        item = call.shop.item_of(written)
        write_variant(call, written, item, row)
        if "file" in row:
            written.media_ids = _pictures(product, row["file"] or {})
        if "metafields" in row:
            written.metafields, _ = variant_metafields(call, written, row)
        for quantity in row.get("inventoryQuantities") or ():
            place = number_of(quantity["locationId"], "Location")
            level = call.world.level_at(call.shop, item, place)
            delta = quantity["quantity"] - getattr(level, quantity["name"])
            call.world.move_stock(call.shop, item, place, available=delta)
    product.variants.sort(key=lambda each: each.position)


def _pictures(product: Product, file: dict[str, Any]) -> list[int]:
    source, own = file.get("originalSource"), file.get("id")
    return [each.id for each in product.media if each.url == source or each.gid == own][:1]


def _free_handle(shop: Shop, title: str) -> str:
    taken = {product.handle for product in shop.products.values()}
    base = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-") or "product"
    handle, number = base, 0
    while handle in taken:
        number += 1
        handle = f"{base}-{number}"
    return handle
