"""The Activity pages: what ran, what Shopify told us, and what people changed."""

from starlette.responses import Response

from occhub.audit import as_csv, entries
from occhub.inbox import FAILED, HANDLED, IGNORED, PENDING, InboxEvent
from occhub.inbox import replay as replay_event
from occhub.partners.models import Partner
from occhub.queue import nudge
from occhub.synclog import SyncLog
from occhub.web import Visit, render

_SHOWN = 50
_EXPORTED = 100_000


def runs(visit: Visit) -> Response:
    """What ran."""
    found = SyncLog.select().order_by(SyncLog.id.desc()).limit(_SHOWN)
    names = {partner.id: partner.name for partner in Partner.select()}
    return render(visit, "home/activity.html", runs=list(found), names=names)


def messages(visit: Visit) -> Response:
    """The webhooks inbox, by state and page."""
    tab = visit.query("tab", "all")
    query = InboxEvent.select().order_by(InboxEvent.id.desc())
    if tab in (PENDING, HANDLED, FAILED, IGNORED):
        query = query.where(InboxEvent.state == tab)
    page = visit.page
    found = list(query.paginate(page, _SHOWN))
    pages = max(1, -(-query.count() // _SHOWN))
    return render(visit, "home/messages.html", events=found, tab=tab, page=page, pages=pages)


def replay(visit: Visit) -> Response:
    """Let a message from Shopify be handled once more."""
    event = replay_event(visit.number("id"), as_of=visit.as_of)
    nudge("inbox")
    return render(visit, "home/_message.html", event=event, toast="It is handled once more.")


def changes(visit: Visit) -> Response:
    """The audit trail, the newest first: everybody's, the hub's people's, or the roasters'."""
    tab, last = visit.query("tab", "all"), visit.query("before")
    found = entries(
        visit.shop if tab == "hub" else "",
        but=visit.shop if tab == "roasters" else "",
        before_id=int(last) if last.isdecimal() and len(last) < 18 else None,
        limit=_SHOWN,
    )
    stores = {partner.shop: partner.name for partner in Partner.select()} | {visit.shop: "your store"}
    more = found[-1].id if len(found) == _SHOWN else None
    return render(visit, "home/changes.html", entries=found, stores=stores, more=more, tab=tab)


def export_changes(visit: Visit) -> Response:
    """The whole audit trail as a table."""
    table = as_csv(entries(limit=_EXPORTED))
    headers = {"Content-Disposition": 'attachment; filename="changes.csv"', "Cache-Control": "no-store"}
    return Response(table, media_type="text/csv; charset=utf-8", headers=headers)
