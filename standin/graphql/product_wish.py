"""What a productSet asks for, matched with what is there and checked before anything is written."""

from dataclasses import dataclass, field
from typing import Any

from standin.graphql import metafields
from standin.graphql.product_files import problems_of_files
from standin.graphql.product_options import Layout, read_layout
from standin.graphql.products import identified
from standin.graphql.registry import Call
from standin.graphql.variant_input import Problem, problems_of
from standin.world import Metafield, Product, Shop, Variant, number_of

MOST_QUANTITIES = 50_000
SETTABLE = ("available", "on_hand")


@dataclass(slots=True)
class Wish:
    """A productSet on its way: what was asked, what it is about, and what is wrong with it."""

    call: Call
    input: dict[str, Any]
    identifier: dict[str, Any]
    product: Product | None
    layout: Layout | None = None
    matched: list[Variant | None] = field(default_factory=list)
    metafields: list[Metafield] | None = None
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, path: list[str], message: str, code: str) -> None:
        """Note a problem."""
        self.problems.append((path, message, code))


def read_wish(call: Call, given: dict[str, Any], identifier: dict[str, Any]) -> Wish:
    """Match what is asked with what is there, and note everything that is wrong with it."""
    if "id" in given:
        call.violation("deprecated input", "productSet input.id: use identifier")
        identifier = identifier or {"id": given["id"]}
    wish = Wish(call, given, identifier, identified(call, identifier) if identifier else None)
    if wish.product is None and "id" in identifier:
        wish.wrong(["identifier", "id"], "Product does not exist", "PRODUCT_DOES_NOT_EXIST")
        return wish
    if not (given.get("title") or "").strip() and (wish.product is None or "title" in given):
        wish.wrong(["input", "title"], "Title can't be blank", "MISSING_FIELD_REQUIRED")
    if given.get("handle") and _holder_of(call.shop, given["handle"]) not in (None, wish.product):
        message = f"Handle '{given['handle']}' already in use. Please provide a new handle."
        wish.wrong(["input", "handle"], message, "HANDLE_NOT_UNIQUE")
    _read_metafields(wish)
    _read_variants(wish)
    wish.problems += problems_of_files(given)
    if given.get("collections"):
        call.world.report.missing("ProductSetInput", "collections", call.operation)
    return wish


def _read_metafields(wish: Wish) -> None:
    call, rows, custom = wish.call, wish.input.get("metafields"), wish.identifier.get("customId")
    if custom:
        asked = (call.expand(custom.get("namespace")), custom["key"], custom["value"])
        given = [(call.expand(row.get("namespace")), row.get("key"), row.get("value")) for row in rows or ()]
        if rows is not None and asked not in given:
            message = "The identifier value does not match the value of the metafield in the input."
            return wish.wrong(["identifier", "customId"], message, "METAFIELD_MISMATCH")
        if rows is None and wish.product is None:
            rows = [custom | {"type": "id"}]
    if rows is None:
        return None
    products = list(call.shop.products.values())
    made, problems = metafields.written(call, "PRODUCT", products, wish.product, rows)
    wish.metafields = made
    for index, message, code in problems:
        wish.wrong(["input", "metafields", str(index)], message, code)
    return None


def _read_variants(wish: Wish) -> None:
    options, rows = wish.input.get("productOptions"), wish.input.get("variants")
    if options is not None and rows is None:
        return wish.wrong(
            ["input", "variants"], "Variants input is required when updating options", "VARIANTS_INPUT_MISSING"
        )
    if rows is not None and options is None:
        message = "Product options input is required when updating variants"
        return wish.wrong(["input", "productOptions"], message, "PRODUCT_OPTIONS_INPUT_MISSING")
    if options is None or rows is None:
        return None
    wish.layout, problems = read_layout(options, rows)
    wish.problems += problems
    if problems:
        return None
    existing = list(wish.product.variants) if wish.product else []
    for index, row in enumerate(rows):
        at = ["input", "variants", str(index)]
        variant = _match(existing, row.get("id"), wish.layout.choices[index])
        if row.get("id") and variant is None:
            wish.wrong([*at, "id"], "Product variant does not exist", "PRODUCT_VARIANT_DOES_NOT_EXIST")
        if variant is not None:
            existing.remove(variant)
        wish.matched.append(variant)
        for path, message, code in problems_of(row):
            wish.wrong([*at, *path], message, "INVALID_VARIANT" if code == "GREATER_THAN_OR_EQUAL_TO" else code)
        _, problems_of_fields = variant_metafields(wish.call, variant, row)
        for place, message, code in problems_of_fields:
            wish.wrong([*at, "metafields", str(place)], message, code)
        _read_quantities(wish, variant, row.get("inventoryQuantities") or [], at)
    total = sum(len(row.get("inventoryQuantities") or ()) for row in rows)
    if total > MOST_QUANTITIES:
        message = f"Inventory quantities are limited to {MOST_QUANTITIES}"
        wish.wrong(["input", "variants"], message, "INVENTORY_QUANTITIES_LIMIT_EXCEEDED")
    return None


def _read_quantities(wish: Wish, variant: Variant | None, rows: list[dict[str, Any]], at: list[str]) -> None:
    """On creation quantities may be set anywhere, on an update only where the variant is stocked already."""
    shop = wish.call.shop
    for index, row in enumerate(rows):
        place, path = number_of(row["locationId"], "Location"), [*at, "inventoryQuantities", str(index)]
        if place not in shop.locations:
            wish.wrong([*path, "locationId"], "Location does not exist", "INVALID_INPUT")
        elif variant is not None and place not in shop.item_of(variant).levels:
            wish.wrong([*path, "locationId"], "Inventory item is not stocked at the location", "INVALID_INPUT")
        if row["name"] not in SETTABLE:
            wish.wrong([*path, "name"], "The quantity name must be either 'available' or 'on_hand'", "INVALID_INPUT")


def variant_metafields(
    call: Call, variant: Variant | None, row: dict[str, Any]
) -> tuple[list[Metafield], list[tuple[int, str, str]]]:
    """The metafields a variant's row lists, and problems with them."""
    variants = list(call.shop.variants.values())
    return metafields.written(call, "PRODUCTVARIANT", variants, variant, row.get("metafields") or [])


def _match(existing: list[Variant], given_id: str | None, chosen: list[tuple[str, str]]) -> Variant | None:
    """The variant a row means: by id, else by its option values."""
    if given_id is not None:
        return next((each for each in existing if each.gid == given_id), None)
    values = [value for _, value in chosen]
    return next((each for each in existing if [value for _, value in each.selected_options] == values), None)


def _holder_of(shop: Shop, handle: str) -> Product | None:
    return next((product for product in shop.products.values() if product.handle == handle), None)
