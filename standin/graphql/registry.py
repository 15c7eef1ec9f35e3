"""Where the modules of answers sign up: which function answers which field or mutation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from standin.world import AccessToken, Shop, World

QUERY_ROOT = "QueryRoot"
MUTATION_ROOT = "Mutation"

Answer = Callable[..., Any]
fields: dict[tuple[str, str], Answer] = {}


@dataclass(slots=True)
class Call:
    """One request being answered; resolvers find it as `info.context`."""

    world: World
    shop: Shop
    token: AccessToken
    scopes: frozenset[str]
    operation: str
    variables: dict[str, Any]
    now: datetime

    def violation(self, rule: str, detail: str) -> None:
        """Report that the app broke a rule in this request."""
        self.world.report.violation(rule, self.shop.domain, self.operation, detail)

    def expand(self, namespace: str | None) -> str:
        """A metafield namespace written out: `$app` (the default) means the app's own."""
        own = f"app--{self.world.app.number}"
        if namespace is None or namespace == "$app":
            return own
        return f"{own}--{namespace.removeprefix('$app:')}" if namespace.startswith("$app:") else namespace


# The code of an answer, or of one field of it, at which Shopify itself failed.
INTERNAL = "INTERNAL_SERVER_ERROR"


class Refused(Exception):
    """A top-level GraphQL error of a field, with the code Shopify puts into its extensions.

    With a `rule` it is also reported as the app's breaking of that rule.
    """

    def __init__(self, message: str, code: str, *, rule: str | None = None, **extensions: object) -> None:
        super().__init__(message)
        self.rule = rule
        self.extensions: dict[str, object] = {"code": code, **extensions}


def field(type_name: str, name: str) -> Callable[[Answer], Answer]:
    """Register `function(object, info, *, arguments in snake_case)` as the answer to a field of a type."""

    def register(function: Answer) -> Answer:
        fields[type_name, name] = function
        return function

    return register


def query(name: str) -> Callable[[Answer], Answer]:
    """Register `function(info, *, arguments in snake_case)` as the answer to a field of the query root."""
    return _root(QUERY_ROOT, name)


def mutation(name: str) -> Callable[[Answer], Answer]:
    """Register `function(info, *, arguments in snake_case)` as a mutation; it answers `payload(...)`."""
    return _root(MUTATION_ROOT, name)


def payload(*, user_errors: list[dict[str, object]] | None = None, **values: object) -> dict[str, object]:
    """What a mutation answers: its fields in snake_case; those left out are null, `user_errors` an empty list."""
    return _Payload({"user_errors": user_errors or [], **values})


def user_error(path: list[str] | None, message: str, code: str | None = None) -> dict[str, object]:
    """One row of `userErrors`."""
    return {"field": path, "message": message, "code": code}


class _Payload(dict[str, object]):
    """A payload's dict; a field missing in it is null rather than unmodelled."""

    def __missing__(self, key: str) -> object:
        return None


def _root(type_name: str, name: str) -> Callable[[Answer], Answer]:
    def register(function: Answer) -> Answer:
        fields[type_name, name] = lambda root, info, **arguments: function(info, **arguments)
        return function

    return register
