"""What the owner edits on the hub is his: it is known as his, and nothing replaces it without his word."""

import pytest

from occhub import clock
from occhub.catalog import applying, completing, following, importing, linking, observing, planning
from occhub.catalog.models import Change, Import, Imprint, ProductMapping
from occhub.catalog.noticing import ACCEPTED, ADDED, DISMISSED, DONE, OPTIONS, PRICE, WAITING
from occhub.catalog.terms import TradeTerms
from occhub.catalog.withdrawing import ask_to_withdraw, withdraw
from occhub.shopify import hub_listings, open_store
from occhub.shopify.hub_listings import HubListing, VariantRow
from tests.catalog.conftest import NOW, Trade
from tests.catalog.test_changes import _accept, _at_partner, _first, _hub_price, _import, _look, _price
from tests.catalog.test_linking import _own_product, _with_sku


def _hub(trade: Trade, listing: Import) -> HubListing:
    found = hub_listings.read_hub_listing(open_store(trade.hub), str(listing.hub_product_id))
    assert found is not None
    return found


def _rename(trade: Trade, listing: Import, *, name: str, value: str) -> None:
    """As the owner would in his admin: the first option gets another name, the first variant's value another word."""
    hub = _hub(trade, listing)
    old = hub.variants[0].values[0]
    rows = [
        VariantRow((value if each.values[0] == old else each.values[0], *each.values[1:]), each.id)
        for each in hub.variants
    ]
    names = [name, *(option.name for option in hub.options[1:])]
    hub_listings.write_variants(open_store(trade.hub), hub.id, names, rows)


def _renamed_at_partner(trade: Trade, listing: Import) -> None:
    """As if the partner's first option had had another name when we imported it."""
    imprint = Imprint.get(Imprint.listing == listing)
    names = ["An older name", *imprint.options["names"][1:]]
    Imprint.update(options=imprint.options | {"names": names}).execute()


def _follow(trade: Trade, field: str) -> None:
    TradeTerms.create(partner=trade.partner, follow={field: "follow"})


def test_options_follow_while_they_are_ours(trade: Trade) -> None:
    listing = _import(trade)
    _follow(trade, OPTIONS)
    _renamed_at_partner(trade, listing)
    (change,) = _look(trade, listing)
    assert (change.field, change.state, change.before) == (OPTIONS, DONE, ["An older name", *change.before[1:]])
    assert _look(trade, listing) == [change]


def test_option_names_and_values_the_owner_edited_are_his(trade: Trade) -> None:
    listing = _import(trade)
    _follow(trade, OPTIONS)
    _rename(trade, listing, name="Beutel", value="klein")
    _renamed_at_partner(trade, listing)
    (change,) = _look(trade, listing)
    assert change.state == DISMISSED
    assert "yours was kept" in change.error
    hub = _hub(trade, listing)
    assert (hub.options[0].name, hub.variants[0].values[0]) == ("Beutel", "klein")


def test_by_his_word_the_partners_options_come_all_the_same(trade: Trade) -> None:
    listing = _import(trade)
    theirs = _hub(trade, listing)
    _rename(trade, listing, name="Beutel", value="klein")
    _renamed_at_partner(trade, listing)
    (change,) = _look(trade, listing)
    assert change.state == WAITING
    _accept([change])
    hub = _hub(trade, listing)
    assert [option.name for option in hub.options] == [option.name for option in theirs.options]
    assert [variant.values for variant in hub.variants] == [variant.values for variant in theirs.variants]


def test_a_value_renamed_at_the_partner_is_noticed(trade: Trade) -> None:
    listing = _import(trade)
    imprint = Imprint.get(Imprint.listing == listing)
    remote_id, values = next(iter(imprint.options["values"].items()))
    older = {**imprint.options["values"], remote_id: ["Tiny", *values[1:]]}
    Imprint.update(options=imprint.options | {"values": older}).execute()
    (change,) = _look(trade, listing)
    assert (change.before, change.after) == ([" / ".join(["Tiny", *values[1:]])], [" / ".join(values)])


def test_a_new_variant_is_added_in_the_words_of_the_hub(trade: Trade) -> None:
    listing = _import(trade)
    hub = _hub(trade, listing)
    sharing = next(each for each in hub.variants[1:] if each.values[0] == hub.variants[0].values[0])
    mapping = ProductMapping.get(ProductMapping.hub_variant_id == sharing.id)
    ProductMapping.delete().where(ProductMapping.id == mapping.id).execute()
    completing.drop(open_store(trade.hub), hub, [sharing.id])
    _rename(trade, listing, name="Beutel", value="klein")
    (change,) = _look(trade, listing)
    assert change.field == ADDED
    _accept([change])
    added = ProductMapping.get(ProductMapping.partner_variant_id == mapping.partner_variant_id)
    values = {variant.id: variant.values for variant in _hub(trade, listing).variants}[added.hub_variant_id]
    assert values == ("klein", *sharing.values[1:])
    assert list(values) == Imprint.get().hub_options["values"][added.hub_variant_id]


@pytest.mark.parametrize("moved_on", [True, False])
def test_what_was_begun_stays_ours_though_the_partner_changed_it_again_or_back(trade: Trade, moved_on: bool) -> None:
    listing = _import(trade)
    shop, ids, title = str(trade.partner.shop), [listing.product_remote_id], listing.title
    _at_partner(trade, listing, title="Sidamo, new harvest")
    following.look_again(shop, ids, as_of=NOW)
    # Its worker dies after he wrote it.
    Change.update(begun=True).execute()
    hub_listings.write_texts(open_store(trade.hub), str(listing.hub_product_id), title="Sidamo, new harvest")
    latest = "Sidamo, last harvest" if moved_on else title
    _at_partner(trade, listing, title=latest)
    (change,) = _look(trade, listing)
    assert (change.state, _hub(trade, listing).title) == (DONE, latest)
    _at_partner(trade, listing, title="Sidamo, best harvest")
    (change,) = _look(trade, listing)
    assert (change.state, _hub(trade, listing).title) == (DONE, "Sidamo, best harvest")


def test_a_price_set_on_the_hub_is_seen_and_shown(trade: Trade) -> None:
    listing = _import(trade)
    mapping = _first(listing)
    assert observing.see_own_prices() == 0
    _price(trade, trade.hub, mapping.hub_variant_id, "55.55")
    assert observing.see_own_prices() == 1
    seen = ProductMapping.find(mapping.id)
    assert (seen.price.amount, seen.own_price, seen.arithmetic) == ("55.55", True, "your own price, set in your store")
    _follow(trade, PRICE)
    _price(trade, str(trade.partner.shop), mapping.partner_variant_id, "20.00")
    (change,) = _look(trade, listing)
    assert (change.state, _hub_price(trade, mapping)) == (WAITING, "55.55")
    _accept([change])
    again = ProductMapping.find(mapping.id)
    assert (again.price.amount, again.own_price, _hub_price(trade, mapping)) == ("19.60", False, "19.60")


def test_a_price_we_are_about_to_write_down_is_not_taken_for_the_owners(trade: Trade) -> None:
    listing = _import(trade)
    mapping = _first(listing)
    _follow(trade, PRICE)
    _price(trade, str(trade.partner.shop), mapping.partner_variant_id, "20.00")
    following.look_again(str(trade.partner.shop), [listing.product_remote_id], as_of=NOW)
    assert Change.get().state == ACCEPTED
    _price(trade, trade.hub, mapping.hub_variant_id, "19.60")  # as its worker does before he tells our database
    assert observing.see_own_prices() == 0
    (change,) = _look(trade, listing)
    assert (change.state, ProductMapping.find(mapping.id).own_price) == (DONE, False)


def test_a_variant_deleted_on_the_hub_has_no_price_to_see(trade: Trade) -> None:
    listing = _import(trade)
    gone = _first(listing)
    completing.drop(open_store(trade.hub), _hub(trade, listing), [gone.hub_variant_id])
    assert observing.see_own_prices() == 0
    assert not ProductMapping.find(gone.id).own_price


def test_a_price_written_by_a_worker_who_died_is_not_taken_for_the_owners(trade: Trade) -> None:
    listing = _import(trade)
    mapping = _first(listing)
    _follow(trade, PRICE)
    _price(trade, str(trade.partner.shop), mapping.partner_variant_id, "20.00")
    _price(trade, trade.hub, mapping.hub_variant_id, "19.60")
    (change,) = _look(trade, listing)
    assert (change.state, ProductMapping.find(mapping.id).own_price) == (DONE, False)


def test_the_price_of_a_linked_product_stays_until_the_owner_says_otherwise(trade: Trade) -> None:
    product = _with_sku(trade)
    listing = linking.link(trade.partner, product, _own_product(trade, product), as_of=clock.now())
    mapping = _first(listing)
    _follow(trade, PRICE)
    _price(trade, str(trade.partner.shop), mapping.partner_variant_id, "20.00")
    changes = {change.field: change for change in _look(trade, listing)}
    assert (changes[PRICE].state, _hub_price(trade, mapping)) == (WAITING, "33.00")
    _accept([changes[PRICE]])
    assert _hub_price(trade, mapping) == "19.60"


def test_what_comes_back_has_todays_prices_but_keeps_the_owners(trade: Trade) -> None:
    listing = _import(trade)
    first, *_, last = ProductMapping.select().where(ProductMapping.listing == listing)
    _price(trade, trade.hub, first.hub_variant_id, "55.55")
    ask_to_withdraw(listing, delete=False, as_of=NOW)
    withdraw(listing, as_of=NOW)
    _price(trade, str(trade.partner.shop), last.partner_variant_id, "20.00")
    listing = importing.import_product(planning.plan_again(Import.find(listing.id), as_of=NOW), as_of=NOW)
    assert listing.error == ""
    assert (_hub_price(trade, first), ProductMapping.find(first.id).own_price) == ("55.55", True)
    assert (_hub_price(trade, last), ProductMapping.find(last.id).price.amount) == ("19.60", "19.60")


def test_a_change_of_price_and_new_terms_are_carried_out_together(trade: Trade) -> None:
    listing = _import(trade)
    mapping = _first(listing)
    _price(trade, str(trade.partner.shop), mapping.partner_variant_id, "20.00")
    following.look_again(str(trade.partner.shop), [listing.product_remote_id], as_of=NOW)
    Change.update(state="accepted", decided_at=NOW).execute()
    Change.create(listing=listing, field="reprice", state="accepted", noticed_at=NOW)
    applying.apply_changes(Import.find(listing.id), as_of=NOW)
    assert {change.state for change in Change.select()} == {DONE}
    assert not ProductMapping.find(mapping.id).own_price


def test_a_variant_of_the_owners_own_is_never_deleted(trade: Trade) -> None:
    listing = _import(trade)
    hub = _hub(trade, listing)
    own, *rest = hub.variants
    # As if the first variant were one the owner added himself.
    rows = [
        VariantRow((f"his {own.values[0]}", *own.values[1:]), own.id),
        *(VariantRow(each.values, each.id) for each in rest),
    ]
    hub_listings.write_variants(open_store(trade.hub), hub.id, [option.name for option in hub.options], rows)
    ProductMapping.delete().where(ProductMapping.hub_variant_id == own.id).execute()
    _accept([change for change in _look(trade, listing) if change.field == ADDED])
    now = {variant.id for variant in _hub(trade, listing).variants}
    assert {own.id, *(variant.id for variant in rest)} < now
