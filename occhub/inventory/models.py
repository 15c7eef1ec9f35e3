"""What the stock sync did, number by number, and what it knows of each partner's stockroom."""

from datetime import datetime, timedelta
from typing import Self

from peewee import ForeignKeyField, IntegerField, JSONField, TextField

from occhub.catalog.models import ProductMapping
from occhub.database import BaseModel, MomentField
from occhub.partners.models import Partner
from occhub.synclog import SyncLog


class StockChange(BaseModel):
    """One hub number changed by a run, and why: A, U and S of R5 at that moment."""

    run = ForeignKeyField(SyncLog, backref="changes", on_delete="CASCADE")
    run_id: int
    mapping = ForeignKeyField(ProductMapping, backref="stock_changes", on_delete="CASCADE")
    mapping_id: int
    at = MomentField(index=True)
    before = IntegerField(null=True)
    after = IntegerField()
    available = IntegerField(null=True)  # None: there was nobody to ask, so the number is 0
    unclaimed = IntegerField()
    safety = IntegerField()


class Stockroom(BaseModel):
    """A partner's places and when he was last heard of."""

    partner = ForeignKeyField(Partner, primary_key=True, on_delete="CASCADE")
    partner_id: int
    places = JSONField(default=list)  # [[gid, name], …] of his active locations
    places_read_at = MomentField(null=True)
    heard_at = MomentField(null=True)
    silent_since = MomentField(null=True)  # he has not answered since
    failure = TextField(default="")  # what his store, or the way to it, says; a sentence

    @classmethod
    def of(cls, partner_id: int) -> Self:
        """The partner's row, or an unsaved one for a partner never read."""
        room: Self = cls.get_or_none(cls.partner == partner_id) or cls(partner=partner_id)
        return room

    def counted(self, chosen: list[str]) -> list[str]:
        """The locations that supply the hub: those chosen, or all of them."""
        return chosen or [place for place, _ in self.places]

    def is_partial(self, chosen: list[str]) -> bool:
        """Whether a reservation may fall on a location that does not supply the hub (R3)."""
        return bool(chosen) and not {place for place, _ in self.places} <= set(chosen)


class Shortage(BaseModel):
    """Demand exceeded stock after all: so many units of a variant are promised and nobody has them."""

    mapping = ForeignKeyField(ProductMapping, backref="shortages", on_delete="CASCADE")
    mapping_id: int
    units = IntegerField()
    told = IntegerField(default=0)  # the most units of which the owner was sent an alert
    since = MomentField()
    ended_at = MomentField(null=True, index=True)


class StockRules(BaseModel):
    """What the owner decides about stock as a whole; a single row."""

    unreachable_hours = IntegerField(default=6)  # a silent partner's numbers are kept so long, then 0 (R7)
    keep_days = IntegerField(default=90)  # of runs and changes

    @classmethod
    def get_rules(cls) -> Self:
        """The row, or the defaults."""
        rules: Self = cls.get_or_none() or cls()
        return rules

    def gives_up(self, silent_since: datetime, as_of: datetime) -> bool:
        """Whether a partner has been silent for so long that nobody can know his stock any more."""
        return as_of - silent_since >= timedelta(hours=self.unreachable_hours)
