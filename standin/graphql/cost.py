"""What a document costs, by the rules observed on real stores (connections logarithmic, lists flat).

A document is compiled once into a tree of parts; pricing it, or its answer, is a walk over that tree.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    get_named_type,
    is_leaf_type,
    value_from_ast_untyped,
)

MUTATION_POINTS = {"refundCreate": 20, "fulfillmentTrackingInfoUpdate": 50}
# Mutation -> the argument by which it is dearer (Shopify's changelog, on the dynamic complexity of each).
PRICED_BY_INPUT = {
    "productSet": "input",
    "productVariantsBulkCreate": "variants",
    "productVariantsBulkUpdate": "variants",
}
FREE_TYPES = frozenset(
    (
        "MoneyV2",
        "MoneyBag",
        "InventoryItemMeasurement",
        "Weight",
        "CurrencyFormats",
        "LocationAddress",
        "ShopAddress",
        "PageInfo",
    )
)

Kind = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType


@dataclass(slots=True)
class Part:
    """One field of a document: its own points, and the parts below it for each type its value may have."""

    key: str
    name: str = ""
    own: int = 0
    choices: list[list["Part"]] = field(default_factory=list)
    sizes: list[ValueNode] | None = None
    ids: ValueNode | None = None
    product_input: ValueNode | None = None
    varies: bool = False

    def requested(self, variables: dict[str, Any], per_id: bool = False) -> float:
        """Points before running: page sizes as asked for."""
        inside = max((sum(part.requested(variables, per_id) for part in parts) for parts in self.choices), default=0.0)
        if self.sizes is not None:
            return connection(_largest(self.sizes, variables), inside)
        times = 1
        if per_id and self.ids is not None:
            times = max(1, len(value_from_ast_untyped(self.ids, variables) or ()))
        return (self.own + inside) * times + self._input_points(variables)

    def actual(self, holder: Any, variables: dict[str, Any]) -> float:
        """Points after running: page sizes as answered, nulls free."""
        value = holder.get(self.key) if isinstance(holder, dict) else None
        if value is None:
            return float(self.own) if self.own >= 10 else 0.0
        if not self.varies:
            return self.requested(variables)
        items = value if isinstance(value, list) else [value]
        inside = max((self._inside(item, variables) for item in items), default=0.0)
        if self.sizes is not None:
            return connection(_length(value, self.choices), inside)
        return self.own + inside + self._input_points(variables)

    def _inside(self, item: Any, variables: dict[str, Any]) -> float:
        return max((sum(part.actual(item, variables) for part in parts) for parts in self.choices), default=0.0)

    def _input_points(self, variables: dict[str, Any]) -> float:
        return _product_input(value_from_ast_untyped(self.product_input, variables)) if self.product_input else 0.0


def connection(size: int, inside: float) -> float:
    """Points of a connection of so many items, each with `inside` points below it."""
    return 0.0 if size == 0 else 2 + math.floor(2 * math.log(max(2, size))) * inside


@dataclass(slots=True)
class Price:
    """The price list of one operation."""

    parts: list[Part]

    def requested(self, variables: dict[str, Any], *, per_id: bool = False) -> int:
        """Points checked against the limit and the bucket; every document costs at least 1. `per_id`: nodes per id."""
        return max(1, round(sum(part.requested(variables, per_id) for part in self.parts)))

    def actual(self, data: Any, variables: dict[str, Any]) -> int:
        """Points for the answer in hand."""
        return max(1, round(sum(part.actual(data, variables) for part in self.parts)))


def price_of(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> Price:
    """Compile an operation of a valid document."""
    return Price(_Compiler(schema, document).operation(operation))


@dataclass(slots=True)
class _Compiler:
    schema: GraphQLSchema
    document: DocumentNode

    def operation(self, operation: OperationDefinitionNode) -> list[Part]:
        mutating = operation.operation is OperationType.MUTATION
        root = self.schema.mutation_type if mutating else self.schema.query_type
        assert root is not None
        groups = self._merged(root, [operation.selection_set]).values()
        return [self._mutation(root, nodes) if mutating else self._field(root, nodes) for nodes in groups]

    def _field(self, parent: Kind, nodes: list[FieldNode]) -> Part:
        name = nodes[0].name.value
        part = Part(_key(nodes[0]), name)
        if name.startswith("__"):
            return part
        assert not isinstance(parent, GraphQLUnionType)
        kind: Any = get_named_type(parent.fields[name].type)
        if is_leaf_type(kind) or kind.name in FREE_TYPES:
            return part
        part.choices = self._choices(kind, nodes)
        at_root = parent is self.schema.query_type
        if kind.name.endswith("Connection"):
            part.sizes = [value for node in nodes for value in _arguments(node, "first", "last")]
        elif name == "edges":
            part.own = 0
        elif at_root and name.endswith("Count"):
            part.own = 10
        else:
            part.own = 1
        if at_root and name == "nodes":
            part.ids = next(_arguments(nodes[0], "ids"), None)
        part.varies = part.sizes is not None or any(below.varies for parts in part.choices for below in parts)
        return part

    def _mutation(self, root: GraphQLObjectType, nodes: list[FieldNode]) -> Part:
        """Ten points and what hangs below the first level of the payload; that level and the user errors are free."""
        part = self._field(root, nodes)
        part.own = MUTATION_POINTS.get(part.name, 10)
        payload = get_named_type(root.fields[part.name].type)
        for first_level in (each for parts in part.choices for each in parts):
            first_level.own = 0
            kind = get_named_type(payload.fields[first_level.name].type) if first_level.choices else None
            if any(face.name == "DisplayableError" for face in getattr(kind, "interfaces", ())):
                first_level.choices = []
        if part.name in PRICED_BY_INPUT:
            part.product_input = next(_arguments(nodes[0], PRICED_BY_INPUT[part.name]), None)
        return part

    def _choices(self, kind: Kind, nodes: list[FieldNode]) -> list[list[Part]]:
        below = [node.selection_set for node in nodes if node.selection_set]
        candidates: Iterable[Kind] = [kind]
        if not isinstance(kind, GraphQLObjectType):
            candidates = [kind, *self._named_in(below, kind)]
        return [
            [self._field(candidate, group) for group in self._merged(candidate, below).values()]
            for candidate in candidates
        ]

    def _named_in(self, sets: Iterable[SelectionSetNode], kind: Kind) -> list[GraphQLObjectType]:
        """The object types that fragments below an interface or union single out."""
        conditions: set[str] = set()

        def visit(selections: SelectionSetNode) -> None:
            for condition, inner in self._fragments(selections):
                conditions.add(condition or kind.name)
                visit(inner)

        for each in sets:
            visit(each)
        found: dict[str, GraphQLObjectType] = {}
        for condition in conditions - {kind.name}:
            named: Any = self.schema.type_map[condition]
            concrete = [named] if isinstance(named, GraphQLObjectType) else self.schema.get_possible_types(named)
            found.update((each.name, each) for each in concrete)
        return list(found.values())

    def _merged(self, kind: Kind, sets: Iterable[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """The fields asked of a type, those of the same key together."""
        merged: dict[str, list[FieldNode]] = {}

        def collect(selections: SelectionSetNode) -> None:
            for selection in selections.selections:
                if isinstance(selection, FieldNode):
                    merged.setdefault(_key(selection), []).append(selection)
            for condition, inner in self._fragments(selections):
                if condition is None or self._applies(condition, kind):
                    collect(inner)

        for each in sets:
            collect(each)
        return merged

    def _fragments(self, selections: SelectionSetNode) -> Iterator[tuple[str | None, SelectionSetNode]]:
        for selection in selections.selections:
            if isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                yield condition.name.value if condition else None, selection.selection_set
            elif isinstance(selection, FragmentSpreadNode):
                named = next(
                    each
                    for each in self.document.definitions
                    if isinstance(each, FragmentDefinitionNode) and each.name.value == selection.name.value
                )
                yield named.type_condition.name.value, named.selection_set

    def _applies(self, condition: str, kind: Kind) -> bool:
        named = self.schema.type_map[condition]
        if named is kind:
            return True
        return (
            isinstance(named, GraphQLInterfaceType | GraphQLUnionType)
            and isinstance(kind, GraphQLObjectType)
            and self.schema.is_sub_type(named, kind)
        )


def _product_input(given: Any) -> float:
    """The price of a productSet's input, as the schema's own text states it; a bulk update's are variants alone."""
    given = {"variants": given} if isinstance(given, list) else given or {}
    variants = given.get("variants") or ()
    points = 1.9 * len(given.get("files") or ()) + 0.4 * len(given.get("metafields") or ()) + 0.2 * len(variants)
    for variant in variants:
        points += 0.4 * len(variant.get("metafields") or ()) + (0.6 if variant.get("file") else 0.0)
    return points


def _key(node: FieldNode) -> str:
    return (node.alias or node.name).value


def _arguments(node: FieldNode, *names: str) -> Iterator[ValueNode]:
    return iter([argument.value for argument in node.arguments or () if argument.name.value in names])


def _largest(sizes: list[ValueNode], variables: dict[str, Any]) -> int:
    asked = [value_from_ast_untyped(size, variables) for size in sizes]
    return max((size for size in asked if isinstance(size, int)), default=1)


def _length(value: dict[str, Any], choices: list[list[Part]]) -> int:
    """How many items a connection answered; 1 where only its page info was asked for."""
    lists = [value.get(part.key) for parts in choices for part in parts if part.name in ("nodes", "edges")]
    return max((len(items) for items in lists if items), default=1)
