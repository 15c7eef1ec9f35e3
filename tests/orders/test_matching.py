"""R15: a database that was put back makes nothing before it knows what stands on the partners' stores."""

from collections.abc import Callable
from pathlib import Path

import pytest

from occhub import clock, leases
from occhub.backup import copy_database, restored_from
from occhub.orders import demand, finding, matching, placing, reconciling, tasks
from occhub.orders.history import told
from occhub.orders.models import CLOSED, OPEN, PLACED, MasterOrder, MasterPart, PartnerOrder
from occhub.partners.models import CONNECTED, DISCONNECTED, Partner
from occhub.shopify.drafts import delete_draft
from occhub.shopify.errors import StoreError
from tests.orders.conftest import Floor, put_back

Restore = Callable[[], None]


@pytest.fixture
def copied(floor: Floor, tmp_path: Path) -> Callable[[], Restore]:
    """Makes a copy as `occhub backup` does; what it answers puts the copy back in place of the database."""

    def copy() -> Restore:
        copy_database(tmp_path / "copy.db")
        return lambda: put_back(tmp_path / "copy.db")

    return copy


def open_drafts(floor: Floor) -> list[list[int]]:
    return [[line["quantity"] for line in draft["lines"]] for draft in floor.drafts() if draft["status"] == "OPEN"]


def ordered(floor: Floor) -> list[list[int]]:
    return [[line["quantity"] for line in order["lines"]] for order in floor.orders()]


def go_on(floor: Floor) -> None:
    """What the clock does in its first minutes after the start."""
    tasks.match_restored()
    tasks.walk()
    tasks.claim_due()
    tasks.place_due()
    tasks.claim_due()


def test_r15_what_was_placed_after_the_backup_is_not_ordered_again(floor: Floor, copied: Callable[[], Restore]) -> None:
    before = floor.sell(3)
    floor.claim()
    restore = copied()
    after = floor.sell(2)
    floor.claim()
    floor.place()
    restore()
    assert floor.window().state == OPEN
    assert restored_from() is not None
    go_on(floor)
    assert floor.window().state == PLACED
    assert ordered(floor) == [[5]]
    assert open_drafts(floor) == []
    assert (floor.status(before), floor.status(after)) == ("created", "created")
    assert demand.unclaimed([floor.coffee.id], clock.now()) == {floor.coffee.id: 0}
    assert restored_from() is None


def test_r15_a_whole_window_the_copy_never_heard_of_is_found_and_served_from(
    floor: Floor, copied: Callable[[], Restore]
) -> None:
    restore = copied()
    first = floor.sell(3)
    floor.place(floor.claim())
    second = floor.sell(4)
    floor.claim()
    restore()
    assert MasterOrder.select().count() == 0
    go_on(floor)
    assert ordered(floor) == [[3]]
    assert open_drafts(floor) == [[4]]
    assert [(master.number, master.state) for master in MasterOrder.select().order_by(MasterOrder.number)] == [
        (1, PLACED),
        (2, OPEN),
    ]
    assert (floor.status(first), floor.status(second)) == ("created", "created")
    floor.place()
    assert ordered(floor) == [[3], [4]]


def test_r15_a_draft_that_went_on_filling_is_no_draft_changed_by_hand(
    floor: Floor, copied: Callable[[], Restore]
) -> None:
    floor.sell(3)
    floor.claim()
    restore = copied()
    floor.sell(2)
    floor.claim()
    restore()
    go_on(floor)
    assert floor.window().question == ""
    assert open_drafts(floor) == [[5]]


def test_r15_nothing_is_made_while_the_store_can_not_be_asked(floor: Floor, copied: Callable[[], Restore]) -> None:
    floor.sell(3)
    floor.claim()
    restore = copied()
    floor.place()
    restore()
    window = floor.window()
    floor.standin.break_down("error_500", operation="TaggedOrders", times=20)
    with pytest.raises(StoreError):
        floor.claim()
    with pytest.raises(StoreError):
        placing.place(window, as_of=window.cutoff_at)
    with pytest.raises(StoreError):
        reconciling.sweep_strays(floor.partner, clock.now())
    (row, other) = matching.comparisons()
    assert row.error
    assert row.done_at is None
    assert (other.partner, other.done_at) == (floor.other, None)
    assert ordered(floor) == [[3]]
    floor.standin.control("DELETE", "/faults")
    go_on(floor)
    assert ordered(floor) == [[3]]
    assert all(row.done_at for row in matching.comparisons())


def test_r15_an_order_is_known_by_its_number_where_draft_and_tags_are_gone(
    floor: Floor, copied: Callable[[], Restore]
) -> None:
    restore = copied()
    order = floor.sell(3)
    floor.place(floor.claim())
    (theirs,) = floor.orders()
    restore()
    floor.capture()
    paper = matching.Paper(1, "", None, theirs["gid"], clock.now())
    with leases.hold(demand.claims_lease(floor.partner.id)) as held:
        assert finding.adopt_all(floor.store, floor.partner, [paper], held, as_of=clock.now())[0] == 1
        assert finding.adopt_all(floor.store, floor.partner, [paper], held, as_of=clock.now())[0] == 0
    assert floor.window().reference == theirs["po_number"]
    assert (floor.line().placed, floor.line().confirmed) == (3, 3)
    go_on(floor)
    assert floor.status(order) == "created"
    assert ordered(floor) == [[3]]
    assert open_drafts(floor) == []


def test_r15_a_window_that_a_later_one_has_overtaken_is_closed(floor: Floor, copied: Callable[[], Restore]) -> None:
    order = floor.sell(3)
    floor.claim()
    restore = copied()
    floor.happen(order, "cancel")
    floor.capture(order)
    floor.place()
    later = floor.sell(2)
    floor.claim()
    restore()
    go_on(floor)
    assert [master.state for master in MasterOrder.select().order_by(MasterOrder.number)] == [CLOSED, OPEN]
    assert open_drafts(floor) == [[2]]
    assert floor.status(later) == "created"


def test_r15_a_draft_that_is_gone_is_made_again_without_a_question(floor: Floor, copied: Callable[[], Restore]) -> None:
    floor.sell(3)
    floor.claim()
    restore = copied()
    delete_draft(floor.store, floor.part().draft_id)
    restore()
    go_on(floor)
    assert floor.window().question == ""
    assert open_drafts(floor) == [[3]]
    assert any("was put back" in event.sentence for event in told(floor.window()))


def test_r15_a_partner_who_is_away_is_matched_when_he_is_back(floor: Floor, copied: Callable[[], Restore]) -> None:
    Partner.update(state=DISCONNECTED).where(Partner.id == floor.partner.id).execute()
    restore = copied()
    Partner.update(state=CONNECTED).where(Partner.id == floor.partner.id).execute()
    order = floor.sell(3)
    floor.place(floor.claim())
    restore()
    tasks.match_restored()
    assert restored_from() is None
    assert matching.is_blind(floor.partner)
    Partner.update(state=CONNECTED).where(Partner.id == floor.partner.id).execute()
    go_on(floor)
    assert ordered(floor) == [[3]]
    assert floor.status(order) == "created"


def test_r15_matching_is_done_once_a_restore_and_again_after_the_next(
    floor: Floor, copied: Callable[[], Restore]
) -> None:
    floor.sell(3)
    floor.claim()
    restore = copied()
    floor.place()
    for _ in range(2):
        restore()
        assert matching.is_blind(floor.partner)
        go_on(floor)
        assert not matching.is_blind(floor.partner)
        assert ordered(floor) == [[3]]


def test_r15_an_order_the_partner_has_cancelled_since_is_found_cancelled(
    floor: Floor, copied: Callable[[], Restore]
) -> None:
    floor.sell(3)
    floor.claim()
    restore = copied()
    floor.place()
    (theirs,) = floor.orders()
    floor.standin.control("POST", f"/shops/{floor.partner.shop}/orders/{theirs['id']}/cancel", {})
    restore()
    go_on(floor)
    tasks.track_all()
    tasks.claim_due()
    assert MasterPart.select().where(MasterPart.order_cancelled_at.is_null(False)).count() == 1
    assert open_drafts(floor) == [[3]]
    assert PartnerOrder.get().status == "created"
