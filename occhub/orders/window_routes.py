"""The owner's pages of partner orders, window by window, and what the partner sees of his."""

from starlette.responses import Response

from occhub.database import write
from occhub.errors import Conflict, Invalid
from occhub.orders import accepting, calendar, claiming, matching, placing, pooling, shortfalls, steering, tracking
from occhub.orders.models import BELOW_MINIMUM, CHANGED, DELETED, MasterOrder
from occhub.orders.viewing import show_window
from occhub.orders.windows import SORTS, list_windows
from occhub.partners.models import Hub, Partner
from occhub.queue import nudge
from occhub.web import Visit, render


def windows(visit: Visit) -> Response:
    """Partner orders: every window by tab, search, sort and page."""
    shown = list_windows(
        visit.query("tab", "all"),
        visit.query("q").strip(),
        sort=visit.query("sort"),
        page=visit.page,
        as_of=visit.as_of,
    )
    return render(
        visit,
        "orders/windows.html",
        fragment="orders/_windows.html",
        shown=shown,
        sorts=SORTS,
        path="/windows",
        unmatched=matching.pending_partners(),
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


def restored(visit: Visit) -> Response:
    """After a restore: which stores were matched with this database, and what was found (R15)."""
    stores = matching.comparisons()
    waiting = any(store.done_at is None for store in stores)
    return render(visit, "orders/restored.html", fragment="orders/_restored.html", stores=stores, waiting=waiting)


def _show(visit: Visit, master: MasterOrder, toast: str = "") -> Response:
    return render(
        visit,
        "orders/window.html",
        fragment="orders/_window.html",
        window=show_window(master, as_of=visit.as_of),
        hub=Hub.get_hub(),
        toast=toast,
    )
