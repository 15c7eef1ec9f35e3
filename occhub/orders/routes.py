"""The owner's pages: what customers bought of partners, and the orders that fetch it."""

from starlette.responses import Response

from occhub.database import write
from occhub.errors import Conflict, Invalid
from occhub.money import Money
from occhub.orders import (
    accepting,
    agreeing,
    calendar,
    capturing,
    claiming,
    matching,
    placing,
    pooling,
    shortfalls,
    steering,
    tracking,
)
from occhub.orders.customers import TABS, customer_order, customer_orders
from occhub.orders.cutoffs import exceptions_of, next_cutoff
from occhub.orders.models import BELOW_MINIMUM, CHANGED, DELETED, MasterOrder, PartnerOrder
from occhub.orders.redacting import REDACTED
from occhub.orders.terms import OrderTerms
from occhub.orders.windows import list_windows, show_window
from occhub.partners.models import Hub, Partner
from occhub.queue import nudge
from occhub.shopify import open_store
from occhub.web import Visit, render


def index(visit: Visit) -> Response:
    """Customer orders, by tab and page; or the one a trace leads to."""
    tab, one = visit.query("tab", "all"), visit.query("order")
    if one.isdecimal() and len(one) < 19:
        orders, pages = [customer_order(PartnerOrder.find(int(one)).hub_order_id, as_of=visit.as_of)], 1
    else:
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


def windows(visit: Visit) -> Response:
    """Partner orders: every window, open ones first."""
    rows, pages = list_windows(_page(visit), as_of=visit.as_of)
    return render(
        visit,
        "orders/windows.html",
        fragment="orders/_windows.html",
        rows=rows,
        unmatched=matching.pending_partners(),
        pages=pages,
        page=_page(visit),
        hub=Hub.get_hub(),
    )


def restored(visit: Visit) -> Response:
    """After a restore: which stores were matched with this database, and what was found (R15)."""
    stores = matching.comparisons()
    waiting = any(store.done_at is None for store in stores)
    return render(visit, "orders/restored.html", fragment="orders/_restored.html", stores=stores, waiting=waiting)


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
    if master.question not in (DELETED, CHANGED):
        raise Conflict("There is nothing to decide any more.")
    by_hand = master.question == CHANGED
    claiming.answer(master)
    claiming.claim(master.partner, as_of=visit.as_of, trigger="person", overwrite=by_hand)
    return _show(visit, MasterOrder.find(master.id), toast="The draft order is as we want it again.")


def keep_theirs(visit: Visit) -> Response:
    """The owner has decided about a draft that was changed by hand: it stays as the partner wrote it."""
    master = accepting.accept(MasterOrder.find(visit.number("id")), as_of=visit.as_of)
    return _show(visit, master, toast="Kept; it is placed as it stands.")


def look(visit: Visit) -> Response:
    """Read the partner's placed orders again now: parcels, what was shipped, what never will be."""
    master = MasterOrder.find(visit.number("id"))
    changed = tracking.track(master.partner, as_of=visit.as_of, trigger="person")
    if changed:
        nudge("claims")
    return _show(visit, MasterOrder.find(master.id), toast="There is news." if changed else "Nothing has changed.")


def close_shortage(visit: Visit) -> Response:
    """The bags that fell short on a line shall not be ordered again."""
    master = MasterOrder.find(visit.number("id"))
    closed = shortfalls.close(master, visit.number("line"), as_of=visit.as_of)
    nudge("claims")
    return _show(visit, master, toast=f"{closed} are not ordered again.")


def skip(visit: Visit) -> Response:
    """Skip this window: it stays open until the next cutoff."""
    master = MasterOrder.find(visit.number("id"))
    calendar.skip(master, as_of=visit.as_of)
    nudge("claims")
    return _show(visit, MasterOrder.find(master.id), toast="Skipped; the bags go into the next one.")


def carry_over(visit: Visit) -> Response:
    """Carry an order that is too small over to the next cutoff."""
    master = MasterOrder.find(visit.number("id"))
    if master.question != BELOW_MINIMUM:
        raise Conflict("There is nothing to decide any more.")
    with write():
        calendar.carry_over(master, "You carried it over", as_of=visit.as_of)
    return _show(visit, MasterOrder.find(master.id), toast="Carried over.")


def add_bags(visit: Visit) -> Response:
    """Add bags to a window by hand."""
    master, bags = MasterOrder.find(visit.number("id")), visit.field("bags")
    mapping = visit.field("mapping")
    if not bags.isdecimal() or not mapping.isdecimal():
        raise Invalid("bags", "Choose a coffee and say how many bags.")
    steering.add_bags(master, int(mapping[:18]), int(bags[:9]), as_of=visit.as_of)
    nudge("claims")
    return _show(visit, MasterOrder.find(master.id), toast="They are ordered with the next look, within a minute.")


def own_window(visit: Visit) -> Response:
    """The partner sees what is being ordered from him."""
    partner = Partner.at(visit.shop)
    master = pooling.unplaced(partner) if partner else None
    window = show_window(master, as_of=visit.as_of) if master else None
    return render(visit, "orders/own.html", window=window, hub=Hub.get_hub())


def show_calendar(visit: Visit) -> Response:
    """A partner's calendar of orders, his minimum and his shipping."""
    return _calendar(visit, Partner.find(visit.number("id")))


def close_days(visit: Visit) -> Response:
    """Say on which days nothing is ordered from a partner."""
    partner = Partner.find(visit.number("id"))
    calendar.close_days(
        partner, visit.field("first_day"), visit.field("last_day"), visit.field("reason"), as_of=visit.as_of
    )
    return _calendar(visit, partner, "Saved.")


def pause_orders(visit: Visit) -> Response:
    """Order nothing from a partner until it is taken back."""
    partner = Partner.find(visit.number("id"))
    calendar.pause(partner, as_of=visit.as_of)
    return _calendar(visit, partner, "Nothing is ordered until you take it back.")


def move_cutoff(visit: Visit) -> Response:
    """Let one order of a partner close earlier or later."""
    partner, hour = Partner.find(visit.number("id")), visit.field("moved_hour")
    if not hour.isdecimal():
        raise Invalid("moved_hour", "An hour lies between 0 and 23.")
    day, to = visit.field("first_day"), visit.field("moved_to")
    calendar.move(partner, day, to, int(hour[:4]), visit.field("reason"), as_of=visit.as_of)
    return _calendar(visit, partner, "Saved.")


def forget_exception(visit: Visit) -> Response:
    """Take an exception of a partner's calendar back."""
    partner = Partner.find(visit.number("id"))
    calendar.forget(partner, visit.number("exception"), as_of=visit.as_of)
    return _calendar(visit, partner, "Taken back.")


def save_order_terms(visit: Visit) -> Response:
    """Save a partner's minimum order, his shipping and when he is late."""
    partner = Partner.find(visit.number("id"))
    agreeing.save(partner, visit.fields)
    return _calendar(visit, partner, "Saved.")


def _calendar(visit: Visit, partner: Partner, toast: str = "") -> Response:
    return render(
        visit,
        "orders/calendar.html",
        fragment="orders/_calendar.html",
        partner=partner,
        terms=(terms := OrderTerms.of(partner)),
        terms_minimum=Money(terms.minimum_minor, partner.currency),
        terms_shipping=Money(terms.shipping_minor, partner.currency),
        choices=agreeing.CHOICES,
        exceptions=sorted(exceptions_of(partner), key=lambda each: each.first_day),
        next_cutoff=next_cutoff(partner, visit.as_of),
        hub=Hub.get_hub(),
        toast=toast,
    )


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
