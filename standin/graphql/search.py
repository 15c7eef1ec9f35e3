"""The `query:` argument of lists: a part of Shopify's search syntax over an index that lags behind."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from standin.graphql.registry import Call

TERM = re.compile(
    r"""(?P<negated>-|NOT\s+)?(?:(?P<field>[\w.]+):)?(?P<operator><=|>=|<|>|=)?(?P<value>'[^']*'|"[^"]*"|[^\s()]+)"""
)


@dataclass(frozen=True, slots=True)
class Term:
    """One condition; `field` None looks everywhere."""

    field: str | None
    operator: str
    value: str
    negated: bool

    def holds(self, known: dict[str, object]) -> bool:
        """Whether what the index knows of an object meets it."""
        values = [known.get(self.field)] if self.field else [each for each in known.values() if isinstance(each, str)]
        found = any(self._meets(each) for value in values for each in (value if isinstance(value, list) else [value]))
        return found is not self.negated

    def _meets(self, known: object) -> bool:
        if isinstance(known, datetime):
            return _compare(known, self.operator, _moment(self.value))
        if isinstance(known, int):
            return self.value.isdigit() and _compare(known, self.operator, int(self.value))
        here, asked = str(known or "").casefold(), self.value.casefold()
        if asked == "*":
            return here != ""
        if asked.endswith("*"):
            return any(word.startswith(asked[:-1]) for word in (here, *here.split()))
        if self.field in (None, "title"):
            return asked in here
        return here == asked


def search(call: Call, items: Iterable[Any], text: str | None) -> Iterable[Any]:
    """The items a search text finds. Without a text all of them, as they are now; with one, as the index knows them.

    What the stand-in cannot search by is reported and ignored.
    """
    if text is None or not text.strip():
        return items
    return _found(call, items, _parse(text))


def _found(call: Call, items: Iterable[Any], alternatives: list[list[Term]]) -> Iterator[Any]:
    horizon = call.now - timedelta(seconds=call.world.index_lag_seconds)
    usable: list[list[Term]] | None = None
    for item in items:
        known = call.shop.indexed_terms(item, horizon)
        if known is None:
            continue
        if usable is None:
            usable = _usable(call, alternatives, known)
        if any(all(term.holds(known) for term in terms) for terms in usable):
            yield item


def _usable(call: Call, alternatives: list[list[Term]], known: dict[str, object]) -> list[list[Term]]:
    """The conditions on what the index knows of such objects; the others are reported."""
    for name in sorted({term.field for terms in alternatives for term in terms if term.field} - known.keys()):
        call.world.report.missing("search", name, call.operation)
    return [[term for term in terms if term.field is None or term.field in known] for terms in alternatives]


def _parse(text: str) -> list[list[Term]]:
    """Alternatives (OR) of conditions that must all hold (AND or a space); brackets are read over."""
    alternatives = []
    for part in re.split(r"\s+OR\s+", text):
        terms = []
        for match in TERM.finditer(part):
            value = match["value"].strip("'\"")
            if value == "AND" and not match["field"]:
                continue
            terms.append(Term(match["field"], match["operator"] or "=", value, match["negated"] is not None))
        alternatives.append(terms)
    return alternatives


def _compare(known: Any, operator: str, asked: Any) -> bool:
    if asked is None:
        return False
    match operator:
        case ">":
            return bool(known > asked)
        case ">=":
            return bool(known >= asked)
        case "<":
            return bool(known < asked)
        case "<=":
            return bool(known <= asked)
    return bool(known == asked)


@lru_cache
def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
