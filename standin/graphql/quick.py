"""A short cut in GraphQL execution: mere attributes are read without ceremony, arguments worked out once a request."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLField, GraphQLLeafType, Undefined, get_nullable_type, is_leaf_type, is_non_null_type
from graphql.execution import Executor, get_argument_values
from graphql.pyutils import Path

QUICK = "quick"
NOT_SO_QUICK = object()


def shorten(definition: GraphQLField, attribute: str, key: str) -> None:
    """Mark a field without arguments as a mere attribute (or key of a dict), where its type is a scalar or an enum."""
    kind = get_nullable_type(definition.type)
    if is_leaf_type(kind) and not definition.args:
        definition.extensions[QUICK] = _reader(attribute, key, kind, is_non_null_type(definition.type))


class QuickExecutor(Executor):
    """Executes synchronous resolvers only; whatever is not plain goes the ordinary way, errors and nulls included."""

    def execute_fields(self, parent_type, source_value, path, grouped_field_set, position_context):  # type: ignore[no-untyped-def]
        """Fill in one object."""
        results: dict[str, Any] = {}
        definitions = parent_type.fields
        for key, details in grouped_field_set.items():
            definition = definitions.get(details[0].node.name.value)
            read = definition.extensions.get(QUICK) if definition else None
            value = read(source_value) if read else NOT_SO_QUICK
            if value is NOT_SO_QUICK:
                place = Path(path, key, parent_type.name)
                value = self.execute_field(  # type: ignore[no-untyped-call]
                    parent_type, source_value, details, place, position_context
                )
            if value is not Undefined:
                results[key] = value
        return results

    def execute_field(self, parent_type, source, field_details_list, path, position_context):  # type: ignore[no-untyped-def]
        """Answer one field; the same field of 250 objects has the same arguments."""
        node = field_details_list[0].node
        definition = parent_type.fields.get(node.name.value)
        if definition is None:
            return super().execute_field(parent_type, source, field_details_list, path, position_context)
        info = self.build_resolve_info(definition, [each.node for each in field_details_list], parent_type, path)
        try:
            arguments = self._arguments(definition, node)  # type: ignore[no-untyped-call]
            result = definition.resolve(source, info, **arguments)
            return self.complete_value(definition.type, field_details_list, info, path, result, position_context)
        except Exception as wrong:
            self.handle_field_error(wrong, definition.type, field_details_list, path)
            return None

    def _arguments(self, definition, node):  # type: ignore[no-untyped-def]
        if not (definition.args or node.arguments):
            return {}
        known = self.__dict__.setdefault("arguments_of", {})
        if id(node) not in known:
            known[id(node)] = get_argument_values(definition, node, self.variable_values)
        return known[id(node)]


def _reader(attribute: str, key: str, kind: GraphQLLeafType, required: bool) -> Callable[[Any], Any]:
    absent = NOT_SO_QUICK if required else None

    def read(source: Any) -> Any:
        try:
            value = source[key] if isinstance(source, dict) else getattr(source, attribute)
            return absent if value is None else kind.coerce_output_value(value)
        except Exception:
            return NOT_SO_QUICK

    return read
