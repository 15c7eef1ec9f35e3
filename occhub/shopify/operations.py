"""Our GraphQL documents, read from documents/ with the fragments they spread."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DOCUMENTS = Path(__file__).parent / "documents"
_SPREAD = re.compile(r"\.\.\.([A-Za-z]\w*)")


@dataclass(frozen=True)
class Operation:
    """A document ready to send."""

    name: str
    text: str
    is_mutation: bool
    is_idempotent: bool

    @property
    def is_repeatable(self) -> bool:
        """Whether sending it again after a lost answer changes nothing more."""
        return self.is_idempotent or not self.is_mutation


@cache
def read_operation(name: str) -> Operation:
    """The document of this name, with its fragments."""
    text = (DOCUMENTS / f"{name}.graphql").read_text()
    fragments = [
        (DOCUMENTS / f"{spread}.fragment.graphql").read_text() for spread in sorted(set(_SPREAD.findall(text)))
    ]
    return Operation(
        name=name,
        text="\n".join([text, *fragments]),
        is_mutation=text.startswith("mutation"),
        is_idempotent="@idempotent(" in text,
    )
