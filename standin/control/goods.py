"""A merchant changing or deleting what is for sale."""

from decimal import Decimal, InvalidOperation
from typing import Any

from standin.control import picture
from standin.control.asking import Ask, Wrong, checked
from standin.world import payloads

Json = dict[str, Any]

OF_VARIANT = ("price", "compare_at_price", "sku", "barcode", "inventory_policy", "taxable", "tracked")
OF_PRODUCT = ("title", "status", "description_html", "vendor", "product_type", "tags")
MONEY = ("price", "compare_at_price")
NULLABLE = ("compare_at_price", "sku", "barcode")
KINDS: dict[str, type] = {"taxable": bool, "tracked": bool, "tags": list}
CHOICES = {"inventory_policy": ("DENY", "CONTINUE"), "status": ("ACTIVE", "ARCHIVED", "DRAFT", "UNLISTED")}


def change_variant(ask: Ask) -> Json:
    """Set attributes of a variant. Raises Wrong."""
    variant = ask.variant()
    shop, product = ask.shop, ask.shop.product_of(variant)
    item = shop.item_of(variant)
    for name, value in _checked(ask, OF_VARIANT).items():
        setattr(item if name == "tracked" else variant, name, value)
    if "tracked" in ask.given:
        ask.world.touch(shop, item)
        ask.world.emit(shop, "inventory_items/update", payloads.inventory_item(item))
    ask.world.product_changed(shop, product)
    return picture.variant(shop, variant)


def change_product(ask: Ask) -> Json:
    """Set attributes of a product. Raises Wrong."""
    product = ask.product()
    for name, value in _checked(ask, OF_PRODUCT).items():
        setattr(product, name, value)
    ask.world.product_changed(ask.shop, product)
    return picture.product(ask.shop, product)


def delete_product(ask: Ask) -> Json:
    """Delete a product; answers how it was."""
    product = ask.product()
    last_seen = picture.product(ask.shop, product)
    ask.world.delete_product(ask.shop, product)
    return last_seen


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
