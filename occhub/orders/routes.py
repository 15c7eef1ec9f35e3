"""The owner's pages of what customers bought of partners."""

from starlette.responses import Response

from occhub.errors import Conflict, Invalid
from occhub.orders import capturing, steering
from occhub.orders.customers import SORTS, customer_order, customer_orders, just_one
from occhub.orders.models import PartnerOrder
from occhub.orders.redacting import REDACTED
from occhub.partners.models import Hub
from occhub.queue import nudge
from occhub.shopify import open_store
from occhub.web import Visit, render


def index(visit: Visit) -> Response:
    """Customer orders by tab, search, sort and page; or the one a trace leads to."""
    one = visit.query("order")
    if one.isdecimal() and len(one) < 19:
        shown = just_one(PartnerOrder.find(int(one)), as_of=visit.as_of)
    else:
        shown = customer_orders(
            visit.query("tab", "all"),
            visit.query("q").strip(),
            sort=visit.query("sort"),
            page=visit.page,
            as_of=visit.as_of,
        )
    return render(visit, "orders/index.html", fragment="orders/_table.html", shown=shown, sorts=SORTS)


def reread(visit: Visit) -> Response:
    """Read a customer's order again now."""
    order = PartnerOrder.find(visit.number("id"))
    if steering.is_by_hand(order):
        raise Conflict("You have added these bags yourself; there is nothing to read.")
    if order.hub_order_name == REDACTED:
        raise Conflict("This order was redacted under the privacy laws; there is nothing to read.")
    if capturing.capture_orders(open_store(Hub.get_hub().shop), [order.hub_order_id], as_of=visit.as_of):
        nudge("claims")
    row = customer_order(order.hub_order_id, as_of=visit.as_of)
    return render(visit, "orders/_row.html", order=row, toast=f"{row.name} was read again.")


def choose(visit: Visit) -> Response:
    """Hold a line of a customer's order, leave it out, or order it as usual."""
    order = steering.choose(visit.number("line"), visit.field("choice"), as_of=visit.as_of)
    nudge("claims")
    row = customer_order(order.hub_order_id, as_of=visit.as_of)
    return render(visit, "orders/_row.html", order=row, toast="Noted.")


def recognize(visit: Visit) -> Response:
    """Say which coffee a line is that was sold as a partner's and is known as none of his."""
    mapping = visit.field("mapping")
    if not mapping.isdecimal():
        raise Invalid("mapping", "Choose one of his coffees.")
    order = steering.recognize(visit.number("line"), int(mapping[:18]), as_of=visit.as_of)
    nudge("claims")
    row = customer_order(order.hub_order_id, as_of=visit.as_of)
    return render(visit, "orders/_row.html", order=row, toast="Taken in; it goes with the next order.")
