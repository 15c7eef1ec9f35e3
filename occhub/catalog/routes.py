"""The owner's pages of goods: a partner's range, and each product the hub sells."""

from collections.abc import Callable

from starlette.responses import Response

from occhub import leases
from occhub.catalog import deciding, imprinting, planning, pricing, publishing, twinning, withdrawing
from occhub.catalog.browsing import SORTS, browse, browse_one
from occhub.catalog.models import ASKING, MISSING_ON_HUB, Import, Product
from occhub.catalog.opening import open_product
from occhub.catalog.progress import progress
from occhub.catalog.refreshing import lease_name
from occhub.catalog.selling import find_sold, open_sold
from occhub.errors import Invalid
from occhub.partners.models import Hub, Partner
from occhub.queue import nudge
from occhub.shopify import auth
from occhub.web import Visit, go, render


def show_range(visit: Visit) -> Response:
    """What could I sell of this partner's?"""
    return _range(visit, Partner.find(visit.number("id")), visit.query)


def show_row(visit: Visit) -> Response:
    """One product of the range, as it stands now; opened into its variants if so asked."""
    partner = Partner.find(visit.number("id"))
    return _row(visit, partner, Product.find(partner, visit.number("product")))


def import_one(visit: Visit) -> Response:
    """Import one product; its row tells how far it is, or asks first when the coffee is listed more than once."""
    partner = Partner.find(visit.number("id"))
    product = Product.find(partner, visit.number("product"))
    asked = visit.field("this_one") or partner.markup_bp is None
    if not asked and (question := twinning.question(partner, product)):
        return _row(visit, partner, product, question=question)
    listing = planning.plan_product(partner, product, as_of=visit.as_of, size_by=visit.field("size_by"))
    nudge("import", listing.id)
    return _row(visit, partner, product)


def import_many(visit: Visit) -> Response:
    """Import what is ticked, in the background."""
    partner = Partner.find(visit.number("id"))
    ticked = visit.numbers("product")
    if not ticked:
        raise Invalid("product", "First tick the products to import.")
    planned, refused = planning.plan_many(partner, ticked, as_of=visit.as_of)
    on_their_way = [listing for listing in planned if listing.state != ASKING]
    for listing in on_their_way:
        nudge("import", listing.id)
    asking = len(planned) - len(on_their_way)
    toast = f"{len(on_their_way)} on their way." + (f" {asking} ask you which size is right." if asking else "")
    toast += "".join(f" {refusal}" for refusal in refused[:2])
    return _range(visit, partner, visit.field, toast=toast)


def show_progress(visit: Visit) -> Response:
    """How far the partner's imports are."""
    partner = Partner.find(visit.number("id"))
    return render(visit, "catalog/_progress.html", partner=partner, progress=progress(partner, as_of=visit.as_of))


def agree_markup(visit: Visit) -> Response:
    """Keep the markup, asked for once."""
    partner = Partner.find(visit.number("id"))
    markup_bp = pricing.parse_markup(visit.field("markup"))
    planning.agree_markup(partner, markup_bp)
    return go(f"/partners/{partner.id}/products", toast=f"Priced at cost plus {pricing.percent(markup_bp)}.")


def refresh(visit: Visit) -> Response:
    """Read the partner's range again, now."""
    partner = Partner.find(visit.number("id"))
    nudge("range", partner.id)
    return render(visit, "catalog/_age.html", partner=partner, reading=True)


def show_age(visit: Visit) -> Response:
    """How old the snapshot is, and whether it is being read again."""
    partner = Partner.find(visit.number("id"))
    return render(visit, "catalog/_age.html", partner=partner, reading=leases.is_held(lease_name(partner)))


def show(visit: Visit) -> Response:
    """One product we sell: its stock and its price, each with the reason."""
    return _show(visit, visit.number("id"))


def publish(visit: Visit) -> Response:
    """Put a draft on sale."""
    listing = Import.find(visit.number("id"))
    publishing.ask_to_publish(listing, as_of=visit.as_of)
    nudge("publish")
    return _show(visit, listing.id)


def try_again(visit: Visit) -> Response:
    """Import a product again that could not be imported."""
    listing = Import.find(visit.number("id"))
    planning.plan_again(listing, as_of=visit.as_of)
    nudge("import", listing.id)
    return _show(visit, listing.id)


def withdraw(visit: Visit) -> Response:
    """Take a product off the hub."""
    listing = Import.find(visit.number("id"))
    withdrawing.ask_to_withdraw(listing, delete=visit.query("delete") != "", as_of=visit.as_of)
    nudge("follow")
    return _show(visit, listing.id)


def recreate(visit: Visit) -> Response:
    """Make a product again that was deleted on the hub."""
    listing = planning.plan_again(Import.find(visit.number("id")), as_of=visit.as_of, recreate=True)
    nudge("import", listing.id)
    return _show(visit, listing.id)


def reprice(visit: Visit) -> Response:
    """Work a product's prices out anew, at today's terms."""
    listing = Import.find(visit.number("id"))
    deciding.ask_to_reprice([listing], as_of=visit.as_of, by_owner=True)
    nudge("follow")
    return _show(visit, listing.id)


def _range(visit: Visit, partner: Partner, asked: Callable[[str], str], *, toast: str = "") -> Response:
    number = asked("page")
    shelf = browse(
        partner,
        search=asked("q"),
        tab=asked("tab"),
        sort=asked("sort"),
        page=int(number) if number.isdecimal() and len(number) < 7 else 1,
        as_of=visit.as_of,
    )
    return render(
        visit,
        "catalog/range.html",
        fragment="catalog/_range.html",
        toast=toast,
        partner=partner,
        shelf=shelf,
        hub=Hub.get_hub(),
        sorts=SORTS,
        progress=progress(partner, as_of=visit.as_of),
        reading=leases.is_held(lease_name(partner)),
    )


def _row(visit: Visit, partner: Partner, product: Product, *, question: str = "") -> Response:
    row = browse_one(partner, product.id, as_of=visit.as_of)
    variants = open_product(partner, product) if visit.query("open") else None
    return render(
        visit,
        "catalog/_row.html",
        partner=partner,
        hub=Hub.get_hub(),
        row=row,
        variants=variants,
        question=question,
    )


def _show(visit: Visit, import_id: int) -> Response:
    sold = find_sold(import_id, as_of=visit.as_of)
    listing, hub = sold.listing, Hub.get_hub()
    links = {"their_admin": auth.admin_url(str(listing.partner.shop), listing.product_remote_id)}
    if listing.hub_product_id:
        links["our_admin"] = auth.admin_url(hub.shop, listing.hub_product_id)
    variants = open_sold(listing)
    return render(
        visit,
        "catalog/show.html",
        fragment="catalog/_sold.html",
        sold=sold,
        variants=variants,
        links=links,
        origin=imprinting.origin_of(listing),
        review=deciding.waiting(listing),
        missing=any(row.mapping.state == MISSING_ON_HUB for row in variants),
    )
