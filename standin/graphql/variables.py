"""What a request brings along, checked the way Shopify checks it before anything runs."""

import re
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    OperationDefinitionNode,
    is_non_null_type,
    print_ast,
    type_from_ast,
    validate_input_value,
    value_from_ast_untyped,
)

LONGEST_ARRAY = 250
LONGER_ARRAYS = {
    ("productSet", "variants"): 2048,
    ("productSet", "inventoryQuantities"): 50_000,
    ("productVariantsBulkCreate", "variants"): 2048,
    ("draftOrderCreate", "lineItems"): 499,
    ("draftOrderUpdate", "lineItems"): 499,
    ("draftOrderCalculate", "lineItems"): 499,
    ("orderCreate", "lineItems"): 499,
}


def variable_errors(schema: GraphQLSchema, operation: OperationDefinitionNode, given: dict[str, Any]) -> list[Any]:
    """One INVALID_VARIABLE error for each variable that does not fit its type."""
    errors = []
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        kind: Any = type_from_ast(schema, definition.type)
        if kind is None or (name not in given and (definition.default_value or not is_non_null_type(kind))):
            continue
        value = given.get(name)
        problems = _problems(value, kind)
        if problems:
            shown = print_ast(definition.type)
            first = problems[0]
            at = ".".join(str(step) for step in first["path"])
            why = f"for {at} ({first['explanation']})" if at else f"({first['explanation']})"
            message = f"Variable ${name} of type {shown} was provided invalid value {why}"
            extensions = {"code": "INVALID_VARIABLE", "value": value, "problems": problems}
            errors.append(GraphQLError(message, definition, extensions=extensions).formatted)
    return errors


def array_too_long(operation: OperationDefinitionNode, given: dict[str, Any]) -> tuple[list[str], int, int] | None:
    """Path, length and limit of the first array among a root field's arguments that is too long."""
    for node in operation.selection_set.selections:
        if isinstance(node, FieldNode):
            for argument in node.arguments or ():
                value = value_from_ast_untyped(argument.value, given)
                path = [(node.alias or node.name).value, argument.name.value]
                if found := _too_long(node.name.value, path, value):
                    return found
    return None


def _too_long(root: str, path: list[str], value: Any) -> tuple[list[str], int, int] | None:
    if isinstance(value, list):
        limit = LONGER_ARRAYS.get((root, path[-1]), LONGEST_ARRAY)
        if len(value) > limit:
            return path, len(value), limit
        if not value or not isinstance(value[0], dict | list):
            return None
        return next(filter(None, (_too_long(root, [*path, str(i)], each) for i, each in enumerate(value))), None)
    if isinstance(value, dict):
        return next(filter(None, (_too_long(root, [*path, key], each) for key, each in value.items())), None)
    return None


def _problems(value: Any, kind: GraphQLInputType) -> list[dict[str, Any]]:
    """What is wrong with a value, in Shopify's words where they are known."""
    wrong: list[dict[str, Any]] = []

    def note(error: GraphQLError, path: list[str | int]) -> None:
        text = error.message
        if unknown := re.search(r"Expected value of type '(\w+)' not to include unknown field '(\w+)'", text):
            path, text = [*path, unknown[2]], f"Field is not defined on {unknown[1]}"
        elif absent := re.search(r"to include required field '(\w+)'", text):
            path, text = [*path, absent[1]], "Expected value to not be null"
        elif "not to be None" in text:
            text = "Expected value to not be null"
        wrong.append({"path": path, "explanation": text})

    validate_input_value(value, kind, note)
    return wrong
