"""What every object with a Shopify id has in common, and how such ids are written and read."""

from dataclasses import dataclass
from typing import ClassVar

PREFIX = "gid://shopify/"


@dataclass(slots=True, eq=False)
class Entity:
    """An object of a store: an integer id, unique over all stores of the world, and its GraphQL type in `kind`."""

    kind: ClassVar[str]
    id: int

    @property
    def gid(self) -> str:
        """The global id, as GraphQL shows it."""
        return f"{PREFIX}{self.kind}/{self.id}"


def gid(kind: str, number: int) -> str:
    """The global id of a type and a number."""
    return f"{PREFIX}{kind}/{number}"


def split_gid(value: str) -> tuple[str, int]:
    """Type and number of a global id (a query string after the number is ignored). ValueError if it is none."""
    kind, _, rest = value.removeprefix(PREFIX).partition("/")
    number = rest.partition("?")[0]
    if not value.startswith(PREFIX) or not kind or not number.isdigit():
        raise ValueError(f"not a global id: {value!r}")
    return kind, int(number)


def number_of(value: str | int, kind: str) -> int:
    """The number behind an integer or a global id of this type; 0, which no object has, when it is something else."""
    if isinstance(value, int):
        return value
    if value.isdigit():
        return int(value)
    try:
        found, number = split_gid(value)
    except ValueError:
        return 0
    return number if found == kind else 0
