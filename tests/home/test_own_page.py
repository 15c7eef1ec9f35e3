"""The page a partner sees in his own admin: all that is his, and nothing else."""

import json
from datetime import timedelta

from occhub import clock
from occhub.catalog.models import LIVE, Import
from occhub.home.supplying import show_supply
from occhub.orders.models import PLACED, MasterOrder, MasterPart
from occhub.partners.models import Partner
from tests.orders.conftest import Floor
from tests.people import Person


def test_he_sees_this_windows_bags_his_draft_and_the_cutoff(floor: Floor, roaster: Person) -> None:
    floor.sell(3)
    floor.sell(2, floor.second_coffee)
    floor.claim()
    page = roaster.see()
    assert "5 bags" in page
    assert floor.coffee.title.replace("&", "&amp;") in page
    assert floor.part().draft_name in page
    assert "This order closes" in page


def test_he_reads_the_cutoff_in_his_own_zone_also_before_anything_is_sold(floor: Floor, roaster: Person) -> None:
    Partner.update(zone="Europe/Lisbon", cadence="daily", cutoff_hour=18).execute()
    page = roaster.see()
    assert "Next cutoff" in page
    assert "23:00 your time" in page or "22:00 your time" in page  # six in New York


def test_his_older_orders_are_a_page_away(floor: Floor, roaster: Person) -> None:
    floor.sell(1)
    floor.claim()
    floor.place()
    part = floor.part()
    MasterOrder.update(placed_at=clock.now() - timedelta(days=7)).execute()
    for number in range(2, 24):
        master = MasterOrder.create(
            partner=floor.partner,
            number=number,
            state=PLACED,
            opens_at=clock.now(),
            cutoff_at=clock.now(),
            placed_at=clock.now(),
            currency="USD",
        )
        MasterPart.create(
            master=master,
            position=1,
            token=f"t{number}",
            state=PLACED,
            order_id=f"gid://shopify/Order/9{number}",
            order_name=f"#8{number:03}",
        )
    assert "Page 1 of 2" in roaster.see()
    assert part.order_name in roaster.see("/?page=2")


def test_he_sees_his_orders_by_his_own_numbers_and_what_is_owed_in_his_currency(floor: Floor, roaster: Person) -> None:
    floor.sell(3)
    floor.claim()
    floor.place()
    part = floor.part()
    page = roaster.see()
    assert part.order_name in page
    assert "Owed to you" in page
    assert str(show_supply(floor.partner, as_of=clock.now()).owed) == "21.00 USD"
    MasterPart.update(financial_status="PAID").execute()
    assert show_supply(floor.partner, as_of=clock.now()).owed.minor == 0
    assert "Owed to you" not in roaster.see()


def test_what_the_hubs_books_show_as_paid_is_owed_no_more(floor: Floor, roaster: Person) -> None:
    floor.sell(3)
    floor.claim()
    MasterOrder.update(paid_at=clock.now()).where(MasterOrder.id == floor.place().id).execute()
    assert show_supply(floor.partner, as_of=clock.now()).owed.minor == 0
    assert "Owed to you" not in roaster.see()


def test_he_sees_what_of_his_is_sold(floor: Floor, roaster: Person) -> None:
    Import.update(state=LIVE).where(Import.partner == floor.partner).execute()
    page = roaster.see()
    assert floor.coffee.listing.title.replace("&", "&amp;") in page
    assert "Nothing yet" not in page


def test_he_never_sees_hub_prices_margins_customers_or_others(floor: Floor, roaster: Person) -> None:
    for _ in range(7):  # so that no order of his own has the customer's number by chance
        order = floor.buy((floor.coffee, 3), (floor.others_coffee, 2))
    floor.capture(order)
    floor.claim()
    Import.update(state=LIVE).execute()
    Partner.update(markup_bp=4321, discount_bp=2765).execute()
    pages = [roaster.see(), roaster.see("/own/window")]
    floor.place()
    pages += [roaster.see(), roaster.see("/own/window")]
    secrets = [
        order["name"],  # the customer's order
        "12.00",  # the hub's price
        "43.21",  # the markup
        "27.65",  # the discount agreed with whomever
        floor.other.name,
        floor.other.domain,
        floor.others_coffee.title,
        floor.coffee.hub_variant_id.rpartition("/")[2],
        "/windows/",
        "/partners",
    ]
    found = [secret for secret in secrets for page in pages if secret in page]
    assert found == []


def test_nor_does_anything_on_his_store_tell_of_a_customers_order_or_of_hub_prices(floor: Floor) -> None:
    for _ in range(7):  # so that no order of his own has the customer's number by chance
        order = floor.buy((floor.coffee, 3))
    floor.capture(order)
    floor.claim()
    (draft,) = floor.drafts()
    floor.place()
    (placed,) = floor.orders()
    # All of both, whatever the field: note, tags, attributes, lines, addresses.
    told = json.dumps([draft, placed])
    secrets = [
        json.dumps(order["name"]),
        order["gid"].rpartition("/")[2],
        '"12.00"',  # the hub's price
        "PARTNER-",
        floor.coffee.hub_variant_id.rpartition("/")[2],
        floor.other.name,
    ]
    assert [secret for secret in secrets if secret in told] == []
    assert draft["note"]
    assert draft["tags"]


def test_he_knows_whom_to_ask_and_what_not_to_do(floor: Floor, roaster: Person) -> None:
    page = roaster.see()
    assert floor.hub.email in page
    assert "don&#39;t complete, change or ship it early" in page or "don't complete, change or ship it early" in page
