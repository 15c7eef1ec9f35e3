"""The owner's page of when and how is ordered of a partner: calendar, minimum, shipping."""

from starlette.responses import Response

from occhub.errors import Invalid
from occhub.money import Money
from occhub.orders import agreeing, calendar
from occhub.orders.cutoffs import exceptions_of, next_cutoff
from occhub.orders.terms import OrderTerms
from occhub.partners.models import Hub, Partner
from occhub.web import Visit, render


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
