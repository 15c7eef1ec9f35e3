"""Sees to it that no person's change goes unrecorded: every POST of the route table passes here.

The rows that an address changes are looked at before and after, and what differs is kept.
"""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from peewee import Model
from starlette.responses import Response

from occhub.audit import AuditEntry, differences
from occhub.catalog.models import ApiToken, Change, Import, Product, ProductMapping
from occhub.catalog.terms import PriceRule, TradeTerms
from occhub.database import write
from occhub.inventory.models import StockRules
from occhub.orders.models import MasterOrder, PartnerOrder, PartnerOrderLine
from occhub.orders.terms import CalendarException, OrderTerms
from occhub.partners.models import Hub, Invitation, Partner
from occhub.web import Handler, Visit

Numbers = dict[str, int]  # those in the address, by name
# By the first part of the address: what its {id} is a number of.
SUBJECTS: dict[str, type[Model]] = {
    "partners": Partner,
    "invitations": Invitation,
    "products": Import,
    "changes": Change,
    "orders": PartnerOrder,
    "windows": MasterOrder,
}
# Never kept: the code of an invitation is a secret until it is used, hashes are nobody's business.
_SECRET = ("code", "code_hash", "token_hash")
# When machines did something, and how often, is no person's doing, and may change while a page is being answered.
_MACHINES = re.compile(r"(?!cutoff_at$|paid_at$|revoked_at$).*_(at|since|until)|tries|id|wrong_codes|error")
_NAMES = ("name", "title", "company", "hub_order_name")


def witnessed(handler: Handler, route: str) -> Handler:
    """The handler of this route, with a line in the audit trail for what it did; what it refused leaves none."""

    def act(visit: Visit) -> Response:
        name, before = _name(visit), _look(visit, route)
        answer = handler(visit)
        if answer.status_code < 400:
            _record(visit, handler, _name(visit) or name, before, _look(visit, route))
        return answer

    act.__name__ = handler.__name__
    return act


def _record(visit: Visit, handler: Handler, subject: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    assert visit.visitor is not None  # a POST without a visitor is refused at the gate
    was, now = differences(before, after)
    asked = {name: value[:200] for name, value in visit.fields.items() if name not in _SECRET and value}
    with write():
        AuditEntry.create(
            at=visit.as_of,
            shop=visit.shop,
            user_id=visit.visitor.user_id,
            what=re.split(r"[\n;:.]", handler.__doc__ or handler.__name__, maxsplit=1)[0],
            subject=subject,
            path=visit.request.url.path,
            asked=json.dumps(asked, sort_keys=True),
            before=was,
            after=now,
        )


def _look(visit: Visit, route: str) -> dict[str, Any]:
    """Every row the address speaks of, as it is now; a row beside the subject has its fields under its own words."""
    subject = _subject(visit)
    seen = _fields(subject) if subject is not None else {}
    if beside := _BESIDE.get(route):
        for words, row in beside(_numbers(visit)):
            seen |= {f"{words} {name}": value for name, value in _fields(row).items()}
    return seen


def _fields(row: Model) -> dict[str, Any]:
    return {
        name: value for name, value in row.__data__.items() if name not in _SECRET and not _MACHINES.fullmatch(name)
    }


def _name(visit: Visit) -> str:
    """What the page speaks of, in a word: a product of a partner before the partner."""
    numbers, row = _numbers(visit), _subject(visit)
    if "product" in numbers:
        row = Product.get_or_none(Product.id == numbers["product"]) or row
    if isinstance(row, Change):
        row = row.listing
    if isinstance(row, MasterOrder):
        return f"{row.partner.name}, no. {row.number}"
    fields = row.__data__ if row is not None else {}
    return next((str(fields[name]) for name in _NAMES if fields.get(name)), "")


def _subject(visit: Visit) -> Model | None:
    part = visit.request.url.path.split("/")[1]
    number = _numbers(visit).get("id")
    found: Model | None = None
    if part == "own":
        found = Partner.at(visit.shop)
    elif part in ("settings", "access"):
        found = Hub.get_or_none()
    elif part in SUBJECTS and number is not None:
        model: Any = SUBJECTS[part]
        found = model.get_or_none(model.id == number)
    return found


def _numbers(visit: Visit) -> Numbers:
    given = {name: str(value) for name, value in visit.request.path_params.items()}
    return {name: int(value) for name, value in given.items() if value.isdecimal() and len(value) <= 18}


def _order_terms(numbers: Numbers) -> Iterable[tuple[str, Model]]:
    yield "order", OrderTerms.of(Partner.find(numbers["id"]))


def _trade_terms(numbers: Numbers) -> Iterable[tuple[str, Model]]:
    yield "price", TradeTerms.of(Partner.find(numbers["id"]))


def _own_prices(numbers: Numbers) -> Iterable[tuple[str, Model]]:
    product = Product.find(Partner.find(numbers["id"]), numbers["product"])
    mine = (PriceRule.partner == numbers["id"]) & (PriceRule.product_remote_id == product.remote_id)
    for rule in PriceRule.select().where(mine):
        yield f"own price {rule.variant_remote_id.rpartition('/')[2]}".strip(), rule


def _imports(numbers: Numbers) -> Iterable[tuple[str, Model]]:
    product = Product.find(Partner.find(numbers["id"]), numbers["product"])
    mine = (Import.partner == numbers["id"]) & (Import.product_remote_id == product.remote_id)
    return (("import", listing) for listing in Import.select().where(mine))


def _kept_back(numbers: Numbers) -> Iterable[tuple[str, Model]]:
    chosen = ProductMapping.select(ProductMapping.id, ProductMapping.safety_stock, ProductMapping.title)
    return ((row.title, row) for row in chosen.where(ProductMapping.listing == numbers["id"]))


def _order_line(numbers: Numbers) -> Iterable[tuple[str, Model]]:
    return (("line", line) for line in PartnerOrderLine.select().where(PartnerOrderLine.id == numbers["line"]))


def _exceptions(numbers: Numbers) -> Iterable[tuple[str, Model]]:
    theirs = CalendarException.select().where(CalendarException.partner == numbers["id"])
    return ((f"exception {row.id}", row) for row in theirs)


def _key(numbers: Numbers) -> Iterable[tuple[str, Model]]:
    return (("key", key) for key in ApiToken.select().where(ApiToken.id == numbers["id"]))


def _stock_rules(_: Numbers) -> Iterable[tuple[str, Model]]:
    yield "stock", StockRules.get_rules()


# By the route: the rows it changes beside its subject, each under its own words.
_BESIDE: dict[str, Callable[[Numbers], Iterable[tuple[str, Model]]]] = {
    "/partners/{id}/order-terms": _order_terms,
    "/partners/{id}/pricing": _trade_terms,
    "/partners/{id}/products/{product}/price": _own_prices,
    "/partners/{id}/products/{product}/import": _imports,
    "/partners/{id}/products/{product}/link": _imports,
    "/partners/{id}/calendar/closures": _exceptions,
    "/partners/{id}/calendar/moves": _exceptions,
    "/partners/{id}/calendar/{exception}/removal": _exceptions,
    "/products/{id}/stock": _kept_back,
    "/orders/{id}/lines/{line}/choice": _order_line,
    "/settings/keys/{id}/revocation": _key,
    "/settings/stock": _stock_rules,
}
