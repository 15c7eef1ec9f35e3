"""The owner's pages of stock: sync now, runs, why a number is what it is, what is short, and the settings of it all."""

from typing import Any

from starlette.responses import Response

from occhub.catalog.models import Import, ProductMapping
from occhub.inventory import browsing, choosing, exporting
from occhub.inventory.browsing import Asked
from occhub.inventory.explaining import explain, lines_of
from occhub.inventory.models import Stockroom, StockRules
from occhub.inventory.running import start_run
from occhub.inventory.shortages import open_shortages
from occhub.partners.models import Hub, Partner
from occhub.queue import nudge
from occhub.synclog import RUNNING, SyncLog
from occhub.web import Visit, render


def create(visit: Visit) -> Response:
    """Sync everything now."""
    return _started(visit, start_run("person", as_of=visit.as_of))


def create_for_partner(visit: Visit) -> Response:
    """Sync one partner now."""
    return _started(visit, start_run("person", as_of=visit.as_of, partner=Partner.find(visit.number("id"))))


def create_for_product(visit: Visit) -> Response:
    """Sync one product now."""
    return _started(visit, start_run("person", as_of=visit.as_of, listing=Import.find(visit.number("id"))))


def progress(visit: Visit) -> Response:
    """How a run is going, as a fragment that asks again while it goes; its end is told to the page around it."""
    run = browsing.find_run(visit.number("id"))
    return render(visit, "inventory/_progress.html", run=run, news="" if run.state == RUNNING else "synced")


def index(visit: Visit) -> Response:
    """What ran?"""
    found = browsing.browse_runs(_asked(visit))
    return render(visit, "inventory/index.html", found=found, names=browsing.NAMES, duration=browsing.duration)


def export(visit: Visit) -> Response:
    """The runs as a file."""
    return _file(exporting.runs_as_csv(browsing.every_run(_asked(visit))), "runs.csv")


def show(visit: Visit) -> Response:
    """One run and what it changed."""
    run, page = browsing.find_run(visit.number("id")), _number(visit.query("page")) or 1
    changes, pages = browsing.changes_of(run, page)
    scope: dict[str, Any] = {"partner": _partner(run), "listing": Import.get_or_none(Import.id == run.listing_id)}
    words: dict[str, Any] = {"names": browsing.NAMES, "triggers": browsing.TRIGGERS, "duration": browsing.duration(run)}
    return render(visit, "inventory/show.html", run=run, changes=changes, page=page, pages=pages, **scope, **words)


def export_changes(visit: Visit) -> Response:
    """What one run changed, as a file."""
    run = browsing.find_run(visit.number("id"))
    return _file(exporting.changes_as_csv(run), f"run-{run.id}.csv")


def why(visit: Visit) -> Response:
    """Why is this 7?"""
    mapping = ProductMapping.find(visit.number("id"))
    return render(visit, "inventory/why.html", why=explain(mapping, as_of=visit.as_of))


def product(visit: Visit) -> Response:
    """A product's numbers over the last month, and what is kept back of it."""
    return _product(visit, Import.find(visit.number("id")))


def keep_back(visit: Visit) -> Response:
    """Keep another number of this product back."""
    listing = Import.find(visit.number("id"))
    choosing.keep_back(listing, visit.field("safety"))
    start_run("person", as_of=visit.as_of, listing=listing)
    nudge("stock")
    return _product(visit, listing, toast="Saved. The numbers follow in a moment.")


def partner(visit: Visit) -> Response:
    """A partner's stockroom: is he heard of, and which of his places count."""
    return _stockroom(visit, Partner.find(visit.number("id")))


def choose_places(visit: Visit) -> Response:
    """Count only these places."""
    chosen = [str(value) for value in visit.form.getlist("place")]
    found = choosing.choose_places(Partner.find(visit.number("id")), chosen)
    start_run("person", as_of=visit.as_of, partner=found)
    nudge("stock")
    return _stockroom(visit, found, toast="Saved. The numbers follow in a moment.")


def shortages(visit: Visit) -> Response:
    """Whose order is short?"""
    return render(visit, "inventory/shortages.html", goods=open_shortages())


def alarm(visit: Visit) -> Response:
    """Whatever page the owner is on: is anything short right now?"""
    return render(visit, "inventory/_alarm.html", goods=open_shortages())


def rules(visit: Visit) -> Response:
    """How stock is kept."""
    return render(visit, "inventory/rules.html", rules=StockRules.get_rules(), hub=Hub.get_hub())


def save_rules(visit: Visit) -> Response:
    """Keep other rules."""
    saved = choosing.save_rules(visit.fields)
    return render(visit, "inventory/_rules.html", rules=saved, hub=Hub.get_hub(), toast="Saved.")


def _started(visit: Visit, run: SyncLog) -> Response:
    nudge("stock")
    return render(visit, "inventory/_progress.html", run=run)


def _product(visit: Visit, listing: Import, toast: str = "") -> Response:
    lines = lines_of(listing, as_of=visit.as_of)
    page, fragment = "inventory/product.html", "inventory/_product.html"
    return render(visit, page, fragment=fragment, listing=listing, lines=lines, toast=toast)


def _stockroom(visit: Visit, found: Partner, toast: str = "") -> Response:
    room, runs = Stockroom.of(found.id), browsing.last_run_of(found.id, visit.as_of)
    context: dict[str, Any] = {"partner": found, "room": room, "rules": StockRules.get_rules(), "runs": runs}
    context["zone"] = Hub.get_hub().timezone
    words: dict[str, Any] = {"names": browsing.NAMES, "duration": browsing.duration}
    page, fragment = "inventory/partner.html", "inventory/_places.html"
    return render(visit, page, fragment=fragment, toast=toast, **context, **words)


def _asked(visit: Visit) -> Asked:
    return Asked(visit.query("tab", "all"), _number(visit.query("partner")), _number(visit.query("page")) or 1)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 18 else None


def _partner(run: SyncLog) -> Partner | None:
    return Partner.get_or_none(Partner.id == run.partner_id) if run.partner_id else None


def _file(text: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)
