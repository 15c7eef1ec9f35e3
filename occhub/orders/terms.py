"""What is agreed with a partner on when and how we order of him; beyond cadence and cutoff, which are his own row's."""

from typing import Self

from peewee import CharField, ForeignKeyField, IntegerField

from occhub.database import BaseModel
from occhub.partners.models import Partner

# OrderTerms.below_minimum
SEND, CARRY, ASK = "send", "carry", "ask"


class OrderTerms(BaseModel):
    """His minimum, his shipping, when he is late; a partner without a row has the defaults."""

    partner = ForeignKeyField(Partner, unique=True, on_delete="CASCADE")
    partner_id: int
    minimum_minor = IntegerField(default=0)  # in his currency; 0: none
    minimum_bags = IntegerField(default=0)
    below_minimum = CharField(default=SEND)
    shipping_title = CharField(default="")  # "": his own rates, if any
    shipping_minor = IntegerField(default=0)
    late_after_days = IntegerField(default=7)

    @classmethod
    def of(cls, partner: Partner) -> Self:
        """The partner's terms, or the defaults."""
        found: Self = cls.get_or_none(cls.partner == partner) or cls(partner=partner)
        return found


class CalendarException(BaseModel):
    """Days without a cutoff, or a cutoff moved to another; dates are the hub's, as ISO text."""

    partner = ForeignKeyField(Partner, backref="exceptions", on_delete="CASCADE")
    first_day = CharField()
    last_day = CharField()
    moved_to = CharField(default="")  # "": there is no cutoff on these days
    moved_hour = IntegerField(default=0)
    reason = CharField(default="")
