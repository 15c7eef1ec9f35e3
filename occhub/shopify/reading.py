"""Reads values out of answers: moments, money and whole lists."""

from collections.abc import Callable
from datetime import datetime

from occhub.money import Money
from occhub.shopify.answers import Node


def moment(text: str) -> datetime:
    """A moment as Shopify writes it, e.g. 2026-11-22T08:00:00Z."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def maybe_moment(text: str | None) -> datetime | None:
    """A moment, or None where there is none."""
    return moment(text) if text else None


def money(bag: Node) -> Money:
    """A money bag in the store's own currency."""
    return Money.parse(bag["shopMoney"]["amount"], bag["shopMoney"]["currencyCode"])


def all_nodes(connection: Node, more: Callable[[str], Node | None]) -> list[Node]:
    """Every node of a nested connection; `more(cursor)` fetches the next page, None when its owner is gone."""
    nodes, page = list(connection["nodes"]), connection["pageInfo"]
    while page["hasNextPage"]:
        following = more(page["endCursor"])
        if following is None:
            break
        nodes += following["nodes"]
        page = following["pageInfo"]
    return nodes
