"""One request to the control API: its store, its values checked, its answer or refusal as JSON."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse

from standin.commerce import Refusal, release_expired
from standin.delivery import Courier
from standin.installing import NotAllowed
from standin.world import Entity, Product, Shop, Variant, World, number_of

Value = TypeVar("Value")
Found = TypeVar("Found", bound=Entity)
REQUIRED: Any = object()


class Wrong(Exception):
    """A request that makes no sense: 400."""


class Missing(Exception):
    """Something asked for is not there: 404."""


@dataclass(slots=True)
class Ask:
    """What an act is given: the world, the courier, the request's path, query and JSON body."""

    world: World
    courier: Courier
    request: Request
    given: dict[str, Any]

    @property
    def shop(self) -> Shop:
        """The store of the path; raises Missing."""
        domain = self.request.path_params["shop"]
        return self.shop_named(domain)

    def shop_named(self, domain: str) -> Shop:
        """A store by its domain, or by its handle; raises Missing."""
        shops = self.world.shops
        shop = shops.get(domain) or shops.get(f"{domain}.myshopify.com")
        if shop is None:
            raise Missing(f"no store {domain}")
        return shop

    def value(self, name: str, kind: type[Value], default: Any = REQUIRED) -> Value:
        """A value of the body, of this type; raises Wrong when it is another or, without default, missing."""
        return checked(self.given, name, kind, default)

    def found(self, table: dict[int, Found], kind: type[Found]) -> Found:
        """The object with the id of the path, an integer or a global id; raises Missing."""
        return find(table, kind, self.request.path_params["id"])

    def variant(self) -> Variant:
        """The variant of the path; raises Missing."""
        return self.found(self.shop.variants, Variant)

    def product(self) -> Product:
        """The product of the path; raises Missing."""
        return self.found(self.shop.products, Product)


Act = Callable[[Ask], object] | Callable[[Ask], Awaitable[object]]


def find(table: dict[int, Found], kind: type[Found], key: str | int) -> Found:
    """The row of a table with this integer or global id; raises Missing."""
    row = table.get(number_of(key, kind.kind))
    if row is None:
        raise Missing(f"no {kind.kind} {key}")
    return row


def checked(given: dict[str, Any], name: str, kind: type[Value], default: Any = REQUIRED) -> Value:
    """A value of a JSON object, of this type; whole numbers pass as floats. Raises Wrong."""
    value = given.get(name, default)
    if value is REQUIRED:
        raise Wrong(f"{name} is missing")
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if value is not default and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
        raise Wrong(f"{name} must be {kind.__name__}, not {json.dumps(value)}")
    return value  # type: ignore[no-any-return]


def door(
    world: World, courier: Courier, act: Act, names: frozenset[str]
) -> Callable[[Request], Awaitable[JSONResponse]]:
    """An endpoint around an act; a body with other names than these is refused."""

    async def endpoint(request: Request) -> JSONResponse:
        try:
            release_expired(world)
            answer = act(Ask(world, courier, request, await _body(request, names)))
            return JSONResponse(await answer if isinstance(answer, Awaitable) else answer)
        except Wrong as wrong:
            return JSONResponse({"error": str(wrong)}, 400)
        except Missing as missing:
            return JSONResponse({"error": str(missing)}, 404)
        except (Refusal, NotAllowed) as refused:
            return JSONResponse({"error": str(refused)}, 409)

    return endpoint


async def _body(request: Request, names: frozenset[str]) -> dict[str, Any]:
    raw = await request.body()
    try:
        given = json.loads(raw) if raw else {}
    except ValueError as error:
        raise Wrong("the body is not JSON") from error
    if not isinstance(given, dict):
        raise Wrong("the body must be a JSON object")
    if strange := given.keys() - names:
        raise Wrong(f"unknown: {', '.join(sorted(strange))}; known: {', '.join(sorted(names)) or 'nothing'}")
    return given
