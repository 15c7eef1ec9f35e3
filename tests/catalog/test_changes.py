"""What a partner changes is followed, asked about or ignored; nothing the owner edited is overwritten unasked."""

from typing import Any

from peewee import fn

from occhub.catalog import (
    applying,
    completing,
    deciding,
    following,
    hiding,
    importing,
    planning,
    publishing,
    refreshing,
)
from occhub.catalog.models import (
    ARCHIVED,
    CREATED,
    LIVE,
    STOCKED,
    WITHDRAWN,
    Change,
    Import,
    Product,
    ProductMapping,
    Variant,
)
from occhub.catalog.noticing import ADDED, DISMISSED, DONE, PRICE, PRODUCT_GONE, REMOVED, WAITING
from occhub.catalog.terms import TradeTerms
from occhub.catalog.withdrawing import withdraw
from occhub.shopify import hub_listings, open_store
from tests.catalog.conftest import NOW, Trade


def _number(gid: str) -> str:
    return gid.rpartition("/")[2]


def _import(trade: Trade) -> Import:
    trade.a_product()
    widest = (
        Product.select()
        .join(Variant)
        .where((Product.partner == trade.partner) & (Product.obstacle == ""))
        .group_by(Product.id)
        .order_by(fn.COUNT(Variant.id).desc())
        .first()
    )
    listing = importing.import_product(trade.planned(widest), as_of=NOW)
    ProductMapping.update(stock_at=NOW).execute()
    publishing.publish_stocked(as_of=NOW)
    return Import.find(listing.id)


def _at_partner(trade: Trade, listing: Import, **facts: Any) -> None:
    path = f"/shops/{trade.partner.shop}/products/{_number(listing.product_remote_id)}"
    trade.standin.control("PATCH", path, facts)


def _on_hub(trade: Trade, listing: Import, **facts: Any) -> None:
    trade.standin.control("PATCH", f"/shops/{trade.hub}/products/{_number(str(listing.hub_product_id))}", facts)


def _price(trade: Trade, shop: str, variant_id: str, price: str) -> None:
    trade.standin.control("PATCH", f"/shops/{shop}/variants/{_number(variant_id)}", {"price": price})


def _look(trade: Trade, listing: Import) -> list[Change]:
    following.look_again(str(trade.partner.shop), [listing.product_remote_id], as_of=NOW)
    for changed in applying.unapplied():
        applying.apply_changes(changed, as_of=NOW)
    return list(Change.select().where(Change.listing == listing).order_by(Change.id))


def _accept(changes: list[Change]) -> None:
    for import_id in deciding.accept(changes, as_of=NOW):
        applying.apply_changes(Import.find(import_id), as_of=NOW)


def _hub_price(trade: Trade, mapping: ProductMapping) -> str:
    variants = trade.products_on_hub()[0]["variants"]
    return str(next(variant["price"] for variant in variants if variant["gid"] == mapping.hub_variant_id))


def _first(listing: Import) -> ProductMapping:
    mapping: ProductMapping = ProductMapping.select().where(ProductMapping.listing == listing).first()
    return mapping


def test_nothing_changed_is_nothing_to_review(trade: Trade) -> None:
    listing = _import(trade)
    assert _look(trade, listing) == []
    refreshing.refresh(trade.partner, as_of=NOW, trigger="clock")
    assert Change.select().count() == 0


def test_a_title_follows(trade: Trade) -> None:
    listing = _import(trade)
    _at_partner(trade, listing, title="Sidamo, new harvest")
    (change,) = _look(trade, listing)
    assert (change.field, change.state) == ("title", DONE)
    assert trade.products_on_hub()[0]["title"] == Import.find(listing.id).title == "Sidamo, new harvest"


def test_a_title_the_owner_edited_is_his(trade: Trade) -> None:
    listing = _import(trade)
    _on_hub(trade, listing, title="The owner's own title")
    _at_partner(trade, listing, title="Sidamo, new harvest", description_html="<p>New.</p>")
    changes = {change.field: change for change in _look(trade, listing)}
    assert changes["title"].state == DISMISSED
    assert "yours was kept" in changes["title"].error
    (made,) = trade.products_on_hub()
    assert (made["title"], made["description_html"]) == ("The owner's own title", "<p>New.</p>")


def test_tags_and_collections_are_never_sent_after_the_import(trade: Trade) -> None:
    listing = _import(trade)
    _on_hub(trade, listing, tags=["the owner's own"])
    _at_partner(trade, listing, title="Sidamo, new harvest", tags=["theirs"])
    _look(trade, listing)
    assert trade.products_on_hub()[0]["tags"] == ["the owner's own"]


def test_a_price_within_the_tolerance_follows(trade: Trade) -> None:
    listing = _import(trade)
    mapping = _first(listing)
    _price(trade, str(trade.partner.shop), mapping.partner_variant_id, "20.00")
    _look(trade, listing)
    _accept(list(Change.select()))
    assert _hub_price(trade, mapping) == "19.60"
    _price(trade, str(trade.partner.shop), mapping.partner_variant_id, "21.00")
    (change,) = _look(trade, listing)
    assert (change.state, change.before, change.after) == (DONE, "20.00", "21.00")
    assert _hub_price(trade, mapping) == "20.58"
    assert ProductMapping.find(mapping.id).price.amount == "20.58"


def test_a_price_beyond_the_tolerance_asks_and_waits(trade: Trade) -> None:
    listing = _import(trade)
    mapping, before = _first(listing), _hub_price(trade, _first(listing))
    _price(trade, str(trade.partner.shop), mapping.partner_variant_id, "99.00")
    (change,) = _look(trade, listing)
    assert (change.field, change.state, change.after) == (PRICE, WAITING, "99.00")
    assert _hub_price(trade, mapping) == before
    assert deciding.waiting() == 1
    _accept([change])
    assert _hub_price(trade, mapping) == "97.02"
    assert deciding.waiting() == 0
    assert [found.state for found in _look(trade, listing)] == [DONE]


def test_a_price_that_moved_on_after_it_was_accepted_asks_again(trade: Trade) -> None:
    listing = _import(trade)
    planning.agree_markup(trade.partner, 4000)
    mapping = _first(listing)
    _price(trade, str(trade.partner.shop), mapping.partner_variant_id, "30.00")
    (change,) = _look(trade, listing)
    deciding.accept([change], as_of=NOW)
    # Nobody has told us of this yet.
    _price(trade, str(trade.partner.shop), mapping.partner_variant_id, "99.00")
    applying.apply_changes(Import.find(listing.id), as_of=NOW)
    change = Change.find(change.id)
    assert (change.state, change.after, change.decided_at) == (WAITING, "99.00", None)
    assert _hub_price(trade, mapping) == mapping.price.amount


def test_a_dismissed_change_is_not_asked_about_again_but_a_new_one_is(trade: Trade) -> None:
    listing = _import(trade)
    mapping, before = _first(listing), _hub_price(trade, _first(listing))
    _price(trade, str(trade.partner.shop), mapping.partner_variant_id, "99.00")
    assert deciding.dismiss(_look(trade, listing), as_of=NOW) == 1
    assert [change.state for change in _look(trade, listing)] == [DISMISSED]
    assert _hub_price(trade, mapping) == before
    _price(trade, str(trade.partner.shop), mapping.partner_variant_id, "77.00")
    assert [change.state for change in _look(trade, listing)] == [WAITING]


def test_a_change_taken_back_is_no_question_any_more(trade: Trade) -> None:
    listing = _import(trade)
    mapping = _first(listing)
    before = str(mapping.retail_minor / 100)
    _price(trade, str(trade.partner.shop), mapping.partner_variant_id, "99.00")
    _look(trade, listing)
    _price(trade, str(trade.partner.shop), mapping.partner_variant_id, before)
    assert _look(trade, listing) == []


def test_a_price_the_owner_set_on_the_hub_waits_for_his_word(trade: Trade) -> None:
    listing = _import(trade)
    TradeTerms.create(partner=trade.partner, follow={PRICE: "follow"})
    mapping = _first(listing)
    _price(trade, trade.hub, mapping.hub_variant_id, "55.55")
    _price(trade, str(trade.partner.shop), mapping.partner_variant_id, "20.00")
    (change,) = _look(trade, listing)
    assert (change.state, _hub_price(trade, mapping)) == (WAITING, "55.55")
    _accept([change])
    assert _hub_price(trade, mapping) == "19.60"


def test_what_is_ignored_leaves_no_trace(trade: Trade) -> None:
    listing = _import(trade)
    TradeTerms.create(partner=trade.partner, follow={PRICE: "ignore", "title": "ignore"})
    _price(trade, str(trade.partner.shop), _first(listing).partner_variant_id, "99.00")
    _at_partner(trade, listing, title="Other")
    assert _look(trade, listing) == []


def test_an_archived_product_goes_off_sale_at_once_and_comes_back(trade: Trade) -> None:
    listing = _import(trade)
    _at_partner(trade, listing, status="ARCHIVED")
    (change,) = _look(trade, listing)
    assert (change.field, change.state) == (PRODUCT_GONE, WAITING)
    assert {(m.off_sale, m.stock_wanted_at) for m in ProductMapping.select()} == {(True, NOW)}
    assert hiding.hide_goods(as_of=NOW) == 1
    assert not trade.products_on_hub()[0]["published"]
    assert Import.find(listing.id).state == STOCKED
    assert publishing.publish_stocked(as_of=NOW) == []
    _at_partner(trade, listing, status="ACTIVE")
    assert _look(trade, listing) == []
    assert Import.find(listing.id).state == CREATED
    ProductMapping.update(stock_at=NOW).execute()
    publishing.publish_stocked(as_of=NOW)
    assert Import.find(listing.id).state == LIVE


def test_a_deleted_product_is_kept_until_the_owner_says_so(trade: Trade) -> None:
    listing = _import(trade)
    trade.standin.control("DELETE", f"/shops/{trade.partner.shop}/products/{_number(listing.product_remote_id)}")
    (change,) = _look(trade, listing)
    assert change.field == PRODUCT_GONE
    assert len(trade.products_on_hub()) == 1
    deciding.accept([change], as_of=NOW)
    assert withdraw(listing, as_of=NOW).state == WITHDRAWN


def test_the_hourly_reading_finds_a_deleted_product_too(trade: Trade) -> None:
    listing = _import(trade)
    trade.standin.control("DELETE", f"/shops/{trade.partner.shop}/products/{_number(listing.product_remote_id)}")
    later = NOW.replace(hour=14)
    refreshing.refresh(trade.partner, as_of=later, trigger="clock")
    assert Import.find(listing.id).gone_at == later
    assert Change.get().field == PRODUCT_GONE


def _drop_on_hub(trade: Trade, listing: Import) -> ProductMapping:
    """As if the partner had added this variant only after the import."""
    mapping = _first(listing)
    ProductMapping.delete().where(ProductMapping.id == mapping.id).execute()
    store = open_store(trade.hub)
    hub = hub_listings.read_hub_listing(store, str(listing.hub_product_id))
    assert hub is not None
    completing.drop(store, hub, [mapping.hub_variant_id])
    return mapping


def test_a_new_variant_asks_and_is_added_beside_the_others(trade: Trade) -> None:
    listing = _import(trade)
    before = len(trade.products_on_hub()[0]["variants"])
    new = _drop_on_hub(trade, listing)
    assert len(trade.products_on_hub()[0]["variants"]) == before - 1
    kept = {variant["gid"]: variant["price"] for variant in trade.products_on_hub()[0]["variants"]}
    (change,) = _look(trade, listing)
    assert (change.field, change.state, change.variant_remote_id) == (ADDED, WAITING, new.partner_variant_id)
    _accept([change])
    now = {variant["gid"]: variant["price"] for variant in trade.products_on_hub()[0]["variants"]}
    assert len(now) == before
    assert kept.items() <= now.items()
    mapping = ProductMapping.get(ProductMapping.partner_variant_id == new.partner_variant_id)
    assert mapping.hub_variant_id in now.keys() - kept.keys()
    assert mapping.stock_wanted_at == NOW


def test_a_variant_gone_at_the_partner_is_removed_only_by_the_owners_word(trade: Trade) -> None:
    listing = _import(trade)
    mapping = _first(listing)
    gone = "gid://shopify/ProductVariant/1"
    ProductMapping.update(partner_variant_id=gone).where(ProductMapping.id == mapping.id).execute()
    changes = {change.field: change for change in _look(trade, listing)}
    assert changes[REMOVED].state == WAITING
    before = len(trade.products_on_hub()[0]["variants"])
    _accept([changes[REMOVED]])
    assert len(trade.products_on_hub()[0]["variants"]) == before - 1
    assert ProductMapping.find(mapping.id).state == ARCHIVED


def test_reprice_follows_new_terms_and_spares_the_owners_own_prices(trade: Trade) -> None:
    listing = _import(trade)
    mappings = list(ProductMapping.select().where(ProductMapping.listing == listing))
    _price(trade, trade.hub, mappings[0].hub_variant_id, "55.55")
    trade.partner.markup_bp = 10_000
    trade.partner.save()
    deciding.ask_to_reprice([listing], as_of=NOW, by_owner=False)
    applying.apply_changes(Import.find(listing.id), as_of=NOW)
    assert _hub_price(trade, mappings[0]) == "55.55"
    again = ProductMapping.find(mappings[-1].id)
    assert again.price.minor == again.cost.minor * 2
    assert _hub_price(trade, again) == again.price.amount
    deciding.ask_to_reprice([listing], as_of=NOW, by_owner=True)
    applying.apply_changes(Import.find(listing.id), as_of=NOW)
    assert _hub_price(trade, mappings[0]) != "55.55"


def test_a_store_that_does_not_answer_keeps_the_change_promised(trade: Trade) -> None:
    listing = _import(trade)
    _at_partner(trade, listing, title="Sidamo, new harvest")
    trade.standin.break_down("error_500", shop=trade.hub, operation="ProductSet")
    (change,) = _look(trade, listing)
    assert (change.state, change.tries) == ("accepted", 1)
    assert [change.state for change in _look(trade, listing)] == [DONE]
