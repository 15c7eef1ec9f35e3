"""The variants a round compares, slim: tens of thousands pass through."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from peewee import Expression, chunked, fn

from occhub import clock
from occhub.catalog.models import ACTIVE, ARCHIVED, GONE, MISSING_ON_HUB, WITHDRAWN, Import, ProductMapping
from occhub.database import rows, write
from occhub.partners.models import Partner
from occhub.synclog import SyncLog

# So many are read, compared and written together. It bounds the memory of a pass, and how long claims wait for it.
SLICE = 5000
# Ids in one statement.
AT_ONCE = 500


class Shelf(NamedTuple):
    """A mapping as a round needs it; the last six are what the round before left behind."""

    id: int
    partner_id: int
    partner_variant: str
    hub_variant: str
    hub_item: str
    hub_product: str
    title: str
    safety: int
    withdrawn: bool
    state: str
    place: str | None
    hub_available: int | None
    available: int | None
    unclaimed: int | None
    compared_at: datetime | None


def slices(run: SyncLog) -> Iterator[list[Shelf]]:
    """Everything the run covers, a slice at a time, partner by partner."""
    scope = ProductMapping.state.in_((ACTIVE, GONE))
    if run.partner_id is not None:
        scope &= ProductMapping.partner == run.partner_id
    if run.listing_id is not None:
        scope &= ProductMapping.listing == run.listing_id
    last: tuple[int, int] | None = None
    while True:
        after = scope
        if last is not None:
            same = (ProductMapping.partner == last[0]) & (ProductMapping.id > last[1])
            after &= (ProductMapping.partner > last[0]) | same
        found = _load(after, SLICE)
        if found:
            yield found
        if len(found) < SLICE:
            return
        last = (found[-1].partner_id, found[-1].id)


def count(run: SyncLog) -> int:
    """How many the run covers."""
    scope = ProductMapping.state.in_((ACTIVE, GONE))
    if run.partner_id is not None:
        scope &= ProductMapping.partner == run.partner_id
    if run.listing_id is not None:
        scope &= ProductMapping.listing == run.listing_id
    return int(ProductMapping.select().where(scope).count())


def wanted(as_of: datetime) -> list[Shelf]:
    """What is to be compared soon and due by now."""
    return _load(_is_wanted() & (ProductMapping.stock_wanted_at <= as_of), SLICE)


def next_wanted() -> datetime | None:
    """When the next wish is due, if there is one."""
    first = rows(
        ProductMapping.select(ProductMapping.stock_wanted_at)
        .where(_is_wanted())
        .order_by(ProductMapping.stock_wanted_at)
        .limit(1)
    )
    return first[0][0] if first else None


def wishes(ids: Collection[int]) -> dict[int, datetime]:
    """The wishes that stand now: what is read from here on answers them."""
    # Few are wished for at a time: picking ours out of all of them is quicker than naming ours.
    query = ProductMapping.select(ProductMapping.id, ProductMapping.stock_wanted_at)
    ours = set(ids)
    return {key: wish for key, wish in rows(query.where(ProductMapping.stock_wanted_at.is_null(False))) if key in ours}


def fulfil(served: dict[int, datetime]) -> None:
    """These wishes were answered; one made meanwhile stands. Call inside `write()`."""
    by_moment: dict[datetime, list[int]] = {}
    for mapping_id, wish in served.items():
        by_moment.setdefault(wish, []).append(mapping_id)
    for wish, ids in by_moment.items():
        for batch in chunked(ids, AT_ONCE):
            ours = ProductMapping.id.in_(batch) & (ProductMapping.stock_wanted_at == wish)
            ProductMapping.update(stock_wanted_at=None).where(ours).execute()


def put_off(ids: Collection[int], until: datetime) -> None:
    """Compare these again then; wishes that are not due yet stay as they are. Call inside `write()`."""
    for batch in chunked(ids, AT_ONCE):
        ProductMapping.update(stock_wanted_at=until).where(ProductMapping.id.in_(batch)).execute()


def want_all_of(partner_id: int, as_of: datetime) -> None:
    """Everything of this partner may be wrong now."""
    ours = (ProductMapping.partner == partner_id) & (ProductMapping.state != MISSING_ON_HUB)
    with write():
        ProductMapping.update(stock_wanted_at=as_of).where(ours).execute()


def again_in(seconds: float) -> datetime:
    """So many real seconds later, by our clock."""
    return clock.now() + clock.span(seconds)


def _is_wanted() -> Expression:
    here = ProductMapping.state.not_in((MISSING_ON_HUB, ARCHIVED))
    return ProductMapping.stock_wanted_at.is_null(False) & here


def _load(scope: Expression, limit: int) -> list[Shelf]:
    query: Any = (
        ProductMapping.select(
            ProductMapping.id,
            ProductMapping.partner,
            ProductMapping.partner_variant_id,
            ProductMapping.hub_variant_id,
            ProductMapping.hub_item_id,
            Import.hub_product_id,
            ProductMapping.title,
            fn.COALESCE(ProductMapping.safety_stock, Partner.safety_stock),
            (Import.state == WITHDRAWN) | ProductMapping.off_sale,
            ProductMapping.state,
            ProductMapping.hub_location_id,
            ProductMapping.hub_available,
            ProductMapping.partner_available,
            ProductMapping.unclaimed,
            ProductMapping.stock_at,
        )
        .join(Partner)
        .switch(ProductMapping)
        .join(Import)
        .where(scope)
        .order_by(ProductMapping.partner, ProductMapping.id)
        .limit(limit)
    )
    return [Shelf(*row) for row in rows(query)]
