"""Putting a catalogue into a store, as if it had been there for weeks: no events are sent for it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from standin.catalogues.pictures import PATH
from standin.catalogues.seeds import OptionSeed, ProductSeed, VariantSeed
from standin.world import InventoryItem, InventoryLevel, Media, Metafield, Option, OptionValue, Product, Shop, Variant

RELEASE_WEEKDAY, RELEASE_HOUR = 4, 7
PUBLISHED_STATUSES = ("ACTIVE", "UNLISTED")


def stock(shop: Shop, seeds: list[ProductSeed], *, now: datetime, address: str) -> list[Product]:
    """Make the seeds products of the store, their stock at its primary location, and return them.

    `address` is where this stand-in answers (`http://127.0.0.1:4000`): pictures are read from there.
    """
    release = _latest_release(now, shop.timezone)
    return [_add(shop, seed, min(now, _released(release, seed, index)), address) for index, seed in enumerate(seeds)]


def _latest_release(now: datetime, timezone: str) -> datetime:
    """The latest Friday, seven in the morning of the roaster: coffees come out in that hour, week by week."""
    local = now.astimezone(ZoneInfo(timezone))
    friday = local - timedelta(days=(local.weekday() - RELEASE_WEEKDAY) % 7)
    release = friday.replace(hour=RELEASE_HOUR, minute=0, second=0, microsecond=0)
    return (release if release <= local else release - timedelta(weeks=1)).astimezone(now.tzinfo)


def _released(release: datetime, seed: ProductSeed, index: int) -> datetime:
    return release - timedelta(weeks=seed.weeks_on_sale) + timedelta(seconds=index * 37 % 3600)


def _add(shop: Shop, seed: ProductSeed, at: datetime, address: str) -> Product:
    product = Product(
        shop.next_id(),
        title=seed.title,
        handle=seed.handle,
        created_at=at,
        updated_at=at,
        description_html=seed.description_html,
        vendor=seed.vendor,
        product_type=seed.product_type,
        status=seed.status,
        tags=list(seed.tags),
        is_gift_card=seed.is_gift_card,
        requires_selling_plan=seed.requires_selling_plan,
        options=[_option(shop, option, position) for position, option in enumerate(seed.options, 1)],
        media=[_media(shop, name, seed.title, at, address) for name in seed.pictures],
        metafields=[Metafield(shop.next_id(), "custom", *field, at, at) for field in seed.metafields],
    )
    if seed.status in PUBLISHED_STATUSES:
        product.published = dict.fromkeys(shop.publications, at)
    shop.add_product(product)
    for position, variant in enumerate(seed.variants, 1):
        _add_variant(shop, product, seed.options, variant, position)
    return product


def _option(shop: Shop, seed: OptionSeed, position: int) -> Option:
    values = [OptionValue(shop.next_id(), name) for name in seed.values]
    return Option(shop.next_id(), seed.name, position, values)


def _media(shop: Shop, name: str, title: str, at: datetime, address: str) -> Media:
    url = address.rstrip("/") + PATH.format(name=name)
    return Media(shop.next_id(), url=url, alt=title, mime_type="image/svg+xml", created_at=at)


def _add_variant(
    shop: Shop, product: Product, options: tuple[OptionSeed, ...], seed: VariantSeed, position: int
) -> None:
    at = product.created_at
    variant = Variant(
        shop.next_id(),
        product_id=product.id,
        item_id=shop.next_id(),
        created_at=at,
        updated_at=at,
        price=seed.price,
        compare_at_price=seed.compare_at_price,
        sku=seed.sku,
        barcode=seed.barcode or None,
        position=position,
        taxable=seed.taxable,
        inventory_policy=seed.policy,
        requires_components=seed.requires_components,
        selected_options=[(option.name, value) for option, value in zip(options, seed.values, strict=True)],
    )
    item = InventoryItem(
        variant.item_id,
        variant_id=variant.id,
        created_at=at,
        updated_at=at,
        tracked=seed.tracked,
        requires_shipping=seed.requires_shipping,
        weight_value=seed.weight,
        weight_unit=seed.weight_unit,
    )
    place = shop.primary_location.id
    available = seed.available if seed.tracked else 0
    item.levels[place] = InventoryLevel(item.id, place, created_at=at, updated_at=at, available=available)
    shop.add_variant(product, variant, item)
