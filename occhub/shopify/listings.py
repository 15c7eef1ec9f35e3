"""Products of ours on the hub: made or brought up to date by the partner product they come from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from occhub.shopify.answers import Node, accept
from occhub.shopify.client import Store
from occhub.shopify.errors import BadAnswer, Rejected
from occhub.shopify.reading import all_nodes
from occhub.shopify.types import HubProduct, HubVariant, Image, Option

NAMESPACE, KEY = "$app", "partner_product"
AT_ONCE = 250  # variants in one bulk update


@dataclass(frozen=True)
class ListingVariant:
    """A variant as we want it on the hub; `price` and `cost` are decimal text in the hub's currency."""

    key: str  # the partner's variant id: who pairs the answer with what was asked
    sku: str
    barcode: str
    price: str
    cost: str
    options: tuple[tuple[str, str], ...]  # (name, value)
    tracked: bool
    policy: str  # DENY | CONTINUE
    weight_value: float
    weight_unit: str
    hs_code: str
    country: str
    requires_shipping: bool = True
    taxable: bool = True


@dataclass(frozen=True)
class Listing:
    """A product as we want it on the hub, with all its variants."""

    title: str
    description_html: str
    vendor: str
    product_type: str
    tags: tuple[str, ...]
    options: tuple[Option, ...]
    images: tuple[Image, ...]
    variants: tuple[ListingVariant, ...]


def ensure_definition(store: Store) -> None:
    """Let the hub know the unique key `$app.partner_product` of its products; harmless when it does already."""
    definition = {
        "name": "Partner product",
        "namespace": NAMESPACE,
        "key": KEY,
        "type": "id",  # a definition of this type makes its values unique
        "ownerType": "PRODUCT",
    }
    try:
        store.change("product_definition", {"definition": definition})
    except Rejected as error:
        if {refused.code for refused in error.user_errors} != {"TAKEN"}:
            raise


def set_product(store: Store, key: str, listing: Listing) -> HubProduct:
    """Create or update the hub product of this key; the answer's variants stand in the listing's order.

    A new product is a draft without stock, with the listing's tags and pictures. Of one that exists only the
    texts, options and variants are brought up to date: lists sent to productSet replace what is there, and tags,
    pictures, collections and the status belong to the hub from then on. Raises Rejected.
    """
    existing = find_product(store, key)
    if existing is None:
        product_id = _set(store, custom_id(key), first_content(key, listing))
    else:
        product_id = _set(store, {"id": existing.id}, _content(listing))
    product = _read(store, {"id": product_id})
    if product is None:
        raise BadAnswer(store.shop, "the product vanished while it was being set")
    return _in_listing_order(store, product, listing)


def find_product(store: Store, key: str) -> HubProduct | None:
    """The hub product of this key, or None."""
    try:
        return _read(store, custom_id(key))
    except BadAnswer as error:
        if "NOT_FOUND" in error.codes:  # the hub does not know our key yet
            return None
        raise


def activate_and_publish(store: Store, product_id: str, publication_id: str) -> None:
    """Put the product on sale in the online store; raises Rejected."""
    variables = {"id": product_id, "publicationId": publication_id}
    for payload in store.execute("product_on_sale", variables).values():
        accept(store.shop, payload)


def unpublish(store: Store, product_id: str, publication_id: str) -> None:
    """Take the product off sale in the online store; it stays a product of the hub."""
    store.change("product_unpublish", {"id": product_id, "publicationId": publication_id})


def set_prices(store: Store, product_id: str, prices: Mapping[str, tuple[str, str]]) -> None:
    """Set variant id -> (price, cost), decimal text, on one product: all or none of each 250."""
    _update_variants(
        store,
        product_id,
        [
            {"id": variant_id, "price": price, "inventoryItem": {"cost": cost}}
            for variant_id, (price, cost) in prices.items()
        ],
    )


def set_counting(store: Store, product_id: str, counting: Mapping[str, tuple[bool, bool]]) -> None:
    """Set variant id -> (stock is counted, sold with none left) on one product: all or none of each 250."""
    _update_variants(
        store,
        product_id,
        [
            {
                "id": variant_id,
                "inventoryPolicy": "CONTINUE" if always else "DENY",
                "inventoryItem": {"tracked": tracked},
            }
            for variant_id, (tracked, always) in counting.items()
        ],
    )


def _update_variants(store: Store, product_id: str, variants: list[Node]) -> None:
    for start in range(0, len(variants), AT_ONCE):
        store.change("variants", {"productId": product_id, "variants": variants[start : start + AT_ONCE]})


def _set(store: Store, identifier: Node, content: Node) -> str:
    return str(store.change("product_set", {"identifier": identifier, "input": content})["product"]["id"])


def _read(store: Store, identifier: Node) -> HubProduct | None:
    def page(after: str | None) -> Node | None:
        node: Node | None = store.execute("hub_product", {"identifier": identifier, "after": after})[
            "productByIdentifier"
        ]
        return node

    def more(cursor: str) -> Node | None:
        again = page(cursor)
        return again["variants"] if again else None

    node = page(None)
    if node is None:
        return None
    return HubProduct(
        id=node["id"],
        handle=node["handle"],
        status=node["status"],
        variants=tuple(
            HubVariant(
                id=variant["id"],
                item_id=variant["inventoryItem"]["id"],
                sku=variant["sku"] or "",
                options=tuple((option["name"], option["value"]) for option in variant["selectedOptions"]),
            )
            for variant in all_nodes(node["variants"], more)
        ),
    )


def custom_id(key: str) -> Node:
    """How productSet and the look-ups name the product of this key."""
    return {"customId": {"namespace": NAMESPACE, "key": KEY, "value": key}}


def first_content(key: str, listing: Listing) -> Node:
    """Everything of a new product: a draft without stock, under its key."""
    return _content(listing) | {
        "status": "DRAFT",
        "tags": list(listing.tags),
        "files": [{"originalSource": image.url, "contentType": "IMAGE", "alt": image.alt} for image in listing.images],
        "metafields": [{"namespace": NAMESPACE, "key": KEY, "type": "id", "value": key}],
    }


def _content(listing: Listing) -> Node:
    return {
        "title": listing.title,
        "descriptionHtml": listing.description_html,
        "vendor": listing.vendor,
        "productType": listing.product_type,
        # Options and variants must come together.
        "productOptions": [
            {"name": option.name, "position": position, "values": [{"name": value} for value in option.values]}
            for position, option in enumerate(listing.options, start=1)
        ],
        "variants": [
            variant_input(variant) | {"position": position}
            for position, variant in enumerate(listing.variants, start=1)
        ],
    }


def variant_input(variant: ListingVariant) -> Node:
    """A variant as productSet takes it, without its position."""
    return {
        "optionValues": [{"optionName": name, "name": value} for name, value in variant.options],
        "sku": variant.sku,
        "barcode": variant.barcode or None,
        "price": variant.price,
        "taxable": variant.taxable,
        "inventoryPolicy": variant.policy,
        # No quantities: productSet neither compares nor remembers, so stock goes through inventory.set_levels.
        "inventoryItem": {
            "sku": variant.sku,
            "tracked": variant.tracked,
            "cost": variant.cost,
            "requiresShipping": variant.requires_shipping,
            "harmonizedSystemCode": variant.hs_code or None,
            "countryCodeOfOrigin": variant.country or None,
            "measurement": {"weight": {"value": variant.weight_value, "unit": variant.weight_unit}},
        },
    }


def _in_listing_order(store: Store, product: HubProduct, listing: Listing) -> HubProduct:
    """Pair by option values, which are unique in a product; a SKU may be blank or doubled."""
    by_options = {frozenset(variant.options): variant for variant in product.variants}
    try:
        ordered = tuple(by_options[frozenset(variant.options)] for variant in listing.variants)
    except KeyError as missing:
        raise BadAnswer(store.shop, f"{listing.title}: the hub product lacks a variant we sent ({missing})") from None
    return replace(product, variants=ordered)
