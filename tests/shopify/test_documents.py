"""Every document is valid against the whole real schema, used by exactly one function, and cheap enough."""

import gzip
import re
from functools import cache
from pathlib import Path

import pytest
from graphql import GraphQLSchema, NoDeprecatedCustomRule, build_schema, get_operation_ast, parse, validate

import occhub.shopify
from occhub.shopify import inventory, products
from occhub.shopify.operations import DOCUMENTS, read_operation
from occhub.shopify.subscriptions import HUB_TOPICS, PARTNER_TOPICS
from standin.graphql.cost import price_of

ROOT = Path(__file__).parents[2]
WALL = Path(occhub.shopify.__file__).parent
NAMES = sorted(path.stem for path in DOCUMENTS.glob("*.graphql") if not path.stem.endswith(".fragment"))
# Deprecated in favour of payment terms, which need a scope that partners would have to grant; without it an order is
# born PAID.
TOLERATED = {"draft_complete": "The argument 'Mutation.draftOrderComplete(paymentPending:)' is deprecated. deprecated"}


@cache
def schema() -> GraphQLSchema:
    packed = (ROOT / "standin" / "data" / "admin_2026-10.graphql.gz").read_bytes()
    return build_schema(gzip.decompress(packed).decode(), assume_valid=True)


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_valid_against_the_real_schema(name: str) -> None:
    assert [error.message for error in validate(schema(), parse(read_operation(name).text))] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_document_uses_nothing_deprecated(name: str) -> None:
    errors = validate(schema(), parse(read_operation(name).text), [NoDeprecatedCustomRule])
    assert [error.message for error in errors if error.message != TOLERATED.get(name)] == []


def calls(name: str) -> list[str]:
    """The functions of the wall that name a document."""
    found = []
    for path in sorted(WALL.glob("*.py")):
        for body in re.split(r"^(?=def |class )", path.read_text(), flags=re.M):
            if f'"{name}"' in body and not body.startswith('"""'):
                found.append(f"{path.stem}.{body.split('(')[0]}")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_used(name: str) -> None:
    assert calls(name)


def cost(name: str, **variables: object) -> int:
    """The requested cost of a document, `nodes` priced by the id: dearer than what was ever seen."""
    document = parse(read_operation(name).text)
    operation = get_operation_ast(document)
    assert operation is not None
    return price_of(schema(), document, operation).requested(variables, per_id=True)


@pytest.mark.parametrize("name", NAMES)
def test_a_document_costs_little(name: str) -> None:
    assert cost(name, ids=["1"], input={}) <= 55


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("levels", inventory.ROWS),
        ("partner_variants", inventory.ROWS),
        ("products", products.AT_ONCE),
    ],
)
def test_a_full_batch_would_be_let_through_even_if_nodes_were_priced_by_the_id(name: str, size: int) -> None:
    assert cost(name, ids=["1"]) < cost(name, ids=["1"] * size) <= 1000


def test_every_fragment_is_spread_somewhere() -> None:
    everything = "".join(path.read_text() for path in DOCUMENTS.glob("*.graphql"))
    for path in DOCUMENTS.glob("*.fragment.graphql"):
        assert f"...{path.name.partition('.')[0]}\n" in everything


def test_only_mutations_that_demand_a_key_carry_one() -> None:
    assert [name for name in NAMES if read_operation(name).is_idempotent] == ["set_levels"]


def test_every_topic_we_subscribe_to_exists() -> None:
    known = schema().type_map["WebhookSubscriptionTopic"].values
    assert {*HUB_TOPICS, *PARTNER_TOPICS} <= set(known)
