"""The first page: first steps, next orders, stock, and the charts."""

from datetime import UTC, datetime, timedelta

from occhub import clock
from occhub.home import charting, overview
from occhub.inventory import tasks
from occhub.inventory.models import StockChange
from occhub.orders.terms import OrderTerms
from occhub.partners.models import Hub, Partner
from occhub.schedule import TIMETABLE
from occhub.synclog import SyncLog
from tests.orders.conftest import Floor
from tests.partners.conftest import Fair
from tests.people import Person


def test_a_new_owner_is_led_step_by_step(fair: Fair) -> None:
    page = fair.owner.see("/")
    for words in ("Set up your hub", "Say where partners ship to", "Say how you price", "Invite your first partner"):
        assert words in page
    assert "go on with the steps above" in page
    assert "All quiet" not in page


def test_before_its_place_is_chosen_no_stock_is_compared_and_nothing_is_called_a_problem(fair: Fair) -> None:
    Hub.update(location_id=None).execute()
    tasks.sync_everything()
    assert not SyncLog.select().exists()
    page = fair.owner.see("/")
    assert "when its place is chosen" in page
    assert "Sync now" not in page
    assert "Problem" not in fair.owner.see("/activity")


def test_the_steps_go_when_all_are_done(fair: Fair) -> None:
    place = {
        "location_id": "gid://shopify/Location/1",
        "company": "C",
        "address1": "A",
        "city": "X",
        "country_code": "CA",
    }
    Hub.update(markup_bp=3000, **place).execute()
    assert [step.done for step in overview.first_steps(Hub.get_hub())] == [True, True, True, True, False]
    fair.connected()
    assert overview.first_steps(Hub.get_hub()) == []


def test_usual_terms_are_what_a_new_partner_begins_with(fair: Fair) -> None:
    terms = {"discount": "25", "markup": "45", "rounding": ".95", "safety_stock": "2", "cadence": "daily"}
    fair.owner.click("/settings/usual-terms", **terms, cutoff_weekday="1", cutoff_hour="9")
    partner, _ = fair.connected()
    assert (partner.discount_bp, partner.markup_bp, partner.rounding, partner.cadence) == (2500, 4500, ".95", "daily")
    stranger = fair.roaster()
    stranger.see()
    assert Partner.get(Partner.shop == stranger.shop).safety_stock == 2


def test_a_wrong_usual_term_is_named_and_changes_nothing(fair: Fair) -> None:
    fair.owner.click("/settings/usual-terms", status=422, discount="99")
    assert Hub.get_hub().discount_bp == 3000


def test_a_next_order_shows_bags_kilograms_cost_and_what_is_missing_to_the_minimum(floor: Floor, owner: Person) -> None:
    floor.sell(3)
    floor.claim()
    OrderTerms.create(partner=floor.partner, minimum_bags=10)
    page = owner.see("/")
    for words in ("21.00 USD", " kg", "7 bags missing"):
        assert words in page


def test_the_next_comparison_is_when_the_timetable_says(database: None) -> None:
    for moment in (datetime(2026, 11, 2, 9, 59, 59, tzinfo=UTC), datetime(2026, 11, 2, 10, tzinfo=UTC)):
        assert overview.stock(moment).next_at == TIMETABLE["stock of everything"].next_slot(moment)


def test_the_charts_tell_of_bags_margin_and_stock_outs(floor: Floor, owner: Person) -> None:
    now = clock.now()
    floor.sell(3)
    floor.sell(1, floor.others_coffee)
    run = SyncLog.create(kind="stock", trigger="clock", started_at=now)
    StockChange.create(run=run, mapping=floor.coffee, at=now, before=4, after=0, unclaimed=0, safety=1)
    charts = charting.draw_charts(floor.hub, clock.now())
    assert [(share.partner.name, share.bags) for share in charts.shares] == [("Milk Road", 3), ("Onda", 1)]
    newest = [bar for bar in charts.bags if bar.height]
    assert [bar.height for bar in newest] == [48, 16]
    assert charts.margin is not None
    assert [bar.height for bar in charts.outs if bar.height] == [charting.HEIGHT]
    page = owner.fetch("/charts")
    assert "3 bags of Milk Road" in page
    assert 'style="' not in page


def test_sales_older_than_the_chart_and_cancelled_ones_are_left_out(floor: Floor) -> None:
    order = floor.sell(3)
    assert charting.draw_charts(floor.hub, clock.now() + timedelta(weeks=9)).shares == []
    floor.happen(order, "cancel")
    floor.capture(order)
    assert charting.draw_charts(floor.hub, clock.now()).shares == []


def test_without_sales_the_charts_say_so(fair: Fair) -> None:
    assert "Nothing was sold yet" in fair.owner.fetch("/charts")
