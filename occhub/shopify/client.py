"""One store's door: sends our documents, pays for them out of the store's budget, and knows what may be repeated."""

from datetime import datetime
from typing import Any


class Store:
    """A store we may talk to; `calls` and `points` are what it has cost so far (for the SyncLog)."""

    def __init__(self, shop: str) -> None:
        self.shop = shop
        self.calls = 0
        self.points = 0

    def execute(self, document: str, variables: dict[str, Any], *, as_of: datetime | None = None) -> dict[str, Any]:
        """Run documents/<document>.graphql and hand out its `data`; raises a StoreError."""
        raise NotImplementedError
