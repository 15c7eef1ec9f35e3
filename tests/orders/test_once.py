"""Two at once: whoever comes second finds the work done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from occhub import clock
from occhub.database import session
from occhub.orders import capturing, claiming, placing
from occhub.orders.models import PLACED, MasterOrder, PartnerOrderLine
from occhub.orders.pooling import open_window
from occhub.shopify import open_store
from tests.orders.conftest import Floor

WORKERS = 4


def all_at_once(act: Callable[[], object]) -> list[object]:
    """The act by several workers at the same time, each with its own connection."""

    def work(_: int) -> object:
        with session():
            return act()

    with ThreadPoolExecutor(WORKERS) as workers:
        return list(workers.map(work, range(WORKERS)))


def test_an_order_captured_by_all_is_captured_once(floor: Floor) -> None:
    order = floor.buy((floor.coffee, 2))
    all_at_once(lambda: capturing.capture_orders(open_store(floor.hub.shop), [order["gid"]], as_of=clock.now()))
    assert [line.wanted for line in PartnerOrderLine.select()] == [2]


def test_r9_a_window_opened_by_all_is_one_window(floor: Floor) -> None:
    windows = all_at_once(lambda: open_window(floor.partner, clock.now()).id)
    assert len(set(windows)) == 1
    assert MasterOrder.select().count() == 1


def test_claims_made_by_all_make_one_draft(floor: Floor) -> None:
    floor.sell(3)
    all_at_once(lambda: claiming.claim(floor.partner, as_of=clock.now()))
    assert len(floor.drafts()) == 1
    assert floor.stock()["reserved"] == 3


def test_r11_a_window_placed_by_all_is_one_order(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    window = floor.window()
    due = window.cutoff_at + timedelta(seconds=1)
    all_at_once(lambda: placing.place(window, as_of=due))
    assert floor.window().state == PLACED
    assert len(floor.orders()) == 1
