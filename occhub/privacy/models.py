"""What was asked of us under the privacy laws, and until when it must be done."""

from peewee import CharField, TextField

from occhub.database import BaseModel, MomentField


class PrivacyRequest(BaseModel):
    """A request as Shopify passed it on: ids only, never a name or an address."""

    webhook_id = CharField(unique=True)
    shop = CharField()
    topic = CharField()  # customers/data_request | customers/redact | shop/redact
    detail = TextField()  # JSON: the ids of the customer and the orders
    asked_at = MomentField(index=True)
    due_at = MomentField()
    done_at = MomentField(null=True)
