"""Read a partner's whole range into the snapshot, so that browsing never waits for his store."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from peewee import chunked

from occhub import clock, leases
from occhub.catalog import noticing, sizing
from occhub.catalog.judging import is_always_in_stock, is_wholesale, obstacle, search_words, twin_key
from occhub.catalog.models import CREATED, LIVE, STOCKED, Import, Product, Variant
from occhub.database import write
from occhub.money import Money
from occhub.partners.models import Partner
from occhub.shopify import open_store, products
from occhub.shopify.errors import StoreError
from occhub.shopify.types import PartnerProduct, PartnerVariant
from occhub.synclog import SyncLog

STALE_AFTER = timedelta(hours=1)
# Stores announce a product at each sale; reading the range again for each would spend their budget on nothing.
CALM = timedelta(minutes=5)
_PAGE = 50
_ROWS = 1_000  # an INSERT's parameters are limited to 32,766 on SQLite


def due(as_of: datetime) -> list[Partner]:
    """The connected partners whose snapshot is an hour old, or five minutes where a change was announced since."""
    never = Partner.catalog_refreshed_at.is_null()
    stale = Partner.catalog_refreshed_at <= as_of - STALE_AFTER
    wanted = Partner.catalog_wanted_at.is_null(False) & (Partner.catalog_refreshed_at <= as_of - CALM)
    return list(Partner.working().where(never | stale | wanted))


def lease_name(partner: Partner) -> str:
    """Under which lease the partner's range is read: held means that a refresh is under way."""
    return f"range:{partner.id}"


def refresh(partner: Partner, *, as_of: datetime, trigger: str) -> SyncLog:
    """Make the snapshot equal to the partner's range: one write a page; what is not seen any more is gone.

    Raises a StoreError (the run is kept as failed, pages read stay) and Conflict when a refresh is under way.
    """
    store = open_store(partner.domain)
    with leases.hold(lease_name(partner)) as held:
        with write():
            run = SyncLog.start("refresh", trigger, as_of=as_of, partner_id=partner.id)
        range_, read, changed = products.list_products(store), 0, 0
        try:
            while page := list(islice(range_, _PAGE)):
                with write():
                    held.confirm()
                    changed += keep(partner, page, as_of=as_of)
                read += len(page)
        except StoreError as error:
            with write():
                run.finish(as_of=clock.now(), read=read, calls=store.calls, points=store.points, error=str(error))
            raise
        with write():
            held.confirm()
            changed += _mark_gone(partner, as_of)
            _mark_refreshed(partner, as_of)
            run.finish(as_of=clock.now(), read=read, changed=changed, calls=store.calls, points=store.points)
    return run


def keep(partner: Partner, page: Sequence[PartnerProduct], *, as_of: datetime) -> int:
    """Write products as read into the snapshot, call inside `write()`; answers how many are new or changed."""
    ids = [product.id for product in page]
    mine = (Product.partner == partner) & Product.remote_id.in_(ids)
    before = {row.remote_id: row for row in Product.select().where(mine)}
    rows = [_product_row(partner, product, as_of) for product in page]
    own = [field for field in Product._meta.sorted_fields if field.name not in ("id", "first_seen_at")]
    Product.insert_many(rows).on_conflict(conflict_target=[Product.partner, Product.remote_id], preserve=own).execute()
    numbers = {row.remote_id: row.id for row in Product.select(Product.id, Product.remote_id).where(mine)}
    _keep_variants(partner, page, numbers)
    noticing.compare(partner, page, as_of=as_of)
    return sum(_differs(before.get(product.id), product) for product in page)


def _differs(before: Product | None, product: PartnerProduct) -> bool:
    return before is None or before.gone_at is not None or before.remote_updated_at != product.updated_at


def _product_row(partner: Partner, product: PartnerProduct, as_of: datetime) -> dict[str, Any]:
    prices = [_minor(variant, partner) for variant in product.variants]
    return {
        "partner": partner.id,
        "remote_id": product.id,
        "title": product.title,
        "vendor": product.vendor,
        "product_type": product.product_type,
        "status": product.status,
        "tags": list(product.tags),
        "options": [[option.name, list(option.values)] for option in product.options],
        "image_url": product.images[0].url if product.images else "",
        "obstacle": obstacle(product),
        "wholesale": is_wholesale(product),
        "twin_key": twin_key(product.title) or product.id,
        "words": search_words(product),
        "price_low_minor": min(prices, default=0),
        "price_high_minor": max(prices, default=0),
        "stock": sum(max(0, variant.quantity) for variant in product.variants if not is_always_in_stock(variant)),
        "always_in_stock": any(is_always_in_stock(variant) for variant in product.variants),
        "remote_updated_at": product.updated_at,
        "first_seen_at": as_of,
        "refreshed_at": as_of,
        "gone_at": None,
    }


def _keep_variants(partner: Partner, page: Iterable[PartnerProduct], numbers: dict[str, int]) -> None:
    rows = [_variant_row(partner, numbers[product.id], variant) for product in page for variant in product.variants]
    seen = {row["remote_id"] for row in rows}
    known = Variant.select(Variant.id, Variant.remote_id).where(Variant.product.in_(list(numbers.values())))
    dropped = [row.id for row in known if row.remote_id not in seen]
    for batch in chunked(dropped, _ROWS):
        Variant.delete().where(Variant.id.in_(batch)).execute()
    own = [field for field in Variant._meta.sorted_fields if field.name != "id"]
    for batch in chunked(rows, _ROWS):
        target = [Variant.product, Variant.remote_id]
        Variant.insert_many(batch).on_conflict(conflict_target=target, preserve=own).execute()


def _variant_row(partner: Partner, product_id: int, variant: PartnerVariant) -> dict[str, Any]:
    return {
        "product": product_id,
        "remote_id": variant.id,
        "item_id": variant.item_id,
        "title": variant.title,
        "sku": variant.sku,
        "price_minor": _minor(variant, partner),
        "quantity": variant.quantity,
        "tracked": variant.tracked,
        "policy": variant.policy,
        "grams": sizing.bag_grams(variant.title, variant.options, variant.weight_value, variant.weight_unit),
        "weight_grams": sizing.field_grams(variant.weight_value, variant.weight_unit),
        "position": variant.position,
    }


def _minor(variant: PartnerVariant, partner: Partner) -> int:
    return Money.parse(variant.price, partner.currency).minor


def _mark_gone(partner: Partner, as_of: datetime) -> int:
    unseen = (Product.partner == partner) & (Product.refreshed_at < as_of) & Product.gone_at.is_null()
    gone = [row.remote_id for row in Product.select(Product.remote_id).where(unseen)]
    for batch in chunked(gone, _ROWS):
        mine = (Import.partner == partner) & Import.product_remote_id.in_(batch)
        for listing in Import.select().where(mine & Import.state.in_((CREATED, STOCKED, LIVE))):
            noticing.note_gone(listing, "no longer in the partner's store", as_of)
    Product.update(gone_at=as_of).where(unseen).execute()
    return len(gone)


def _mark_refreshed(partner: Partner, as_of: datetime) -> None:
    facts = {"catalog_refreshed_at": as_of, "last_contact_at": as_of}
    Partner.update(facts).where(Partner.id == partner.id).execute()
    told_before = (Partner.id == partner.id) & (Partner.catalog_wanted_at <= as_of)
    Partner.update(catalog_wanted_at=None).where(told_before).execute()
