"""The first page and the Activity pages."""

from starlette.responses import Response

from occhub.home import overview
from occhub.inbox import InboxEvent
from occhub.partners.models import Hub, Partner
from occhub.partners.tasks import refresh_hub_access
from occhub.privacy.models import PrivacyRequest
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


def activity(visit: Visit) -> Response:
    """What ran, what came in, what is owed to the law."""
    runs = SyncLog.select().order_by(SyncLog.id.desc()).limit(_SHOWN)
    names = {partner.id: partner.name for partner in Partner.select()}
    events = InboxEvent.select().order_by(InboxEvent.id.desc()).limit(_SHOWN)
    requests = PrivacyRequest.select().order_by(PrivacyRequest.due_at)
    return render(
        visit, "home/activity.html", runs=list(runs), names=names, events=list(events), requests=list(requests)
    )
