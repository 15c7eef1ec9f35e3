"""Reading products: lists, look-ups, options, pictures, prices."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from graphql import GraphQLResolveInfo

from standin.graphql.connections import Connection, connection
from standin.graphql.registry import Call, Refused, field, query
from standin.graphql.search import search
from standin.world import Media, Option, OptionValue, Product, Shop, number_of

SORTS: dict[str, Callable[[Product], Any]] = {
    "ID": lambda product: product.id,
    "TITLE": lambda product: product.title.casefold(),
    "UPDATED_AT": lambda product: product.updated_at,
    "CREATED_AT": lambda product: product.created_at,
    "PUBLISHED_AT": lambda product: min(product.published.values(), default=None),
    "PRODUCT_TYPE": lambda product: product.product_type.casefold(),
    "VENDOR": lambda product: product.vendor.casefold(),
}


@query("products")
def products(info: GraphQLResolveInfo, *, query: str | None = None, sort_key: str = "ID", **page: Any) -> Connection:
    """The store's products; a search text goes through the lagging index, the plain list does not."""
    call: Call = info.context
    found = search(call, call.shop.products.values(), query)
    sort = SORTS.get(sort_key)
    if sort is None:
        call.world.report.missing("ProductSortKeys", sort_key, call.operation)
    return connection(found, sort=sort or SORTS["ID"], **page)


@query("productsCount")
def products_count(info: GraphQLResolveInfo, *, query: str | None = None, limit: int = 10_000, **_: Any) -> Any:
    """How many products a search finds, at most the limit."""
    call: Call = info.context
    return count(sum(1 for _ in search(call, call.shop.products.values(), query)), limit)


@query("productByIdentifier")
def product_by_identifier(info: GraphQLResolveInfo, *, identifier: dict[str, Any]) -> Product | None:
    """A product by id, handle or custom id."""
    return identified(info.context, identifier)


def identified(call: Call, identifier: dict[str, Any]) -> Product | None:
    """The product an identifier names. Raises Refused (NOT_FOUND) for a custom id that no definition declares."""
    if "id" in identifier:
        return call.shop.products.get(number_of(identifier["id"], "Product"))
    if "handle" in identifier:
        return next((each for each in call.shop.products.values() if each.handle == identifier["handle"]), None)
    custom = identifier["customId"]
    namespace, key, value = call.expand(custom.get("namespace")), custom["key"], custom["value"]
    if not any(
        (each.namespace, each.key, each.type, each.owner_type) == (namespace, key, "id", "PRODUCT")
        for each in call.shop.definitions.values()
    ):
        raise Refused(f"Metafield definition of type 'id' is required when using custom ids: {key}", "NOT_FOUND")
    return with_custom_id(call.shop, namespace, key, value)


def with_custom_id(shop: Shop, namespace: str, key: str, value: str) -> Product | None:
    """The product that carries this metafield."""
    asked = (namespace, key, value)
    for product in shop.products.values():
        for metafield in product.metafields:
            if (metafield.namespace, metafield.key, metafield.value) == asked:
                return product
    return None


def count(found: int, limit: int | None = None) -> dict[str, Any]:
    """A Count."""
    if limit is not None and found > limit:
        return {"count": limit, "precision": "AT_LEAST"}
    return {"count": found, "precision": "EXACT"}


def money(amount: Any, call: Call) -> dict[str, Any] | None:
    """A MoneyV2 in the store's currency; amounts are written with as few decimals as Shopify does ("7.4", "8.0")."""
    if amount is None:
        return None
    shown = f"{amount:.2f}"
    return {"amount": shown[:-1] if shown.endswith("0") else shown, "currency_code": call.shop.currency}


@field("Product", "variants")
def variants(product: Product, info: GraphQLResolveInfo, **page: Any) -> Connection:
    """The product's variants in their order."""
    return connection(product.variants, sort=lambda variant: variant.position, **page)


@field("Product", "variantsCount")
def variants_count(product: Product, info: GraphQLResolveInfo) -> Any:
    """How many variants it has."""
    return count(len(product.variants))


@field("Product", "options")
def options(product: Product, info: GraphQLResolveInfo, *, first: int | None = None) -> list[Option]:
    """Its options in their order."""
    return sorted(product.options, key=lambda option: option.position)[:first]


@field("ProductOption", "optionValues")
def option_values(option: Option, info: GraphQLResolveInfo) -> list[OptionValue]:
    """The values of an option."""
    return option.values


@field("ProductOption", "values")
def option_value_names(option: Option, info: GraphQLResolveInfo) -> list[str]:
    """Their names."""
    return [value.name for value in option.values]


@field("Product", "media")
def media(product: Product, info: GraphQLResolveInfo, **page: Any) -> Connection:
    """Its pictures; there is no other media here, so `media_type` filters change nothing."""
    return connection(product.media, **page)


@field("Product", "featuredMedia")
def featured_media(product: Product, info: GraphQLResolveInfo) -> Media | None:
    """Its first picture."""
    return product.media[0] if product.media else None


@field("MediaImage", "image")
def image(media: Media, info: GraphQLResolveInfo) -> dict[str, Any] | None:
    """The image once it is ready."""
    if media.status(info.context.now) != "READY":
        return None
    shape = {"url": media.url, "width": media.width, "height": media.height, "alt_text": media.alt}
    return {"id": media.gid.replace("MediaImage", "ImageSource"), **shape}


@field("MediaImage", "preview")
def preview(media: Media, info: GraphQLResolveInfo) -> dict[str, Any]:
    """The image as its own preview."""
    return {"status": status(media, info), "image": image(media, info)}


@field("MediaImage", "status")
def status(media: Media, info: GraphQLResolveInfo) -> str:
    """Whether the picture has been fetched and processed."""
    shown: str = media.status(info.context.now)
    return shown


@field("MediaImage", "fileStatus")
def file_status(media: Media, info: GraphQLResolveInfo) -> str:
    """The same, of the file."""
    return str(status(media, info))


@field("MediaImage", "mediaErrors")
def media_errors(media: Media, info: GraphQLResolveInfo) -> list[Any]:
    """Pictures do not fail here."""
    return []


@field("MediaImage", "mediaContentType")
def media_content_type(media: Media, info: GraphQLResolveInfo) -> str:
    """Always a picture."""
    return "IMAGE"


@field("Image", "url")
def image_url(image: dict[str, Any], info: GraphQLResolveInfo, *, transform: Any = None) -> str:
    """Its address; a wanted width is passed on as Shopify's CDN has it."""
    width = (transform or {}).get("maxWidth")
    if not width:
        return str(image["url"])
    return f"{image['url']}{'&' if '?' in image['url'] else '?'}width={width}"


@field("Product", "priceRangeV2")
def price_range(product: Product, info: GraphQLResolveInfo) -> dict[str, Any]:
    """Lowest and highest price of its variants."""
    prices = [variant.price for variant in product.variants] or [Decimal(0)]
    low, high = money(min(prices), info.context), money(max(prices), info.context)
    return {"min_variant_price": low, "max_variant_price": high}


@field("Product", "seo")
def seo(product: Product, info: GraphQLResolveInfo) -> dict[str, Any]:
    """Title and description for search engines."""
    return {"title": product.seo_title, "description": product.seo_description}


@field("Product", "category")
def category(product: Product, info: GraphQLResolveInfo) -> None:
    """No product here is filed in Shopify's taxonomy."""


@field("Product", "totalInventory")
def total_inventory(product: Product, info: GraphQLResolveInfo) -> int:
    """Units available of all tracked variants."""
    items = [info.context.shop.item_of(variant) for variant in product.variants]
    return sum(item.available for item in items if item.tracked)


@field("Product", "tracksInventory")
def tracks_inventory(product: Product, info: GraphQLResolveInfo) -> bool:
    """Whether any variant is counted."""
    return any(info.context.shop.item_of(variant).tracked for variant in product.variants)


@field("Product", "hasOnlyDefaultVariant")
def has_only_default_variant(product: Product, info: GraphQLResolveInfo) -> bool:
    """Whether it is a product without options."""
    return len(product.variants) == 1 and product.variants[0].title == "Default Title"


@field("Product", "publishedAt")
def published_at(product: Product, info: GraphQLResolveInfo) -> Any:
    """When it was first published, null while it is not."""
    return min(product.published.values(), default=None)
