"""The first page, the pages that join several rooms, and the Activity pages."""

from starlette.responses import Response

from occhub.errors import NotFound
from occhub.home import overview, parting
from occhub.home.suppliers import TABS, describe, list_suppliers
from occhub.home.supplying import show_supply
from occhub.inbox import InboxEvent
from occhub.partners import leaving, setting_up
from occhub.partners.inviting import VALID_DAYS, unused_invitations
from occhub.partners.models import CONNECTED, PAUSED, Hub, Partner
from occhub.partners.tasks import refresh_hub_access
from occhub.privacy.models import PrivacyRequest
from occhub.queue import nudge
from occhub.shopify import auth
from occhub.shopify.scopes import HUB_SCOPES_OPTIONAL
from occhub.synclog import SyncLog
from occhub.web import Visit, go, render

_SHOWN = 50


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
    """What ran, what came in, what is owed to the law."""
    runs = SyncLog.select().order_by(SyncLog.id.desc()).limit(_SHOWN)
    names = {partner.id: partner.name for partner in Partner.select()}
    events = InboxEvent.select().order_by(InboxEvent.id.desc()).limit(_SHOWN)
    requests = PrivacyRequest.select().order_by(PrivacyRequest.due_at)
    return render(
        visit, "home/activity.html", runs=list(runs), names=names, events=list(events), requests=list(requests)
    )
