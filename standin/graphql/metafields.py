"""Custom fields: reading them, declaring them, and the uniqueness of custom ids."""

import re
from typing import Any

from graphql import GraphQLResolveInfo

from standin.graphql.connections import Connection, connection
from standin.graphql.registry import Call, Refused, field, mutation, payload, query, user_error
from standin.world import Metafield, MetafieldDefinition, Product, number_of

HOLDERS = ("Product", "ProductVariant", "Order")
MOST_AT_ONCE = 25
_KEY, _NAMESPACE = re.compile(r"[A-Za-z0-9_-]{2,64}"), re.compile(r"[A-Za-z0-9_-]{3,255}")
OWNER_SCOPES = {
    "PRODUCT": "write_products",
    "PRODUCTVARIANT": "write_products",
    "ORDER": "write_orders",
    "DRAFTORDER": "write_draft_orders",
}


def metafield_of(holder: Any, info: GraphQLResolveInfo, *, key: str, namespace: str | None = None) -> Metafield | None:
    """One custom field; without a namespace the app's own."""
    asked = (info.context.expand(namespace), key)
    return next((each for each in holder.metafields if (each.namespace, each.key) == asked), None)


def metafields_of(
    holder: Any,
    info: GraphQLResolveInfo,
    *,
    namespace: str | None = None,
    keys: list[str] | None = None,
    **page: Any,
) -> Connection:
    """The custom fields, of one namespace or with these keys (`namespace.key`) if asked for."""
    found = holder.metafields
    if namespace is not None:
        found = [each for each in found if each.namespace == info.context.expand(namespace)]
    if keys is not None:
        wanted = {_full_key(info.context, key) for key in keys}
        found = [each for each in found if (each.namespace, each.key) in wanted]
    return connection(found, sort=lambda metafield: metafield.id, **page)


for holder_type in HOLDERS:
    field(holder_type, "metafield")(metafield_of)
    field(holder_type, "metafields")(metafields_of)


@query("metafieldDefinitions")
def metafield_definitions(
    info: GraphQLResolveInfo,
    *,
    owner_type: str,
    namespace: str | None = None,
    key: str | None = None,
    **page: Any,
) -> Connection:
    """The declared custom fields of one kind of object."""
    call: Call = info.context
    found = [
        each
        for each in call.shop.definitions.values()
        if each.owner_type == owner_type
        and (namespace is None or each.namespace == call.expand(namespace))
        and (key is None or each.key == key)
    ]
    return connection(found, first=page.get("first"), after=page.get("after"), sort=lambda each: each.id)


@field("MetafieldDefinition", "type")
def definition_type(definition: MetafieldDefinition, info: GraphQLResolveInfo) -> dict[str, str]:
    """Its type by name."""
    return {"name": definition.type, "category": "ID" if definition.type == "id" else "TEXT"}


@mutation("metafieldDefinitionCreate")
def define(info: GraphQLResolveInfo, *, definition: dict[str, Any]) -> dict[str, object]:
    """Declare a custom field; the same one twice is TAKEN."""
    call: Call = info.context
    owner = definition["ownerType"]
    scope = OWNER_SCOPES.get(owner)
    if scope and scope not in call.scopes:
        call.violation("scope not granted", f"metafieldDefinitionCreate: {scope}")
        required = f"`{scope}` access scope."
        raise Refused(
            f"Access denied for metafieldDefinitionCreate field. Required access: {required}",
            "ACCESS_DENIED",
            requiredAccess=required,
        )
    namespace, key = call.expand(definition.get("namespace")), definition["key"]
    if not _KEY.fullmatch(key):
        return payload(user_errors=[user_error(["definition", "key"], "Key is invalid", "INVALID")])
    taken = any(
        (each.namespace, each.key, each.owner_type) == (namespace, key, owner)
        for each in call.shop.definitions.values()
    )
    if taken:
        message = f"Key is in use for {owner.title()} metafields on the '{namespace}' namespace."
        return payload(user_errors=[user_error(["definition", "key"], message, "TAKEN")])
    created = MetafieldDefinition(
        call.shop.next_id(), definition["name"], namespace, key, definition["type"], owner_type=owner
    )
    call.shop.definitions[created.id] = created
    return payload(created_definition=created)


@mutation("metafieldsSet")
def set_fields(info: GraphQLResolveInfo, *, metafields: list[dict[str, Any]]) -> dict[str, object]:
    """Write up to 25 custom fields of products, all or none; other fields of theirs stay."""
    call: Call = info.context
    if len(metafields) > MOST_AT_ONCE:
        message = f"Exceeded the maximum metafields input limit of {MOST_AT_ONCE}."
        return payload(user_errors=[user_error(["metafields"], message, "LESS_THAN_OR_EQUAL_TO")])
    errors, made = [], []
    for index, row in enumerate(metafields):
        at, product = ["metafields", str(index)], _product(call, row)
        if product is None:
            errors.append(user_error([*at, "ownerId"], "Owner does not exist.", "INVALID"))
            continue
        fields, problems = written(call, "PRODUCT", list(call.shop.products.values()), product, [row])
        errors += [user_error([*at, "value"], message, "INVALID_VALUE") for _, message, _ in problems]
        made += [(product, each) for each in fields]
    if errors:
        return payload(user_errors=errors)
    for product, each in made:
        product.metafields = [kept for kept in product.metafields if kept.id != each.id] + [each]
    for product in {product.id: product for product, _ in made}.values():
        call.world.product_changed(call.shop, product)
    return payload(metafields=[each for _, each in made])


@mutation("metafieldsDelete")
def delete_fields(info: GraphQLResolveInfo, *, metafields: list[dict[str, Any]]) -> dict[str, object]:
    """Delete custom fields of products; one that is not there is answered with null, and is no error."""
    call: Call = info.context
    deleted: list[dict[str, Any] | None] = []
    for index, row in enumerate(metafields):
        product = _product(call, row)
        if product is None:
            at = ["metafields", str(index), "ownerId"]
            return payload(user_errors=[user_error(at, "Owner does not exist.")])
        asked = (call.expand(row["namespace"]), row["key"])
        kept = [each for each in product.metafields if (each.namespace, each.key) != asked]
        there = len(kept) < len(product.metafields)
        deleted.append({"owner_id": row["ownerId"], "namespace": asked[0], "key": asked[1]} if there else None)
        if there:
            product.metafields = kept
            call.world.product_changed(call.shop, product)
    return payload(deleted_metafields=deleted)


def _product(call: Call, row: dict[str, Any]) -> Product | None:
    """The product that owns the field; other owners are not played."""
    if not row["ownerId"].startswith("gid://shopify/Product/"):
        call.world.report.missing("metafields", row["ownerId"], call.operation)
        return None
    return call.shop.products.get(number_of(row["ownerId"], "Product"))


def written(
    call: Call, owner_type: str, holders: list[Any], holder: Any, rows: list[dict[str, Any]]
) -> tuple[list[Metafield], list[tuple[int, str, str]]]:
    """Metafields made of input rows, and problems as (row, message, code): the list replaces what the holder has.

    `holders` are the objects of the same kind; the value of an `id` field is unique among them.
    """
    kept = {(each.namespace, each.key): each for each in getattr(holder, "metafields", ())}
    made, problems = [], []
    for index, row in enumerate(rows):
        namespace, key, value = call.expand(row.get("namespace")), row.get("key") or "", row.get("value") or ""
        declared = _definition(call, owner_type, namespace, key)
        kind = row.get("type") or (declared.type if declared else "")
        if not key or not value:
            problems.append((index, "Key and value must not be blank", "INVALID_METAFIELD"))
        elif not _KEY.fullmatch(key) or not _NAMESPACE.fullmatch(namespace):
            problems.append((index, "Key or namespace is invalid", "INVALID_METAFIELD"))
        elif not kind:
            problems.append((index, "Type can't be blank", "INVALID_METAFIELD"))
        elif declared and kind != declared.type:
            message = f"Type must be consistent with the definition's type: '{declared.type}'."
            problems.append((index, message, "INVALID_METAFIELD"))
        elif kind == "single_line_text_field" and len(value.splitlines()) > 1:
            problems.append((index, "Value must be a single line text string.", "INVALID_METAFIELD"))
        elif kind == "id" and not declared:
            problems.append((index, "A metafield of type 'id' needs a definition", "INVALID_METAFIELD"))
        elif kind == "id" and _taken(holders, holder, namespace, key, value):
            problems.append((index, f"Value is already assigned to another metafield: {value}", "CAPABILITY_VIOLATION"))
        else:
            before = kept.get((namespace, key))
            number, since = (before.id, before.created_at) if before else (call.shop.next_id(), call.now)
            made.append(Metafield(number, namespace, key, kind, value, since, call.now))
    return made, problems


def _definition(call: Call, owner_type: str, namespace: str, key: str) -> MetafieldDefinition | None:
    asked = (owner_type, namespace, key)
    found = call.shop.definitions.values()
    return next((each for each in found if (each.owner_type, each.namespace, each.key) == asked), None)


def _taken(holders: list[Any], holder: Any, namespace: str, key: str, value: str) -> bool:
    asked = (namespace, key, value)
    return any(
        (each.namespace, each.key, each.value) == asked
        for other in holders
        if other is not holder
        for each in other.metafields
    )


def _full_key(call: Call, key: str) -> tuple[str, str]:
    namespace, _, name = key.rpartition(".")
    return call.expand(namespace or None), name
