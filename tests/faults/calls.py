"""Where the room of orders talks to a store, read from its own source."""

import ast
from collections.abc import Iterator
from pathlib import Path

from occhub.shopify.operations import DOCUMENTS
from tests.conftest import ROOT

ROOM, WALL = ROOT / "occhub" / "orders", "occhub.shopify."


def calls_of_the_room() -> set[str]:
    """Every place of the room from which a document is sent, such as "draft_update by drafting._write"."""
    return {
        f"{document} by {path.stem}.{function.name}"
        for path in ROOM.glob("*.py")
        for tree in [ast.parse(path.read_text())]
        for senders in [_senders(tree)]
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for name in _called_in(function)
        for document in senders.get(name, ())
    }


def _senders(tree: ast.Module) -> dict[str, set[str]]:
    """What of the wall is imported here and sends, with the documents."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(WALL):
            module = ROOT / f"{node.module.replace('.', '/')}.py"
            found |= {name.name: sent for name in node.names if (sent := _sent_by(module, name.name))}
    return found


def _called_in(function: ast.AST) -> Iterator[str]:
    """What is called there, but not in the functions inside, which have names of their own."""
    for node in ast.iter_child_nodes(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
        if not isinstance(node, ast.FunctionDef):
            yield from _called_in(node)


def _sent_by(module: Path, name: str) -> set[str]:
    # Not what that function calls in turn: these are further pages of the same reads.
    known = {path.name.removesuffix(".graphql") for path in DOCUMENTS.glob("*.graphql")}
    return {
        text.value
        for function in ast.parse(module.read_text()).body
        if isinstance(function, ast.FunctionDef) and function.name == name
        for text in ast.walk(function)
        if isinstance(text, ast.Constant) and text.value in known
    }
