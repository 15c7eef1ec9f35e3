"""When something is broken the page says what happened, what is safe and what to do, and never how we are made."""

import pytest

from occhub.shopify import errors
from occhub.shopify.errors import StoreError
from tests.home.conftest import client, floor, owner, roaster  # noqa: F401  (the fixtures)
from tests.orders.conftest import Floor
from tests.people import Person

# What the stand-in does to the hub's store, and what the owner who reads an order again is told.
MOMENTS = {
    "error_500": ("Shopify answered 500", "the app goes on by itself when the store answers"),
    "frozen_402": ("the store is frozen for an unpaid bill", "Ask its owner"),
    "locked_423": ("the store is locked", "nothing of it is sold meanwhile"),
    "unauthorized": ("does not accept our token", "opens the app once"),
    "malformed": ("could not be read", "Nothing is lost"),
}


@pytest.mark.parametrize("kind", MOMENTS)
def test_a_store_that_fails_is_explained(floor: Floor, owner: Person, kind: str) -> None:  # noqa: F811
    order = floor.captured(floor.sell(3))
    floor.standin.break_down(kind, shop=floor.hub.shop, times=20)
    told = owner.click(f"/orders/{order.id}/reading", status=502)
    assert all(words in told for words in MOMENTS[kind])
    assert "Traceback" not in told


def test_each_trouble_with_a_store_says_what_is_safe() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, StoreError)]
    assert len(kinds) > 7
    assert [kind.__name__ for kind in kinds if not kind.remedy.startswith(("Nothing is lost", "Nothing was"))] == []


def test_who_has_no_right_to_a_page_is_told_where_his_is(floor: Floor, owner: Person, roaster: Person) -> None:  # noqa: F811
    assert "Nothing is wrong with yours" in roaster.see("/partners", status=403)
    assert "Back to the first page" in roaster.see("/partners", status=403)
    assert "This page is for partner stores" in owner.see("/own/window", status=403)
