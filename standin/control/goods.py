"""A merchant changing or deleting what is for sale."""

from decimal import Decimal, InvalidOperation
from typing import Any

from standin.control import picture
from standin.control.asking import Ask, Wrong, checked
from standin.world import Metafield, PriceList, payloads

Json = dict[str, Any]

OF_ITEM = ("tracked", "harmonized_system_code", "country_code_of_origin")
OF_VARIANT = ("price", "compare_at_price", "sku", "barcode", "inventory_policy", "taxable", *OF_ITEM)
OF_PRODUCT = ("title", "status", "description_html", "vendor", "product_type", "tags", "metafields")
MONEY = ("price", "compare_at_price")
NULLABLE = ("compare_at_price", "sku", "barcode", "harmonized_system_code", "country_code_of_origin")
KINDS: dict[str, type] = {"taxable": bool, "tracked": bool, "tags": list, "metafields": list}
CHOICES = {"inventory_policy": ("DENY", "CONTINUE"), "status": ("ACTIVE", "ARCHIVED", "DRAFT", "UNLISTED")}


def variant(ask: Ask) -> Json:
    """A variant with its stock."""
    return picture.variant(ask.shop, ask.variant())


def change_variant(ask: Ask) -> Json:
    """Set attributes of a variant. Raises Wrong."""
    variant = ask.variant()
    shop, product = ask.shop, ask.shop.product_of(variant)
    item = shop.item_of(variant)
    for name, value in _checked(ask, OF_VARIANT).items():
        setattr(item if name in OF_ITEM else variant, name, value)
    if ask.given.keys() & set(OF_ITEM):
        ask.world.touch(shop, item)
        ask.world.emit(shop, "inventory_items/update", payloads.inventory_item(item))
    ask.world.product_changed(shop, product)
    return picture.variant(shop, variant)


def change_product(ask: Ask) -> Json:
    """Set attributes of a product. Raises Wrong."""
    product = ask.product()
    for name, value in _checked(ask, OF_PRODUCT).items():
        setattr(product, name, [_metafield(ask, row) for row in value] if name == "metafields" else value)
    ask.world.product_changed(ask.shop, product)
    return picture.product(ask.shop, product)


def delete_variant(ask: Ask) -> Json:
    """Delete one variant of a product; answers the product. Raises Wrong for its last one."""
    variant, shop = ask.variant(), ask.shop
    product, item = shop.product_of(variant), shop.item_of(variant)
    if len(product.variants) == 1:
        raise Wrong("a product keeps at least one variant")
    shop.remove_variant(product, variant)
    ask.world.emit(shop, "inventory_items/delete", {"id": item.id, "admin_graphql_api_id": item.gid})
    ask.world.product_changed(shop, product)
    return picture.product(shop, product)


def set_price_list(ask: Ask) -> Json:
    """Make or replace the price list of this name: `adjustment` in percent, `fixed` SKU -> amount. Raises Wrong."""
    shop, name = ask.shop, ask.value("name", str)
    fixed = {}
    for sku, amount in ask.value("fixed", dict, {}).items():
        fixed |= {variant.id: _money("fixed", amount) for variant in shop.variants.values() if variant.sku == sku}
    known = next((each for each in shop.price_lists.values() if each.name == name), None)
    made = PriceList(
        known.id if known else shop.next_id(),
        name,
        ask.value("currency", str, shop.currency),
        Decimal(str(ask.value("adjustment", float, 0.0))),
        fixed,
    )
    shop.price_lists[made.id] = made
    shown: Json = picture.plain(made)
    return shown


def delete_product(ask: Ask) -> Json:
    """Delete a product; answers how it was."""
    product = ask.product()
    last_seen = picture.product(ask.shop, product)
    ask.world.delete_product(ask.shop, product)
    return last_seen


def _metafield(ask: Ask, row: Json) -> Metafield:
    texts = [checked(row, name, str) for name in ("namespace", "key", "type", "value")]
    return Metafield(ask.shop.next_id(), *texts, created_at=ask.world.now(), updated_at=ask.world.now())


def _checked(ask: Ask, names: tuple[str, ...]) -> Json:
    return {name: _value(ask, name) for name in names if name in ask.given}


def _value(ask: Ask, name: str) -> object:
    value = ask.given[name]
    if value is None and name in NULLABLE:
        return None
    if name in MONEY:
        return _money(name, value)
    value = checked(ask.given, name, KINDS.get(name, str))
    if value not in CHOICES.get(name, (value,)):
        raise Wrong(f"{name} must be one of {', '.join(CHOICES[name])}")
    return value


def _money(name: str, value: object) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation as error:
        raise Wrong(f"{name} must be an amount") from error
    if not amount.is_finite() or amount < 0:
        raise Wrong(f"{name} must be an amount of at least 0")
    return amount
