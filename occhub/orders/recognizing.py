"""Which lines of customers' orders are a partner's: known before, by their variant, or by a SKU that names him."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from peewee import chunked

from occhub.catalog.models import ProductMapping
from occhub.catalog.skus import is_partner_sku, prefix
from occhub.database import is_sqlite, rows
from occhub.orders import statuses
from occhub.orders.models import PartnerOrder, PartnerOrderLine
from occhub.partners.models import Partner
from occhub.shopify.types import HubLine, HubOrder

log = logging.getLogger(__name__)


class Known(NamedTuple):
    """A line as captured before; its partner and mapping are fixed at first sight."""

    partner_id: int
    mapping_id: int | None
    wanted: int
    choice: str
    waived: int


class Sold(NamedTuple):
    """A line that is a partner's, and the order it stands on."""

    order: HubOrder
    line: HubLine
    partner_id: int
    mapping_id: int | None
    known: Known | None


def lines_of_partners(orders: Sequence[HubOrder]) -> Iterator[Sold]:
    """The lines of these orders that are a partner's; call inside `write()`."""
    known = _known_lines([order.id for order in orders])
    mappings = _mappings({line.variant_id for order in orders for line in order.lines if line.variant_id})
    partners: list[Partner] | None = None
    for order in orders:
        for line in order.lines:
            if before := known.get(line.id):
                yield Sold(order, line, before.partner_id, before.mapping_id, before)
            elif mapping := mappings.get(line.variant_id or ""):
                mapping_id, partner_id, created_at = mapping
                # What was bought before the product became the partner's was the hub's own stock (R7). Shopify tells
                # times to the second; in the second itself the sale counts, or the bag would go back on sale.
                if created_at.replace(microsecond=0) <= order.created_at:
                    yield Sold(order, line, partner_id, mapping_id, None)
            elif is_partner_sku(line.sku):
                partners = partners or list(Partner.select().where(Partner.shop.is_null(False)))
                if (named := _partner_named(line.sku, partners)) is not None:
                    yield Sold(order, line, named, None, None)


def _known_lines(hub_order_ids: list[str]) -> dict[str, Known]:
    query = (
        PartnerOrderLine.select(
            PartnerOrderLine.hub_line_id,
            PartnerOrder.partner,
            PartnerOrderLine.mapping,
            PartnerOrderLine.wanted,
            PartnerOrderLine.choice,
            PartnerOrderLine.waived,
        )
        .join(PartnerOrder)
        .where(PartnerOrder.hub_order_id.in_(hub_order_ids))
    )
    if not is_sqlite():  # which lets one write at a time; here the owner may be deciding about a line just now
        query = query.for_update(of=PartnerOrderLine)
    return {line_id: Known(*facts) for line_id, *facts in rows(query)}


def _mappings(variant_ids: Iterable[str]) -> dict[str, tuple[int, int, datetime]]:
    """By the hub's variant: mapping, partner, and since when it is his."""
    found: dict[str, tuple[int, int, datetime]] = {}
    for ids in chunked(sorted(variant_ids), statuses.ROWS):
        query = ProductMapping.select(
            ProductMapping.hub_variant_id, ProductMapping.id, ProductMapping.partner, ProductMapping.created_at
        )
        found.update(
            {variant: tuple(facts) for variant, *facts in rows(query.where(ProductMapping.hub_variant_id << ids))}
        )
    return found


def _partner_named(sku: str, partners: Sequence[Partner]) -> int | None:
    """The partner whose goods this SKU claims to be: a line without mapping is shown as an orphan, never dropped."""
    named = [partner for partner in partners if sku.startswith(prefix(partner.domain))]
    if named:
        # "milk-road" before "milk": the longer name is the one meant.
        return int(max(named, key=lambda partner: len(partner.domain)).id)
    log.warning("the SKU %s names a partner we do not know", sku)
    return None
