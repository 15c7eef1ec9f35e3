"""What customers bought of partner goods, and the master orders that fetch it."""

import secrets
import string
from typing import Self

from peewee import SQL, BooleanField, CharField, ForeignKeyField, IntegerField, TextField

from occhub.catalog.models import ProductMapping
from occhub.database import BaseModel, MomentField
from occhub.errors import Conflict, NotFound
from occhub.money import Money
from occhub.partners.models import Partner

# PartnerOrder.status
PENDING, CREATED, FAILED, CANCELLED = "pending", "created", "failed", "cancelled"
# MasterOrder.state and MasterPart.state (R11); CREATED above is the word for what the customer's order sees.
PLANNED, CREATING, OPEN, FREEZING, PLACED, CLOSED = "planned", "creating", "open", "freezing", "placed", "closed"
UNPLACED = (PLANNED, CREATING, OPEN, FREEZING)
# MasterOrder.question: what only the owner can decide; until then nothing is written to the draft (R13).
DELETED, CHANGED = "deleted", "changed"
# ... and this: the order is smaller than agreed. Claims go on meanwhile.
BELOW_MINIMUM = "below minimum"
# PartnerOrderLine.choice: the owner's hand. Held waits for a later window; left out is on his shelf already.
HELD, LEFT_OUT = "held", "left out"


def new_token() -> str:
    """Twelve random characters by which a draft is found whose creation's answer was lost."""
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(12))


class SeenOrder(BaseModel):
    """Every hub order we have read, with the change we read: what is newer is read again."""

    hub_order_id = CharField(primary_key=True)
    updated_at = MomentField()  # as Shopify says, cut to the second
    read_at = MomentField()


class Walk(BaseModel):
    """Where the last complete walk over a list began, such as the hub's orders; the next goes back to there (R6).

    Beside it, while walks are incomplete, when the first of them began.
    """

    name = CharField(primary_key=True)
    started_at = MomentField()


class PartnerOrder(BaseModel):
    """What one hub order needs from one partner."""

    partner = ForeignKeyField(Partner, backref="orders", on_delete="CASCADE")
    partner_id: int
    hub_order_id = CharField(index=True)
    hub_order_name = CharField()  # "#1042"
    ordered_at = MomentField(index=True)
    captured_at = MomentField()
    hub_updated_at = MomentField()
    cancelled_at = MomentField(null=True)
    gone_at = MomentField(null=True)  # Shopify knows it no more (R1)
    test = BooleanField(default=False)
    financial_status = CharField(default="")
    status = CharField(default=PENDING, index=True)  # derived from the units (R12); no work is chosen by it
    failure = TextField(default="")

    class Meta:
        indexes = ((("hub_order_id", "partner"), True),)

    @classmethod
    def find(cls, order_id: int) -> Self:
        """The order of this number; raises NotFound."""
        order = cls.get_or_none(cls.id == order_id)
        if order is None:
            raise NotFound("There is no such order.")
        found: Self = order
        return found


class PartnerOrderLine(BaseModel):
    """A line of a hub order whose variant is a partner's, with the quantities R1 needs, as last read."""

    order = ForeignKeyField(PartnerOrder, backref="lines", on_delete="CASCADE")
    order_id: int
    mapping = ForeignKeyField(ProductMapping, backref="order_lines", null=True, on_delete="SET NULL")
    mapping_id: int | None
    hub_line_id = CharField(unique=True)
    hub_variant_id = CharField(null=True)  # as first seen; Shopify forgets it when the variant is deleted
    sku = CharField(default="")
    title = TextField()
    quantity = IntegerField()
    current_quantity = IntegerField()
    fulfilled = IntegerField(default=0)
    returned = IntegerField(default=0)
    unit_price_minor = IntegerField()
    wanted = IntegerField(default=0, index=True)  # R1, computed at each reading
    failure = TextField(default="")  # why it can't be ordered (R13), a sentence; it is pooled no more
    choice = CharField(default="")  # "" | held | left out
    waived = IntegerField(default=0)  # of its units: short, and the owner wants no others for them


class MasterOrder(BaseModel):
    """The pooled order of one partner for one window; recomputed until it is placed, never added to (R8)."""

    partner = ForeignKeyField(Partner, backref="master_orders", on_delete="CASCADE")
    partner_id: int
    number = IntegerField()  # per partner, from 1
    state = CharField(default=PLANNED, index=True)
    opens_at = MomentField()
    cutoff_at = MomentField(index=True)
    frozen_at = MomentField(null=True)
    placed_at = MomentField(null=True)
    checked_at = MomentField(null=True)  # last time rebuilt and read back
    next_try_at = MomentField(null=True)  # after a failure: when the next try is due
    failing_since = MomentField(null=True)
    tries = IntegerField(default=0)
    failure = TextField(default="")
    question = CharField(default="")
    note = TextField(default="")  # what the owner should know though nothing failed
    currency = CharField()
    send_anyway = BooleanField(default=False)  # the owner said so, minimum or not
    paid_at = MomentField(null=True)
    paid_reference = CharField(default="")
    paid_minor = IntegerField(default=0)  # so much; what turns out short later was paid too much

    class Meta:
        indexes = ((("partner", "number"), True),)

    @classmethod
    def find(cls, master_id: int) -> Self:
        """The master order of this number; raises NotFound."""
        master = cls.get_or_none(cls.id == master_id)
        if master is None:
            raise NotFound("There is no such order.")
        found: Self = master
        return found

    @property
    def reference(self) -> str:
        """The PO number on the partner's store: "HUB-7-12" is his twelfth from us."""
        return f"HUB-{self.partner_id}-{self.number}"


# At most one unplaced master order a partner (R9): the database refuses the second.
MasterOrder.add_index(
    MasterOrder.index(MasterOrder.partner, unique=True, name="one_unplaced_master_order").where(
        SQL("state IN ('planned', 'creating', 'open', 'freezing')")
    )
)


class MasterPart(BaseModel):
    """One draft order on the partner's store; a master order has more than one only above 499 lines."""

    master = ForeignKeyField(MasterOrder, backref="parts", on_delete="CASCADE")
    master_id: int
    position = IntegerField(default=1)
    state = CharField(default=PLANNED)
    token = CharField(unique=True, default=new_token)  # on the draft as a tag
    creating_since = MomentField(null=True)
    draft_id = CharField(null=True, unique=True)
    draft_name = CharField(default="")
    reserved_until = MomentField(null=True)
    accepted = CharField(default="")  # as the partner wrote it and the owner keeps it: a digest of its lines
    order_id = CharField(null=True, unique=True)
    order_name = CharField(default="")
    order_cancelled_at = MomentField(null=True)
    fulfillment_status = CharField(default="")
    financial_status = CharField(default="")
    subtotal_minor = IntegerField(default=0)  # as the partner's store says, in his currency
    tax_minor = IntegerField(default=0)
    shipping_minor = IntegerField(default=0)
    total_minor = IntegerField(default=0)
    tracked_at = MomentField(null=True)

    class Meta:
        indexes = ((("master", "position"), True),)

    @property
    def draft(self) -> str:
        """The id of its draft; raises Conflict when it has none."""
        if self.draft_id is None:
            raise Conflict("There is no draft order.")
        return self.draft_id


class MasterLine(BaseModel):
    """One variant on a master order: what we want, what stands on the partner's store, what was shipped."""

    part = ForeignKeyField(MasterPart, backref="lines", on_delete="CASCADE")
    part_id: int
    mapping = ForeignKeyField(ProductMapping, backref="master_lines", on_delete="RESTRICT")
    mapping_id: int
    remote_id = CharField(default="")  # of the order's line, as first seen: it forgets a variant that is deleted
    cost_minor = IntegerField()  # agreed at its first line in the window, holds until placing (R10)
    wanted = IntegerField(default=0)
    confirmed = IntegerField(default=0)  # read back from the partner's store
    price_minor = IntegerField(default=0)  # of one unit, as read back
    shipped = IntegerField(default=0)
    placed = IntegerField(default=0)  # when the order was made; what is confirmed less now was short

    class Meta:
        indexes = ((("part", "mapping"), True),)

    @property
    def cost(self) -> Money:
        """The agreed cost of one unit."""
        return Money(self.cost_minor, self.part.master.currency)


class Allocation(BaseModel):
    """Which units of a master line are for which customer's line: the trace, both ways."""

    line = ForeignKeyField(MasterLine, backref="allocations", on_delete="CASCADE")
    line_id: int
    order_line = ForeignKeyField(PartnerOrderLine, backref="allocations", on_delete="CASCADE")
    order_line_id: int
    units = IntegerField()
    short = IntegerField(default=0)  # units that stood here once and will never come

    class Meta:
        indexes = ((("line", "order_line"), True),)


class Shipment(BaseModel):
    """A parcel the partner sent for a master order."""

    part = ForeignKeyField(MasterPart, backref="shipments", on_delete="CASCADE")
    part_id: int
    remote_id = CharField(unique=True)
    status = CharField()
    company = CharField(default="")
    number = CharField(default="")
    url = TextField(default="")
    units = IntegerField(default=0)
    seen_at = MomentField()


class Comparison(BaseModel):
    """A partner's store is to be compared with this database, which was put back and knows nothing since (R15)."""

    partner = ForeignKeyField(Partner, unique=True, on_delete="CASCADE")
    partner_id: int
    blind_since = MomentField()
    done_at = MomentField(null=True)  # None: nothing is made on his store until it is
    found = TextField(default="")  # what this database did not know, a sentence
    error = TextField(default="")  # why it could not be done yet


class WindowEvent(BaseModel):
    """Something that happened to a window, as a sentence for its page."""

    master = ForeignKeyField(MasterOrder, backref="events", on_delete="CASCADE")
    at = MomentField()
    sentence = TextField()
