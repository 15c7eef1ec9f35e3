"""The catalogue as JSON for scripts of the hub's owner, by an ID token or a key of his; and the page of these keys."""

from collections.abc import Callable

from starlette.responses import JSONResponse, Response

from occhub.catalog import scripting
from occhub.errors import Forbidden, Invalid, NotFound
from occhub.gate import RETRY
from occhub.partners.models import Hub, Partner
from occhub.shopify import auth
from occhub.web import Visit, render

Reader = Callable[[Visit], Response]


def partners(visit: Visit) -> Response:
    """GET /api/partners?after=&limit="""
    return _answer(visit, _partners)


def products(visit: Visit) -> Response:
    """GET /api/partners/{id}/products?after=&limit="""
    return _answer(visit, _products)


def keys(visit: Visit) -> Response:
    """Which scripts may read?"""
    return _keys(visit)


def make_key(visit: Visit) -> Response:
    """Make a key and show it this once."""
    return _keys(visit, made=scripting.make_token(visit.field("name"), as_of=visit.as_of))


def revoke_key(visit: Visit) -> Response:
    """Let a key open nothing any more."""
    scripting.revoke_token(visit.number("id"), as_of=visit.as_of)
    return _keys(visit, toast="Revoked.")


def _keys(visit: Visit, *, made: str = "", toast: str = "") -> Response:
    tokens = scripting.list_tokens()
    return render(visit, "catalog/keys.html", fragment="catalog/_keys.html", toast=toast, made=made, tokens=tokens)


def _partners(visit: Visit) -> Response:
    return JSONResponse(scripting.partners_page(after=_whole(visit, "after", 0), limit=_limit(visit)))


def _products(visit: Visit) -> Response:
    partner = Partner.find(visit.number("id"))
    after, limit = _whole(visit, "after", 0), _limit(visit)
    return JSONResponse(scripting.products_page(partner, after=after, limit=limit, as_of=visit.as_of))


def _answer(visit: Visit, reader: Reader) -> Response:
    """The reader's answer, to those who may read; errors are JSON too, so that a script need not parse pages."""
    try:
        _check(visit)
        answer = reader(visit)
    except auth.BadIdToken:
        answer = JSONResponse({"error": "Send an ID token of the hub, or a key made in settings."}, 401)
        answer.headers.update({"WWW-Authenticate": "Bearer", **RETRY})
    except Forbidden as refusal:
        answer = JSONResponse({"error": str(refusal)}, 403)
    except NotFound as nothing:
        answer = JSONResponse({"error": str(nothing)}, 404)
    except Invalid as wrong:
        answer = JSONResponse({"error": str(wrong), "field": wrong.field}, 422)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _check(visit: Visit) -> None:
    kind, _, token = visit.request.headers.get("Authorization", "").partition(" ")
    if kind == "Bearer" and token.startswith(scripting.PREFIX):
        if not scripting.use_token(token, as_of=visit.as_of):
            raise auth.BadIdToken("this key opens nothing")
        return
    proof = auth.verify_id_token(token if kind == "Bearer" else "", as_of=visit.as_of)
    if proof.shop != Hub.get_hub().shop:
        raise Forbidden("Only the hub may read this.")


def _limit(visit: Visit) -> int:
    limit = _whole(visit, "limit", scripting.PAGE)
    if not 1 <= limit <= scripting.MOST:
        raise Invalid("limit", f"A page holds 1 to {scripting.MOST}.")
    return limit


def _whole(visit: Visit, name: str, default: int) -> int:
    text = visit.query(name)
    if not text:
        return default
    if not text.isdecimal() or len(text) > 18:
        raise Invalid(name, f"{name} must be a whole number.")
    return int(text)
