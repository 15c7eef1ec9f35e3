"""What was asked of us under the privacy laws, until when it must be done, and what came of it."""

from typing import Self

from peewee import CharField, TextField

from occhub.database import BaseModel, MomentField
from occhub.errors import NotFound

DATA_REQUEST, REDACT_CUSTOMER, REDACT_SHOP = "customers/data_request", "customers/redact", "shop/redact"


class PrivacyRequest(BaseModel):
    """A request as Shopify passed it on: ids only, never a name or an address; once done, not even those."""

    webhook_id = CharField(unique=True)
    shop = CharField()
    topic = CharField()  # customers/data_request | customers/redact | shop/redact
    detail = TextField()  # JSON: the ids of the customer and the orders
    sent_at = MomentField()  # by Shopify
    asked_at = MomentField(index=True)
    due_at = MomentField()
    done_at = MomentField(null=True, index=True)
    outcome = TextField(default="")  # a sentence
    report = TextField(default="")  # JSON, for a data request: all that is held
    error = TextField(default="")

    @classmethod
    def find(cls, request_id: int) -> Self:
        """The request of this number; raises NotFound."""
        request = cls.get_or_none(cls.id == request_id)
        if request is None:
            raise NotFound("There is no such request.")
        found: Self = request
        return found
