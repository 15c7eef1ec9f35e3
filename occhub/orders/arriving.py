"""What of a placed order was shipped, and what never will be: that is wanted again (R13)."""

from collections.abc import Mapping
from datetime import datetime

from occhub.catalog.models import ProductMapping
from occhub.orders.history import tell
from occhub.orders.models import MasterLine, MasterPart
from occhub.orders.promising import trim
from occhub.shopify.types import PlacedOrder

SENT = "SUCCESS"
WANTED_AGAIN = "what customers still want of it is ordered again."


def keep_lines(part: MasterPart, order: PlacedOrder, *, as_of: datetime) -> None:
    """Keep for each line of the part how many of its units were sent and how many still stand; inside `write()`."""
    query = MasterLine.select(MasterLine, ProductMapping).join(ProductMapping)
    lines = {line.mapping.partner_variant_id: line for line in query.where(MasterLine.part == part.id)}
    names = _names(order, lines)
    shipped, promised = _shipped(order, names), _still_promised(order, names)
    freed = []
    for variant, line in lines.items():
        if variant not in promised and None in promised:
            continue  # deleted before its line was ever seen: better what we know than a guess
        sent = shipped.get(variant, 0)
        if sent != line.shipped:
            MasterLine.update(shipped=sent).where(MasterLine.id == line.id).execute()
        units = min(line.confirmed, max(sent, promised.get(variant, line.confirmed)))
        if units < line.confirmed:
            MasterLine.update(confirmed=units).where(MasterLine.id == line.id).execute()
            trim(line, units, placed=True)
            sentence = f"{line.confirmed - units} x {line.mapping.title} will not come; {WANTED_AGAIN}"
            tell(part.master_id, sentence, as_of=as_of)
        if units < line.confirmed or order.cancelled_at:
            freed.append(line.mapping_id)
    ProductMapping.update(stock_wanted_at=as_of).where(ProductMapping.id << freed).execute()


def _names(order: PlacedOrder, lines: Mapping[str, MasterLine]) -> dict[str, str | None]:
    """The variant of each of the order's lines, also of one deleted since; remembers those seen for the first time."""
    known = {line.remote_id: variant for variant, line in lines.items() if line.remote_id}
    names = {}
    for theirs in order.lines:
        names[theirs.id] = theirs.variant_id or known.get(theirs.id)
        ours = lines.get(theirs.variant_id or "")
        if ours is not None and not ours.remote_id:
            ours.remote_id = theirs.id
            MasterLine.update(remote_id=theirs.id).where(MasterLine.id == ours.id).execute()
    return names


def _shipped(order: PlacedOrder, names: Mapping[str, str | None]) -> dict[str | None, int]:
    shipped: dict[str | None, int] = {}
    for parcel in order.shipments:
        if parcel.status == SENT:
            for line_id, quantity in parcel.lines:
                variant = names.get(line_id)
                shipped[variant] = shipped.get(variant, 0) + quantity
    return shipped


def _still_promised(order: PlacedOrder, names: Mapping[str, str | None]) -> dict[str | None, int]:
    """What the order still holds of each variant; of one closed before all was sent, only what was sent."""
    promised: dict[str | None, int] = {}
    for line in order.lines:
        units = line.current_quantity - (line.unfulfilled if order.closed_at else 0)
        promised[names[line.id]] = promised.get(names[line.id], 0) + max(0, units)
    return promised
