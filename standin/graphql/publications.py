"""Where products and their variants are for sale: publications, publishing and taking back."""

from typing import Any

from graphql import GraphQLResolveInfo

from standin.graphql.connections import Connection, connection
from standin.graphql.registry import Call, Refused, field, mutation, payload, query, user_error
from standin.world import Product, Publication, Variant, gid, number_of

MOST_AT_ONCE = 50


@query("publications")
def publications(info: GraphQLResolveInfo, *, catalog_type: str | None = None, **page: Any) -> Connection:
    """The store's publications; every one here belongs to an app catalogue."""
    found = info.context.shop.publications.values() if catalog_type in (None, "APP") else ()
    return connection(found, sort=lambda publication: publication.id, **page)


@field("Publication", "catalog")
def catalog(publication: Publication, info: GraphQLResolveInfo) -> dict[str, Any]:
    """The catalogue behind it."""
    own = gid("AppCatalog", publication.catalog_id)
    return {"__typename": "AppCatalog", "id": own, "title": publication.name, "status": "ACTIVE"}


@field("Publication", "channels")
def channels(publication: Publication, info: GraphQLResolveInfo, **page: Any) -> Connection:
    """The channel that sells from it."""
    own = gid("Channel", publication.channel_id)
    channel = {"__typename": "Channel", "id": own, "handle": publication.channel_handle, "name": publication.name}
    return connection([channel], **page)


@field("Product", "publishedOnPublication")
def published_on(product: Product, info: GraphQLResolveInfo, *, publication_id: str) -> bool:
    """Whether a product is for sale there: published and active."""
    return number_of(publication_id, "Publication") in product.published and product.status == "ACTIVE"


@field("ProductVariant", "publishedOnPublication")
def variant_published_on(variant: Variant, info: GraphQLResolveInfo, *, publication_id: str) -> bool:
    """Variants follow their product, unless they were taken off by themselves."""
    taken_off = number_of(publication_id, "Publication") in variant.unpublished
    product = info.context.shop.product_of(variant)
    return not taken_off and bool(published_on(product, info, publication_id=publication_id))


@field("Product", "resourcePublicationsCount")
def publications_count(product: Product, info: GraphQLResolveInfo, *, only_published: bool = True) -> dict[str, Any]:
    """On how many publications it is."""
    return {"count": len(product.published), "precision": "EXACT"}


@field("Product", "resourcePublicationsV2")
def publications_of(product: Product, info: GraphQLResolveInfo, **page: Any) -> Connection:
    """On which publications it is, since when."""
    page = {name: value for name, value in page.items() if name not in ("catalog_type", "only_published")}
    rows = [
        {"publication": info.context.shop.publications[number], "is_published": True, "publish_date": since}
        for number, since in product.published.items()
        if number in info.context.shop.publications
    ]
    return connection(rows, **page)


@mutation("publishablePublish")
def publish(info: GraphQLResolveInfo, *, id: str, input: list[dict[str, Any]]) -> dict[str, object]:
    """Publish a product or a variant at once; what it already is stays as it was."""
    return _change(info.context, id, input, publishing=True)


@mutation("publishableUnpublish")
def unpublish(info: GraphQLResolveInfo, *, id: str, input: list[dict[str, Any]]) -> dict[str, object]:
    """Take a product or a variant off publications."""
    return _change(info.context, id, input, publishing=False)


@mutation("publicationUpdate")
def update(info: GraphQLResolveInfo, *, id: str, input: dict[str, Any]) -> dict[str, object]:
    """Publish up to 50 products here or take them off, all or none. Only products: a variant's id is refused."""
    call: Call = info.context
    number = number_of(id, "Publication")
    if number not in call.shop.publications:
        return payload(user_errors=[user_error(["id"], "Publication not found.", "PUBLICATION_NOT_FOUND")])
    if "autoPublish" in input:
        call.world.report.missing("publicationUpdate", "autoPublish", call.operation)
    wishes = {name: input.get(name) or [] for name in ("publishablesToAdd", "publishablesToRemove")}
    if sum(map(len, wishes.values())) > MOST_AT_ONCE:
        message = "The limit for simultaneous publication updates has been exceeded."
        path = ["input", next(name for name, ids in wishes.items() if ids)]
        return payload(user_errors=[user_error(path, message, "PUBLICATION_UPDATE_LIMIT_EXCEEDED")])
    errors, found = [], []
    for name, ids in wishes.items():
        for index, each in enumerate(ids):
            if each.startswith("gid://shopify/ProductVariant/"):
                raise Refused(f"Invalid id: {each}", "RESOURCE_NOT_FOUND")
            product = call.shop.products.get(number_of(each, "Product"))
            found.append((product, name == "publishablesToAdd"))
            if product is None:
                path = ["input", name, str(index)]
                errors.append(user_error(path, "Publishable ID not found.", "INVALID_PUBLISHABLE_ID"))
    if errors:
        return payload(user_errors=errors)
    for product, publishing in found:
        if product is not None and _moved(product, [number], call, publishing=publishing):
            call.world.product_changed(call.shop, product)
    return payload(publication=call.shop.publications[number])


def _change(call: Call, target: str, rows: list[dict[str, Any]], *, publishing: bool) -> dict[str, object]:
    variant = call.shop.variants.get(number_of(target, "ProductVariant"))
    product = call.shop.product_of(variant) if variant else call.shop.products.get(number_of(target, "Product"))
    if product is None:
        return payload(user_errors=[user_error(["id"], "Product does not exist")])
    numbers = [number_of(row.get("publicationId") or "", "Publication") for row in rows]
    unknown = [index for index, number in enumerate(numbers) if number not in call.shop.publications]
    if unknown:
        path = ["input", str(unknown[0]), "publicationId"]
        return payload(user_errors=[user_error(path, "Publication does not exist or is not publishable")])
    if _moved(variant or product, numbers, call, publishing=publishing):
        call.world.product_changed(call.shop, product)
    return payload(publishable=variant or product)


def _moved(target: Product | Variant, numbers: list[int], call: Call, *, publishing: bool) -> bool:
    """Put it on these publications or take it off; answers whether that made a difference."""
    if isinstance(target, Variant):
        before = set(target.unpublished)
        target.unpublished = before - set(numbers) if publishing else before | set(numbers)
        return target.unpublished != before
    stood = dict(target.published)
    for number in numbers:
        if publishing:
            target.published.setdefault(number, call.now)
        else:
            target.published.pop(number, None)
    return target.published != stood
