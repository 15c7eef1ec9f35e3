"""R15: what was redacted stays so when an older copy of the database is put back."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from occhub import clock
from occhub.orders.models import PartnerOrder, PartnerOrderLine, SeenOrder
from occhub.orders.redacting import REDACTED
from occhub.partners.models import DISCONNECTED, Partner
from occhub.privacy import remembering
from occhub.privacy.models import REDACT_CUSTOMER, REDACT_SHOP, PrivacyRequest
from occhub.privacy.tasks import fulfil
from tests.orders.conftest import Floor
from tests.privacy.conftest import Ask
from tests.privacy.test_fulfilling import CUSTOMER, number_of


@pytest.fixture
def listed(tmp_path: Path) -> Iterator[Path]:
    remembering.open_list(tmp_path / "redacted.jsonl")
    yield tmp_path / "redacted.jsonl"
    remembering.open_list(Path("/nowhere/at/all"))


def put_back() -> None:
    """The database is one from before: nothing of the requests, and the orders as they were."""
    PrivacyRequest.delete().execute()
    PartnerOrderLine.delete().execute()
    PartnerOrder.delete().execute()
    SeenOrder.delete().execute()


def test_r15_a_redacted_order_is_redacted_again_and_never_captured_anew(floor: Floor, ask: Ask, listed: Path) -> None:
    known, unknown = floor.sell(3), floor.sell(2)
    orders = [number_of(known), number_of(unknown)]
    ask(REDACT_CUSTOMER, floor.hub.shop, customer=CUSTOMER, orders_to_redact=orders)
    put_back()
    floor.capture(known)
    assert PartnerOrder.get().hub_order_name == known["name"]
    assert remembering.redact_again(as_of=clock.now()) == 1
    assert [order.hub_order_name for order in PartnerOrder.select()] == [REDACTED]
    floor.capture(known, unknown)
    floor.capture()
    assert [order.hub_order_name for order in PartnerOrder.select()] == [REDACTED]
    request = PrivacyRequest.get()
    assert request.done_at is not None
    assert "1 entries" in request.outcome
    assert remembering.redact_again(as_of=clock.now()) == 0


def test_r15_a_store_that_had_left_is_erased_again(floor: Floor, ask: Ask, listed: Path) -> None:
    Partner.update(state=DISCONNECTED).execute()
    ask(REDACT_SHOP, floor.partner.domain)
    # The copy is from before the request, and so are its tokens.
    (line,) = listed.read_text().strip().splitlines()
    later = {**json.loads(line), "sent_at": (clock.now() + timedelta(seconds=1)).isoformat()}
    listed.write_text(json.dumps(later) + "\n")
    PrivacyRequest.delete().execute()
    assert remembering.redact_again(as_of=clock.now()) == 1
    fulfil()
    assert "erased" in PrivacyRequest.get().outcome


def test_a_line_torn_by_a_power_cut_hides_no_other(floor: Floor, ask: Ask, listed: Path) -> None:
    listed.write_text('{"request": "w-1", "top')
    order = floor.sell(3)
    ask(REDACT_CUSTOMER, floor.hub.shop, customer=CUSTOMER, orders_to_redact=[number_of(order)])
    put_back()
    assert remembering.redact_again(as_of=clock.now()) == 1


def test_the_list_names_nobody(floor: Floor, ask: Ask, listed: Path) -> None:
    order = floor.sell(3)
    ask(REDACT_CUSTOMER, floor.hub.shop, customer=CUSTOMER, orders_to_redact=[number_of(order)])
    ask(REDACT_SHOP, floor.partner.domain)
    text = listed.read_text()
    assert len(list(filter(None, text.splitlines()))) == 2
    for secret in (str(number_of(order)), str(CUSTOMER), floor.hub.shop, floor.partner.domain):
        assert secret not in text


def test_without_a_list_there_is_nothing_to_do(floor: Floor) -> None:
    assert remembering.redact_again(as_of=clock.now()) == 0
