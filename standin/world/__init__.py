"""Everything the stand-in knows, as plain dataclasses that can be inspected, broken and pickled."""

from standin.world.catalogue import (
    Media,
    Metafield,
    MetafieldDefinition,
    Option,
    OptionValue,
    Product,
    ProductOperation,
    Publication,
    Variant,
)
from standin.world.drafts import DraftLine, DraftOrder
from standin.world.entity import Entity, gid, number_of, split_gid
from standin.world.orders import (
    Address,
    Fulfillment,
    FulfillmentLine,
    Order,
    OrderLine,
    Refund,
    RefundLine,
    Tracking,
)
from standin.world.shop import Shop
from standin.world.stock import AdjustmentGroup, InventoryChange, InventoryItem, InventoryLevel, Location
from standin.world.trust import (
    AccessToken,
    App,
    AppSubscription,
    AuthorizationCode,
    Delivery,
    DeliverySettings,
    Event,
    Fault,
    RefreshToken,
    WebhookSubscription,
)
from standin.world.world import World

__all__ = [
    "AccessToken",
    "Address",
    "AdjustmentGroup",
    "App",
    "AppSubscription",
    "AuthorizationCode",
    "Delivery",
    "DeliverySettings",
    "DraftLine",
    "DraftOrder",
    "Entity",
    "Event",
    "Fault",
    "Fulfillment",
    "FulfillmentLine",
    "InventoryChange",
    "InventoryItem",
    "InventoryLevel",
    "Location",
    "Media",
    "Metafield",
    "MetafieldDefinition",
    "Option",
    "OptionValue",
    "Order",
    "OrderLine",
    "Product",
    "ProductOperation",
    "Publication",
    "RefreshToken",
    "Refund",
    "RefundLine",
    "Shop",
    "Tracking",
    "Variant",
    "WebhookSubscription",
    "World",
    "gid",
    "number_of",
    "split_gid",
]
