"""Which documents the room of orders may send, read from its own source."""

import ast
from pathlib import Path

from occhub.shopify.operations import DOCUMENTS
from tests.conftest import ROOT

ROOM, WALL = ROOT / "occhub" / "orders", "occhub.shopify."


def documents_of_the_room() -> set[str]:
    """Every document that a function of the wall sends which the room imports, as the source says."""
    found: set[str] = set()
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(WALL):
                found |= _sent_by(ROOT / f"{node.module.replace('.', '/')}.py", {name.name for name in node.names})
    return found


def _sent_by(module: Path, names: set[str]) -> set[str]:
    # Not what those functions call in turn: these are further pages of the same reads.
    known = {path.name.removesuffix(".graphql") for path in DOCUMENTS.glob("*.graphql")}
    return {
        text.value
        for function in ast.parse(module.read_text()).body
        if isinstance(function, ast.FunctionDef) and function.name in names
        for text in ast.walk(function)
        if isinstance(text, ast.Constant) and text.value in known
    }
