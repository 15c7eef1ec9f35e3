"""The owner's pages of orders, over HTTP with a real ID token; the queue's work is done by hand."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from occhub import clock, queue, schedule
from occhub.app import create_app
from occhub.orders import tasks, tracking
from occhub.orders.models import OPEN, PLACED, PartnerOrder
from occhub.orders.wishing import GRACE
from occhub.settings import Settings
from occhub.shopify.drafts import delete_draft
from tests.orders.conftest import Floor
from tests.orders.test_claiming import change_by_hand

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


class Owner:
    """The hub's owner at his browser."""

    def __init__(self, client: TestClient, token: str) -> None:
        self.client = client
        self.token = {"Authorization": f"Bearer {token}"}

    def see(self, path: str, status: int = 200) -> str:
        """Open a page."""
        answer = self.client.get(path, headers=self.token)
        assert answer.status_code == status, answer.text
        return answer.text

    def click(self, path: str, status: int = 200) -> str:
        """Press a button that swaps a fragment."""
        answer = self.client.post(path, headers=self.token | FRAGMENT)
        assert answer.status_code == status, answer.text
        return answer.text


@pytest.fixture
def owner(floor: Floor, settings: Settings) -> Iterator[Owner]:
    queue.open_queue("memory:", schedule.NUDGES, schedule.tick)
    token = floor.standin.control("GET", f"/shops/{floor.hub.shop}/id_token")["id_token"]
    return Owner(TestClient(create_app(settings), base_url="http://127.0.0.1:8999"), token)


def test_an_empty_list_says_what_will_appear(owner: Owner) -> None:
    assert "As soon as a customer buys" in owner.see("/orders")
    assert "The first one opens" in owner.see("/windows")


def test_a_customers_order_shows_each_partner_and_how_far_it_has_come(floor: Floor, owner: Owner) -> None:
    order = floor.buy((floor.coffee, 2), (floor.others_coffee, 1))
    floor.capture(order)
    page = owner.see("/orders")
    assert order["name"] in page
    assert "Milk Road" in page
    assert "Onda" in page
    assert "waiting" in page
    floor.claim()
    assert "held" in owner.see("/orders")
    floor.place()
    assert f"placed as {floor.part().order_name}" in owner.see("/orders?tab=on%20the%20way")


@pytest.mark.parametrize(
    ("facts", "words"), [({"test": True}, "test, not routed"), ({"financial_status": "PENDING"}, "waiting for payment")]
)
def test_an_order_that_is_not_routed_says_why(floor: Floor, owner: Owner, facts: dict[str, object], words: str) -> None:
    floor.capture(floor.buy((floor.coffee, 2), **facts))
    assert words in owner.see("/orders")


def test_the_window_says_until_when_the_bags_are_held(floor: Floor, owner: Owner) -> None:
    floor.sell(2)
    window = floor.claim()
    assert window is not None
    until = (window.cutoff_at + GRACE).astimezone(floor.hub.timezone)
    assert f"{until:%a %d %b, %H:%M}" in owner.see(f"/windows/{window.id}")
    floor.place()
    assert "Holds the bags until" not in owner.see(f"/windows/{window.id}")


def test_an_order_can_be_read_again(floor: Floor, owner: Owner) -> None:
    order = floor.sell(3)
    floor.happen(order, "cancel")
    row = owner.click(f"/orders/{PartnerOrder.get().id}/reading")
    assert row.startswith("<s-table-row")
    assert "cancelled" in row


def test_the_window_shows_its_lines_and_the_customers_behind_them(floor: Floor, owner: Owner) -> None:
    first, second = floor.sell(3), floor.sell(2)
    floor.claim()
    assert "Milk Road, no. 1" in owner.see("/windows")
    page = owner.see(f"/windows/{floor.window().id}")
    assert floor.coffee.title.replace("'", "&#39;") in page
    assert f"{first['name']}</s-link>: 3 bags" in page
    assert f"{second['name']}</s-link>: 2 bags" in page
    trace = re.search(r"/orders\?order=\d+", page)
    assert trace
    assert first["name"] in owner.see(trace[0])
    assert "35.00 USD" in page
    assert floor.part().draft_name in page
    assert "/draft_orders/" in page
    assert "Place now" in page


def test_place_now_is_a_promise_that_the_clock_keeps(floor: Floor, owner: Owner) -> None:
    floor.sell(3)
    floor.claim()
    window = floor.window()
    owner.click(f"/windows/{window.id}/placement")
    assert floor.window().state == OPEN
    tasks.place_due()
    assert floor.window().state == PLACED
    page = owner.see(f"/windows/{window.id}")
    assert floor.part().order_name in page
    assert "Place now" not in page


def test_the_placed_window_shows_the_parcels(floor: Floor, owner: Owner) -> None:
    floor.sell(3)
    floor.place(floor.claim())
    (theirs,) = floor.orders()
    parcel = {"tracking": {"company": "UPS", "number": "1Z999", "url": "https://ups.example/1Z999"}}
    floor.standin.control("POST", f"/shops/{floor.partner.shop}/orders/{theirs['id']}/fulfil", parcel)
    tracking.track(floor.partner, as_of=clock.now())
    page = owner.see(f"/windows/{floor.window().id}")
    assert "1Z999" in page
    assert "https://ups.example/1Z999" in page


def test_r13_a_deleted_draft_is_made_again_by_a_button(floor: Floor, owner: Owner) -> None:
    floor.sell(3)
    floor.claim()
    delete_draft(floor.store, floor.part().draft_id)
    floor.claim()
    path = f"/windows/{floor.window().id}"
    assert "Make it again" in owner.see(path)
    fragment = owner.click(f"{path}/draft")
    assert "Make it again" not in fragment
    assert floor.line().confirmed == 3
    owner.click(f"{path}/draft", status=409)


def test_r13_a_changed_draft_is_put_back_by_a_button(floor: Floor, owner: Owner) -> None:
    floor.sell(3)
    floor.claim()
    change_by_hand(floor, 1)
    floor.claim()
    path = f"/windows/{floor.window().id}"
    assert "Put ours back" in owner.see(path)
    owner.click(f"{path}/draft")
    assert floor.line().confirmed == 3


def test_what_does_not_exist_is_not_found(owner: Owner) -> None:
    owner.see("/windows/999", status=404)
    owner.see("/windows/x", status=404)


def test_a_window_in_trouble_is_tried_again_by_a_button(floor: Floor, owner: Owner) -> None:
    floor.sell(3)
    floor.claim()
    path = f"/windows/{floor.window().id}"
    owner.click(f"{path}/placement")
    floor.standin.break_down("locked_423", operation="DraftComplete")
    tasks.place_due()
    assert "Try again now" in owner.see(path)
    tasks.place_due()
    assert floor.orders() == []
    owner.click(f"{path}/placement")
    tasks.place_due()
    assert floor.window().state == PLACED


def test_r2_an_order_long_unpaid_is_shown_as_such(floor: Floor, owner: Owner) -> None:
    floor.capture(floor.buy((floor.coffee, 2), financial_status="PENDING"))
    PartnerOrder.update(ordered_at=clock.now() - timedelta(days=4)).execute()
    assert "unpaid for 4 days" in owner.see("/orders")
