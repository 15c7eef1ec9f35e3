"""What a partner asks of the hub by a price list he named: typed line by line, or kept in his own store."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from peewee import chunked

from occhub.catalog import noticing
from occhub.catalog.models import ARCHIVED, Product, ProductMapping, Variant
from occhub.catalog.pricing import WHOLE_BP
from occhub.catalog.terms import ListedCost, PriceList
from occhub.database import write
from occhub.errors import Conflict, Invalid
from occhub.money import Money
from occhub.partners.models import Partner
from occhub.shopify import open_store, price_lists
from occhub.shopify.types import PriceListInfo

_MOST_LINES = 5_000
_ROWS = 1_000
# The cost stands last; where a comma parts the two, its decimals have a point.
_LINE = re.compile(r'"?(?P<sku>.*?\S)"?\s*(?:[;\t]\s*"?(?P<any>-?[\d.,]+)"?|,\s*"?(?P<point>-?[\d.]+)"?)')


def take_typed(partner: Partner, name: str, text: str, *, as_of: datetime) -> PriceList:
    """Keep a list of lines "SKU, cost" in the place of any other; what no SKU of the partner's is told by is kept too.

    Raises Invalid for a nameless list, and for a line that is none or contradicts another; then nothing is changed.
    """
    name = name.strip()[:60]
    if not name:
        raise Invalid("price_list", "Give the list a name, such as Wholesale 2026.")
    costs = _read_lines(text, partner.currency)
    by_sku: dict[str, list[Variant]] = defaultdict(list)
    for variant in _range(partner):
        by_sku[variant.sku.strip().casefold()].append(variant)
    lines = {
        (variant.product.remote_id, variant.remote_id): cost
        for sku, cost in costs.items()
        for variant in by_sku.get(sku.casefold(), ())
    }
    if not lines:
        raise Invalid("lines", f"None of these SKUs is in the range of {partner.name}.")
    unmatched = sorted(sku for sku in costs if sku.casefold() not in by_sku)
    facts: dict[str, Any] = {"name": name, "remote_id": "", "discount_bp": None, "unmatched": unmatched}
    return _replace(partner, facts, lines, as_of)


def offered(partner: Partner) -> list[PriceListInfo]:
    """The price lists in the partner's store that are in its currency, but none by which all is free.

    Raises a StoreError.
    """
    found = price_lists.list_price_lists(open_store(partner.domain))
    asking = [each for each in found if each.discount_bp is None or each.discount_bp < WHOLE_BP]
    return [each for each in asking if each.currency == partner.currency]


def take_from_store(partner: Partner, remote_id: str, *, as_of: datetime) -> PriceList:
    """Go by a price list of the partner's store from now on; it is read again with his range.

    Raises Invalid when there is no such list, and a StoreError.
    """
    chosen = next((each for each in offered(partner) if each.id == remote_id), None)
    lines = _lines_in_store(partner, remote_id) if chosen else None
    if chosen is None or lines is None:
        raise Invalid("price_list", f"{partner.name}'s store has no such price list in {partner.currency}.")
    return _replace(partner, _facts(chosen), lines, as_of)


def read_again(partner: Partner, *, as_of: datetime) -> None:
    """Read the list again where the partner's store keeps it; what changed of goods we sell becomes a change.

    One that is gone from his store keeps its last costs, and shows since when. Raises a StoreError.
    """
    known = PriceList.of(partner)
    if known is None or not known.remote_id:
        return
    chosen = next((each for each in offered(partner) if each.id == known.remote_id), None)
    lines = _lines_in_store(partner, known.remote_id) if chosen else None
    if chosen is None or lines is None:
        return
    _replace(partner, _facts(chosen) | {"taken_at": known.taken_at}, lines, as_of)
    with write():
        noticing.compare_costs(partner)


def drop(partner: Partner) -> None:
    """Go by the partner's usual discount again; raises Conflict when there is no list."""
    with write():
        if not PriceList.delete().where(PriceList.partner == partner).execute():
            raise Conflict("There is no price list any more.")


def unlisted(partner: Partner) -> list[ProductMapping]:
    """What we sell of the partner's that his list says nothing of: it costs what his terms say."""
    known = PriceList.of(partner)
    if known is None:
        return []
    listed = ListedCost.select(ListedCost.variant_remote_id).where(ListedCost.price_list == known)
    sold = (ProductMapping.partner == partner) & (ProductMapping.state != ARCHIVED)
    found = ProductMapping.select().where(sold & ProductMapping.partner_variant_id.not_in(listed))
    return list(found.order_by(ProductMapping.title))


def _facts(chosen: PriceListInfo) -> dict[str, Any]:
    return {"name": chosen.name, "remote_id": chosen.id, "discount_bp": chosen.discount_bp}


def _read_lines(text: str, currency: str) -> dict[str, int]:
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if lines and not re.search(r"\d", lines[0][1]):
        lines = lines[1:]  # a table's heading
    if not 0 < len(lines) <= _MOST_LINES:
        raise Invalid("lines", f"Give 1 to {_MOST_LINES:,} lines, each with a SKU and a cost.")
    costs: dict[str, int] = {}
    for number, line in lines:
        sku, cost = _read_line(number, line, currency)
        if costs.setdefault(sku, cost) != cost:
            raise Invalid("lines", f"Line {number} gives {sku} another cost than a line before it.")
    return costs


def _read_line(number: int, line: str, currency: str) -> tuple[str, int]:
    found = _LINE.fullmatch(line)
    if not found:
        raise Invalid("lines", f"Line {number} is not a SKU and a cost: {line[:60]}")
    try:
        cost = Money.parse((found["any"] or found["point"]).replace(",", "."), currency).minor
    except ValueError:
        raise Invalid("lines", f"Line {number} has no cost such as 11.50: {line[:60]}") from None
    if not 0 < cost <= 10**9:
        raise Invalid("lines", f"The cost in line {number} must be more than 0: {line[:60]}")
    return found["sku"].strip(), cost


def _lines_in_store(partner: Partner, remote_id: str) -> dict[tuple[str, str], int] | None:
    prices = price_lists.read_prices(open_store(partner.domain), remote_id)
    if prices is None:
        return None
    # What costs nothing would be priced at nothing.
    ours = [each for each in prices if each.price.currency == partner.currency and each.price.minor > 0]
    return {(each.product_id, each.variant_id): each.price.minor for each in ours}


def _range(partner: Partner) -> Iterable[Variant]:
    known = Variant.select(Variant, Product).join(Product)
    return known.where((Product.partner == partner) & (Variant.sku != ""))


def _replace(partner: Partner, facts: dict[str, Any], lines: dict[tuple[str, str], int], as_of: datetime) -> PriceList:
    with write():
        PriceList.delete().where(PriceList.partner == partner).execute()
        made: PriceList = PriceList.create(partner=partner, **{"taken_at": as_of, "read_at": as_of} | facts)
        rows = [
            {"price_list": made.id, "product_remote_id": product, "variant_remote_id": variant, "cost_minor": cost}
            for (product, variant), cost in lines.items()
        ]
        for batch in chunked(rows, _ROWS):
            ListedCost.insert_many(batch).execute()
    return made
