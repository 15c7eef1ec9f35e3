"""Read-only keys for the owner's scripts, and what they read: partners and their ranges, a page at a time."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from peewee import JOIN

from occhub.catalog import pricing
from occhub.catalog.charging import charged_prices
from occhub.catalog.models import ApiToken, Import, Product, Variant
from occhub.catalog.quoting import Prices
from occhub.catalog.standing import standing
from occhub.database import write
from occhub.errors import Invalid, NotFound
from occhub.money import Money
from occhub.partners.models import Hub, Partner

Charged = dict[str, tuple[Money, int]]
PREFIX = "occ_"
PAGE = 100
MOST = 250


def make_token(name: str, *, as_of: datetime) -> str:
    """A new key, shown this once; only its hash is kept. Raises Invalid without a name."""
    name = name.strip()[:60]
    if not name:
        raise Invalid("name", "Say what the key is for.")
    token = PREFIX + secrets.token_urlsafe(32)
    with write():
        ApiToken.create(name=name, token_hash=_hash(token), created_at=as_of)
    return token


def use_token(token: str, *, as_of: datetime) -> bool:
    """Whether this is a key that still opens; remembers when it did."""
    mine = (ApiToken.token_hash == _hash(token)) & ApiToken.revoked_at.is_null()
    with write():
        return bool(ApiToken.update(used_at=as_of).where(mine).execute())


def revoke_token(token_id: int, *, as_of: datetime) -> None:
    """The key opens nothing any more; raises NotFound."""
    with write():
        if not ApiToken.update(revoked_at=as_of).where(ApiToken.id == token_id).execute():
            raise NotFound("There is no such key.")


def list_tokens() -> list[ApiToken]:
    """The keys that open, the newest first."""
    return list(ApiToken.select().where(ApiToken.revoked_at.is_null()).order_by(ApiToken.id.desc()))


def partners_page(*, after: int = 0, limit: int = PAGE) -> dict[str, Any]:
    """Partners in the order of their numbers, beyond the cursor; `next` is the cursor of the page that follows."""
    found = list(Partner.select().where(Partner.id > after).order_by(Partner.id).limit(limit + 1))
    rows = [
        {
            "id": partner.id,
            "name": partner.name,
            "shop": partner.shop,
            "state": partner.state,
            "currency": partner.currency,
            "range_read_at": _moment(partner.catalog_refreshed_at),
        }
        for partner in found[:limit]
    ]
    return {"partners": rows, "next": _next(found, limit)}


def products_page(partner: Partner, *, after: int = 0, limit: int = PAGE, as_of: datetime) -> dict[str, Any]:
    """A partner's range from the snapshot, beyond the cursor, with variants and prices as the pages show them."""
    same = (Import.partner == Product.partner) & (Import.product_remote_id == Product.remote_id)
    found = list(
        Product.select(Product, Import)
        .join(Import, JOIN.LEFT_OUTER, on=same, attr="listing")
        .where((Product.partner == partner) & (Product.id > after))
        .order_by(Product.id)
        .limit(limit + 1)
    )
    shown = found[:limit]
    prices = Prices.agreed(partner, Hub.get_hub(), [product.remote_id for product in shown])
    charged = charged_prices(partner, [product.remote_id for product in shown])
    variants: dict[int, list[Variant]] = {}
    ids = [product.id for product in shown]
    for variant in Variant.select().where(Variant.product.in_(ids)).order_by(Variant.position, Variant.id):
        variants.setdefault(variant.product_id, []).append(variant)
    rows = []
    for product in shown:
        product.partner = partner
        rows.append(_product(product, variants.get(product.id, []), prices, charged, as_of))
    return {"products": rows, "read_at": _moment(partner.catalog_refreshed_at), "next": _next(found, limit)}


def _product(
    product: Product, variants: list[Variant], prices: Prices | None, charged: Charged, as_of: datetime
) -> dict[str, Any]:
    listing = getattr(product, "listing", None)
    stand = standing(listing, product, as_of=as_of)
    return {
        "id": product.id,
        "title": product.title,
        "vendor": product.vendor,
        "type": product.product_type,
        "tags": product.tags,
        "options": [{"name": name, "values": values} for name, values in product.options],
        "picture": product.image_url or None,
        "state": stand.word,
        "note": stand.note or None,
        "wholesale": product.wholesale,
        "first_seen_at": _moment(product.first_seen_at),
        "gone_at": _moment(product.gone_at),
        "import_id": listing.id if listing else None,
        "variants": [_variant(product, variant, prices, charged) for variant in variants],
    }


def _variant(product: Product, variant: Variant, prices: Prices | None, charged: Charged) -> dict[str, Any]:
    retail = Money(variant.price_minor, product.partner.currency)
    quote = prices.quote(product.remote_id, variant.remote_id, variant.price_minor) if prices else None
    asked = charged.get(variant.remote_id) or ((quote.price, quote.margin_bp) if quote else None)
    return {
        "id": variant.id,
        "title": variant.title,
        "sku": variant.sku or None,
        "grams": variant.grams,
        "stock": None if not variant.tracked or variant.policy == "CONTINUE" else variant.quantity,
        "their_price": _money(retail),
        "cost": _money(quote.cost) if quote else _money(pricing.cost(retail, product.partner.discount_bp)),
        "price": _money(asked[0]) if asked else None,
        "margin_percent": asked[1] / 100 if asked else None,
    }


def _money(amount: Money) -> dict[str, str]:
    return {"amount": amount.amount, "currency": amount.currency}


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _next(found: list[Any], limit: int) -> int | None:
    return found[limit - 1].id if len(found) > limit else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
