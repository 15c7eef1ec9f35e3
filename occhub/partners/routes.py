"""The owner's pages about partners and settings, and the two pages a roaster sees."""

import logging
from typing import Any

from starlette.responses import Response

from occhub import alerts, backup
from occhub.database import is_sqlite
from occhub.errors import Conflict, NotFound
from occhub.partners import accepting, admitting, inviting, leaving, setting_up
from occhub.partners.checking import check_connection
from occhub.partners.inviting import find_open
from occhub.partners.inviting import invite as invite_partner
from occhub.partners.models import Hub, Invitation, Partner
from occhub.queue import nudge
from occhub.shopify import auth, open_store, shops
from occhub.shopify.addresses import invitation_url
from occhub.shopify.errors import StoreError
from occhub.web import Visit, go, render

log = logging.getLogger(__name__)


def invite(visit: Visit) -> Response:
    """Make an invitation and show its link, once."""
    return _show_link(visit, *invite_partner(visit.field("name"), as_of=visit.as_of, days=_days(visit)))


def invite_again(visit: Visit) -> Response:
    """A new link for a roaster who has lost his, or who is to come back."""
    partner = Partner.find(visit.number("id"))
    return _show_link(visit, *inviting.invite_again(partner, as_of=visit.as_of, days=_days(visit)))


def revoke(visit: Visit) -> Response:
    """A link is good no more."""
    inviting.revoke(visit.number("id"), as_of=visit.as_of)
    return go("/partners", toast="The link is good no more.")


def approve(visit: Visit) -> Response:
    """Let a waiting store in."""
    partner = Partner.find(visit.number("id"))
    admitting.approve(partner, as_of=visit.as_of)
    return go(f"/partners/{partner.id}", toast=f"{partner.name} is let in. Access follows when they open the app.")


def refuse(visit: Visit) -> Response:
    """Don't let a waiting store in."""
    admitting.refuse(Partner.find(visit.number("id")))
    return go("/partners", toast="The store was not let in; nothing of it is kept.")


def confirm(visit: Visit) -> Response:
    """The store that used the invitation is the right one."""
    partner = Partner.find(visit.number("id"))
    accepting.confirm(partner)
    return go(f"/partners/{partner.id}", toast="Thank you.")


def pause(visit: Visit) -> Response:
    """Sell nothing more of a partner's for a while."""
    partner = Partner.find(visit.number("id"))
    leaving.pause(partner, leaving.HUB)
    nudge("stock of a partner", partner.id)
    return go(f"/partners/{partner.id}", toast="Paused. His goods go out of stock; what is sold is still ordered.")


def resume(visit: Visit) -> Response:
    """Go on selling."""
    partner = Partner.find(visit.number("id"))
    leaving.resume(partner, leaving.HUB)
    nudge("stock of a partner", partner.id)
    return go(f"/partners/{partner.id}", toast="His goods are coming back into stock.")


def hide(visit: Visit) -> Response:
    """Hide the goods of a partner who has left, or show them as sold out."""
    partner, hidden = Partner.find(visit.number("id")), visit.field("hidden") != ""
    leaving.hide(partner, hidden=hidden)
    nudge("partings")
    nudge("publish")
    told = "His goods leave your shop's pages." if hidden else "His goods are shown again, as sold out."
    return go(f"/partners/{partner.id}", toast=told)


def pause_own(visit: Visit) -> Response:
    """A partner pauses himself."""
    partner = _own(visit)
    leaving.pause(partner, leaving.PARTNER)
    nudge("stock of a partner", partner.id)
    return go("/", toast="Paused. Nothing more of yours is sold until you go on.")


def resume_own(visit: Visit) -> Response:
    """A partner goes on."""
    partner = _own(visit)
    leaving.resume(partner, leaving.PARTNER)
    nudge("stock of a partner", partner.id)
    return go("/", toast="Your coffee is coming back on sale.")


def check(visit: Visit) -> Response:
    """Check the connection, live."""
    partner = Partner.find(visit.number("id"))
    outcome = check_connection(partner, as_of=visit.as_of)
    app_url = auth.app_url_in_admin(partner.domain)
    return render(visit, "partners/_health.html", partner=Partner.find(partner.id), outcome=outcome, app_url=app_url)


def settings(visit: Visit) -> Response:
    """How the hub works, and how safe it is."""
    hub = Hub.get_hub()
    facts = {"hub": hub, "places": _places(hub), "choices": setting_up, **_alerts(None), **_copies()}
    return render(visit, "partners/settings.html", **facts)


def save_settings(visit: Visit) -> Response:
    """Keep the hub's settings; stock moves along with the location."""
    places = _places(Hub.get_hub())
    hub = setting_up.save_hub(visit.fields, places)
    nudge("orders that still wait")  # test orders may count now, or count no more
    nudge("stock of everything")
    return render(visit, "partners/_settings.html", hub=hub, places=places, choices=setting_up, toast="Settings saved.")


def save_usual_terms(visit: Visit) -> Response:
    """Keep what new partners' terms begin with."""
    hub = setting_up.save_usual_terms(visit.fields)
    return render(visit, "partners/_usual_terms.html", hub=hub, choices=setting_up, toast="Usual terms saved.")


def try_alerts(visit: Visit) -> Response:
    """Send a test alert."""
    told = f"This is a test, asked for in the settings of {Hub.get_hub().name or visit.shop}. Nothing is short."
    try:
        alerts.send(told)
    except alerts.Unsent as failure:
        return render(visit, "partners/_alerts.html", **_alerts(str(failure)))
    return render(visit, "partners/_alerts.html", **_alerts(""))


def accept(visit: Visit) -> Response:
    """A partner shows his invitation."""
    accepting.accept(visit.shop, visit.field("code"), as_of=visit.as_of)
    return go("/", toast="Your invitation is accepted.")


def invitation(visit: Visit) -> Response:
    """The page behind an invitation's link: what will be read and written, and the way to install."""
    code = str(visit.request.path_params["code"])
    try:
        invited: Invitation = find_open(code, as_of=visit.as_of)
    except Conflict as refusal:
        return render(visit, "partners/no_invitation.html", status=404, sentence=str(refusal), hub=Hub.get_hub())
    return render(
        visit, "partners/invitation.html", invitation=invited, code=code, hub=Hub.get_hub(), install=auth.install_url()
    )


def _show_link(visit: Visit, invitation: Invitation, code: str) -> Response:
    link = invitation_url(code)
    return render(visit, "partners/_invited.html", invitation=invitation, link=link, hub=Hub.get_hub())


def _days(visit: Visit) -> int:
    text = visit.field("days", str(inviting.VALID_DAYS[-1]))
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def _own(visit: Visit) -> Partner:
    partner = Partner.at(visit.shop)
    if partner is None:
        raise NotFound("Please open the app again from your store's list of apps.")
    return partner


def _alerts(failure: str | None) -> dict[str, Any]:
    """What the fragment shows; `failure` is None before a test was sent, and empty when it arrived."""
    return {"host": alerts.host(), "failure": failure}


def _copies() -> dict[str, Any]:
    return {"copy": backup.last_copy(), "copies": is_sqlite(), "restored_from": backup.restored_from()}


def _places(hub: Hub) -> dict[str, str]:
    """The hub's active locations, id to name; only the chosen one while its store does not answer."""
    if hub.welcomed_at is None:
        return {}
    try:
        return {place.id: place.name for place in shops.list_locations(open_store(hub.shop)) if place.active}
    except StoreError as error:
        log.warning("the locations could not be read: %s", error)
        return {hub.location_id: hub.location_name} if hub.location_id else {}
