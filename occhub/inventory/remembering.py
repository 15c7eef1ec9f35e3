"""Keep on the mappings what a round found to be right."""

from collections.abc import Sequence
from datetime import datetime

from occhub.catalog.models import ProductMapping
from occhub.database import db
from occhub.inventory.judging import Verdict

_KNOWN = ("hub_available", "partner_available", "unclaimed", "state", "hub_location_id")


def remember(verdicts: Sequence[Verdict], place: str, as_of: datetime) -> None:
    """These are right now at the hub's location `place`; call inside `write()`."""
    # Written by hand: a pass touches every row, and to build the statements took far longer than to run them.
    if verdicts:
        ids = ",".join(str(verdict.shelf.id) for verdict in verdicts)
        moment = ProductMapping.stock_at.db_value(as_of)
        db.execute_sql(f"update product_mapping set stock_at = {db.param} where id in ({ids})", [moment])  # noqa: S608
    facts = ", ".join(f"{name} = {db.param}" for name in _KNOWN)
    statement = f"update product_mapping set {facts} where id = {db.param}"  # noqa: S608
    for verdict in verdicts:
        shelf = verdict.shelf
        # Of what is not counted right now the place is kept: its old number lies there until we count again.
        stands = shelf.place if verdict.number is None else place
        now = (verdict.number, verdict.available, verdict.unclaimed, verdict.state, stands)
        if now != (shelf.hub_available, shelf.available, shelf.unclaimed, shelf.state, shelf.place):
            db.execute_sql(statement, [*now, shelf.id])
