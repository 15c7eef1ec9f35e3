"""The owner's pages: what customers bought of partners, and the orders that fetch it."""

from starlette.responses import Response

from occhub.errors import Conflict
from occhub.orders import capturing, claiming, placing
from occhub.orders.customers import TABS, customer_order, customer_orders
from occhub.orders.models import CHANGED, MasterOrder, PartnerOrder
from occhub.orders.windows import list_windows, show_window
from occhub.partners.models import Hub
from occhub.queue import nudge
from occhub.shopify import open_store
from occhub.web import Visit, render


def index(visit: Visit) -> Response:
    """Customer orders, by tab and page."""
    tab = visit.query("tab", "all")
    orders, pages = customer_orders(tab, _page(visit), as_of=visit.as_of)
    return render(
        visit,
        "orders/index.html",
        fragment="orders/_table.html",
        orders=orders,
        tab=tab,
        tabs=TABS,
        pages=pages,
        page=_page(visit),
    )


def reread(visit: Visit) -> Response:
    """Read a customer's order again now."""
    order = PartnerOrder.find(visit.number("id"))
    if capturing.capture_orders(open_store(Hub.get_hub().shop), [order.hub_order_id], as_of=visit.as_of):
        nudge("claims")
    row = customer_order(order.hub_order_id, as_of=visit.as_of)
    return render(visit, "orders/_row.html", order=row, toast=f"{row.name} was read again.")


def windows(visit: Visit) -> Response:
    """Partner orders: every window, open ones first."""
    rows, pages = list_windows(_page(visit))
    return render(
        visit,
        "orders/windows.html",
        fragment="orders/_windows.html",
        rows=rows,
        pages=pages,
        page=_page(visit),
        hub=Hub.get_hub(),
    )


def window(visit: Visit) -> Response:
    """One window."""
    return _show(visit, MasterOrder.find(visit.number("id")))


def place_now(visit: Visit) -> Response:
    """Close the window before its time: from here on the clock places it, the nudge only makes it soon."""
    master = MasterOrder.find(visit.number("id"))
    placing.ask_now(master, as_of=visit.as_of)
    nudge("place", master.id)
    return _show(visit, MasterOrder.find(master.id), toast="The order is being placed.")


def make_again(visit: Visit) -> Response:
    """The owner has decided about a draft that was deleted or changed by hand: ours is made again."""
    master = MasterOrder.find(visit.number("id"))
    if not master.question:
        raise Conflict("There is nothing to decide any more.")
    by_hand = master.question == CHANGED
    claiming.answer(master)
    claiming.claim(master.partner, as_of=visit.as_of, trigger="person", overwrite=by_hand)
    return _show(visit, MasterOrder.find(master.id), toast="The draft order is as we want it again.")


def _show(visit: Visit, master: MasterOrder, toast: str = "") -> Response:
    return render(
        visit,
        "orders/window.html",
        fragment="orders/_window.html",
        window=show_window(master, as_of=visit.as_of),
        hub=Hub.get_hub(),
        toast=toast,
    )


def _page(visit: Visit) -> int:
    text = visit.query("page", "1")
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1
