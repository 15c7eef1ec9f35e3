"""The snapshot of partners' products, what was imported of them, and which variant is which."""

from typing import Self

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField, JSONField, TextField

from occhub.database import BaseModel, MomentField
from occhub.errors import NotFound
from occhub.money import Money
from occhub.partners.models import Partner

# An import's states: what has been done so far.
PLANNED, CREATED, STOCKED, LIVE, FAILED, WITHDRAWN = "planned", "created", "stocked", "live", "failed", "withdrawn"
# It waits for the owner's word on its size (R18); it is being taken off the hub.
ASKING, LEAVING = "asking", "leaving"
# A mapping's states; an archived one was withdrawn with its product.
ACTIVE, GONE, MISSING_ON_HUB, ARCHIVED = "active", "gone", "missing_on_hub", "archived"
# What the owner says about a size that the name and the weight field tell differently (R18).
BY_NAME, BY_FIELD = "name", "field"


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
    title = TextField()  # of three options, 255 letters each
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
    size_by = CharField(default="")  # name | field, once the owner was asked (R18)
    recreate = BooleanField(default=False)  # the owner wants it made again although it was deleted on the hub (R16)
    delete_on_hub = BooleanField(default=False)  # leaving for good, not only off sale
    linked = BooleanField(default=False)  # a product the hub had already
    gone_at = MomentField(null=True)  # deleted, archived or hidden at the partner

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
    title = TextField()  # "Sidamo – 250 g / Whole bean"
    cost_minor = IntegerField()
    price_minor = IntegerField()
    currency = CharField()  # of the price
    arithmetic = TextField(default="")  # how the price came about, a sentence
    grams = IntegerField(null=True)  # the size by R18
    safety_stock = IntegerField(null=True)  # None: the partner's
    state = CharField(default=ACTIVE, index=True)
    off_sale = BooleanField(default=False)  # the partner has it, but does not sell it: hidden or archived
    unpublished = BooleanField(default=False)  # taken off sale by itself: the partner deleted this variant (R7)
    retail_minor = IntegerField(null=True)  # the partner's price that ours was made of
    own_price = BooleanField(default=False)  # the owner set it on the hub: it changes by his word only
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


class Imprint(BaseModel):
    """What a product of ours was made from and what we wrote: by it an owner's edit is told from a partner's change."""

    listing = ForeignKeyField(Import, backref="imprints", unique=True, on_delete="CASCADE")
    title = TextField()  # theirs
    description_html = TextField()  # theirs, made safe
    image_urls = JSONField(default=list)
    options = JSONField(default=dict)  # {"names": [name, …], "values": {variant id: [value, …]}}
    facts = JSONField(default=dict)  # where the coffee comes from: {"process": "Washed", …}
    customs = JSONField(default=dict)  # {variant id: [HS code, country], …}
    hub_title = TextField(null=True)  # ours as last written; None: never ours, or the owner's since
    hub_description_html = TextField(null=True)
    hub_media_ids = JSONField(null=True)
    hub_options = JSONField(null=True)  # the same, by the hub's variants
    hub_facts = JSONField(null=True)
    hub_customs = JSONField(null=True)  # by the hub's variants


class Change(BaseModel):
    """Something a partner changed of what we sell: one row for each field of a product, or of a variant."""

    listing = ForeignKeyField(Import, backref="changes", on_delete="CASCADE")
    listing_id: int
    field = CharField()
    variant_remote_id = CharField(default="")
    variant_title = TextField(default="")
    before = JSONField(null=True)
    after = JSONField(null=True)
    state = CharField(index=True)
    error = TextField(default="")
    tries = IntegerField(default=0)
    begun = BooleanField(default=False)  # we were about to write it: what stands on the hub since may be ours
    noticed_at = MomentField()
    decided_at = MomentField(null=True)

    class Meta:
        indexes = ((("listing", "field", "variant_remote_id"), True),)

    @classmethod
    def find(cls, change_id: int) -> Self:
        """The change of this number; raises NotFound."""
        change = cls.get_or_none(cls.id == change_id)
        if change is None:
            raise NotFound("This change is no longer there.")
        found: Self = change
        return found


class ApiToken(BaseModel):
    """A read-only key for scripts of the owner's; only its hash is kept."""

    name = CharField()
    token_hash = CharField(unique=True)
    created_at = MomentField()
    used_at = MomentField(null=True)
    revoked_at = MomentField(null=True)
