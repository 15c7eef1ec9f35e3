"""People buying: an order in the web shop, a sale over the counter, the payment of an order."""

from collections.abc import Sequence
from decimal import Decimal

from standin.commerce import shelves
from standin.commerce.customers import customer_of_order
from standin.commerce.fulfilling import fulfil_order
from standin.commerce.refusals import Refusal
from standin.commerce.telling import archive_when_done, tell_order
from standin.commerce.totals import current_totals, original_totals, rounded
from standin.world import Location, Order, OrderLine, Shop, Variant, World

BOUGHT = ("PAID", "PENDING", "AUTHORIZED")


def place_customer_order(
    world: World,
    shop: Shop,
    lines: Sequence[tuple[Variant, int]],
    financial_status: str = "PAID",
    test: bool = False,
    discount_percent: int = 0,
) -> Order:
    """A customer buys: units go from available to committed where there are some. A discount takes so much off each.

    OutOfStock when a variant that may not be oversold has too few; Refusal for no lines, a quantity below 1 or a
    financial status an order cannot be born with.
    """
    return _sell(world, shop, lines, shelves.selling_locations(shop), financial_status, test, "web", discount_percent)


def sell_in_shop(world: World, shop: Shop, variant: Variant, quantity: int, location: Location | None = None) -> Order:
    """A sale over the counter of the store itself, paid and taken along at once. OutOfStock as for any order."""
    places = [location] if location else [place for place in shop.locations.values() if place.is_active]
    order = _sell(world, shop, [(variant, quantity)], places, "PAID", False, "pos")
    fulfil_order(world, shop, order)
    return order


def pay_order(world: World, shop: Shop, order: Order) -> Order:
    """The money comes in. Refusal when the order is cancelled or nothing is due."""
    if order.cancelled_at:
        raise Refusal("A cancelled order cannot be paid")
    if order.financial_status not in ("PENDING", "AUTHORIZED", "PARTIALLY_PAID"):
        raise Refusal(f"Nothing is due on {order.name}")
    order.total_received = current_totals(order).total + order.total_refunded
    order.financial_status = "PAID"
    archive_when_done(world, order)
    tell_order(world, shop, order, "orders/paid", "orders/updated")
    return order


def open_order(world: World, shop: Shop, **facts: object) -> Order:
    """A new order without lines, with the store's next number; `facts` are further attributes of it."""
    now = world.now()
    number = shop.count("order", 1001)
    order = Order(shop.next_id(), f"#{number}", number, now, now, now, shop.currency, **facts)  # type: ignore[arg-type]
    shop.orders[order.id] = order
    return order


def _sell(
    world: World,
    shop: Shop,
    lines: Sequence[tuple[Variant, int]],
    places: Sequence[Location],
    financial_status: str,
    test: bool,
    source: str,
    discount_percent: int = 0,
) -> Order:
    if financial_status not in BOUGHT:
        raise Refusal(f"An order is not born {financial_status}")
    if not lines or any(quantity < 1 for _, quantity in lines):
        raise Refusal("An order needs at least one line, of at least one unit")
    shelves.require_stock(shop, lines, places)
    order = open_order(
        world,
        shop,
        financial_status=financial_status,
        test=test,
        source_name=source,
        taxes_included=shop.taxes_included,
        tax_rate=shop.tax_rate,
        gateway="bogus",
    )
    if source == "web":
        _sign(shop, order)
    for variant, quantity in lines:
        line = line_of(shop, variant, quantity)
        line.discount = rounded(Decimal(line.unit_price) * discount_percent / 100, shop.currency)
        order.lines.append(line)
        shelves.commit(world, shop, line, quantity, places)
    paid = financial_status == "PAID"
    order.total_received += original_totals(order).total if paid else 0
    tell_order(world, shop, order, "orders/create", *(["orders/paid"] if paid else []))
    return order


def _sign(shop: Shop, order: Order) -> None:
    customer = customer_of_order(shop, order.number)
    order.customer_id = customer.id
    order.email = customer.email
    order.phone = customer.phone
    order.shipping_address = customer.address


def line_of(shop: Shop, variant: Variant, quantity: int) -> OrderLine:
    """A line for so many units, at the variant's price, not yet on any order."""
    product = shop.product_of(variant)
    return OrderLine(
        shop.next_id(),
        variant.id,
        product.id,
        product.title,
        quantity,
        variant.price,
        variant_title=None if variant.title == "Default Title" else variant.title,
        sku=variant.sku,
        vendor=product.vendor or None,
        taxable=variant.taxable,
        requires_shipping=shop.item_of(variant).requires_shipping,
    )
