"""The first page, a partner's own, and the owner's pages of his partners: they join several rooms."""

from starlette.responses import Response

from occhub.catalog import selling
from occhub.errors import NotFound
from occhub.home import charting, overview, parting, undoing
from occhub.home.charting import draw_charts
from occhub.home.effects import effect_of_terms
from occhub.home.needing import needs_you
from occhub.home.suppliers import SORTS, TABS, describe, list_suppliers
from occhub.home.supplying import show_supply
from occhub.home.tallying import sold_by_product
from occhub.orders import windows
from occhub.partners import leaving, setting_up
from occhub.partners.inviting import VALID_DAYS, unused_invitations
from occhub.partners.models import CONNECTED, PAUSED, Hub, Partner
from occhub.partners.tasks import refresh_hub_access
from occhub.queue import nudge
from occhub.shopify import auth
from occhub.shopify.scopes import HUB_SCOPES_OPTIONAL
from occhub.web import Visit, go, render


def index(visit: Visit) -> Response:
    """Is anything wrong, and what happens next?"""
    hub = Hub.get_hub()
    return render(
        visit,
        "home/index.html",
        hub=hub,
        steps=overview.first_steps(hub),
        scopes=",".join(HUB_SCOPES_OPTIONAL),
        cards=needs_you(visit.as_of),
        windows=overview.next_orders(),
        stock=overview.stock(visit.as_of),
    )


def charts(visit: Visit) -> Response:
    """The trade of the last weeks; fetched by the first page once it stands."""
    return render(visit, "home/_charts.html", charts=draw_charts(Hub.get_hub(), visit.as_of), chart=charting)


def access(visit: Visit) -> Response:
    """The owner has just allowed more in Shopify: renew the token, so that it counts."""
    refresh_hub_access(visit.shop, as_of=visit.as_of)
    return go("/", toast="Thank you. Your store is being read.")


def partners(visit: Visit) -> Response:
    """Who supplies me?"""
    asked = {name: visit.query(name, default) for name, default in (("tab", "all"), ("search", ""), ("sort", "name"))}
    return render(
        visit,
        "partners/index.html",
        fragment="partners/_table.html",
        found=list_suppliers(**asked, page=visit.page, as_of=visit.as_of),
        invitations=unused_invitations(),
        tabs=TABS,
        sorts=SORTS,
        days=VALID_DAYS,
        hub=Hub.get_hub(),
    )


def products(visit: Visit) -> Response:
    """What do I sell of theirs?"""
    sold = selling.browse_sold(
        sold_by_product(visit.as_of),
        search=visit.query("q"),
        tab=visit.query("tab"),
        sort=visit.query("sort"),
        page=visit.page,
        as_of=visit.as_of,
    )
    return render(visit, "catalog/index.html", fragment="catalog/_products.html", sold=sold, sorts=selling.SORTS)


def partner(visit: Visit) -> Response:
    """One partner: how the connection is, what is sold and ordered."""
    found = Partner.find(visit.number("id"))
    return render(
        visit,
        "partners/show.html",
        partner=found,
        supplier=describe(found, as_of=visit.as_of),
        undoing=undoing.consequences(found) if undoing.can_be_undone(found) else None,
        hub=Hub.get_hub(),
        app_url=auth.app_url_in_admin(found.shop) if found.shop else "",
        outcome=None,
        days=VALID_DAYS,
    )


def show_terms(visit: Visit) -> Response:
    """What is agreed with one partner."""
    return _terms(visit, Partner.find(visit.number("id")))


def save_terms(visit: Visit) -> Response:
    """A partner's terms."""
    partner = setting_up.save_terms(Partner.find(visit.number("id")), visit.fields)
    nudge("stock of a partner", partner.id)
    return _terms(visit, partner, toast="Terms saved.")


def _terms(visit: Visit, partner: Partner, *, toast: str = "") -> Response:
    return render(
        visit,
        "partners/terms.html",
        fragment="partners/_terms.html",
        toast=toast,
        partner=partner,
        choices=setting_up,
        hub=Hub.get_hub(),
        effect=effect_of_terms(partner, as_of=visit.as_of),
    )


def partner_orders(visit: Visit) -> Response:
    """What was and is ordered of one partner."""
    found = Partner.find(visit.number("id"))
    asked = {"tab": visit.query("tab", "all"), "search": visit.query("q").strip(), "sort": visit.query("sort")}
    return render(
        visit,
        "partners/orders.html",
        fragment="orders/_windows.html",
        partner=found,
        shown=windows.list_windows(**asked, page=visit.page, partner=found, as_of=visit.as_of),
        sorts=windows.SORTS,
        path=f"/partners/{found.id}/orders",
        unmatched=[],
        hub=Hub.get_hub(),
    )


def disconnect(visit: Visit) -> Response:
    """The owner ends the connection."""
    found = Partner.find(visit.number("id"))
    draft, hide = visit.field("draft", parting.DELETE), visit.field("hide") != ""
    parting.disconnect(found, leaving.HUB, as_of=visit.as_of, draft=draft, hide=hide)
    _follow_parting(found)
    return go(f"/partners/{found.id}", toast=f"{found.name} is disconnected.")


def undo_connection(visit: Visit) -> Response:
    """The wrong store is connected: take back all that came of it."""
    found = Partner.find(visit.number("id"))
    fresh = undoing.undo_connection(found, as_of=visit.as_of)
    nudge("follow")
    nudge("partings")
    nudge("stock of everything")
    if fresh is None:
        return go("/partners", toast=f"Undone. {found.name} has no access any more.")
    return go(f"/partners/{fresh.id}", toast=f"Undone. Make a new link for {fresh.name}.")


def own(visit: Visit) -> Response:
    """What a partner sees in his own admin."""
    found = Partner.at(visit.shop)
    if found is None:
        raise NotFound("Please open the app again from your store's list of apps.")
    trades = found.state in (CONNECTED, PAUSED) and found.currency
    supply = show_supply(found, page=visit.page, as_of=visit.as_of) if trades else None
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
