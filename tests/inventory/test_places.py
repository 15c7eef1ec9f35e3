"""Where partners keep their goods is learnt apart from the passes."""

from datetime import timedelta

import pytest

from occhub import clock
from occhub.inventory.models import Stockroom
from occhub.inventory.places import learn_places
from occhub.inventory.running import compare_changed
from tests.inventory.conftest import STOCK, Counter

DAY = timedelta(days=1)


def test_a_pass_spends_no_call_on_places_that_were_learnt(counter: Counter) -> None:
    Stockroom.delete().execute()
    assert not learn_places(as_of=clock.now())
    assert {len(room.places) for room in Stockroom.select()} == {1}
    assert counter.pass_().calls == 4  # the hub's numbers, its orders, and each partner's stock


def test_goods_at_a_place_that_was_opened_count_from_the_day_it_is_learnt(counter: Counter) -> None:
    cafe = counter.open_location("Café")
    counter.partner_restocks(7, at=cafe)
    Stockroom.update(places_read_at=clock.now() - DAY).execute()
    assert learn_places(as_of=clock.now())
    compare_changed()
    assert counter.hub_stock() == STOCK + 7 - 1
    assert not learn_places(as_of=clock.now() + DAY)  # nothing new


def test_a_store_that_does_not_answer_keeps_the_places_it_had(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("occhub.shopify.client.PAUSES", ())
    counter.standin.break_down("error_500", shop=counter.partner.shop, times=1)
    assert not learn_places(as_of=clock.now() + DAY)
    silent, heard = Stockroom.of(counter.partner.id), Stockroom.of(counter.other.id)
    assert len(silent.places) == 1
    assert silent.places_read_at < heard.places_read_at
