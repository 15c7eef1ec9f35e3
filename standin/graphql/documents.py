"""A GraphQL document read once: checked against the schema, priced, and searched for what it needs."""

from dataclasses import dataclass
from functools import lru_cache

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    validate,
    visit,
)

from standin.graphql.cost import Price, price_of
from standin.graphql.schema import admin_schema
from standin.graphql.scopes import needed_by_field, needed_by_mutation, needed_by_type


@dataclass(frozen=True, slots=True)
class Prepared:
    """A valid document with one operation picked."""

    document: DocumentNode
    operation: OperationDefinitionNode
    name: str
    price: Price
    scopes: dict[str, str]
    """Scope -> the response key of the first field that needs it."""
    deprecated: tuple[str, ...]

    @property
    def mutating(self) -> bool:
        """Whether it is a mutation."""
        return self.operation.operation is OperationType.MUTATION


class Unusable(Exception):
    """A document that cannot be run; `errors` are GraphQL's."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


@lru_cache(maxsize=512)
def prepare(text: str, operation_name: str | None = None) -> Prepared:
    """Read a document. Raises Unusable."""
    schema = admin_schema()
    try:
        document = parse(text)
    except GraphQLError as wrong:
        raise Unusable([wrong]) from wrong
    errors = validate(schema, document)
    if errors:
        raise Unusable(errors)
    operation = _pick(document, operation_name)
    findings = _Findings(TypeInfo(schema))
    visit(document, TypeInfoVisitor(findings.types, findings))
    return Prepared(
        document=document,
        operation=operation,
        name=operation.name.value if operation.name else _first_field(operation),
        price=price_of(schema, document, operation),
        scopes=findings.scopes,
        deprecated=tuple(findings.deprecated),
    )


def _pick(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    found = [each for each in operations if name is None or (each.name and each.name.value == name)]
    if len(found) != 1:
        wrong = f'No operation named "{name}"' if name else "An operation name is required"
        raise Unusable([GraphQLError(wrong)])
    return found[0]


def _first_field(operation: OperationDefinitionNode) -> str:
    first = operation.selection_set.selections[0]
    return first.name.value if isinstance(first, FieldNode) else "anonymous"


class _Findings(Visitor):
    """Walks a document and notes the scopes it needs and the deprecated fields it asks for."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.scopes: dict[str, str] = {}
        self.deprecated: list[str] = []

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Look up one field."""
        parent, definition = self.types.get_parent_type(), self.types.get_field_def()
        if parent is None or definition is None:
            return
        name, key = node.name.value, (node.alias or node.name).value
        if definition.deprecation_reason is not None:
            self.deprecated.append(f"{parent.name}.{name}")
        wanted = [needed_by_type(get_named_type(definition.type).name), needed_by_field(parent.name, name)]
        if parent is self.types._schema.mutation_type:
            wanted.append(needed_by_mutation(name))
        for scope in filter(None, wanted):
            self.scopes.setdefault(scope, key)

    def enter_inline_fragment(self, *_: object) -> None:
        """`... on Product` needs what a field of that type needs."""
        kind = self.types.get_type()
        if kind is not None and (scope := needed_by_type(get_named_type(kind).name)):
            self.scopes.setdefault(scope, get_named_type(kind).name)
