"""Door 1, people: the route table with each page's audience, error pages, what starts and stops with the process."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from anyio import to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from occhub import alerts, api, backup, clock, database, health, leases, queue, schedule, shopify, web, webhooks
from occhub.catalog import routes as catalog
from occhub.catalog import terms_routes as terms
from occhub.errors import Conflict, Forbidden, HubError, Invalid, Misconfigured, NotFound
from occhub.gate import BOUNCE, Gate, Shield
from occhub.home import activity_routes as activity
from occhub.home import routes as home
from occhub.inventory import routes as inventory
from occhub.orders import calendar_routes as ordering
from occhub.orders import money_routes as money
from occhub.orders import routes as orders
from occhub.orders import window_routes as windows
from occhub.partners import connecting
from occhub.partners import routes as partners
from occhub.privacy import remembering
from occhub.privacy import routes as privacy
from occhub.settings import Settings
from occhub.shopify.errors import StoreError
from occhub.web import HUB, PARTNER, PUBLIC, ROOT, Handler, page, page_by_role, render_error
from occhub.witness import witnessed

log = logging.getLogger(__name__)

MAX_FORM = 256 * 1024


def routes(gate: Gate, receiver: webhooks.Receiver) -> list[BaseRoute]:
    """Every page and its audience; what is not in this table does not exist."""

    def hub(path: str, handler: Handler, method: str = "GET") -> Route:
        return _guarded(path, handler, HUB, method)

    def partner(path: str, handler: Handler, method: str = "GET") -> Route:
        return _guarded(path, handler, PARTNER, method)

    def _guarded(path: str, handler: Handler, audience: str, method: str) -> Route:
        # What a person changes is kept in the audit trail.
        shown = witnessed(handler, path) if method == "POST" else handler
        return Route(path, gate.guard(page(shown, audience)), methods=[method])

    def public(path: str, handler: Handler) -> Route:
        return Route(path, page(handler, PUBLIC), methods=["GET"])

    return [
        # Shopify, signed; first, because nothing comes as often
        Route("/webhooks", receiver, methods=["POST"]),
        Route("/", gate.guard(page_by_role({HUB: home.index, PARTNER: home.own})), methods=["GET"]),
        # what a partner may do in his own admin
        partner("/own/acceptance", partners.accept, "POST"),
        partner("/own/pause", partners.pause_own, "POST"),
        partner("/own/resumption", partners.resume_own, "POST"),
        partner("/own/disconnection", home.disconnect_own, "POST"),
        partner("/own/window", windows.own_window),
        # the hub's pages
        hub("/access", home.access, "POST"),
        hub("/charts", home.charts),
        hub("/partners", home.partners),
        hub("/partners", partners.invite, "POST"),
        hub("/invitations/{id}/revocation", partners.revoke, "POST"),
        hub("/partners/{id}", home.partner),
        hub("/partners/{id}/orders", home.partner_orders),
        hub("/partners/{id}/terms", home.show_terms),
        hub("/partners/{id}/invitations", partners.invite_again, "POST"),
        hub("/partners/{id}/approval", partners.approve, "POST"),
        hub("/partners/{id}/refusal", partners.refuse, "POST"),
        hub("/partners/{id}/confirmation", partners.confirm, "POST"),
        hub("/partners/{id}/undoing", home.undo_connection, "POST"),
        hub("/partners/{id}/pause", partners.pause, "POST"),
        hub("/partners/{id}/resumption", partners.resume, "POST"),
        hub("/partners/{id}/disconnection", home.disconnect, "POST"),
        hub("/partners/{id}/hiding", partners.hide, "POST"),
        hub("/partners/{id}/check", partners.check, "POST"),
        hub("/partners/{id}/terms", home.save_terms, "POST"),
        hub("/partners/{id}/sync-runs", inventory.create_for_partner, "POST"),
        hub("/partners/{id}/products", catalog.show_range),
        hub("/partners/{id}/products/{product}", catalog.show_row),
        hub("/partners/{id}/products/{product}/import", catalog.import_one, "POST"),
        hub("/partners/{id}/imports", catalog.show_progress),
        hub("/partners/{id}/imports", catalog.import_many, "POST"),
        hub("/partners/{id}/markup", catalog.agree_markup, "POST"),
        hub("/partners/{id}/products/{product}/price", terms.show_price),
        hub("/partners/{id}/products/{product}/price", terms.save_price, "POST"),
        hub("/partners/{id}/products/{product}/link", terms.show_links),
        hub("/partners/{id}/products/{product}/link", terms.link, "POST"),
        hub("/partners/{id}/pricing", terms.pricing_terms),
        hub("/partners/{id}/pricing", terms.save_pricing_terms, "POST"),
        hub("/partners/{id}/price-lists", terms.show_price_lists),
        hub("/partners/{id}/price-lists", terms.take_price_list, "POST"),
        hub("/partners/{id}/price-lists/removal", terms.drop_price_list, "POST"),
        hub("/partners/{id}/repricing", terms.reprice_all, "POST"),
        hub("/partners/{id}/refreshes", catalog.show_age),
        hub("/partners/{id}/refreshes", catalog.refresh, "POST"),
        hub("/products", home.products),
        hub("/products/{id}", catalog.show),
        hub("/products/{id}/import", catalog.try_again, "POST"),
        hub("/products/{id}/publication", catalog.publish, "POST"),
        hub("/products/{id}/withdrawal", catalog.withdraw, "POST"),
        hub("/products/{id}/recreation", catalog.recreate, "POST"),
        hub("/products/{id}/repricing", catalog.reprice, "POST"),
        hub("/changes", terms.changes),
        hub("/changes/acceptance", terms.accept, "POST"),
        hub("/changes/dismissal", terms.dismiss, "POST"),
        hub("/changes/{id}/acceptance", terms.accept, "POST"),
        hub("/changes/{id}/dismissal", terms.dismiss, "POST"),
        hub("/orders", orders.index),
        hub("/orders/{id}/reading", orders.reread, "POST"),
        hub("/windows", windows.windows),
        hub("/restored", windows.restored),
        hub("/windows/{id}", windows.window),
        hub("/windows/{id}/placement", windows.place_now, "POST"),
        hub("/windows/{id}/draft", windows.make_again, "POST"),
        hub("/windows/{id}/reading", windows.look, "POST"),
        hub("/windows/{id}/acceptance", windows.keep_theirs, "POST"),
        hub("/windows/{id}/lines/{line}/closing", windows.close_shortage, "POST"),
        hub("/windows/{id}/skipping", windows.skip, "POST"),
        hub("/windows/{id}/carrying-over", windows.carry_over, "POST"),
        hub("/windows/{id}/bags", windows.add_bags, "POST"),
        hub("/orders/{id}/lines/{line}/choice", orders.choose, "POST"),
        hub("/orders/{id}/lines/{line}/coffee", orders.recognize, "POST"),
        hub("/partners/{id}/calendar", ordering.show_calendar),
        hub("/partners/{id}/calendar/closures", ordering.close_days, "POST"),
        hub("/partners/{id}/calendar/pause", ordering.pause_orders, "POST"),
        hub("/partners/{id}/calendar/moves", ordering.move_cutoff, "POST"),
        hub("/partners/{id}/calendar/{exception}/removal", ordering.forget_exception, "POST"),
        hub("/partners/{id}/order-terms", ordering.save_order_terms, "POST"),
        hub("/partners/{id}/statement", money.show_statement),
        hub("/partners/{id}/statement/days", money.show_days),
        hub("/partners/{id}/statement.csv", money.export_statement),
        hub("/partners/{id}/payments", money.pay, "POST"),
        hub("/partners/{id}/payments/{number}/removal", money.take_payment_back, "POST"),
        hub("/products/{id}/stock", inventory.product),
        hub("/products/{id}/stock", inventory.keep_back, "POST"),
        hub("/products/{id}/sync-runs", inventory.create_for_product, "POST"),
        hub("/partners/{id}/stock", inventory.partner),
        hub("/partners/{id}/stock", inventory.choose_places, "POST"),
        hub("/stock/{id}", inventory.why),
        hub("/shortages", inventory.shortages),
        hub("/alarm", inventory.alarm),
        hub("/sync-runs", inventory.index),
        hub("/sync-runs.csv", inventory.export),
        hub("/sync-runs", inventory.create, "POST"),
        hub("/sync-runs/{id}", inventory.show),
        hub("/sync-runs/{id}/progress", inventory.progress),
        hub("/sync-runs/{id}/changes.csv", inventory.export_changes),
        hub("/activity", activity.runs),
        hub("/activity/messages", activity.messages),
        hub("/activity/messages/{id}/replay", activity.replay, "POST"),
        hub("/activity/changes", activity.changes),
        hub("/activity/changes.csv", activity.export_changes),
        hub("/activity/privacy", privacy.index),
        hub("/activity/privacy/{id}/report", privacy.report),
        hub("/activity/health", health.overview),
        hub("/settings", partners.settings),
        hub("/settings", partners.save_settings, "POST"),
        hub("/settings/usual-terms", partners.save_usual_terms, "POST"),
        hub("/settings/alerts", partners.try_alerts, "POST"),
        hub("/settings/keys", api.keys),
        hub("/settings/keys", api.make_key, "POST"),
        hub("/settings/keys/{id}/revocation", api.revoke_key, "POST"),
        hub("/settings/stock", inventory.rules),
        hub("/settings/stock", inventory.save_rules, "POST"),
        # public: nothing here shows anything of a store
        public("/invitations/{code}", partners.invitation),
        public("/healthz", health.show),
        # for scripts of the owner's, by his ID token or a key of his; they check it themselves and answer JSON
        public("/api/partners", api.partners),
        public("/api/partners/{id}/products", api.products),
        Route(BOUNCE, gate.bounce, methods=["GET"]),
        Mount("/static", Statics(directory=ROOT / "static")),
    ]


def create_app(settings: Settings, *, worker: bool = True) -> Shield:
    """The whole process; `worker=False` leaves the queue's work to `python -m occhub worker` processes."""
    web.configure(settings)
    gate, receiver = Gate(settings), webhooks.Receiver()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await to_thread.run_sync(open_everything, settings)
        consumer = queue.make_consumer() if worker else None
        if consumer:
            await to_thread.run_sync(consumer.start)
        yield
        await receiver.commits.close()
        if consumer:
            await to_thread.run_sync(consumer.stop, True)
        await to_thread.run_sync(close_everything)

    app = Starlette(
        routes=routes(gate, receiver),
        exception_handlers={
            Invalid: _answer(422),
            NotFound: _answer(404),
            Forbidden: _answer(403),
            Conflict: _answer(409),
            Misconfigured: _answer(503),
            StoreError: _store_error,
            HTTPException: _http_error,
            Exception: _unexpected,
        },
        lifespan=lifespan,
        max_body_size=MAX_FORM,
    )
    # A page has one address; to lead to another the host would be taken from the request.
    app.router.redirect_slashes = False
    # Outside of everything, because an error nobody expected is answered outside of all middleware.
    return Shield(app, settings)


def open_everything(settings: Settings) -> None:
    """Clock, database, gateway and queue, in this order: what `serve` and `worker` have in common."""
    clock.set_clock(settings.clock)
    database.open_database(settings.database_url)
    database.migrate()
    remembering.open_list(settings.data_dir / "redacted.jsonl")
    backup.open_copies(settings.data_dir / "backups")
    shopify.open_gateway(settings)
    alerts.open_alerts(settings)
    with database.session():
        connecting.prepare_hub(settings.hub_shop)
        if backup.restored_from():
            remembering.redact_again(as_of=clock.now())
        schedule.take_up()
    queue.open_queue(
        settings.queue_url, {**schedule.NUDGES, "job": schedule.run_job, "inbox": webhooks.handle_inbox}, schedule.tick
    )


def close_everything() -> None:
    """Nothing is asked of a store any more, and what was under way is free for the next process."""
    shopify.close_gateway()
    leases.give_back_all()


class Statics(StaticFiles):
    """Our scripts and styles; their addresses change with their content, so a browser never need ask again."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """The file, to be kept for a year."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _answer(status: int) -> Callable[[Request, Any], Awaitable[Response]]:
    async def answer(request: Request, error: HubError) -> Response:
        return render_error(request, status, str(error), field=getattr(error, "field", ""))

    return answer


async def _store_error(request: Request, error: Any) -> Response:
    return render_error(request, 502, f"{str(error).rstrip('.')}. {error.remedy}")


async def _http_error(request: Request, error: Any) -> Response:
    sentence = "There is no such page." if error.status_code == 404 else str(error.detail)
    return render_error(request, error.status_code, sentence)


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return render_error(request, 500, "Something went wrong on our side. Nothing was lost; please try again.")
