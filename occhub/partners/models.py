"""The hub itself, its partners with their terms, and the invitations that brought them."""

from datetime import datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField, JSONField, TextField

from occhub.database import BaseModel, MomentField
from occhub.errors import Conflict, Misconfigured, NotFound

INVITED, WAITING, CONNECTED = "invited", "waiting", "connected"
PAUSED, ATTENTION, DISCONNECTED = "paused", "attention", "disconnected"
# A waiting store has shown no invitation; nothing of it is kept beyond these days.
WAITING_DIES_AFTER = timedelta(days=14)
# The columns that tell of a person; erased when his store is, or was the wrong one.
CONTACT = ("contact_name", "contact_email", "contact_phone")
# The columns that Hub and Partner share: the owner's usual terms, and what was agreed with one partner.
USUAL_TERMS = ("discount_bp", "markup_bp", "rounding", "safety_stock", "cadence", "cutoff_weekday", "cutoff_hour")


class Hub(BaseModel):
    """The one retail store and how its owner works; a single row, made at the first start."""

    shop = CharField(primary_key=True)
    name = CharField(default="")
    currency = CharField(default="")  # empty until the store was read
    zone = CharField(default="UTC")
    location_id = CharField(null=True)  # where the hub's stock of partner goods is kept
    location_name = CharField(default="")
    publication_id = CharField(null=True)
    company = CharField(default="")  # the fulfilment centre, to which partners ship
    address1 = CharField(default="")
    address2 = CharField(default="")
    city = CharField(default="")
    province_code = CharField(default="")
    postcode = CharField(default="")
    country_code = CharField(default="")
    phone = CharField(default="")
    email = CharField(default="")
    welcomed_at = MomentField(null=True)  # read and subscribed to, with the scopes it needs
    daily_hour = IntegerField(default=18)
    payment_rule = CharField(default="paid")  # paid | authorized | all
    route_test_orders = BooleanField(default=False)
    # What a new partner's terms begin with; no markup is assumed before the owner has named one.
    discount_bp = IntegerField(default=3000)
    markup_bp = IntegerField(null=True)
    rounding = CharField(default="none")
    safety_stock = IntegerField(default=1)
    cadence = CharField(default="weekly")
    cutoff_weekday = IntegerField(default=3)
    cutoff_hour = IntegerField(default=18)

    @classmethod
    def get_hub(cls) -> Self:
        """The hub's row; raises Misconfigured before the first start made it."""
        hub = cls.get_or_none()
        if hub is None:
            raise Misconfigured("The hub is not set up yet: start the app once with HUB_SHOP set.")
        found: Self = hub
        return found

    @classmethod
    def usual_terms(cls) -> dict[str, Any]:
        """The columns a new partner's row begins with; none before the hub has a row."""
        hub = cls.get_or_none()
        return {name: getattr(hub, name) for name in USUAL_TERMS} if hub else {}

    @property
    def has_address(self) -> bool:
        """Whether partners know where to ship."""
        return bool(self.company and self.address1 and self.city and self.country_code)

    @property
    def timezone(self) -> ZoneInfo:
        """The zone in which cutoffs and the daily hour are meant."""
        return ZoneInfo(self.zone)


class Partner(BaseModel):
    """A supplying store and its terms. Percentages are basis points (3000 = 30 %)."""

    name = CharField()
    shop = CharField(unique=True, null=True)  # None until its owner has opened the app
    state = CharField(default=INVITED, index=True)
    attention = TextField(default="")  # why it needs attention, a sentence for the owner
    currency = CharField(default="")
    zone = CharField(default="UTC")
    created_at = MomentField()
    approved_at = MomentField(null=True)  # let in, by an invitation or by the owner
    asked_at = MomentField(null=True)  # opened the app without being let in
    accepted_at = MomentField(null=True)  # came by an invitation; the owner has yet to say that it is the right store
    wrong_codes = IntegerField(default=0)  # invitation codes that were none, in a row
    wrong_code_at = MomentField(null=True)
    connected_at = MomentField(null=True)
    paused_by = CharField(default="")  # hub | partner: whoever paused may go on
    left_at = MomentField(null=True)
    parting_since = MomentField(null=True)  # disconnected, but his store has yet to be cleared of our draft
    hides_goods = BooleanField(default=False)  # his goods are off sale until he is back
    undone_at = MomentField(null=True)  # it was the wrong store: what was imported of it is withdrawn
    welcomed_at = MomentField(null=True)  # its name, currency and webhooks are set up
    last_contact_at = MomentField(null=True)
    contact_name = CharField(default="")  # whom to ask there; erased when his store is
    contact_email = CharField(default="")
    contact_phone = CharField(default="")
    # Price: cost = retail less a discount, price = cost plus a markup. No markup is assumed: the owner is asked once.
    discount_bp = IntegerField(default=3000)
    markup_bp = IntegerField(null=True)
    rounding = CharField(default="none")
    exchange_rate = CharField(default="1")  # one of the partner's currency in the hub's, a decimal
    publish_imports = BooleanField(default=True)
    # Stock
    safety_stock = IntegerField(default=1)
    location_ids = JSONField(default=list)  # gids that supply the hub; empty: all active ones
    # Orders
    cadence = CharField(default="weekly")  # weekly | daily
    cutoff_weekday = IntegerField(default=3)  # Monday is 0; weekly only
    cutoff_hour = IntegerField(default=18)
    tax_exempt = BooleanField(default=False)
    catalog_refreshed_at = MomentField(null=True)
    catalog_wanted_at = MomentField(null=True)  # a change was announced; the snapshot is older

    @classmethod
    def find(cls, partner_id: int) -> Self:
        """The partner of this number; raises NotFound."""
        partner = cls.get_or_none(cls.id == partner_id)
        if partner is None:
            raise NotFound("There is no such partner.")
        found: Self = partner
        return found

    @classmethod
    def at(cls, shop: str) -> Self | None:
        """The partner whose store this is, if any."""
        partner: Self | None = cls.get_or_none(cls.shop == shop)
        return partner

    @classmethod
    def working(cls) -> Any:
        """Partners whose stores may be talked to and whose goods are for sale, in id order."""
        return cls.select().where(cls.state == CONNECTED).order_by(cls.id)

    @classmethod
    def reachable(cls) -> Any:
        """Partners whose stores may be talked to, paused ones too: what is sold already is still ordered of them."""
        return cls.select().where(cls.state.in_((CONNECTED, PAUSED))).order_by(cls.id)

    @property
    def timezone(self) -> ZoneInfo:
        """The zone in which he reads times."""
        return ZoneInfo(self.zone)

    @property
    def domain(self) -> str:
        """His store's domain; raises Conflict while he has not opened the app."""
        if self.shop is None:
            raise Conflict(f"{self.name} has not opened the app yet.")
        return self.shop

    @property
    def is_connected(self) -> bool:
        """Whether his goods are for sale and his store is talked to."""
        return bool(self.state == CONNECTED)

    @property
    def needs_attention(self) -> bool:
        """Whether only a person can mend the connection; a paused partner stays paused meanwhile."""
        return bool(self.state == ATTENTION or (self.state == PAUSED and self.attention))

    @property
    def asks(self) -> bool:
        """Whether the store waits for the owner to let it in, for the first time or again."""
        return self.asked_at is not None and self.approved_at is None and self.state in (WAITING, DISCONNECTED)


class Invitation(BaseModel):
    """A link sent to a roaster. Only the code's hash is kept."""

    partner = ForeignKeyField(Partner, backref="invitations", on_delete="CASCADE")
    partner_id: int
    code_hash = CharField(unique=True)
    created_at = MomentField()
    expires_at = MomentField()
    used_at = MomentField(null=True)
    revoked_at = MomentField(null=True)

    def is_open(self, as_of: datetime) -> bool:
        """Whether it can still be used."""
        return self.used_at is None and self.revoked_at is None and self.expires_at > as_of
