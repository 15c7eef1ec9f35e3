"""What the stock sync did, number by number."""

from peewee import ForeignKeyField, IntegerField

from occhub.catalog.models import ProductMapping
from occhub.database import BaseModel, MomentField
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
    available = IntegerField()
    unclaimed = IntegerField()
    safety = IntegerField()
