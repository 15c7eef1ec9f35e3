"""Where a coffee comes from, and what customs want to know of it, follow the partner until the owner edits them."""

import pytest

from occhub.catalog import applying, following, importing, linking, planning, publishing, refreshing
from occhub.catalog.models import LIVE, Change, Import, ProductMapping
from occhub.catalog.noticing import ADDED, CUSTOMS, DISMISSED, DONE, FAILED, IGNORE, ORIGIN, WAITING
from occhub.catalog.terms import TradeTerms
from occhub.shopify import hub_listings, listings, open_store
from tests.catalog.conftest import NOW, Trade
from tests.catalog.test_changes import _accept, _at_partner, _look, _number

TEXT = listings.TEXT


def _field(key: str, value: str) -> dict[str, str]:
    return {"namespace": "custom", "key": key, "type": TEXT, "value": value}


@pytest.fixture
def listing(trade: Trade) -> Import:
    """A coffee on sale, of which the partner has told process and variety."""
    product = trade.a_product()
    path = f"/shops/{trade.partner.shop}/products/{_number(product.remote_id)}"
    fields = [_field("process", "Washed"), _field("variety", "Caturra")]
    trade.standin.control("PATCH", path, {"metafields": fields, "tags": []})
    made = importing.import_product(trade.planned(trade.a_product()), as_of=NOW)
    ProductMapping.update(stock_at=NOW).execute()
    publishing.publish_stocked(as_of=NOW)
    return Import.find(made.id)


def _declare(trade: Trade, listing: Import, hs_code: str, country: str) -> None:
    for mapping in ProductMapping.select().where(ProductMapping.listing == listing):
        path = f"/shops/{trade.partner.shop}/variants/{_number(mapping.partner_variant_id)}"
        facts = {"harmonized_system_code": hs_code, "country_code_of_origin": country}
        trade.standin.control("PATCH", path, facts)


def _hub(trade: Trade, listing: Import) -> hub_listings.HubListing:
    found = hub_listings.read_hub_listing(open_store(trade.hub), str(listing.hub_product_id))
    assert found is not None
    return found


def test_the_origin_follows_fact_by_fact(trade: Trade, listing: Import) -> None:
    assert _look(trade, listing) == []
    _at_partner(trade, listing, metafields=[_field("process", "Natural"), _field("farm", "La Palma")])
    (change,) = _look(trade, listing)
    assert (change.field, change.state) == (ORIGIN, DONE)
    assert (change.before, change.after) == (
        ["process: Washed", "variety: Caturra"],
        ["process: Natural", "producer: La Palma"],
    )
    assert _hub(trade, listing).facts == {"process": "Natural", "producer": "La Palma"}
    # The key by which the product is found again, and the store it comes from, are left alone.
    (made,) = trade.products_on_hub()
    assert {"partner_product", "partner"} < {field["key"] for field in made["metafields"]}
    assert Import.find(listing.id).state == LIVE


def test_the_hourly_reading_finds_a_changed_origin_and_no_other(trade: Trade, listing: Import) -> None:
    refreshing.refresh(trade.partner, as_of=NOW, trigger="clock")
    assert Change.select().count() == 0
    _at_partner(trade, listing, tags=["Harvest: 2027"])
    refreshing.refresh(trade.partner, as_of=NOW, trigger="clock")
    (change,) = Change.select()
    assert (change.field, change.after) == (ORIGIN, ["harvest: 2027"])


def test_an_origin_the_owner_edited_is_his_until_he_says_otherwise(trade: Trade, listing: Import) -> None:
    own = {"process": "Washed twice", "altitude": "1900 m"}
    hub_listings.write_facts(open_store(trade.hub), str(listing.hub_product_id), own, dropped=())
    _at_partner(trade, listing, metafields=[_field("process", "Natural")])
    (change,) = _look(trade, listing)
    assert (change.state, "yours was kept" in change.error) == (DISMISSED, True)
    assert _hub(trade, listing).facts == {"variety": "Caturra"} | own
    Change.update(state=WAITING).execute()
    _accept([Change.get()])
    # What the partner never told stays the owner's.
    assert _hub(trade, listing).facts == {"process": "Natural", "altitude": "1900 m"}
    _at_partner(trade, listing, metafields=[_field("process", "Honey")])
    assert [change.state for change in _look(trade, listing)] == [DISMISSED]


def test_customs_facts_follow_on_every_variant(trade: Trade, listing: Import) -> None:
    _declare(trade, listing, "0901.21", "ET")
    (change,) = _look(trade, listing)
    assert (change.field, change.state) == (CUSTOMS, DONE)
    assert change.after == ["0901.21, ET"]
    assert {variant.customs for variant in _hub(trade, listing).variants} == {("0901.21", "ET")}
    assert _look(trade, listing) == [Change.get()]


def test_customs_facts_the_owner_typed_are_his(trade: Trade, listing: Import) -> None:
    first = _hub(trade, listing).variants[0]
    listings.set_customs(open_store(trade.hub), str(listing.hub_product_id), {first.id: ("090122", "KE")})
    _declare(trade, listing, "090121", "ET")
    (change,) = _look(trade, listing)
    assert change.state == DISMISSED
    assert _hub(trade, listing).variants[0].customs == ("090122", "KE")
    Change.update(state=WAITING).execute()
    _accept([Change.get()])
    assert {variant.customs for variant in _hub(trade, listing).variants} == {("090121", "ET")}


def test_a_variant_added_later_brings_its_customs_facts_and_keeps_following(trade: Trade, listing: Import) -> None:
    mapping = ProductMapping.select().where(ProductMapping.listing == listing).first()
    ProductMapping.delete().where(ProductMapping.id == mapping.id).execute()
    _accept([change for change in _look(trade, listing) if change.field == ADDED])
    _declare(trade, listing, "090121", "ET")
    assert [change.state for change in _look(trade, listing) if change.field == CUSTOMS] == [DONE]
    assert ("090121", "ET") in {variant.customs for variant in _hub(trade, listing).variants}


def test_a_field_the_hub_declares_otherwise_says_so_and_holds_nothing_else_up(trade: Trade, listing: Import) -> None:
    definition = {"name": "Roast", "namespace": "coffee", "key": "roast", "type": "url", "ownerType": "PRODUCT"}
    open_store(trade.hub).change("product_definition", {"definition": definition})
    _at_partner(trade, listing, title="Another title", metafields=[_field("roast", "Light")])
    _declare(trade, listing, "090121", "ET")
    states = {change.field: change.state for change in _look(trade, listing)}
    assert states == {"title": DONE, CUSTOMS: DONE, ORIGIN: FAILED}


def test_what_is_ignored_is_left(trade: Trade, listing: Import) -> None:
    TradeTerms.create(partner=trade.partner, follow={ORIGIN: IGNORE, CUSTOMS: IGNORE})
    _at_partner(trade, listing, metafields=[_field("process", "Natural")])
    _declare(trade, listing, "090121", "ET")
    assert _look(trade, listing) == []


def test_a_linked_products_origin_is_the_owners(trade: Trade, listing: Import) -> None:
    # As if the product on the hub had always been the owner's own.
    Import.delete().execute()
    planning.agree_markup(trade.partner, 4000)
    linked = linking.link(trade.partner, trade.a_product(), str(listing.hub_product_id), as_of=NOW)
    _at_partner(trade, linked, metafields=[_field("process", "Natural")])
    following.look_again(str(trade.partner.shop), [linked.product_remote_id], as_of=NOW)
    for changed in applying.unapplied():
        applying.apply_changes(changed, as_of=NOW)
    assert Change.get(Change.field == ORIGIN).state == DISMISSED
    assert _hub(trade, linked).facts["process"] == "Washed"
