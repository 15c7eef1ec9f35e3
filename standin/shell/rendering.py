"""Jinja for the shell: the environment, its few filters, and finding the store of a request."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from standin.world import Shop, World

HERE = Path(__file__).parent


def money(amount: Decimal, currency: str) -> str:
    """An amount for people: 1,234.50 EUR."""
    return f"{amount:,.2f} {currency}"


def when(moment: datetime | None) -> str:
    """A moment for people, in UTC; a dash when there is none."""
    return moment.strftime("%d %b %Y, %H:%M") if moment else "–"


def words(code: str | None) -> str:
    """A constant such as PARTIALLY_REFUNDED as words; a dash when there is none."""
    return code.replace("_", " ").capitalize() if code else "–"


_environment = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters.update(money=money, when=when, words=words)


def world_of(request: Request) -> World:
    """The world this server plays; `app.state.world`."""
    return cast(World, request.app.state.world)


def shop_of(request: Request) -> Shop:
    """The store named in the path; HTTPException 404 when there is none."""
    shop = world_of(request).shops.get(f"{request.path_params['handle']}.myshopify.com")
    if shop is None:
        raise HTTPException(404, "There is no store of that name here.")
    return shop


def render(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page of the shell. Never cached: the world behind it moves."""
    world = world_of(request)
    page = _environment.get_template(template)
    html = page.render(request=request, world=world, app=world.app, now=world.now(), **context)
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})
