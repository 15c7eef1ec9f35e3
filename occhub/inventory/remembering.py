"""Keep on the mappings what a round found to be right."""

from collections.abc import Sequence
from datetime import datetime

from peewee import chunked

from occhub.catalog.models import ProductMapping
from occhub.database import db
from occhub.inventory.judging import Verdict
from occhub.inventory.shelves import AT_ONCE

_KNOWN = ("hub_available", "partner_available", "unclaimed", "state", "hub_location_id")


def remember(verdicts: Sequence[Verdict], place: str, as_of: datetime) -> None:
    """These are right now at the hub's location `place`; call inside `write()`."""
    for batch in chunked(verdicts, AT_ONCE):
        ids = [verdict.shelf.id for verdict in batch]
        ProductMapping.update(stock_at=as_of).where(ProductMapping.id.in_(ids)).execute()
    # Written by hand: a first pass changes every row, and to build each statement took far longer than to run it.
    facts = ", ".join(f"{name} = {db.param}" for name in _KNOWN)
    statement = f"update product_mapping set {facts} where id = {db.param}"  # noqa: S608
    for verdict in verdicts:
        shelf = verdict.shelf
        # Of what is not counted right now the place is kept: its old number lies there until we count again.
        stands = shelf.place if verdict.number is None else place
        now = (verdict.number, verdict.available, verdict.unclaimed, verdict.state, stands)
        if now != (shelf.hub_available, shelf.available, shelf.unclaimed, shelf.state, shelf.place):
            db.execute_sql(statement, [*now, shelf.id])
