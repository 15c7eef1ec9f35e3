"""The owner's pages of what partners are owed: statements, paying, a file and a sheet of paper."""

from urllib.parse import quote

from starlette.responses import Response

from occhub.orders import periods, settling
from occhub.partners.models import Hub, Partner
from occhub.web import Visit, render


def show_statement(visit: Visit) -> Response:
    """What a partner is owed for a period."""
    return _statement(visit, Partner.find(visit.number("id")), visit.query("period"))


def show_days(visit: Visit) -> Response:
    """The same, from one day to another."""
    partner = Partner.find(visit.number("id"))
    return _statement(visit, partner, periods.key_of_days(visit.query("first_day"), visit.query("last_day")))


def export_statement(visit: Visit) -> Response:
    """A partner's period as a file for a spreadsheet."""
    partner = Partner.find(visit.number("id"))
    period = periods.period_of(partner, visit.query("period"))
    headers = {
        "Content-Disposition": f'attachment; filename="statement-{partner.id}-{period.key}.csv"',
        "Cache-Control": "no-store",
    }
    text = settling.as_csv(settling.statement(partner, period))
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def pay(visit: Visit) -> Response:
    """Mark what is open of a partner's period as paid."""
    partner, key = Partner.find(visit.number("id")), visit.field("period")
    period = periods.period_of(partner, key)
    settling.mark_paid(partner, period, visit.field("paid_on"), visit.field("reference"), as_of=visit.as_of)
    return _statement(visit, partner, key, "Marked as paid.")


def take_payment_back(visit: Visit) -> Response:
    """Say that an order marked as paid was not paid after all."""
    partner, number = Partner.find(visit.number("id")), visit.number("number")
    settling.unmark_paid(partner, number, as_of=visit.as_of)
    return _statement(visit, partner, visit.field("period"), "It is open again.")


def _statement(visit: Visit, partner: Partner, key: str, toast: str = "") -> Response:
    known = periods.known_periods(partner)
    newest = next((key for _, choices in known for key, _ in choices), periods.this_month(visit.as_of))
    period = periods.period_of(partner, key or newest)
    return render(
        visit,
        "orders/statement.html",
        fragment="orders/_statement.html",
        partner=partner,
        statement=settling.statement(partner, period),
        known=known,
        path=f"/partners/{partner.id}/statement",
        query=f"period={quote(period.key)}",
        hub=Hub.get_hub(),
        toast=toast,
    )
