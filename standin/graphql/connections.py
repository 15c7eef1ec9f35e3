"""Pages of a list: forwards, backwards, with cursors that stay true when rows come and go."""

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

from standin.graphql.registry import Refused

LARGEST_PAGE = 250
RULE = "page not as it must be"

SortKey = Callable[[Any], Any]


@dataclass(slots=True)
class Edge:
    """An item and where it stands in its list."""

    node: Any
    key: Any

    @property
    def cursor(self) -> str:
        """Place in the list: the sort value and the id, so that it survives changes of the rows around it."""
        return base64.urlsafe_b64encode(json.dumps(self.key).encode()).decode()


@dataclass(slots=True)
class PageInfo:
    """What lies before and after a page."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(slots=True)
class Connection:
    """One page."""

    edges: list[Edge]
    has_next_page: bool
    has_previous_page: bool

    @property
    def nodes(self) -> list[Any]:
        """The items."""
        return [edge.node for edge in self.edges]

    @property
    def page_info(self) -> PageInfo:
        """What lies before and after."""
        ends = (self.edges[0].cursor, self.edges[-1].cursor) if self.edges else (None, None)
        return PageInfo(self.has_next_page, self.has_previous_page, *ends)


def connection(
    items: Iterable[Any],
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    reverse: bool = False,
    sort: SortKey | None = None,
    **_: object,
) -> Connection:
    """A page of items, sorted by `sort` and then by id (by position where neither is given and items have no id).

    Raises Refused, as Shopify does, without `first` or `last` and for more than 250.
    """
    size = first if first is not None else last
    if size is None or size < 0:
        raise Refused("you must provide one of first or last", "BAD_REQUEST", rule=RULE)
    if size > LARGEST_PAGE:
        raise Refused(f"first cannot exceed {LARGEST_PAGE}. Requested {size}", "BAD_REQUEST", rule=RULE)
    rows = [(_place(item, position, sort), item) for position, item in enumerate(items)]
    rows.sort(key=itemgetter(0), reverse=reverse)
    total = len(rows)
    start = 0 if after is None else _count_up_to(rows, _read(after), reverse, itself=True)
    end = total if before is None else _count_up_to(rows, _read(before), reverse, itself=False)
    if first is not None:
        low, high = start, min(end, start + size)
    else:
        low, high = max(start, end - size), end
    edges = [Edge(item, key) for key, item in rows[low:high]]
    return Connection(edges, has_next_page=high < total, has_previous_page=low > 0)


def _place(item: Any, position: int, sort: SortKey | None) -> Any:
    if sort is None:
        return ["", position]
    return [_plain(sort(item)), _tie(item.id)]


def _tie(key: Any) -> Any:
    return list(key) if isinstance(key, tuple) else key


def _plain(value: Any) -> Any:
    """A value as it can stand in a cursor and still sort rightly."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, Decimal):
        return float(value)
    return "" if value is None else list(value) if isinstance(value, tuple) else value


def _count_up_to(rows: list[tuple[Any, Any]], border: Any, reverse: bool, *, itself: bool) -> int:
    """How many rows come before a border, or before and at it."""
    low, high = 0, len(rows)
    while low < high:
        middle = (low + high) // 2
        key = rows[middle][0]
        before = key > border if reverse else key < border
        if before or (itself and key == border):
            low = middle + 1
        else:
            high = middle
    return low


def _read(cursor: str) -> Any:
    try:
        return json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except ValueError as wrong:
        message = f"Invalid cursor for current pagination sort: {cursor}"
        raise Refused(message, "BAD_REQUEST", rule=RULE) from wrong
