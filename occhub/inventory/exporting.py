"""Runs and changes as CSV, for who wants to count for himself."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from occhub.catalog.models import ProductMapping
from occhub.inventory.models import StockChange
from occhub.partners.models import Partner
from occhub.synclog import SyncLog

_OF_RUN = ("id", "kind", "trigger", "state", "started_at", "finished_at")
_FIGURES = ("read", "changed", "skipped", "failed", "calls", "points", "detail", "error")
_OF_CHANGE = ("before", "after", "available", "unclaimed", "safety")
# A spreadsheet takes what begins so for a formula, and a title may come from anybody.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def runs_as_csv(runs: Iterable[SyncLog]) -> str:
    """One line a run; times in UTC, ISO 8601."""
    names = {partner.id: partner.name for partner in Partner.select(Partner.id, Partner.name)}
    rows = ([*_pick(run, _OF_RUN), names.get(run.partner_id, ""), *_pick(run, _FIGURES)] for run in runs)
    return _csv([*_OF_RUN, "partner", *_FIGURES], rows)


def changes_as_csv(run: SyncLog) -> str:
    """One line for each number the run changed, with A, U and S at that moment."""
    query = StockChange.select(StockChange, ProductMapping).join(ProductMapping).where(StockChange.run == run)
    rows = (
        [change.at.isoformat(), change.mapping.sku, change.mapping.title, *_pick(change, _OF_CHANGE)]
        for change in query.order_by(StockChange.id).iterator()
    )
    return _csv(["at", "sku", "title", *_OF_CHANGE], rows)


def _pick(row: Any, names: Iterable[str]) -> Iterator[Any]:
    for name in names:
        value = getattr(row, name)
        yield value.isoformat() if hasattr(value, "isoformat") else value


def _csv(head: list[str], rows: Iterable[list[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    for row in rows:
        writer.writerow([f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in row])
    return out.getvalue()
