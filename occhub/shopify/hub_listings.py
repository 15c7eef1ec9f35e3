"""Products as they stand on the hub now: read for comparison, changed field by field, taken away."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from occhub.shopify.answers import Node
from occhub.shopify.client import Store
from occhub.shopify.errors import BadAnswer, Rejected
from occhub.shopify.listings import (
    AT_ONCE,
    FACTS,
    TEXT,
    Listing,
    ListingVariant,
    custom_id,
    first_content,
    variant_input,
)
from occhub.shopify.reading import all_nodes
from occhub.shopify.types import Customs, Image, Option


@dataclass(frozen=True)
class StandingVariant:
    """A variant on the hub as it is now; `price` is decimal text."""

    id: str
    item_id: str
    title: str
    sku: str
    barcode: str
    price: str
    quantity: int
    values: tuple[str, ...]  # of the product's options, in their order
    customs: Customs = ("", "")


@dataclass(frozen=True)
class HubListing:
    """A product on the hub as it is now, whoever edited it."""

    id: str
    title: str
    status: str
    description_html: str
    media_ids: tuple[str, ...]
    options: tuple[Option, ...]
    variants: tuple[StandingVariant, ...]
    facts: Mapping[str, str] = field(default_factory=dict)  # where the coffee comes from


@dataclass(frozen=True)
class VariantRow:
    """A variant of the list that replaces the present one: one that stays (`id`) or a new one (`new`)."""

    values: tuple[str, ...]
    id: str = ""
    new: ListingVariant | None = None


@dataclass(frozen=True)
class Alike:
    """A variant on the hub that a search found."""

    product_id: str
    product_title: str
    sku: str
    barcode: str


def read_hub_listing(store: Store, product_id: str) -> HubListing | None:
    """The product, or None when it was deleted."""
    node = store.execute("hub_listing", {"id": product_id, "after": None})["product"]
    if node is None:
        return None

    def more(cursor: str) -> Node | None:
        again = store.execute("hub_listing", {"id": product_id, "after": cursor})["product"]
        return again["variants"] if again else None

    options = (
        Option(option["name"], tuple(value["name"] for value in option["optionValues"])) for option in node["options"]
    )
    facts = {fact["key"]: fact["value"] for fact in node["metafields"]["nodes"]}
    return _listing(node, tuple(options), [_variant(variant) for variant in all_nodes(node["variants"], more)], facts)


def make_product(store: Store, key: str, listing: Listing) -> HubListing:
    """Make the product of this key, a draft without stock, in one call; raises Rejected.

    Only for a key that no product has: of one that exists it would replace tags, pictures and variants.
    """
    variables = {
        "identifier": custom_id(key),
        "input": first_content(key, listing),
        # The price of the call grows with what may be answered.
        "variants": min(AT_ONCE, len(listing.variants)),
        "media": max(1, len(listing.images)),
    }
    node = store.change("product_made", variables)["product"]
    if len(listing.variants) > AT_ONCE:
        whole = read_hub_listing(store, node["id"])
        if whole is None:
            raise BadAnswer(store.shop, "the product vanished while it was being made")
        return whole
    facts = {fact.key: fact.value for fact in listing.metafields if fact.namespace == FACTS}
    return _listing(node, listing.options, [_variant(variant) for variant in node["variants"]["nodes"]], facts)


def write_texts(
    store: Store, product_id: str, *, title: str | None = None, description_html: str | None = None
) -> None:
    """Replace the title or the description; nothing else of the product is sent."""
    given = {"title": title, "descriptionHtml": description_html}
    _set(store, product_id, {name: text for name, text in given.items() if text is not None})


def replace_images(store: Store, product_id: str, images: Iterable[Image]) -> None:
    """Put these pictures in the place of all that are there."""
    files = [{"originalSource": image.url, "contentType": "IMAGE", "alt": image.alt} for image in images]
    _set(store, product_id, {"files": files})


def write_facts(store: Store, product_id: str, facts: Mapping[str, str], *, dropped: Collection[str]) -> None:
    """Write where the coffee comes from, fact by fact, and delete those that nobody tells any more."""
    rows = [
        {"ownerId": product_id, "namespace": FACTS, "key": key, "type": TEXT, "value": value}
        for key, value in facts.items()
    ]
    if rows:
        store.change("facts_set", {"metafields": rows})
    if dropped:
        gone = [{"ownerId": product_id, "namespace": FACTS, "key": key} for key in dropped]
        store.change("facts_delete", {"metafields": gone})


def write_variants(store: Store, product_id: str, option_names: Sequence[str], rows: Sequence[VariantRow]) -> None:
    """Make the product's options and variants these: of those that stay only the option values are sent.

    A variant that is in no row is deleted, so the caller lists the owner's own ones too.
    """
    values: list[dict[str, None]] = [{} for _ in option_names]
    for row in rows:
        for used, value in zip(values, row.values, strict=True):
            used[value] = None
    options = [
        {"name": name, "position": position, "values": [{"name": value} for value in used]}
        for position, (name, used) in enumerate(zip(option_names, values, strict=True), start=1)
    ]
    variants = [_row(row, option_names, position) for position, row in enumerate(rows, start=1)]
    _set(store, product_id, {"productOptions": options, "variants": variants})


def activate(store: Store, product_id: str) -> None:
    """A draft is one no longer: it can be bought where it is published."""
    _set(store, product_id, {"status": "ACTIVE"})


def make_draft(store: Store, product_id: str) -> None:
    """The product can no longer be bought, on no channel."""
    _set(store, product_id, {"status": "DRAFT"})


def delete_product(store: Store, product_id: str) -> None:
    """Delete the product; harmless when it is gone already."""
    try:
        store.change("product_delete", {"id": product_id})
    except Rejected as error:
        if "exist" not in str(error):
            raise


def read_prices(store: Store, variant_ids: Iterable[str]) -> dict[str, str]:
    """Variant id -> price, decimal text; those deleted meanwhile are left out."""
    found = store.look_up("hub_prices", variant_ids, size=AT_ONCE)
    return {id_: str(node["price"]) for id_, node in found.items() if node}


def find_alike(store: Store, skus: Iterable[str], barcodes: Iterable[str]) -> list[Alike]:
    """The hub's variants with one of these SKUs or barcodes; found by search, which may lag a few seconds behind."""
    words = [f'sku:"{_plain(sku)}"' for sku in skus] + [f'barcode:"{_plain(code)}"' for code in barcodes]
    if not words:
        return []
    nodes = store.execute("hub_variants_like", {"query": " OR ".join(words)})["productVariants"]["nodes"]
    return [
        Alike(node["product"]["id"], node["product"]["title"], node["sku"] or "", node["barcode"] or "")
        for node in nodes
    ]


def _listing(
    node: Node, options: tuple[Option, ...], variants: Sequence[StandingVariant], facts: Mapping[str, str]
) -> HubListing:
    return HubListing(
        id=node["id"],
        title=node["title"],
        status=node["status"],
        description_html=node["descriptionHtml"],
        media_ids=tuple(media["id"] for media in node["media"]["nodes"]),
        options=options,
        variants=tuple(variants),
        facts=facts,
    )


def _variant(node: Node) -> StandingVariant:
    item = node["inventoryItem"]
    return StandingVariant(
        id=node["id"],
        item_id=item["id"],
        title=node["title"],
        sku=node["sku"] or "",
        barcode=node["barcode"] or "",
        price=str(node["price"]),
        quantity=node["inventoryQuantity"] or 0,
        values=tuple(option["value"] for option in node["selectedOptions"]),
        customs=(item["harmonizedSystemCode"] or "", item["countryCodeOfOrigin"] or ""),
    )


def _row(row: VariantRow, names: Sequence[str], position: int) -> Node:
    chosen = [{"optionName": name, "name": value} for name, value in zip(names, row.values, strict=True)]
    own = variant_input(row.new) if row.new else {"id": row.id}
    return own | {"optionValues": chosen, "position": position}


def _set(store: Store, product_id: str, content: Node) -> None:
    store.change("product_set", {"identifier": {"id": product_id}, "input": content})


def _plain(text: str) -> str:
    return text.replace("\\", "").replace('"', "")
