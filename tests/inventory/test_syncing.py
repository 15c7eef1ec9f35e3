"""A pass and a round, on real stores: R5, R6, R7."""

import time
from datetime import timedelta

import pytest

from occhub import clock, leases
from occhub.catalog.models import ACTIVE, GONE, MISSING_ON_HUB, ProductMapping
from occhub.database import write
from occhub.inventory import holding, running, syncing
from occhub.inventory.models import Shortage, StockChange, Stockroom
from occhub.orders import demand
from occhub.orders.models import MasterPart
from occhub.partners.models import ATTENTION, PAUSED, Hub, Partner
from occhub.synclog import DONE, FAILED
from tests.inventory.conftest import STOCK, Counter, number
from tests.inventory.test_never_twice import before_call


def test_r5_the_hub_offers_the_partners_stock_less_the_safety(counter: Counter) -> None:
    assert counter.hub_stock() == STOCK - 1


def test_r5_a_sale_on_the_hub_is_not_undone_by_the_next_pass(counter: Counter) -> None:
    counter.buy(3)
    assert counter.hub_stock() == STOCK - 1 - 3
    counter.pass_()
    assert counter.hub_stock() == STOCK - 1 - 3


def test_r5_a_claim_moves_nothing_on_the_hub(counter: Counter) -> None:
    counter.buy(3)
    counter.claim()
    assert counter.available() == STOCK - 3
    counter.pass_()
    assert counter.hub_stock() == STOCK - 1 - 3


def test_r6_a_sale_nobody_told_of_is_captured_before_the_partner_is_read(counter: Counter) -> None:
    counter.buy(3, captured=False)
    counter.partner_sells(2)
    counter.pass_()
    assert counter.hub_stock() == STOCK - 1 - 3 - 2


def test_r6_who_buys_between_reading_and_writing_is_not_forgotten(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = syncing.what_is_owed

    def buy_meanwhile(*arguments, **options):  # type: ignore[no-untyped-def]
        counter.buy(1, captured=False)
        monkeypatch.setattr(syncing, "what_is_owed", judge)
        return judge(*arguments, **options)

    monkeypatch.setattr(syncing, "what_is_owed", buy_meanwhile)
    counter.partner_sells(5)
    run = counter.pass_()
    assert counter.hub_stock() == STOCK - 1 - 1  # not written over: somebody had just bought
    assert (run.changed, run.skipped) == (0, 1)
    assert counter.coffee.stock_wanted_at > clock.now() - timedelta(seconds=5)
    counter.round(counter.coffee)
    assert counter.hub_stock() == STOCK - 1 - 5 - 1


def test_r6_claims_wait_while_stock_is_read(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    judge, held = syncing.what_is_owed, []

    def look(*arguments, **options):  # type: ignore[no-untyped-def]
        held.append(leases.is_held(demand.claims_lease(counter.partner.id)))
        return judge(*arguments, **options)

    monkeypatch.setattr(syncing, "what_is_owed", look)
    counter.pass_()
    assert held == [True]
    assert not leases.is_held(demand.claims_lease(counter.partner.id))


def test_r6_a_partner_whose_order_is_being_placed_comes_later_and_the_others_now(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "_CLAIMS_PATIENCE", 0.05)
    counter.partner_sells(5)
    counter.partner_sells(4, counter.others_coffee)
    with leases.hold(demand.claims_lease(counter.partner.id)):
        run = counter.pass_()
    assert counter.hub_stock() == STOCK - 1
    assert counter.hub_stock(counter.others_coffee) == STOCK - 1 - 4
    assert run.skipped == ProductMapping.select().where(ProductMapping.partner == counter.partner).count()


def test_only_differences_are_written_and_each_tells_why(counter: Counter) -> None:
    counter.partner_sells(5)
    run = counter.pass_()
    (change,) = list(run.changes)
    assert (change.mapping_id, change.before, change.after) == (counter.coffee.id, STOCK - 1, STOCK - 6)
    assert (change.available, change.unclaimed, change.safety) == (STOCK - 5, 0, 1)
    assert (run.state, run.changed, run.failed) == (DONE, 1, 0)
    assert run.read == ProductMapping.select().count()


def test_a_pass_with_nothing_changed_writes_nothing(counter: Counter) -> None:
    run = counter.pass_()
    # The hub and the walk over its orders, and each of two partners once.
    assert (run.changed, run.skipped, run.failed, run.calls) == (0, 0, 0, 4)


def test_r20_a_round_that_changes_nothing_leaves_no_row(counter: Counter) -> None:
    assert counter.round(counter.coffee) is None
    assert counter.coffee.stock_wanted_at is None


def test_a_round_compares_only_what_was_announced(counter: Counter) -> None:
    counter.partner_sells(5)
    counter.partner_sells(4, counter.second_coffee)
    run = counter.round(counter.coffee)
    assert run is not None
    assert (run.trigger, run.read, run.changed) == ("webhook", 1, 1)
    assert counter.hub_stock(counter.second_coffee) == STOCK - 1


def test_one_partner_or_one_product_can_be_compared_alone(counter: Counter) -> None:
    for mapping in (counter.coffee, counter.second_coffee, counter.others_coffee):
        counter.partner_sells(5, mapping)
    assert counter.pass_(listing=counter.coffee.listing).changed == 1
    assert counter.pass_(partner=counter.partner).changed == 1
    assert counter.pass_().changed == 1


def test_negative_stock_is_none(counter: Counter) -> None:
    counter.partner_restocks(-STOCK - 5)
    counter.pass_()
    assert counter.hub_stock() == 0
    assert counter.coffee.partner_available == -5


def test_what_one_place_lacks_the_partners_other_places_make_good(counter: Counter) -> None:
    cafe = counter.open_location("Café")
    counter.partner_restocks(-STOCK - 5)
    counter.partner_restocks(12, at=cafe)
    counter.choose_locations()
    counter.pass_()
    assert (counter.coffee.partner_available, counter.hub_stock()) == (7, 6)


def test_r4_what_is_held_for_nobody_any_more_is_not_offered(counter: Counter) -> None:
    order = counter.buy(5)
    counter.claim()
    assert counter.place() is not None
    counter.cancel(order)
    counter.pass_()
    assert counter.coffee.unclaimed == 0
    assert counter.hub_stock() == STOCK - 5 - 1


def test_r20_a_failed_round_leaves_a_row_and_so_does_a_pass_that_changes_nothing(counter: Counter) -> None:
    assert counter.pass_().state == DONE
    counter.standin.control("POST", f"/shops/{counter.partner.shop}/uninstall")
    run = counter.round(counter.coffee)
    assert run is not None
    assert (run.trigger, run.state) == ("webhook", FAILED)


def test_safety_of_a_product_wins_over_the_partners(counter: Counter) -> None:
    ProductMapping.update(safety_stock=7).where(ProductMapping.id == counter.coffee.id).execute()
    Partner.update(safety_stock=2).where(Partner.id == counter.partner.id).execute()
    counter.pass_()
    assert counter.hub_stock() == STOCK - 7
    assert counter.hub_stock(counter.second_coffee) == STOCK - 2


@pytest.mark.parametrize(
    ("facts", "tracked", "policy"),
    [({"tracked": False}, False, "DENY"), ({"inventory_policy": "CONTINUE"}, True, "CONTINUE")],
)
def test_r7_what_a_partner_sells_without_counting_the_hub_does_too(
    counter: Counter, facts: dict[str, object], tracked: bool, policy: str
) -> None:
    counter.change_theirs(counter.coffee, **facts)
    run = counter.pass_()
    hubs = counter.hub_variant(counter.coffee)
    assert (hubs["item"]["tracked"], hubs["inventory_policy"]) == (tracked, policy)
    assert (run.changed, counter.hub_stock()) == (0, STOCK - 1)
    assert counter.coffee.hub_available is None


def test_r7_when_he_counts_again_so_does_the_hub(counter: Counter) -> None:
    counter.change_theirs(counter.coffee, tracked=False)
    counter.pass_()
    counter.change_theirs(counter.coffee, tracked=True)
    counter.partner_sells(5)
    counter.pass_()
    assert counter.hub_variant(counter.coffee)["item"]["tracked"] is True
    assert counter.hub_stock() == counter.available() - 1


def test_r7_a_paused_partners_goods_are_not_for_sale(counter: Counter) -> None:
    counter.change_theirs(counter.coffee, inventory_policy="CONTINUE")
    counter.pass_()
    Partner.update(state=PAUSED).where(Partner.id == counter.partner.id).execute()
    counter.pass_()
    assert counter.hub_stock() == counter.hub_stock(counter.second_coffee) == 0
    assert counter.hub_variant(counter.coffee)["inventory_policy"] == "DENY"
    assert counter.hub_stock(counter.others_coffee) == STOCK - 1


def test_without_a_location_nothing_is_written_and_the_owner_is_told(counter: Counter) -> None:
    Hub.update(location_id=None).execute()
    counter.partner_sells(5)
    run = counter.pass_()
    assert (run.state, counter.hub_stock()) == (FAILED, STOCK - 1)
    assert "Choose in Settings" in str(run.error)


def test_r3_a_reservation_elsewhere_than_at_the_chosen_locations_is_no_claim(counter: Counter) -> None:
    roastery = counter.open_location("Roastery")
    counter.partner_restocks(12, at=roastery)
    counter.choose_locations(roastery)
    counter.buy(3)
    counter.claim()  # falls on the default location, where our units never were
    counter.pass_()
    assert (counter.coffee.partner_available, counter.coffee.unclaimed) == (12, 3)
    assert counter.hub_stock() == 12 - 3 - 1


def test_r3_a_reservation_at_a_chosen_location_is_a_claim(counter: Counter) -> None:
    counter.open_location("Café")
    default = counter.standin.state(counter.partner.shop)["locations"][0]["gid"]
    counter.choose_locations(default)
    counter.buy(3)
    counter.claim()
    counter.pass_()
    assert (counter.coffee.partner_available, counter.coffee.unclaimed) == (STOCK - 3, 0)
    assert counter.hub_stock() == STOCK - 3 - 1


def test_r3_an_order_the_partner_has_just_cancelled_holds_nothing(counter: Counter) -> None:
    counter.buy(3)
    counter.claim()
    order_id = counter.place()
    assert order_id is not None
    counter.partner_cancels(order_id)  # nobody has told us
    counter.pass_()
    assert counter.coffee.unclaimed == 3
    assert counter.hub_stock() == STOCK - 3 - 1


def test_r3_a_reservation_that_runs_out_any_moment_is_no_claim(counter: Counter) -> None:
    counter.buy(3)
    counter.claim()
    until = MasterPart.get().reserved_until
    counter.let_pass(until - clock.now() - timedelta(minutes=1))
    counter.pass_()
    assert counter.coffee.unclaimed == 3
    counter.let_pass(timedelta(minutes=2))
    counter.pass_()
    assert (counter.available(), counter.hub_stock()) == (STOCK, STOCK - 3 - 1)


@pytest.mark.parametrize("call", range(4))
def test_r3_a_reservation_that_runs_out_during_a_long_pass_is_no_claim(counter: Counter, call: int) -> None:
    counter.buy(3)
    counter.claim()
    counter.let_pass(MasterPart.get().reserved_until - clock.now() - timedelta(minutes=3))
    with before_call(call, lambda: counter.let_pass(timedelta(minutes=5))):
        counter.pass_()
    assert counter.hub_stock() == STOCK - 3 - 1


def test_r3_a_parcel_we_have_not_heard_of_makes_nobody_short(counter: Counter) -> None:
    counter.buy(STOCK - 1)
    counter.claim()
    order_id = counter.place()
    assert order_id is not None
    counter.partner_ships(order_id)
    counter.pass_()
    assert not Shortage.select().exists()
    counter.track()
    counter.pass_()
    assert (counter.coffee.unclaimed, counter.hub_stock()) == (0, 0)


def test_only_the_chosen_locations_count(counter: Counter) -> None:
    cafe = counter.open_location("Café")
    counter.partner_restocks(12, at=cafe)
    counter.choose_locations()
    counter.pass_()
    assert counter.hub_stock() == STOCK + 12 - 1
    counter.choose_locations(cafe)
    counter.pass_()
    assert counter.hub_stock() == 12 - 1


def test_r7_a_dead_token_takes_all_of_the_partners_goods_off_sale(counter: Counter) -> None:
    counter.standin.control("POST", f"/shops/{counter.partner.shop}/uninstall")
    counter.round(counter.coffee)
    assert counter.hub_stock() == 0
    assert Partner.find(counter.partner.id).state == ATTENTION
    running.compare_changed()
    assert counter.hub_stock(counter.second_coffee) == 0
    assert counter.hub_stock(counter.others_coffee) == STOCK - 1


def test_r7_a_silent_partners_numbers_stay_for_six_hours(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    counter.standin.break_down("error_500", shop=counter.partner.shop, times=50)
    monkeypatch.setattr("occhub.shopify.client.PAUSES", ())
    run = counter.pass_()
    assert (run.state, counter.hub_stock()) == (FAILED, STOCK - 1)
    room = Stockroom.of(counter.partner.id)
    assert room.silent_since is not None
    assert counter.hub_stock(counter.others_coffee) == STOCK - 1
    Stockroom.update(silent_since=clock.now() - timedelta(hours=6)).execute()
    counter.pass_()
    assert counter.hub_stock() == 0
    counter.standin.control("DELETE", "/faults")
    counter.pass_()
    assert counter.hub_stock() == STOCK - 1
    assert Stockroom.of(counter.partner.id).silent_since is None


def test_a_partner_who_takes_too_long_keeps_nobody_waiting(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_IN_A_RUN", 0.5)
    counter.partner_sells(5, counter.others_coffee)
    counter.standin.break_down("slow", shop=counter.partner.shop, times=1, seconds=1.5)
    run = counter.pass_()
    assert "takes too long" in str(run.error)
    assert counter.hub_stock(counter.others_coffee) == STOCK - 6
    assert leases.is_held(demand.claims_lease(counter.partner.id))  # until he has answered
    while leases.is_held(demand.claims_lease(counter.partner.id)):
        time.sleep(0.05)


def test_r7_a_variant_deleted_at_the_partner_is_none(counter: Counter) -> None:
    product = number(counter.coffee.listing.product_remote_id)
    counter.standin.control("DELETE", f"/shops/{counter.partner.shop}/products/{product}")
    counter.pass_()
    assert (counter.coffee.state, counter.hub_stock()) == (GONE, 0)
    assert counter.second_coffee.state == ACTIVE


def test_r7_a_variant_missing_on_the_hub_is_left_out_of_every_batch(counter: Counter) -> None:
    product = number(str(counter.coffee.listing.hub_product_id))
    counter.standin.control("DELETE", f"/shops/{counter.hub_shop}/products/{product}")
    counter.partner_sells(5, counter.second_coffee)
    run = counter.pass_()
    assert (run.changed, counter.coffee.state) == (1, MISSING_ON_HUB)
    assert "missing in your store" in str(run.error)
    assert counter.pass_().failed == 0


def test_r7_moving_the_hubs_stock_empties_the_old_place_in_the_same_run(counter: Counter) -> None:
    counter.partner_sells(5)
    old = Hub.get_hub().location_id
    new = counter.standin.control("POST", f"/shops/{counter.hub_shop}/locations", {"name": "Warehouse"})["gid"]
    Hub.update(location_id=new).execute()
    counter.pass_()
    stock = counter.hub_variant(counter.coffee)["stock"]
    by_place = {str(key): level["available"] for key, level in stock.items()}
    assert by_place[number(str(old))] == 0
    assert by_place[number(new)] == STOCK - 6
    assert counter.coffee.hub_location_id == new


def test_r7_a_place_left_while_nothing_was_counted_is_emptied_when_it_is_counted_again(counter: Counter) -> None:
    counter.change_theirs(counter.coffee, tracked=False)
    counter.pass_()
    new = counter.standin.control("POST", f"/shops/{counter.hub_shop}/locations", {"name": "Warehouse"})["gid"]
    Hub.update(location_id=new).execute()
    counter.pass_()
    counter.change_theirs(counter.coffee, tracked=True)
    counter.pass_()
    assert counter.hub_stock() == counter.available() - 1


def test_one_refused_row_never_stops_the_rest(counter: Counter) -> None:
    ProductMapping.update(hub_item_id="gid://shopify/InventoryItem/9").where(
        ProductMapping.id == counter.coffee.id
    ).execute()
    counter.partner_sells(5)
    counter.partner_sells(4, counter.second_coffee)
    run = counter.pass_()
    assert counter.hub_stock(counter.second_coffee) == STOCK - 5
    assert (run.changed, run.failed) == (1, 1)
    assert counter.coffee.title in str(run.error)


def test_a_hub_that_does_not_answer_fails_the_run_and_changes_nothing(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("occhub.shopify.client.PAUSES", ())
    counter.standin.break_down("error_502", shop=counter.hub_shop, times=9)
    counter.partner_sells(5)
    run = counter.pass_()
    assert run.state == FAILED
    assert not StockChange.select().exists()


def test_a_wish_made_while_a_round_is_reading_outlives_it(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    judge = syncing.what_is_owed

    def wish(*arguments, **options):  # type: ignore[no-untyped-def]
        with write():
            ProductMapping.update(stock_wanted_at=clock.now()).where(ProductMapping.id == counter.coffee.id).execute()
        return judge(*arguments, **options)

    monkeypatch.setattr(syncing, "what_is_owed", wish)
    counter.round(counter.coffee)
    assert counter.coffee.stock_wanted_at is not None


def test_a_lost_answer_to_a_write_changes_each_number_once(counter: Counter) -> None:
    counter.standin.break_down("lost", shop=counter.hub_shop, operation="SetLevels")
    counter.partner_sells(5)
    run = counter.pass_()
    assert (run.changed, counter.changes()) == (1, [(STOCK - 1, STOCK - 6)])


@pytest.mark.parametrize(
    "trouble",
    [
        {"kind": "error_502", "operation": "OrderStamps"},
        {"kind": "internal", "operation": "Orders"},  # one order at which Shopify fails
        {"kind": "malformed", "operation": "Orders"},
    ],
)
def test_r6_while_orders_cannot_be_read_numbers_fall_and_none_rises(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, trouble: dict[str, str]
) -> None:
    monkeypatch.setattr("occhub.shopify.client.PAUSES", ())
    counter.buy(3, captured=False)
    counter.partner_sells(5, counter.others_coffee)
    counter.partner_restocks(5, counter.second_coffee)
    counter.standin.break_down(**trouble, shop=counter.hub_shop, times=50)
    run = counter.pass_()
    assert counter.hub_stock() == STOCK - 1 - 3  # the sale nobody knows of is not undone
    assert counter.hub_stock(counter.others_coffee) == STOCK - 6
    assert counter.hub_stock(counter.second_coffee) == STOCK - 1
    assert (run.state, run.changed) == (FAILED, 1)
    assert "no number is raised" in str(run.error)
    counter.standin.control("DELETE", "/faults")
    counter.pass_()
    assert (counter.hub_stock(), counter.hub_stock(counter.second_coffee)) == (STOCK - 1 - 3, STOCK + 4)


@pytest.mark.parametrize(
    ("where", "what", "told"),
    [
        ("hub", {"kind": "spoilt", "mentions": "hub_variant_id"}, "cannot be read in your store"),
        ("partner", {"kind": "spoilt", "mentions": "partner_variant_id"}, "cannot be read at"),
        ("hub", {"kind": "internal", "operation": "SetLevels", "mentions": "hub_item_id"}, "failed inside"),
        ("hub", {"kind": "internal", "operation": "Variants", "mentions": "hub_variant_id"}, "failed inside"),
    ],
)
def test_one_bad_item_never_stops_the_rest(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, where: str, what: dict[str, str], told: str
) -> None:
    monkeypatch.setattr("occhub.shopify.client.PAUSES", ())
    bad = counter.second_coffee
    shop = counter.hub_shop if where == "hub" else counter.partner.shop
    counter.standin.break_down(**what | {"mentions": getattr(bad, what["mentions"])}, shop=shop, times=50)
    if what.get("operation") == "Variants":
        counter.change_theirs(bad, tracked=False)
    for mapping in (counter.coffee, bad, counter.others_coffee):
        counter.partner_sells(5, mapping)
    run = counter.pass_()
    assert counter.hub_stock() == counter.hub_stock(counter.others_coffee) == STOCK - 6
    assert counter.hub_stock(bad) == STOCK - 1
    assert (run.changed, run.failed, run.state) == (2, 1, FAILED)
    assert bad.title in str(run.error)
    assert told in str(run.error)
    counter.standin.control("DELETE", "/faults")
    assert counter.pass_().failed == 0
    assert counter.again(bad).stock_at > run.started_at


def test_r7_a_variant_that_cannot_be_read_for_six_hours_is_none(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("occhub.shopify.client.PAUSES", ())
    fault = {"shop": counter.partner.shop, "mentions": counter.coffee.partner_variant_id}
    counter.standin.break_down("spoilt", **fault)
    counter.pass_()
    assert counter.hub_stock() == STOCK - 1
    counter.let_pass(timedelta(hours=6))
    counter.pass_()
    assert counter.hub_stock() == 0
    assert counter.hub_stock(counter.second_coffee) == STOCK - 1
    counter.standin.control("DELETE", "/faults")
    counter.pass_()
    assert counter.hub_stock() == STOCK - 1
