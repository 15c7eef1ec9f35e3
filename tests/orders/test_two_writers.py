"""Two who write at the same moment: whoever comes second goes by what the first has written, on either database."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager

import pytest
from peewee import fn

from occhub import clock, leases
from occhub.database import session, write
from occhub.orders import demand, steering
from occhub.orders.models import HELD, LEFT_OUT, Allocation, MasterLine, PartnerOrderLine
from occhub.orders.promising import trim
from occhub.orders.recording import record
from occhub.orders.surplus import pool_after_surplus
from occhub.shopify import open_store
from occhub.shopify.orders import read_orders
from tests.orders.conftest import Floor

LOOKS = 0.5  # seconds in which the second has looked, or waits for his turn


@pytest.fixture
def database(either_database: str) -> None:
    """Each kind in turn."""


@contextmanager
def write_before(act: Callable[[], object]) -> Iterator[None]:
    """A write during which this is begun by another thread; it is done when the block is left."""

    def do() -> None:
        with session():
            act()

    with ThreadPoolExecutor(1) as others:
        with write():
            yield
            second = others.submit(do)
            wait([second], timeout=LOOKS)
        second.result()


def wanted() -> int:
    return int(PartnerOrderLine.get().wanted)


@pytest.mark.parametrize(("happens", "left"), [("cancel", 0), ("refund", 1)])
def test_r1_a_choice_made_while_its_order_is_captured_goes_by_the_new_reading(
    floor: Floor, happens: str, left: int
) -> None:
    order = floor.sell(3)
    steering.choose(PartnerOrderLine.get().id, HELD, as_of=clock.now())
    refunded = {"lines": [{"line_id": order["lines"][0]["id"], "quantity": 2}]}
    floor.happen(order, happens, **(refunded if happens == "refund" else {}))
    now, found = clock.now(), read_orders(open_store(floor.hub.shop), [order["gid"]])
    line_id = PartnerOrderLine.get().id
    with write_before(lambda: steering.choose(line_id, "", as_of=now)):
        record([order for order in found.values() if order], now, now)
    assert wanted() == left


def test_r1_an_order_captured_while_a_choice_is_made_goes_by_the_choice(floor: Floor) -> None:
    order = floor.sell(3)
    floor.refund(order, 1)
    line = PartnerOrderLine.get()
    with write_before(lambda: floor.capture(order)):
        steering.keep(line, clock.now(), choice=LEFT_OUT, waived=0)
    assert wanted() == 0


def test_r4_units_that_a_partner_takes_off_just_now_are_given_to_nobody(floor: Floor) -> None:
    first = floor.sell(5)
    floor.claim()
    floor.place()
    floor.happen(first, "cancel")
    floor.capture(first)
    floor.sell(4)
    line = floor.line()

    def give_away() -> None:
        with leases.hold(demand.claims_lease(floor.partner.id)) as held:
            pool_after_surplus(floor.partner, held)

    with write_before(give_away):  # as tracking does
        MasterLine.update(confirmed=1).where(MasterLine.id == line.id).execute()
        trim(line, 1, placed=True)
    assert Allocation.select(fn.SUM(Allocation.units)).scalar() == MasterLine.get().confirmed == 1
