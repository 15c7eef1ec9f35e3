"""The owner's pages about partners and settings, and the two pages a roaster sees."""

from starlette.responses import Response

from occhub.errors import NotFound
from occhub.partners import setting_up
from occhub.partners.checking import check_connection
from occhub.partners.connecting import accept as accept_invitation
from occhub.partners.connecting import approve as approve_store
from occhub.partners.inviting import find_open
from occhub.partners.inviting import invite as invite_partner
from occhub.partners.models import Hub, Invitation, Partner
from occhub.queue import nudge
from occhub.shopify import auth, open_store, shops
from occhub.shopify.addresses import invitation_url
from occhub.web import Visit, go, render


def index(visit: Visit) -> Response:
    """Who supplies me?"""
    return render(visit, "partners/index.html", fragment="partners/_table.html", partners=_partners())


def invite(visit: Visit) -> Response:
    """Make an invitation and show its link, once."""
    invitation, code = invite_partner(visit.field("name"), as_of=visit.as_of)
    link = invitation_url(code)
    return render(
        visit, "partners/_invited.html", invitation=invitation, link=link, hub=Hub.get_hub(), partners=_partners()
    )


def show(visit: Visit) -> Response:
    """One partner: how the connection is, and the terms."""
    return _show(visit, Partner.find(visit.number("id")))


def approve(visit: Visit) -> Response:
    """Let a waiting store in."""
    partner = Partner.find(visit.number("id"))
    approve_store(partner, as_of=visit.as_of)
    return go(f"/partners/{partner.id}", toast=f"{partner.name} is let in. Access follows when they open the app.")


def check(visit: Visit) -> Response:
    """Check the connection, live."""
    partner = Partner.find(visit.number("id"))
    outcome = check_connection(partner, as_of=visit.as_of)
    return render(visit, "partners/_health.html", partner=Partner.find(partner.id), outcome=outcome)


def terms(visit: Visit) -> Response:
    """Keep a partner's terms."""
    partner = setting_up.save_terms(Partner.find(visit.number("id")), visit.fields)
    nudge("stock of a partner", partner.id)
    return render(visit, "partners/_terms.html", partner=partner, choices=setting_up, toast="Terms saved.")


def settings(visit: Visit) -> Response:
    """How the hub works."""
    hub = Hub.get_hub()
    return render(visit, "partners/settings.html", hub=hub, places=_places(hub), choices=setting_up)


def save_settings(visit: Visit) -> Response:
    """Keep the hub's settings; stock moves along with the location."""
    places = _places(Hub.get_hub())
    hub = setting_up.save_hub(visit.fields, places)
    nudge("stock of everything")
    return render(visit, "partners/_settings.html", hub=hub, places=places, choices=setting_up, toast="Settings saved.")


def own(visit: Visit) -> Response:
    """What a partner sees in his own admin."""
    partner = Partner.at(visit.shop)
    if partner is None:
        raise NotFound("Please open the app again from your store's list of apps.")
    return render(visit, "partners/own.html", fragment="partners/_own.html", partner=partner, hub=Hub.get_hub())


def accept(visit: Visit) -> Response:
    """A partner shows his invitation."""
    partner = accept_invitation(visit.shop, visit.field("code"), as_of=visit.as_of)
    return render(visit, "partners/_own.html", partner=partner, hub=Hub.get_hub())


def invitation(visit: Visit) -> Response:
    """The page behind an invitation's link: what will be read and written, and the way to install."""
    code = str(visit.request.path_params["code"])
    invited: Invitation = find_open(code, as_of=visit.as_of)
    return render(
        visit, "partners/invitation.html", invitation=invited, code=code, hub=Hub.get_hub(), install=auth.install_url()
    )


def _show(visit: Visit, partner: Partner) -> Response:
    app_url = auth.app_url_in_admin(partner.shop) if partner.shop else ""
    return render(visit, "partners/show.html", partner=partner, app_url=app_url, outcome=None, choices=setting_up)


def _partners() -> list[Partner]:
    return list(Partner.select().order_by(Partner.name))


def _places(hub: Hub) -> dict[str, str]:
    """The hub's active locations, id to name; empty until its store can be read."""
    if hub.welcomed_at is None:
        return {}
    return {place.id: place.name for place in shops.list_locations(open_store(hub.shop)) if place.active}
