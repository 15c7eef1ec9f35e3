"""The audit trail: every change a person makes, who made it, what was before and after, and when."""

import csv
import io
import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from peewee import CharField, TextField

from occhub.database import BaseModel, MomentField

REDACTED = "redacted"
_FOR_MACHINES = ("remote_id", "image_url", "import partner")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class AuditEntry(BaseModel):
    """One change. `user_id` is Shopify's number of the person; the rest are JSON objects of fields."""

    at = MomentField(index=True)
    shop = CharField(index=True)
    user_id = CharField()
    what = CharField()  # what the page did, in words
    subject = CharField(default="")  # the name of the partner or product it was done to
    path = CharField()
    asked = TextField(default="{}")  # the fields of the form
    before = TextField(default="{}")  # only what differs
    after = TextField(default="{}")

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        """Each field that differs, in words: its name, what it was, what it is.

        Of a row that was made only what was filled in; what only machines read (ids, addresses of pictures) is in the
        exported table.
        """
        before, after = json.loads(self.before), json.loads(self.after)
        named = [name for name in sorted({*before, *after}) if not name.endswith(_FOR_MACHINES)]
        told = [name for name in named if before.get(name) or after.get(name) or {name} <= before.keys() & after.keys()]
        return [(_named(name), _told(name, before), _told(name, after)) for name in told]

    @property
    def form(self) -> dict[str, str]:
        """What the person had filled in."""
        fields: dict[str, str] = json.loads(self.asked)
        return fields


def entries(shop: str = "", *, but: str = "", before_id: int | None = None, limit: int = 50) -> list[AuditEntry]:
    """Changes, the newest first, of all stores, of one, or of all but one; `before_id` goes on where a page ended."""
    query = AuditEntry.select().order_by(AuditEntry.id.desc()).limit(limit)
    if shop:
        query = query.where(AuditEntry.shop == shop)
    if but:
        query = query.where(AuditEntry.shop != but)
    if before_id is not None:
        query = query.where(AuditEntry.id < before_id)
    return list(query)


def as_csv(found: Iterable[AuditEntry]) -> str:
    """The changes as a table for a spreadsheet; a cell that would be a formula there is text."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["when (UTC)", "store", "user", "what", "to", "page", "asked", "before", "after"])
    for entry in found:
        row = [entry.at.isoformat(), entry.shop, entry.user_id, entry.what, entry.subject, entry.path]
        writer.writerow([_plain(cell) for cell in (*row, entry.asked, entry.before, entry.after)])
    return table.getvalue()


def forget_people(shop: str) -> int:
    """A store's data is to be erased: its people's numbers and what they typed go, that something was done stays."""
    facts = {"user_id": REDACTED, "asked": "{}", "before": "{}", "after": "{}"}
    return int(AuditEntry.update(facts).where(AuditEntry.shop == shop).execute())


def forget_fields(path: str, names: Collection[str]) -> int:
    """Inside a write: what these fields were and became on this page is erased; answers how many changes lost some."""
    lost = 0
    for entry in AuditEntry.select().where(AuditEntry.path == path):
        kept = {column: _without(getattr(entry, column), names) for column in ("asked", "before", "after")}
        if any(kept[column] != getattr(entry, column) for column in kept):
            lost += int(AuditEntry.update(kept).where(AuditEntry.id == entry.id).execute())
    return lost


def differences(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, str]:
    """What differs between two states of a row, as two JSON objects."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return (
        json.dumps({name: _shown(before[name]) for name in names if name in before}, sort_keys=True),
        json.dumps({name: _shown(after[name]) for name in names if name in after}, sort_keys=True),
    )


def _shown(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _without(fields: str, names: Collection[str]) -> str:
    return json.dumps({name: REDACTED if name in names else value for name, value in json.loads(fields).items()})


def _named(name: str) -> str:
    return name.removesuffix("_bp").removesuffix("_minor").replace("_", " ")


def _told(name: str, state: dict[str, Any]) -> str:
    value = state.get(name)
    if value in (None, "", []):
        return "none"
    if name.endswith("_bp"):
        return f"{value / 100:g} %"
    if name.endswith("weekday"):
        return _WEEKDAYS[value]
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
