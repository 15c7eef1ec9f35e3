"""The owner's word on changes: accept or dismiss, singly or all of a kind; and prices worked out anew."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from peewee import Expression, chunked, fn

from occhub.catalog.models import CREATED, LIVE, STOCKED, Change, Import, ProductMapping
from occhub.catalog.noticing import (
    ACCEPTED,
    ADDED,
    COST,
    CUSTOMS,
    DEFAULTS,
    DESCRIPTION,
    DISMISSED,
    DONE,
    FAILED,
    IMAGES,
    OPTIONS,
    ORIGIN,
    PRICE,
    PRODUCT_GONE,
    REMOVED,
    REPRICE,
    TITLE,
    WAITING,
)
from occhub.catalog.withdrawing import ask_to_withdraw
from occhub.database import rows, write
from occhub.errors import Invalid
from occhub.partners.models import Partner

PAGE = 50
_AT_ONCE = 1_000  # a statement's parameters are limited to 32,766 on SQLite
# Field -> (what changed, in the owner's words; what accepting does).
KINDS = {
    PRICE: ("Price", "Reprice"),
    COST: ("Cost on the price list", "Reprice"),
    TITLE: ("Title", "Take it over"),
    DESCRIPTION: ("Description", "Take it over"),
    IMAGES: ("Pictures", "Take them over"),
    ORIGIN: ("Where it comes from", "Take it over"),
    CUSTOMS: ("HS code and country", "Take them over"),
    OPTIONS: ("Options", "Take them over"),
    ADDED: ("New variant", "Sell it"),
    REMOVED: ("Variant gone", "Remove it"),
    PRODUCT_GONE: ("Product gone", "Withdraw it"),
}
_ASKING = (WAITING, FAILED)


@dataclass(frozen=True)
class ChangesPage:
    """Changes that wait for the owner; `counts` are those of each kind, `kind` is empty for all."""

    changes: list[Change]
    counts: dict[str, int]
    kind: str
    page: int
    pages: int


def waiting(listing: Import | None = None) -> int:
    """How many changes wait for the owner's word."""
    scope = _asking("") if listing is None else _asking("") & (Change.listing == listing)
    return int(Change.select().where(scope).count())


def list_changes(*, kind: str = "", page: int = 1) -> ChangesPage:
    """A page of 50 changes that wait, the newest first; an unknown kind is taken for all."""
    kind = kind if kind in KINDS else ""
    by_kind = Change.select(Change.field, fn.COUNT(Change.id)).where(_asking("")).group_by(Change.field)
    counts = dict(rows(by_kind))
    total = counts.get(kind, 0) if kind else sum(counts.values())
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    found = Change.select(Change, Import, Partner).join(Import).join(Partner).where(_asking(kind))
    ordered = found.order_by(Change.noticed_at.desc(), Change.id).paginate(page, PAGE)
    return ChangesPage(list(ordered), counts, kind, page, pages)


def accept(changes: Iterable[Change], *, as_of: datetime) -> list[int]:
    """Accept these; answers the products of which something is to be carried out now."""
    touched, gone = set(), set()
    for batch in chunked(changes, _AT_ONCE):
        with write():
            mine = Change.id.in_([change.id for change in batch]) & Change.state.in_(_ASKING)
            found = list(Change.select(Change.listing, Change.field).where(mine))
            for state, these in ((DONE, Change.field == PRODUCT_GONE), (ACCEPTED, Change.field != PRODUCT_GONE)):
                Change.update(state=state, error="", tries=0, decided_at=as_of).where(mine & these).execute()
        touched |= {change.listing_id for change in found}
        gone |= {change.listing_id for change in found if change.field == PRODUCT_GONE}
    for import_id in gone:
        ask_to_withdraw(Import.find(import_id), delete=False, as_of=as_of)
    return sorted(touched)


def dismiss(changes: Iterable[Change], *, as_of: datetime) -> int:
    """Leave these as they are on the hub; the same change is not asked about again. Answers how many."""
    count = 0
    for batch in chunked(changes, _AT_ONCE):
        with write():
            mine = Change.id.in_([change.id for change in batch]) & Change.state.in_(_ASKING)
            count += int(Change.update(state=DISMISSED, error="", decided_at=as_of).where(mine).execute())
    return count


def all_of(kind: str) -> list[Change]:
    """Every change that waits, of one kind or of all (empty); raises Invalid for a kind there is not."""
    if kind and kind not in DEFAULTS:
        raise Invalid("kind", "There is no such kind of change.")
    return list(Change.select().where(_asking(kind)))


def ask_to_reprice(listings: Iterable[Import], *, as_of: datetime, by_owner: bool) -> list[int]:
    """Promise to work these products' prices out anew; `by_owner`: prices he edited on the hub are replaced too.

    Answers the products concerned: those that are on the hub.
    """
    ids = [listing.id for listing in listings if listing.state in (CREATED, STOCKED, LIVE)]
    facts = {"state": ACCEPTED, "error": "", "tries": 0, "noticed_at": as_of, "decided_at": as_of if by_owner else None}
    with write():
        for import_id in ids:
            Change.insert(listing=import_id, field=REPRICE, **facts).on_conflict(
                conflict_target=[Change.listing, Change.field, Change.variant_remote_id], update=facts
            ).execute()
    return ids


def sold_of(partner: Partner) -> list[Import]:
    """What of this partner is on the hub."""
    on_hub = Import.id.in_(ProductMapping.select(ProductMapping.listing).where(ProductMapping.partner == partner))
    return list(Import.select().where((Import.partner == partner) & on_hub))


def _asking(kind: str) -> Expression:
    asking: Expression = Change.state.in_(_ASKING) & (Change.field != REPRICE)
    return asking & (Change.field == kind) if kind else asking
