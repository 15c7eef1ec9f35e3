"""What was agreed of prices: a partner's terms, the owner's own prices, and price lists."""

from typing import Self

from peewee import CharField, ForeignKeyField, IntegerField, JSONField

from occhub.database import BaseModel, MomentField
from occhub.partners.models import Partner


class TradeTerms(BaseModel):
    """How a partner's goods are priced and followed beyond his basic terms; one row a partner."""

    partner = ForeignKeyField(Partner, backref="trade_terms", unique=True, on_delete="CASCADE")
    price_way = CharField(default="markup")  # markup | margin | retail
    margin_bp = IntegerField(default=0)
    least_margin_bp = IntegerField(default=0)  # no price of ours leaves less
    rate_at = MomentField(null=True)  # when the exchange rate was last typed
    tolerance_bp = IntegerField(default=500)  # a price that moves no further follows by itself
    follow = JSONField(default=dict)  # field -> follow | ask | ignore, where it differs from the default

    @classmethod
    def of(cls, partner: Partner) -> Self:
        """The partner's, or the defaults where the owner has said nothing yet."""
        found: Self = cls.get_or_none(cls.partner == partner) or cls(partner=partner)
        return found


class PriceRule(BaseModel):
    """The owner's own price for one product (empty variant id) or one variant: what is None follows the wider rule."""

    partner = ForeignKeyField(Partner, backref="price_rules", on_delete="CASCADE")
    product_remote_id = CharField()
    variant_remote_id = CharField(default="")
    discount_bp = IntegerField(null=True)
    cost_minor = IntegerField(null=True)  # typed by hand
    price_way = CharField(default="")  # markup | margin | retail; empty: the wider rule's
    markup_bp = IntegerField(null=True)
    margin_bp = IntegerField(null=True)

    class Meta:
        indexes = ((("partner", "product_remote_id", "variant_remote_id"), True),)


class PriceList(BaseModel):
    """What a partner asks of the hub, by a list he named: typed line by line, or kept in his store; one a partner."""

    partner = ForeignKeyField(Partner, backref="price_lists", unique=True, on_delete="CASCADE")
    name = CharField()
    remote_id = CharField(default="")  # gid in his store; empty: typed
    discount_bp = IntegerField(null=True)  # off his price for what has no line; below 0 it is on top; None: his terms
    unmatched = JSONField(default=list)  # SKUs that no variant of his has
    taken_at = MomentField()
    read_at = MomentField()

    @classmethod
    def of(cls, partner: Partner) -> "PriceList | None":
        """The partner's list, or None."""
        found: PriceList | None = cls.get_or_none(cls.partner == partner)
        return found


class ListedCost(BaseModel):
    """One variant's cost on a price list, in the partner's currency."""

    price_list = ForeignKeyField(PriceList, backref="costs", on_delete="CASCADE")
    product_remote_id = CharField()
    variant_remote_id = CharField()
    cost_minor = IntegerField()

    class Meta:
        indexes = (
            (("price_list", "variant_remote_id"), True),
            (("price_list", "product_remote_id"), False),
        )
