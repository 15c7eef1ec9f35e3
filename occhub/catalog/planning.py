"""Promise to import products: the row is written first, so that nothing asked for is lost or done twice."""

from collections.abc import Iterable
from datetime import datetime

from occhub.catalog import pricing, sizing
from occhub.catalog.models import (
    ASKING,
    BY_FIELD,
    BY_NAME,
    FAILED,
    LIVE,
    PLANNED,
    STOCKED,
    WITHDRAWN,
    Import,
    Imprint,
    Product,
    Variant,
)
from occhub.catalog.twinning import clashes
from occhub.database import write
from occhub.errors import Conflict, Invalid
from occhub.partners.models import Hub, Partner


def agree_markup(partner: Partner, markup_bp: int) -> None:
    """Keep the markup for all later imports of this partner; raises Invalid when it makes no sense."""
    pricing.check_markup(markup_bp)
    with write():
        Partner.update(markup_bp=markup_bp).where(Partner.id == partner.id).execute()
    partner.markup_bp = markup_bp


def plan_import(
    partner: Partner,
    remote_id: str,
    *,
    markup_bp: int | None,
    publish: bool,
    as_of: datetime,
    size_by: str = "",
    recreate: bool = False,
) -> Import:
    """Promise to import the product; one promised or imported before is answered as it is: a double click is harmless.

    A failed or withdrawn one is promised again. Where name and weight field disagree about a size, the row waits until
    the owner says which is right (R18). `recreate`: one deleted on the hub is made again (R16).
    Raises Invalid (no markup, unknown product, an obstacle) and Conflict (the partner is not connected, the hub does
    not know its own location).
    """
    _check_readiness(partner)
    if markup_bp is None:
        raise Invalid("markup", f"First say what you add to the cost of {partner.name}'s products.")
    pricing.check_markup(markup_bp)
    product = Product.get_or_none((Product.partner == partner) & (Product.remote_id == remote_id))
    if product is None or product.gone_at is not None:
        raise Invalid("product", f"This product is not in the range of {partner.name}.")
    if product.obstacle:
        raise Invalid("product", f"{product.title} can't be imported: {product.obstacle}.")
    state = ASKING if not size_by and disagreements(product) else PLANNED
    wish: dict[str, object] = {"markup_bp": markup_bp, "publish": publish, "planned_at": as_of, "changed_at": as_of}
    wish |= {"state": state, "size_by": size_by, "recreate": recreate}
    with write():
        Import.insert(
            partner=partner,
            product_remote_id=remote_id,
            title=product.title,
            image_url=product.image_url,
            created_at=as_of,
            **wish,
        ).on_conflict(action="nothing", conflict_target=[Import.partner, Import.product_remote_id]).execute()
        mine = (Import.partner == partner) & (Import.product_remote_id == remote_id)
        again = mine & Import.state.in_((FAILED, WITHDRAWN, ASKING))
        Import.update(error="", tries=0, **wish).where(again).execute()
        listing: Import = Import.get(mine)
    return listing


def plan_product(partner: Partner, product: Product, *, as_of: datetime, size_by: str = "") -> Import:
    """Promise to import a product of the snapshot at the partner's terms; raises as plan_import does."""
    return plan_import(
        partner,
        product.remote_id,
        markup_bp=partner.markup_bp,
        publish=partner.publish_imports,
        as_of=as_of,
        size_by=check_size_by(size_by),
    )


def disagreements(product: Product) -> list[Variant]:
    """The variants of which the name tells another size than the weight field, by more than 12 % (R18)."""
    variants = Variant.select().where(Variant.product == product).order_by(Variant.position)
    return [variant for variant in variants if sizing.disagree(variant.grams, variant.weight_grams)]


def check_size_by(size_by: str) -> str:
    """The owner's word on a size, or nothing; raises Invalid for anything else."""
    if size_by not in ("", BY_NAME, BY_FIELD):
        raise Invalid("size_by", "Say whether the name or the weight field tells the size.")
    return size_by


def plan_many(partner: Partner, product_ids: Iterable[int], *, as_of: datetime) -> tuple[list[Import], list[Invalid]]:
    """Promise to import products at the partner's terms; each is promised or refused on its own. Raises NotFound.

    Listings of one coffee are refused: which of them is meant is a question for each by itself.
    """
    planned, refused = [], []
    products = [Product.find(partner, product_id) for product_id in product_ids]
    twins = clashes(partner, products)
    for product in products:
        try:
            if product.id in twins:
                raise Invalid("product", twins[product.id])
            planned.append(plan_product(partner, product, as_of=as_of))
        except Invalid as refusal:
            refused.append(refusal)
    return planned, refused


def plan_again(listing: Import, *, as_of: datetime, recreate: bool = False) -> Import:
    """Promise an import again that has failed or was withdrawn, as it was asked for; raises as plan_import does.

    With `recreate`, also one that stands in our books but was deleted on the hub.
    """
    if recreate:
        with write():
            Imprint.delete().where(Imprint.listing == listing).execute()
            Import.update(state=FAILED).where((Import.id == listing.id) & Import.state.in_((STOCKED, LIVE))).execute()
    return plan_import(
        listing.partner,
        listing.product_remote_id,
        markup_bp=listing.markup_bp,
        publish=listing.publish,
        as_of=as_of,
        size_by=listing.size_by or BY_NAME,
        recreate=recreate,
    )


def _check_readiness(partner: Partner) -> None:
    hub = Hub.get_hub()
    if not partner.is_connected:
        raise Conflict(f"{partner.name} is not connected right now, so nothing can be imported.")
    if not (hub.currency and hub.location_id):
        raise Conflict("First choose in Settings where your stock is kept.")
