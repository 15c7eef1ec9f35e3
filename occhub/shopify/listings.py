"""Products of ours on the hub: what a new one is made of, whether it is on sale, what it costs and how it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from occhub.shopify.answers import Node, accept
from occhub.shopify.client import Store
from occhub.shopify.errors import BadAnswer, Rejected
from occhub.shopify.types import Customs, Image, Metafield, Option

NAMESPACE, KEY = "$app", "partner_product"
# Custom fields that tell where a coffee comes from.
FACTS, TEXT = "coffee", "single_line_text_field"
AT_ONCE = 250  # variants in one bulk update
PUBLISHED_AT_ONCE = 50


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
    metafields: tuple[Metafield, ...] = ()  # beside our key; written once, when the product is made


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


def find_product(store: Store, key: str) -> str | None:
    """The id of the hub product of this key, or None."""
    try:
        node = store.execute("hub_product", {"identifier": custom_id(key)})["productByIdentifier"]
    except BadAnswer as error:
        if "NOT_FOUND" in error.codes:  # the hub does not know our key yet
            return None
        raise
    return str(node["id"]) if node else None


def activate_and_publish(store: Store, product_id: str, publication_id: str) -> None:
    """Put the product on sale in the online store; raises Rejected."""
    variables = {"id": product_id, "publicationId": publication_id}
    for payload in store.execute("product_on_sale", variables).values():
        accept(store.shop, payload)


def publish_together(store: Store, product_ids: Sequence[str], publication_id: str) -> None:
    """Put products into the online store, 50 a call, each call all or none; drafts are sold there once they are active.

    Raises Rejected when one is gone, and where Shopify does not let the online store's own publication be changed so.
    """
    for start in range(0, len(product_ids), PUBLISHED_AT_ONCE):
        ids = product_ids[start : start + PUBLISHED_AT_ONCE]
        store.change("products_published", {"publicationId": publication_id, "ids": ids})


def unpublish(store: Store, id_: str, publication_id: str) -> None:
    """Take a product, or one variant of it, off sale in the online store; it stays a product of the hub."""
    store.change("unpublish", {"id": id_, "publicationId": publication_id})


def publish(store: Store, id_: str, publication_id: str) -> None:
    """Undo `unpublish`."""
    store.change("publish", {"id": id_, "publicationId": publication_id})


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


def set_customs(store: Store, product_id: str, customs: Mapping[str, Customs]) -> None:
    """Set variant id -> what customs want to know on one product: all or none of each 250."""
    _update_variants(
        store,
        product_id,
        [
            {
                "id": variant_id,
                "inventoryItem": {"harmonizedSystemCode": hs_code or None, "countryCodeOfOrigin": country or None},
            }
            for variant_id, (hs_code, country) in customs.items()
        ],
    )


def _update_variants(store: Store, product_id: str, variants: list[Node]) -> None:
    for start in range(0, len(variants), AT_ONCE):
        store.change("variants", {"productId": product_id, "variants": variants[start : start + AT_ONCE]})


def custom_id(key: str) -> Node:
    """How productSet and the look-ups name the product of this key."""
    return {"customId": {"namespace": NAMESPACE, "key": KEY, "value": key}}


def first_content(key: str, listing: Listing) -> Node:
    """Everything of a new product: a draft without stock, under its key."""
    return {
        "title": listing.title,
        "descriptionHtml": listing.description_html,
        "vendor": listing.vendor,
        "productType": listing.product_type,
        "status": "DRAFT",
        "tags": list(listing.tags),
        "files": [{"originalSource": image.url, "contentType": "IMAGE", "alt": image.alt} for image in listing.images],
        "metafields": [
            {"namespace": NAMESPACE, "key": KEY, "type": "id", "value": key},
            *(dict(vars(field)) for field in listing.metafields),
        ],
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
