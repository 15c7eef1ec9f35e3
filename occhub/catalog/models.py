"""The snapshot of partners' products, what was imported of them, and which variant is which."""

from typing import Self

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField, JSONField, TextField

from occhub.database import BaseModel, MomentField
from occhub.errors import NotFound
from occhub.money import Money
from occhub.partners.models import Partner

# An import's states: what has been done so far.
PLANNED, CREATED, STOCKED, LIVE, FAILED, WITHDRAWN = "planned", "created", "stocked", "live", "failed", "withdrawn"
# A mapping's states.
ACTIVE, GONE, MISSING_ON_HUB = "active", "gone", "missing_on_hub"


class Product(BaseModel):
    """A partner's product as last read; browsing looks here and never waits for the store."""

    partner = ForeignKeyField(Partner, backref="products", on_delete="CASCADE")
    partner_id: int
    remote_id = CharField()  # gid in the partner's store
    title = CharField(index=True)
    vendor = CharField(default="")
    product_type = CharField(default="")
    status = CharField()  # ACTIVE | DRAFT | ARCHIVED | UNLISTED …
    tags = JSONField(default=list)
    options = JSONField(default=list)  # [[name, [value, …]], …]
    image_url = TextField(default="")
    obstacle = CharField(default="")  # why it can't be imported, a phrase; empty when it can
    wholesale = BooleanField(default=False)  # the word stands in its title, vendor or tags
    twin_key = CharField(default="")  # the title without what differs between listings of one coffee
    words = TextField(default="")  # what a search looks through, folded
    price_low_minor = IntegerField(default=0)  # of its variants, in the partner's currency
    price_high_minor = IntegerField(default=0)
    stock = IntegerField(default=0)  # sellable units of the variants that count them
    always_in_stock = BooleanField(default=False)  # a variant is sold without counting
    remote_updated_at = MomentField()
    first_seen_at = MomentField()
    refreshed_at = MomentField()
    gone_at = MomentField(null=True)

    class Meta:
        indexes = ((("partner", "remote_id"), True), (("partner", "title"), False), (("partner", "twin_key"), False))

    @classmethod
    def find(cls, partner: Partner, product_id: int) -> Self:
        """The product of this number in the partner's range; raises NotFound."""
        product = cls.get_or_none((cls.id == product_id) & (cls.partner == partner))
        if product is None:
            raise NotFound(f"There is no such product in the range of {partner.name}.")
        found: Self = product
        return found


class Variant(BaseModel):
    """A partner's variant as last read. Price is in the partner's currency."""

    product = ForeignKeyField(Product, backref="variants", on_delete="CASCADE")
    product_id: int
    remote_id = CharField(index=True)
    item_id = CharField(index=True)
    title = CharField()
    sku = CharField(default="")
    price_minor = IntegerField()
    quantity = IntegerField(default=0)  # sellable total as the store says; the stock sync reads its own numbers
    tracked = BooleanField(default=True)
    policy = CharField(default="DENY")  # CONTINUE: sold without any left
    grams = IntegerField(null=True)  # the size by R18
    weight_grams = IntegerField(null=True)  # what the weight field says
    position = IntegerField(default=1)

    class Meta:
        indexes = ((("product", "remote_id"), True),)


class Import(BaseModel):
    """One partner product brought to the hub, once: unique by partner and product (R16)."""

    partner = ForeignKeyField(Partner, backref="imports", on_delete="CASCADE")
    partner_id: int
    product_remote_id = CharField()
    title = CharField()
    image_url = TextField(default="")
    hub_product_id = CharField(null=True, unique=True)
    state = CharField(default=PLANNED, index=True)
    error = TextField(default="")  # a sentence for the owner
    markup_bp = IntegerField()  # as it was at the import
    publish = BooleanField(default=True)
    created_at = MomentField()
    planned_at = MomentField()  # when it was last asked for
    changed_at = MomentField()
    tries = IntegerField(default=0)  # since it was last asked for

    class Meta:
        indexes = ((("partner", "product_remote_id"), True),)

    @classmethod
    def find(cls, import_id: int) -> Self:
        """The import of this number; raises NotFound."""
        listing = cls.get_or_none(cls.id == import_id)
        if listing is None:
            raise NotFound("There is no such product.")
        found: Self = listing
        return found

    @property
    def key(self) -> str:
        """The custom id under which the hub product is found again, even if we lost its id."""
        return f"{self.partner.domain.removesuffix('.myshopify.com')}.{self.product_remote_id.rpartition('/')[2]}"


class ProductMapping(BaseModel):
    """Partner variant <-> hub variant, by id (R16). Cost is in the partner's currency, price in the hub's."""

    listing = ForeignKeyField(Import, backref="mappings", on_delete="CASCADE")
    listing_id: int
    partner = ForeignKeyField(Partner, backref="mappings", on_delete="CASCADE")
    partner_id: int
    partner_variant_id = CharField()
    partner_item_id = CharField(index=True)
    hub_variant_id = CharField(unique=True)
    hub_item_id = CharField(index=True)
    sku = CharField()
    title = CharField()  # "Sidamo – 250 g / Whole bean"
    cost_minor = IntegerField()
    price_minor = IntegerField()
    currency = CharField()  # of the price
    arithmetic = TextField(default="")  # how the price came about, a sentence
    grams = IntegerField(null=True)  # the size by R18
    safety_stock = IntegerField(null=True)  # None: the partner's
    state = CharField(default=ACTIVE, index=True)
    created_at = MomentField()
    # Written by the stock sync only.
    hub_available = IntegerField(null=True)  # as last read or written
    hub_location_id = CharField(null=True)  # where that number stands
    partner_available = IntegerField(null=True)  # A of R5, as last read
    unclaimed = IntegerField(null=True)  # U of R5, as last compared
    stock_at = MomentField(null=True)  # when both were last compared
    stock_wanted_at = MomentField(null=True, index=True)  # something changed since: compare again soon

    class Meta:
        indexes = ((("partner", "partner_variant_id"), True),)

    @classmethod
    def find(cls, mapping_id: int) -> Self:
        """The mapping of this number; raises NotFound."""
        mapping = cls.get_or_none(cls.id == mapping_id)
        if mapping is None:
            raise NotFound("There is no such product.")
        found: Self = mapping
        return found

    @property
    def cost(self) -> Money:
        """What the hub pays the partner for one."""
        return Money(self.cost_minor, self.partner.currency)

    @property
    def price(self) -> Money:
        """What a customer pays the hub for one."""
        return Money(self.price_minor, self.currency)

    @property
    def safety(self) -> int:
        """S of R5."""
        return self.partner.safety_stock if self.safety_stock is None else self.safety_stock
