"""Draft orders on a partner's store: our claim while a window is open, and the one step that places it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from occhub.money import Money
from occhub.shopify.answers import Node
from occhub.shopify.client import Store
from occhub.shopify.errors import BadAnswer, Rejected, Unavailable
from occhub.shopify.reading import all_nodes, maybe_moment, moment, money

COMPLETED = "COMPLETED"


@dataclass(frozen=True)
class WishLine:
    """So many units of a variant at the agreed cost each, in the partner's currency."""

    variant_id: str
    quantity: int
    unit_cost: Money


@dataclass(frozen=True)
class Address:
    """Where the goods go: the hub's fulfilment centre. `country` and `province` are codes (CA, ON)."""

    company: str
    first_name: str
    last_name: str
    address1: str
    address2: str
    city: str
    province: str
    country: str
    zip: str
    phone: str


@dataclass(frozen=True)
class ShippingLine:
    """What the partner charges for carriage."""

    title: str
    price: Money


@dataclass(frozen=True)
class DraftWish:
    """The whole draft as we want it (absolute): 1 to 499 lines, one a variant."""

    lines: tuple[WishLine, ...]
    email: str
    po_number: str
    tags: tuple[str, ...]
    note: str
    address: Address
    reserve_until: datetime | None
    tax_exempt: bool
    shipping: ShippingLine | None


@dataclass(frozen=True)
class DraftLine:
    """A line as it stands on the partner's draft."""

    variant_id: str | None  # None: the variant was deleted, or the partner added a free line
    quantity: int
    unit_price: Money


@dataclass(frozen=True)
class DraftState:
    """A draft as read back; `ready` is False while Shopify still computes it."""

    id: str
    name: str
    status: str  # OPEN | INVOICE_SENT | COMPLETED
    ready: bool
    updated_at: datetime
    reserve_until: datetime | None
    order_id: str | None
    order_name: str | None
    financial_status: str  # of the order it became: PENDING, PAID, ...; "" before
    fulfillment_status: str
    lines: tuple[DraftLine, ...]
    subtotal: Money
    tax: Money
    shipping: Money
    total: Money
    tags: tuple[str, ...]


@dataclass(frozen=True)
class DraftStamp:
    """A draft in the plain list: enough to know ours by its tags."""

    id: str
    tags: tuple[str, ...]
    status: str
    created_at: datetime
    updated_at: datetime
    order_id: str | None


def create_draft(store: Store, wish: DraftWish) -> DraftState:
    """Create a draft; a lost answer raises Unavailable(outcome_unknown=True): look it up by tag before repeating."""
    payload = store.change("draft_create", {"input": _input(wish), "after": None})
    return _state(store, payload["draftOrder"])


def update_draft(store: Store, draft_id: str, wish: DraftWish) -> DraftState:
    """Make the draft what we want; absolute, so that a repeat changes nothing."""
    payload = store.change("draft_update", {"id": draft_id, "input": _input(wish), "after": None})
    return _state(store, payload["draftOrder"])


def reword_draft(store: Store, draft_id: str, note: str, reserve_until: datetime) -> DraftState:
    """Replace the draft's note and how long it holds stock, and nothing else."""
    wish = {"note": note, "reserveInventoryUntil": reserve_until.isoformat()}
    payload = store.change("draft_update", {"id": draft_id, "input": wish, "after": None})
    return _state(store, payload["draftOrder"])


def read_draft(store: Store, draft_id: str) -> DraftState | None:
    """The draft as it stands, with all its lines; None when it was deleted."""
    node = store.execute("draft", {"id": draft_id, "after": None})["draftOrder"]
    return _state(store, node) if node else None


def recent_drafts(store: Store, since: datetime) -> Iterator[DraftStamp]:
    """The drafts changed at or after `since`, newest change first, from the plain list: a search would lag behind."""
    for node in store.walk_back("draft_stamps", since):
        yield DraftStamp(
            id=node["id"],
            tags=tuple(node["tags"]),
            status=node["status"],
            created_at=moment(node["createdAt"]),
            updated_at=moment(node["updatedAt"]),
            order_id=node["order"]["id"] if node["order"] else None,
        )


def complete_draft(store: Store, draft_id: str) -> DraftState:
    """Make an unpaid order of the draft, the one irreversible step; a draft completed before answers the same order.

    Raises Rejected, or Unavailable(outcome_unknown=True) when the answer was lost: read the draft before repeating.
    """
    try:
        payload = store.change("draft_complete", {"id": draft_id, "after": None})
    except Rejected:
        # Shopify refuses a second completion and makes no second order; the first one is what we want.
        state = read_draft(store, draft_id)
        if state is None or state.status != COMPLETED:
            raise
        return state
    return _state(store, payload["draftOrder"])


def delete_draft(store: Store, draft_id: str) -> None:
    """Delete the draft, which frees what it reserved; one that is gone already is fine. Raises Rejected."""
    try:
        try:
            store.change("draft_delete", {"id": draft_id})
        except Unavailable as error:
            if not error.outcome_unknown:
                raise
            # What is deleted stays so: once more does no harm.
            store.change("draft_delete", {"id": draft_id})
    except Rejected:
        if read_draft(store, draft_id) is not None:
            raise


def _input(wish: DraftWish) -> Node:
    address, shipping = wish.address, wish.shipping
    return {
        "lineItems": [
            {
                "variantId": line.variant_id,
                "quantity": line.quantity,
                # The only field that changes the price of a line with a variant.
                "priceOverride": {"amount": line.unit_cost.amount, "currencyCode": line.unit_cost.currency},
            }
            for line in wish.lines
        ],
        "email": wish.email or None,
        "poNumber": wish.po_number,
        "tags": list(wish.tags),
        "note": wish.note,
        "shippingAddress": {
            "company": address.company,
            "firstName": address.first_name,
            "lastName": address.last_name,
            "address1": address.address1,
            "address2": address.address2 or None,
            "city": address.city,
            "provinceCode": address.province or None,
            "countryCode": address.country,
            "zip": address.zip,
            "phone": address.phone or None,
        },
        "reserveInventoryUntil": wish.reserve_until.isoformat() if wish.reserve_until else None,
        "taxExempt": wish.tax_exempt,
        "shippingLine": {
            "title": shipping.title,
            "priceWithCurrency": {"amount": shipping.price.amount, "currencyCode": shipping.price.currency},
        }
        if shipping
        else None,
    }


def _state(store: Store, node: Node | None) -> DraftState:
    if node is None:
        raise BadAnswer(store.shop, "the draft order is not in the answer")

    def more(cursor: str) -> Node | None:
        again = store.execute("draft", {"id": node["id"], "after": cursor})["draftOrder"]
        return again["lineItems"] if again else None

    order = node["order"]
    return DraftState(
        id=node["id"],
        name=node["name"],
        status=node["status"],
        ready=node["ready"],
        updated_at=moment(node["updatedAt"]),
        reserve_until=maybe_moment(node["reserveInventoryUntil"]),
        order_id=order["id"] if order else None,
        order_name=order["name"] if order else None,
        financial_status=(order["displayFinancialStatus"] or "") if order else "",
        fulfillment_status=order["displayFulfillmentStatus"] if order else "",
        lines=tuple(
            DraftLine(
                variant_id=line["variant"]["id"] if line["variant"] else None,
                quantity=line["quantity"],
                unit_price=money(line["approximateDiscountedUnitPriceSet"]),
            )
            for line in all_nodes(node["lineItems"], more)
        ),
        subtotal=money(node["subtotalPriceSet"]),
        tax=money(node["totalTaxSet"]),
        shipping=money(node["totalShippingPriceSet"]),
        total=money(node["totalPriceSet"]),
        tags=tuple(node["tags"]),
    )
