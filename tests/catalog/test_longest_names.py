"""What a store may call its goods at the longest is kept by either database."""

from dataclasses import replace

from occhub.catalog import noticing, refreshing
from occhub.catalog.models import ACTIVE, LIVE, Change, Import, Imprint, ProductMapping, Variant
from occhub.database import write
from occhub.partners.models import CONNECTED, Hub, Partner
from tests.catalog.conftest import NOW
from tests.catalog.test_judging import COFFEE, VARIANT

LONGEST = "A" * 255


def test_the_longest_names_are_read_and_their_changes_noticed(either_database: str) -> None:
    Hub.create(shop="hub.myshopify.com", currency="USD")
    partner = Partner.create(name="north", shop="north.myshopify.com", state=CONNECTED, currency="USD", created_at=NOW)
    title = " / ".join([LONGEST] * 3)
    product = replace(COFFEE, title=LONGEST, variants=(replace(VARIANT, title=title),))
    facts = {"created_at": NOW, "planned_at": NOW, "changed_at": NOW, "markup_bp": 4000}
    listing = Import.create(
        partner=partner, product_remote_id=product.id, title=LONGEST, state=LIVE, hub_product_id="1", **facts
    )
    Imprint.create(listing=listing, title=LONGEST, description_html="", options={"names": [], "values": {}})
    ids = {"partner_variant_id": "gone", "partner_item_id": "2", "hub_variant_id": "3", "hub_item_id": "4"}
    money = {"cost_minor": 1, "price_minor": 2, "currency": "USD"}
    ProductMapping.create(
        listing=listing,
        partner=partner,
        sku="",
        title=f"{LONGEST} – {title}",
        state=ACTIVE,
        created_at=NOW,
        **ids,
        **money,
    )
    with write():
        refreshing.keep(partner, [product], as_of=NOW)
    assert Variant.get().title == title
    titles = {change.field: change.variant_title for change in Change.select()}
    assert (titles[noticing.ADDED], titles[noticing.REMOVED]) == (title, f"{LONGEST} – {title}")
