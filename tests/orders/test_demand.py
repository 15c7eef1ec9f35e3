"""The numbers stock is made of: U and surplus of R4, claimed of R3."""

from datetime import timedelta

from occhub import clock
from occhub.orders import demand
from occhub.orders.models import DELETED, MasterPart, PartnerOrderLine
from occhub.shopify.drafts import delete_draft
from tests.orders.conftest import Floor
from tests.orders.test_claiming import change_by_hand


def numbers(floor: Floor) -> tuple[int, int]:
    """(unclaimed, surplus) of the first coffee."""
    key = floor.coffee.id
    return demand.unclaimed([key], clock.now())[key], demand.surplus([key], clock.now())[key]


def test_r4_what_is_sold_is_unclaimed_until_the_partner_holds_it(floor: Floor) -> None:
    assert numbers(floor) == (0, 0)
    floor.sell(3)
    assert numbers(floor) == (3, 0)
    floor.claim()
    assert numbers(floor) == (0, 0)
    floor.sell(1)
    assert numbers(floor) == (1, 0)
    floor.place()
    assert numbers(floor) == (0, 0)


def test_r3_a_claim_counts_only_while_its_reservation_holds(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    MasterPart.update(reserved_until=clock.now() - timedelta(seconds=1)).execute()
    assert numbers(floor) == (3, 0)


def test_r3_units_the_partner_took_off_the_draft_are_unclaimed(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    change_by_hand(floor, 1)
    demand.reread_claims(floor.partner, clock.now())
    assert numbers(floor) == (2, 0)


def test_r3_units_the_partner_added_to_the_draft_are_no_claim_of_ours(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    change_by_hand(floor, 9)
    demand.reread_claims(floor.partner, clock.now())
    assert numbers(floor) == (0, 0)


def test_r3_a_deleted_draft_holds_nothing(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    delete_draft(floor.store, floor.part().draft_id)
    demand.reread_claims(floor.partner, clock.now())
    assert numbers(floor) == (3, 0)
    assert floor.window().question == DELETED


def test_r4_a_cancelled_sale_on_an_open_draft_is_surplus_until_the_next_update(floor: Floor) -> None:
    order = floor.sell(3)
    floor.claim()
    floor.happen(order, "cancel")
    floor.capture(order)
    assert numbers(floor) == (0, 3)
    floor.claim()
    assert numbers(floor) == (0, 0)


def test_every_mapping_asked_for_is_answered_however_many_they_are(floor: Floor) -> None:
    floor.sell(3)
    many = [*range(1, demand.FEW + 50)]
    answer = demand.unclaimed(many, clock.now())
    assert list(answer) == many
    assert answer[floor.coffee.id] == 3
    assert sum(answer.values()) == 3


def test_the_sums_agree_with_the_rows(floor: Floor) -> None:
    for units in (1, 2, 3):
        floor.sell(units)
    rows = sum(line.wanted for line in PartnerOrderLine.select().where(PartnerOrderLine.mapping == floor.coffee))
    assert demand.wanted_units([floor.coffee.id]) == {floor.coffee.id: rows}
