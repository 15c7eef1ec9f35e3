"""The inbox: each webhook Shopify sent us, kept once, and whether it has been handled."""

from peewee import CharField, IntegerField, TextField

from occhub.database import BaseModel, MomentField

PENDING, HANDLED, FAILED, IGNORED = "pending", "handled", "failed", "ignored"


class InboxEvent(BaseModel):
    """A delivery: which store, which topic, which thing. The payload itself is never kept."""

    shop = CharField()
    topic = CharField()
    webhook_id = CharField()
    subject = CharField(default="")  # the id of the thing, as Shopify sent it: digits or a gid
    detail = TextField(default="")  # JSON of the few further ids an act needs
    triggered_at = MomentField(null=True)
    received_at = MomentField(index=True)
    state = CharField(default=PENDING, index=True)
    attempts = IntegerField(default=0)
    next_at = MomentField(index=True)
    handled_at = MomentField(null=True)
    error = TextField(null=True)

    class Meta:
        indexes = ((("shop", "topic", "webhook_id"), True),)
