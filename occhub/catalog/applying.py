"""Carry out changes that were accepted, on the hub: only the fields in question, and only where they are still ours."""

from collections.abc import Callable, Sequence
from datetime import datetime

from occhub import leases
from occhub.catalog import adopting, completing, imprinting, repricing, tracing
from occhub.catalog.importing import keep_mappings, mapping_row
from occhub.catalog.listing import Offer, make_offers, safe_html
from occhub.catalog.models import ARCHIVED, CREATED, LIVE, STOCKED, Change, Import, Imprint, ProductMapping
from occhub.catalog.noticing import (
    ACCEPTED,
    ADDED,
    COST,
    CUSTOMS,
    DESCRIPTION,
    DISMISSED,
    DONE,
    FAILED,
    IMAGES,
    OPTIONS,
    ORIGIN,
    PRICE,
    REMOVED,
    REPRICE,
    TITLE,
    WAITING,
    compare,
)
from occhub.catalog.quoting import Prices
from occhub.database import write
from occhub.errors import Conflict
from occhub.leases import Held
from occhub.partners.models import Hub
from occhub.shopify import Store, hub_listings, listings, open_store, products
from occhub.shopify.errors import StoreError
from occhub.shopify.hub_listings import HubListing
from occhub.shopify.types import PartnerProduct

Act = Callable[[Sequence[Change], PartnerProduct, HubListing], None]
MAX_TRIES = 5
EDITED = "You have edited it in your store since; yours was kept."


def unapplied() -> list[Import]:
    """Products with accepted changes that are not carried out yet."""
    waiting = Change.select(Change.listing).where(Change.state == ACCEPTED)
    return list(Import.select().where(Import.id.in_(waiting) & Import.state.in_((CREATED, STOCKED, LIVE))))


def apply_changes(listing: Import, *, as_of: datetime) -> None:
    """Carry out what was accepted of one product; safe to repeat. What fails is kept on its row as a sentence.

    Raises Conflict while somebody else is at the product.
    """
    with leases.hold(f"import:{listing.key}") as held:
        if not _accepted(listing):
            return
        try:
            _Work(Import.find(listing.id), held, as_of).carry_out()
        except (StoreError, completing.Misfit) as error:
            _put_off(listing, held, error)


class _Work:
    """One product with both its sides, read once."""

    def __init__(self, listing: Import, held: Held, as_of: datetime) -> None:
        self.listing, self.held, self.as_of = listing, held, as_of
        self.hub = Hub.get_hub()
        self.store: Store = open_store(self.hub.shop)
        self.imprint = Imprint.get_or_none(Imprint.listing == listing)

    def carry_out(self) -> None:
        product = products.read_product(open_store(self.listing.partner.domain), self.listing.product_remote_id)
        found = hub_listings.read_hub_listing(self.store, str(self.listing.hub_product_id))
        if product is None or found is None or self.imprint is None:
            self._close(_accepted(self.listing), FAILED, "It is gone from one of the two stores.")
            return
        with write():
            # What was accepted is what was seen: what has changed again since is another change.
            self.held.confirm()
            compare(self.listing.partner, [product], as_of=self.as_of)
        accepted = _accepted(self.listing)
        # The order matters: a new variant is added under the options' new names, and priced when it is there.
        acts: tuple[tuple[tuple[str, ...], Act], ...] = (
            ((TITLE,), self._texts),
            ((DESCRIPTION,), self._texts),
            ((IMAGES,), self._images),
            ((OPTIONS,), self._options),
            ((ADDED,), self._add),
            ((REMOVED,), self._remove),
            ((PRICE, COST, REPRICE), self._prices),
            ((CUSTOMS,), self._customs),
            # Last, because a hub that declares one of these fields otherwise refuses it: nothing else waits for that.
            ((ORIGIN,), self._origin),
        )
        for fields, act in acts:
            together = [change for change in accepted if change.field in fields]
            if together:
                act(together, product, found)
                if {OPTIONS, ADDED, REMOVED} & set(fields):
                    found = hub_listings.read_hub_listing(self.store, found.id) or found

    def _texts(self, changes: Sequence[Change], product: PartnerProduct, hub: HubListing) -> None:
        (change,) = changes
        if self._keeps_the_owners(change, hub):
            return
        if change.field == TITLE:
            hub_listings.write_texts(self.store, hub.id, title=product.title)
            self._done(changes, title=product.title, hub_title=product.title)
            return
        theirs = safe_html(product.description_html)
        hub_listings.write_texts(self.store, hub.id, description_html=theirs)
        again = hub_listings.read_hub_listing(self.store, hub.id) or hub
        self._done(changes, description_html=theirs, hub_description_html=again.description_html)

    def _images(self, changes: Sequence[Change], product: PartnerProduct, hub: HubListing) -> None:
        if self._keeps_the_owners(changes[0], hub):
            return
        hub_listings.replace_images(self.store, hub.id, product.images)
        again = hub_listings.read_hub_listing(self.store, hub.id) or hub
        self._done(changes, image_urls=imprinting.image_urls(product), hub_media_ids=list(again.media_ids))

    def _options(self, changes: Sequence[Change], product: PartnerProduct, hub: HubListing) -> None:
        if self._keeps_the_owners(changes[0], hub):
            return
        ours = self._known_ids()
        offers = [offer for offer in self._offers(product) if offer.variant.id in ours]
        pairs = completing.rename_options(self.store, self.listing, offers, hub)
        again = hub_listings.read_hub_listing(self.store, hub.id) or hub
        written = imprinting.hub_options(again, [variant.id for _, variant in pairs])
        self._done(changes, options=imprinting.options(product), hub_options=written)

    def _add(self, changes: Sequence[Change], product: PartnerProduct, hub: HubListing) -> None:
        wanted = self._known_ids() | {change.variant_remote_id for change in changes}
        offers = [offer for offer in self._offers(product) if offer.variant.id in wanted]
        pairs = completing.add_missing(self.store, self.listing, offers, hub)
        asked = {change.variant_remote_id for change in changes}
        new = [(offer, variant) for offer, variant in pairs if offer.variant.id in asked]
        prices = adopting.judge_prices(self.listing, new)
        adopting.bring_up_to_date(self.store, hub.id, prices)
        rows = [
            mapping_row(self.listing, product.title, offer, variant, self.as_of) | prices.facts(variant.id)
            for offer, variant in new
        ]
        with write():
            self.held.confirm()
            keep_mappings(rows)
            imprinting.add_variants(self.listing, new)
            # Off sale because nothing was left of it: on sale again once the new one has its stock (R17).
            off_sale = (Import.id == self.listing.id) & (Import.state == STOCKED)
            Import.update(state=CREATED).where(off_sale).execute()
            _set(changes, DONE, self.as_of)

    def _remove(self, changes: Sequence[Change], product: PartnerProduct, hub: HubListing) -> None:
        gone = [change.variant_remote_id for change in changes]
        ours = (ProductMapping.listing == self.listing) & ProductMapping.partner_variant_id.in_(gone)
        completing.drop(self.store, hub, [mapping.hub_variant_id for mapping in ProductMapping.select().where(ours)])
        with write():
            self.held.confirm()
            ProductMapping.update(state=ARCHIVED, stock_wanted_at=None).where(ours).execute()
            _set(changes, DONE, self.as_of)

    def _prices(self, changes: Sequence[Change], product: PartnerProduct, hub: HubListing) -> None:
        done = repricing.write_prices(
            self.store,
            self.listing,
            product,
            hub,
            self._price_rules(),
            variant_ids={change.variant_remote_id for change in changes},
            by_owner={change.variant_remote_id for change in changes if change.decided_at is not None},
        )
        with write():
            self.held.confirm()
            done.keep()
            # A price of the owner's own is not touched without his word.
            mine = [change for change in changes if change.variant_remote_id in done.own_ids()]
            _set(mine, WAITING, None, EDITED)
            _set([change for change in changes if change not in mine], DONE, self.as_of)

    def _origin(self, changes: Sequence[Change], product: PartnerProduct, hub: HubListing) -> None:
        assert self.imprint is not None  # carry_out has looked
        if self._keeps_the_owners(changes[0], hub):
            return
        theirs, standing = tracing.trace(product), tracing.known(hub.facts)
        new = {name: value for name, value in theirs.items() if standing.get(name) != value}
        untold = set(self.imprint.hub_facts or ()) & set(standing) - set(theirs)
        hub_listings.write_facts(self.store, hub.id, new, dropped=sorted(untold))
        self._done(changes, facts=theirs, hub_facts=theirs)

    def _customs(self, changes: Sequence[Change], product: PartnerProduct, hub: HubListing) -> None:
        if self._keeps_the_owners(changes[0], hub):
            return
        theirs = {variant.id: variant.customs for variant in product.variants}
        ours = ProductMapping.select().where(ProductMapping.listing == self.listing)
        wish = {each.hub_variant_id: theirs.get(each.partner_variant_id) for each in ours}
        told = {variant.id: said for variant in hub.variants if (said := wish.get(variant.id)) is not None}
        listings.set_customs(self.store, hub.id, told)
        again = hub_listings.read_hub_listing(self.store, hub.id) or hub
        self._done(changes, customs=imprinting.customs(product), hub_customs=imprinting.hub_customs(again, told))

    def _keeps_the_owners(self, change: Change, hub: HubListing) -> bool:
        """By itself a change never replaces what the owner edited; by his word it does.

        What a worker wrote who died before he could say so is not taken for the owner's: he had begun.
        """
        assert self.imprint is not None  # carry_out has looked
        if change.decided_at is not None or change.begun:
            return False
        if change.field in imprinting.edited(self.imprint, hub):
            self._close([change], DISMISSED, EDITED)
            return True
        with write():
            self.held.confirm()
            Change.update(begun=True).where(Change.id == change.id).execute()
        return False

    def _offers(self, product: PartnerProduct) -> list[Offer]:
        return make_offers(product, self.listing.partner, self._price_rules(), size_by=self.listing.size_by)

    def _price_rules(self) -> Prices:
        partner = self.listing.partner
        markup_bp = self.listing.markup_bp if partner.markup_bp is None else partner.markup_bp
        return Prices(partner, self.hub, markup_bp, [self.listing.product_remote_id])

    def _known_ids(self) -> set[str]:
        ours = (ProductMapping.listing == self.listing) & (ProductMapping.state != ARCHIVED)
        return {mapping.partner_variant_id for mapping in ProductMapping.select().where(ours)}

    def _done(self, changes: Sequence[Change], **imprint: object) -> None:
        with write():
            self.held.confirm()
            Imprint.update(imprint).where(Imprint.listing == self.listing).execute()
            if "title" in imprint:
                Import.update(title=imprint["title"]).where(Import.id == self.listing.id).execute()
            _set(changes, DONE, self.as_of)

    def _close(self, changes: Sequence[Change], state: str, error: str) -> None:
        with write():
            self.held.confirm()
            _set(changes, state, self.as_of, error)


def _accepted(listing: Import) -> list[Change]:
    return list(Change.select().where((Change.listing == listing) & (Change.state == ACCEPTED)))


def _set(changes: Sequence[Change], state: str, decided_at: datetime | None, error: str = "") -> None:
    ids = [change.id for change in changes]
    Change.update(state=state, error=error, decided_at=decided_at).where(Change.id.in_(ids)).execute()


def _put_off(listing: Import, held: Held, error: Conflict | StoreError) -> None:
    later = isinstance(error, StoreError) and error.retryable
    open_ones = (Change.listing == listing) & (Change.state == ACCEPTED)
    with write():
        held.confirm()
        Change.update(tries=Change.tries + 1, error=str(error)).where(open_ones).execute()
        given_up = open_ones if not later else open_ones & (Change.tries >= MAX_TRIES)
        Change.update(state=FAILED).where(given_up).execute()
