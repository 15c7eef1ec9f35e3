"""Claiming: the partner's draft follows what our customers bought."""



from occhub.orders.models import OPEN
from tests.orders.conftest import STOCK, Floor


def test_a_sale_is_reserved_on_one_draft_at_the_partners_store(floor: Floor) -> None:
    floor.sell(3)
    master = floor.claim()
    (draft,) = floor.drafts()
    assert master is not None
    assert master.state == OPEN
    assert [(line["quantity"], line["price_override"]) for line in draft["lines"]] == [(3, "7.00")]
    assert floor.stock()["reserved"] == 3
    assert floor.stock()["available"] >= STOCK - 3
    assert floor.line().confirmed == 3
