"""Shopify's real Admin schema of 2026-10, with the registered answers hung into it."""

import gc
import gzip
import hashlib
import os
import pickle
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    build_ast_schema,
    is_non_null_type,
    parse,
)

from standin.graphql.idempotency import guarded
from standin.graphql.quick import shorten
from standin.graphql.registry import MUTATION_ROOT, Refused, fields
from standin.world import Entity

SDL = Path(__file__).parents[1] / "data" / "admin_2026-10.graphql.gz"


@cache
def admin_schema() -> GraphQLSchema:
    """The schema with every answer, built once a process."""
    import_module("standin.graphql.answers")  # not above: the modules of answers import this one's neighbours
    schema = bare_schema()
    for name, (write, read) in SCALARS.items():
        scalar = schema.type_map[name]
        assert isinstance(scalar, GraphQLScalarType)
        scalar.serialize = scalar.coerce_output_value = write  # type: ignore[method-assign,assignment]
        scalar.parse_value = scalar.coerce_input_value = read  # type: ignore[method-assign,assignment]
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for name, definition in kind.fields.items():
                _attach(kind.name, name, definition)
    unknown = [key for key in fields if key[1] not in getattr(schema.type_map.get(key[0]), "fields", {})]
    if unknown:
        raise LookupError(f"answers registered for fields the schema does not have: {unknown}")
    return schema


def bare_schema() -> GraphQLSchema:
    """The schema as it is, without answers: for validating and pricing documents.

    Its million objects live as long as the process; frozen, they do not hold up each garbage collection for a third of
    a second.
    """
    gc.disable()
    try:
        return build_ast_schema(_syntax_tree(), assume_valid=True, assume_valid_sdl=True)
    finally:
        gc.freeze()
        gc.enable()


def type_name_of(value: Any, *_: Any) -> str | None:
    """Which object type a value of an interface or union is."""
    if isinstance(value, dict):
        return value.get("__typename")
    return getattr(value, "kind", None)


def snake_case(name: str) -> str:
    """`descriptionHtml` -> `description_html`, `priceRangeV2` -> `price_range_v2`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _syntax_tree() -> DocumentNode:
    packed = SDL.read_bytes()
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "occ-standin"
    kept = folder / f"{hashlib.sha256(packed).hexdigest()[:24]}.pickle"
    try:
        tree: DocumentNode = pickle.loads(kept.read_bytes())
        return tree
    except (OSError, pickle.UnpicklingError, EOFError, AttributeError):
        tree = parse(gzip.decompress(packed).decode(), no_location=True)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        written = kept.with_suffix(f".{os.getpid()}")
        written.write_bytes(pickle.dumps(tree))
        written.replace(kept)
    except OSError:
        pass  # a read-only home only costs the next start half a second
    return tree


def _attach(type_name: str, name: str, definition: GraphQLField) -> None:
    for argument_name, argument in definition.args.items():
        argument.out_name = snake_case(argument_name)
    answer = fields.get((type_name, name))
    if type_name == MUTATION_ROOT:
        definition.resolve = guarded(name, answer)
    elif answer is not None:
        definition.resolve = answer
    else:
        definition.resolve = _attribute(type_name, name, is_non_null_type(definition.type))
        if name != "legacyResourceId":
            shorten(definition, "gid" if name == "id" else snake_case(name), snake_case(name))


def _attribute(type_name: str, name: str, required: bool) -> Callable[..., Any]:
    attribute = snake_case(name)

    def resolve(source: Any, info: GraphQLResolveInfo, **_: Any) -> Any:
        if type(source) is not dict and not isinstance(source, dict):
            try:
                return getattr(source, attribute)
            except AttributeError:
                return missing(info)
        try:
            return source[attribute]
        except KeyError:
            return missing(info)

    def resolve_id(source: Any, info: GraphQLResolveInfo, **_: Any) -> Any:
        return source["id"] if isinstance(source, dict) else source.gid

    def missing(info: GraphQLResolveInfo) -> None:
        info.context.world.report.missing(type_name, name, info.context.operation)
        if required:
            raise Refused(f"The stand-in does not model {type_name}.{name}", "UNMODELLED")

    if name == "legacyResourceId":
        return lambda source, info, **_: str(source.id) if isinstance(source, Entity) else missing(info)
    return resolve_id if name == "id" else resolve


def _write_money(value: Any) -> str:
    return f"{Decimal(value):.2f}"


def _read_decimal(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation as wrong:
        raise GraphQLError(f"Invalid decimal '{value}'") from wrong


def _write_instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read_instant(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as wrong:
        raise GraphQLError(f"invalid DateTime '{value}'") from wrong
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


SCALARS: dict[str, tuple[Callable[[Any], str], Callable[[Any], Any]]] = {
    "Money": (_write_money, _read_decimal),
    "Decimal": (str, _read_decimal),
    "DateTime": (_write_instant, _read_instant),
}
