"""The owner's pages of what he sells: a product with its reasons, changes that wait, withdrawing."""

import re
from datetime import timedelta

from occhub import clock
from occhub.catalog import planning, refreshing, tasks
from occhub.catalog.models import FAILED, Change, Import, Imprint, ProductMapping
from occhub.partners.models import Partner
from tests.catalog.conftest import NOW, Owner, Trade
from tests.catalog.test_changes import _price
from tests.catalog.test_pages import _agree, _coffee, _imported, _range, _stock_and_publish


def test_what_we_sell_is_listed_and_opened_with_its_reasons(trade: Trade, owner: Owner) -> None:
    _agree(trade)
    assert "Nothing here" in owner.see("/products")
    listing = planning.plan_product(trade.partner, _coffee(trade), as_of=NOW)
    assert listing.title in owner.see("/products?tab=coming")
    tasks.import_one(listing.id)
    _stock_and_publish()
    assert listing.title in owner.see("/products?tab=live")
    assert listing.title not in owner.fetch("/products?tab=failed")
    page = owner.see(f"/products/{listing.id}")
    assert "12 at the partner, 1 kept as safety, 4 sold and not yet held for you." in page
    assert f"/store/{trade.hub.partition('.')[0]}/products/" in page
    assert f"/store/{trade.partner.shop.partition('.')[0]}/products/" in page


def test_a_products_page_says_where_the_coffee_comes_from(trade: Trade, owner: Owner) -> None:
    listing = _imported(trade, owner)
    Imprint.update(facts={"process": "Washed"}).execute()
    assert re.search(r"<dt>Process</dt><dd>Washed</dd>", owner.see(f"/products/{listing.id}"))


def test_a_draft_is_put_on_sale_by_a_click(trade: Trade, owner: Owner) -> None:
    Partner.update(markup_bp=4000, publish_imports=False).execute()
    listing = planning.plan_product(Partner.find(trade.partner.id), _coffee(trade), as_of=NOW)
    tasks.import_one(listing.id)
    _stock_and_publish()
    assert "Put on sale" in owner.see(f"/products/{listing.id}")
    assert "Importing 3 of 3" in owner.click(f"/products/{listing.id}/publication")
    tasks.publish_ready()
    assert "Live" in owner.see(f"/products/{listing.id}")


def test_a_failed_import_says_why_and_is_tried_again(trade: Trade, owner: Owner) -> None:
    _agree(trade)
    listing = planning.plan_product(trade.partner, _coffee(trade), as_of=NOW)
    Import.update(state=FAILED, error="The store was frozen.").execute()
    assert "The store was frozen." in owner.see(f"/products/{listing.id}")
    assert "Importing 1 of 3" in owner.click(f"/products/{listing.id}/import")


def _waiting_change(listing: Import) -> Change:
    mapping = ProductMapping.get(ProductMapping.listing == listing)
    facts = {"before": "20.00", "after": "99.00", "state": "waiting", "noticed_at": NOW}
    variant = {"variant_remote_id": mapping.partner_variant_id, "variant_title": "250 g"}
    change: Change = Change.create(listing=listing, field="price", **variant, **facts)
    return change


def test_changes_are_shown_with_before_and_after_and_decided_singly(trade: Trade, owner: Owner) -> None:
    change = _waiting_change(_imported(trade, owner))
    page = owner.see("/changes")
    assert "20.00 USD" in page
    assert "99.00 USD" in page
    assert re.search(r"Your price \d+\.\d\d → \d+\.\d\d.USD, margin", page)
    assert "Nothing to review" in owner.click(f"/changes/{change.id}/dismissal")
    assert Change.find(change.id).state == "dismissed"


def test_all_changes_of_a_kind_are_decided_at_once(trade: Trade, owner: Owner) -> None:
    change = _waiting_change(_imported(trade, owner))
    owner.click("/changes/acceptance", kind="title")
    assert Change.find(change.id).state == "waiting"
    owner.click("/changes/acceptance", kind="price")
    assert Change.find(change.id).state == "accepted"
    owner.click("/changes/acceptance", 422, kind="nonsense")


def test_what_needs_review_has_its_own_filters(trade: Trade, owner: Owner) -> None:
    listing = _imported(trade, owner)
    assert "Nothing here" in owner.fetch("/products?tab=review")
    _waiting_change(listing)
    assert listing.title.replace("'", "&#39;") in owner.fetch("/products?tab=review")
    assert listing.title.replace("'", "&#39;") in owner.fetch(f"{_range(trade)}?tab=changed")


def test_a_product_is_withdrawn_and_brought_back(trade: Trade, owner: Owner) -> None:
    listing = _imported(trade, owner)
    owner.click(f"/products/{listing.id}/withdrawal")
    tasks.follow()
    assert "Bring it back" in owner.fetch(f"/products/{listing.id}")
    owner.click(f"/products/{listing.id}/import")
    tasks.import_one(listing.id)
    assert Import.find(listing.id).state == "created"


def test_what_came_after_the_owner_looked_is_not_decided_with_it(trade: Trade, owner: Owner) -> None:
    change = _waiting_change(_imported(trade, owner))
    page = owner.see("/changes")
    (looked_at, *_) = re.findall(r'name="looked_at" value="([^"]+)"', page)
    Change.update(noticed_at=clock.now() + timedelta(seconds=1)).execute()
    for path in ("/changes/acceptance", f"/changes/{change.id}/acceptance", f"/changes/{change.id}/dismissal"):
        assert "1 changed since you looked" in owner.click(path, looked_at=looked_at)
        assert Change.find(change.id).state == "waiting"
    owner.click("/changes/acceptance", 422, looked_at="yesterday")
    later = (clock.now() + timedelta(minutes=1)).isoformat()
    owner.click("/changes/acceptance", looked_at=later)
    assert Change.find(change.id).state == "accepted"


def test_what_a_long_reading_finds_came_after_the_owner_looked(trade: Trade, owner: Owner) -> None:
    change = _waiting_change(_imported(trade, owner))
    began = clock.now()
    (looked_at, *_) = re.findall(r'name="looked_at" value="([^"]+)"', owner.see("/changes"))
    _price(trade, str(trade.partner.shop), change.variant_remote_id, "120.00")
    refreshing.refresh(trade.partner, as_of=began, trigger="clock")
    assert Change.find(change.id).after == "120.00"
    assert "1 changed since you looked" in owner.click(f"/changes/{change.id}/acceptance", looked_at=looked_at)
    assert Change.find(change.id).state == "waiting"
