"""The first page, the pages that join several rooms, and the Activity pages."""

from starlette.responses import Response

from occhub.audit import as_csv, entries
from occhub.errors import NotFound
from occhub.home import overview, parting
from occhub.home.suppliers import TABS, describe, list_suppliers
from occhub.home.supplying import show_supply
from occhub.inbox import FAILED, HANDLED, IGNORED, PENDING, InboxEvent
from occhub.inbox import replay as replay_event
from occhub.partners import leaving, setting_up
from occhub.partners.inviting import VALID_DAYS, unused_invitations
from occhub.partners.models import CONNECTED, PAUSED, Hub, Partner
from occhub.partners.tasks import refresh_hub_access
from occhub.queue import nudge
from occhub.shopify import auth
from occhub.shopify.scopes import HUB_SCOPES_OPTIONAL
from occhub.synclog import SyncLog
from occhub.web import Visit, go, render

_SHOWN = 50
_EXPORTED = 100_000


def index(visit: Visit) -> Response:
    """Is anything wrong, and what happens next?"""
    hub = Hub.get_hub()
    return render(
        visit,
        "home/index.html",
        hub=hub,
        steps=overview.first_steps(hub),
        scopes=",".join(HUB_SCOPES_OPTIONAL),
        cards=overview.needs_you(),
        windows=overview.next_orders(),
        stock=overview.stock(visit.as_of),
    )


def access(visit: Visit) -> Response:
    """The owner has just allowed more in Shopify: renew the token, so that it counts."""
    refresh_hub_access(visit.shop, as_of=visit.as_of)
    return go("/", toast="Thank you. Your store is being read.")


def partners(visit: Visit) -> Response:
    """Who supplies me?"""
    tab, search = visit.query("tab", "all"), visit.query("search")
    return render(
        visit,
        "partners/index.html",
        fragment="partners/_table.html",
        suppliers=list_suppliers(tab, search),
        invitations=unused_invitations(),
        tab=tab,
        tabs=TABS,
        search=search,
        days=VALID_DAYS,
        hub=Hub.get_hub(),
    )


def partner(visit: Visit) -> Response:
    """One partner: how the connection is, what is sold and ordered, and the terms."""
    found = Partner.find(visit.number("id"))
    return render(
        visit,
        "partners/show.html",
        partner=found,
        supplier=describe(found),
        hub=Hub.get_hub(),
        app_url=auth.app_url_in_admin(found.shop) if found.shop else "",
        outcome=None,
        choices=setting_up,
        days=VALID_DAYS,
    )


def disconnect(visit: Visit) -> Response:
    """The owner ends the connection."""
    found = Partner.find(visit.number("id"))
    draft, hide = visit.field("draft", parting.DELETE), visit.field("hide") != ""
    parting.disconnect(found, leaving.HUB, as_of=visit.as_of, draft=draft, hide=hide)
    _follow_parting(found)
    return go(f"/partners/{found.id}", toast=f"{found.name} is disconnected.")


def undo_connection(visit: Visit) -> Response:
    """The wrong store has used the invitation."""
    parting.undo_connection(Partner.find(visit.number("id")))
    return go("/partners", toast="Undone. Nothing of that store is kept; send a new link.")


def own(visit: Visit) -> Response:
    """What a partner sees in his own admin."""
    found = Partner.at(visit.shop)
    if found is None:
        raise NotFound("Please open the app again from your store's list of apps.")
    supply = show_supply(found) if found.state in (CONNECTED, PAUSED) and found.currency else None
    return render(
        visit, "partners/own.html", fragment="partners/_own.html", partner=found, hub=Hub.get_hub(), supply=supply
    )


def disconnect_own(visit: Visit) -> Response:
    """A partner ends the connection himself; his draft is given back."""
    found = Partner.at(visit.shop)
    if found is None:
        raise NotFound("Your store is not connected.")
    parting.disconnect(found, leaving.PARTNER, as_of=visit.as_of)
    _follow_parting(found)
    return go("/", toast="Disconnected. You may uninstall the app now.")


def _follow_parting(found: Partner) -> None:
    nudge("stock of a partner", found.id)
    nudge("partings")


def activity(visit: Visit) -> Response:
    """What ran, what came in."""
    runs = SyncLog.select().order_by(SyncLog.id.desc()).limit(_SHOWN)
    names = {partner.id: partner.name for partner in Partner.select()}
    return render(visit, "home/activity.html", runs=list(runs), names=names)


def messages(visit: Visit) -> Response:
    """The webhooks inbox, by state and page."""
    tab = visit.query("tab", "all")
    query = InboxEvent.select().order_by(InboxEvent.id.desc())
    if tab in (PENDING, HANDLED, FAILED, IGNORED):
        query = query.where(InboxEvent.state == tab)
    page = _page(visit)
    found = list(query.paginate(page, _SHOWN))
    pages = max(1, -(-query.count() // _SHOWN))
    return render(visit, "home/messages.html", events=found, tab=tab, page=page, pages=pages)


def replay(visit: Visit) -> Response:
    """Let a message from Shopify be handled once more."""
    event = replay_event(visit.number("id"), as_of=visit.as_of)
    nudge("inbox")
    return render(visit, "home/_message.html", event=event, toast="It is handled once more.")


def changes(visit: Visit) -> Response:
    """The audit trail, the newest first."""
    last = visit.query("before")
    found = entries(before_id=int(last) if last.isdecimal() and len(last) < 18 else None, limit=_SHOWN)
    stores = {partner.shop: partner.name for partner in Partner.select()} | {visit.shop: "you"}
    more = found[-1].id if len(found) == _SHOWN else None
    return render(visit, "home/changes.html", entries=found, stores=stores, more=more)


def export_changes(visit: Visit) -> Response:
    """The whole audit trail as a table."""
    table = as_csv(entries(limit=_EXPORTED))
    headers = {"Content-Disposition": 'attachment; filename="changes.csv"', "Cache-Control": "no-store"}
    return Response(table, media_type="text/csv; charset=utf-8", headers=headers)


def _page(visit: Visit) -> int:
    text = visit.query("page", "1")
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1
