"""The draft as we want it on the partner's store: its lines, its words, its address, how long it holds stock."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from occhub.errors import Misconfigured
from occhub.money import Money
from occhub.orders.models import FREEZING, MasterLine, MasterOrder, MasterPart
from occhub.orders.terms import OrderTerms
from occhub.partners.models import Hub
from occhub.shopify.drafts import Address, DraftWish, ShippingLine, WishLine

# How long a placing that fails is tried again, and how long the partner's stock stays held for it (R13).
GRACE = timedelta(hours=48)
OUR_TAG = "occ-hub"
KNOWN_BY = "t-"
TAG_LENGTH = 40  # Shopify cuts no tag, it refuses


def wish_for(part: MasterPart, lines: Sequence[MasterLine], hub: Hub) -> DraftWish:
    """The whole draft; raises Misconfigured while partners can't know where to ship."""
    if not hub.has_address:
        raise Misconfigured("Partners do not know where to ship: fill in the fulfilment centre under Settings.")
    master = part.master
    return DraftWish(
        lines=tuple(WishLine(line.mapping.partner_variant_id, line.wanted, line.cost) for line in lines),
        email=hub.email,
        po_number=master.reference,
        tags=(OUR_TAG, hub_tag(hub), master.reference, token_tag(part)),
        note=note_of(master, hub),
        address=Address(
            company=hub.company,
            first_name="",
            last_name=hub.name or hub.company,
            address1=hub.address1,
            address2=hub.address2,
            city=hub.city,
            province=hub.province_code,
            country=hub.country_code,
            zip=hub.postcode,
            phone=hub.phone,
        ),
        reserve_until=reserve_until(part),
        tax_exempt=master.partner.tax_exempt,
        shipping=_shipping(master),
    )


def _shipping(master: MasterOrder) -> ShippingLine | None:
    terms = OrderTerms.of(master.partner)
    if not terms.shipping_title:
        return None
    return ShippingLine(terms.shipping_title, Money(terms.shipping_minor, master.currency))


def note_of(master: MasterOrder, hub: Hub) -> str:
    """What the partner reads on the draft, and on the order once it is frozen."""
    buyer = hub.name or hub.company
    if master.state == FREEZING:  # these words go with the order
        return f"Ordered by {buyer}, our reference {master.reference}. Please ship to the address given."
    cutoff = master.cutoff_at.astimezone(hub.timezone)
    return f"Being filled by {buyer} until {cutoff:%A %d %B %Y, %H:%M} ({hub.zone}); please do not complete or ship."


def reserve_until(part: MasterPart) -> datetime:
    """The partner's stock is held beyond the cutoff for as long as we try to place."""
    moment: datetime = part.master.cutoff_at + GRACE
    return moment


def is_reserved_as_agreed(part: MasterPart, until: datetime | None) -> bool:
    """Whether stock reserved until then is reserved for as long as we try to place, and its words say so."""
    # Shopify may cut the moment to seconds.
    return until is not None and abs(until - reserve_until(part)) <= timedelta(minutes=1)


def hub_tag(hub: Hub) -> str:
    """Tells our drafts from those of another hub that buys from the same partner."""
    return f"hub-{hub.shop.removesuffix('.myshopify.com')}"[:TAG_LENGTH]


def token_tag(part: MasterPart) -> str:
    """The tag by which a draft is found whose creation's answer was lost."""
    return f"{KNOWN_BY}{part.token}"
