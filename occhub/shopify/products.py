"""A partner's products, read page by page or by id."""

from collections.abc import Iterable, Iterator
from itertools import islice

from occhub.shopify.answers import Node
from occhub.shopify.client import Store
from occhub.shopify.reading import all_nodes, moment
from occhub.shopify.types import Image, Metafield, Option, PartnerProduct, PartnerVariant

# 48 points each: a call stays under 1,000 even if Shopify should price `nodes` by the id.
AT_ONCE = 20


def list_products(store: Store) -> Iterator[PartnerProduct]:
    """Every product of the store with all its variants, in the order of their ids."""
    ids = (str(node["id"]) for node in store.walk("product_ids"))
    while batch := list(islice(ids, AT_ONCE)):
        yield from filter(None, read_products(store, batch).values())


def read_product(store: Store, product_id: str) -> PartnerProduct | None:
    """One product with all its variants and custom fields, or None when it is gone."""

    def page(after: str | None) -> Node | None:
        node: Node | None = store.execute("product", {"id": product_id, "after": after})["product"]
        return node

    def more(cursor: str) -> Node | None:
        again = page(cursor)
        return again["variants"] if again else None

    node = page(None)
    return _product(node, all_nodes(node["variants"], more)) if node else None


def read_products(store: Store, ids: Iterable[str]) -> dict[str, PartnerProduct | None]:
    """Products by id with all their variants; None where one is gone."""
    nodes = store.look_up("products", ids, size=AT_ONCE, after=None)
    return {id_: _product(node, _variants(store, node)) if node else None for id_, node in nodes.items()}


def _variants(store: Store, node: Node) -> list[Node]:
    def more(cursor: str) -> Node | None:
        (again,) = store.look_up("products", [node["id"]], size=1, after=cursor).values()
        return again["variants"] if again else None

    return all_nodes(node["variants"], more)


def _product(node: Node, variants: list[Node]) -> PartnerProduct:
    return PartnerProduct(
        id=node["id"],
        title=node["title"],
        handle=node["handle"],
        description_html=node["descriptionHtml"],
        vendor=node["vendor"],
        product_type=node["productType"],
        status=node["status"],
        tags=tuple(node["tags"]),
        updated_at=moment(node["updatedAt"]),
        is_gift_card=node["isGiftCard"],
        needs_subscription=node["requiresSellingPlan"],
        is_bundle=node["hasVariantsThatRequiresComponents"],
        options=tuple(
            Option(option["name"], tuple(value["name"] for value in option["optionValues"]))
            for option in node["options"]
        ),
        # A picture that Shopify has not processed yet, a video or a model has no image.
        images=tuple(
            Image(media["image"]["url"], media.get("alt") or "")
            for media in node["media"]["nodes"]
            if media.get("image")
        ),
        variants=tuple(_variant(variant) for variant in variants),
        metafields=tuple(
            Metafield(field["namespace"], field["key"], field["type"], field["value"])
            for field in node["metafields"]["nodes"]
        ),
    )


def _variant(node: Node) -> PartnerVariant:
    item = node["inventoryItem"]
    weight = item["measurement"]["weight"] or {"value": 0.0, "unit": "GRAMS"}
    return PartnerVariant(
        id=node["id"],
        item_id=item["id"],
        title=node["title"],
        sku=node["sku"] or "",
        barcode=node["barcode"] or "",
        price=str(node["price"]),
        options=tuple((option["name"], option["value"]) for option in node["selectedOptions"]),
        tracked=item["tracked"],
        policy=node["inventoryPolicy"],
        quantity=node["inventoryQuantity"] or 0,
        weight_value=float(weight["value"]),
        weight_unit=weight["unit"],
        hs_code=item["harmonizedSystemCode"] or "",
        country=item["countryCodeOfOrigin"] or "",
        requires_shipping=item["requiresShipping"],
        taxable=node["taxable"],
        position=node["position"],
    )
