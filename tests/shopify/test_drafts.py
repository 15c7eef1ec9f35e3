"""A draft order from wish to order on the stand-in, through lost answers and hands at the partner's."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from occhub import clock
from occhub.money import Money
from occhub.shopify import Store, open_store, tokens
from occhub.shopify.drafts import (
    Address,
    DraftState,
    DraftWish,
    ShippingLine,
    WishLine,
    complete_draft,
    create_draft,
    delete_draft,
    read_draft,
    recent_drafts,
    update_draft,
)
from occhub.shopify.errors import Rejected, Unavailable
from occhub.shopify.orders import read_placed_orders
from occhub.shopify.products import list_products
from occhub.shopify.types import PartnerVariant

CENTRE = Address("OCC", "Fulfilment", "Centre", "1 Dock Rd", "", "Toronto", "ON", "CA", "M5V 1A1", "+14165550100")


@pytest.fixture
def partner(cast: Any) -> Store:
    return open_store(cast.partner)


@pytest.fixture
def variants(partner: Store) -> list[PartnerVariant]:
    return [variant for product in list_products(partner) for variant in product.variants if variant.tracked]


@pytest.fixture
def wish(variants: list[PartnerVariant]) -> DraftWish:
    lines = tuple(WishLine(variant.id, n, Money(1234, "USD")) for n, variant in enumerate(variants[:2], start=2))
    return DraftWish(
        lines=lines,
        email="orders@hub.example",
        po_number="HUB-1-3",
        tags=("hub", "t-abc"),
        note="Weekly order",
        address=CENTRE,
        reserve_until=None,
        tax_exempt=True,
        shipping=None,
    )


def lines(state: DraftState) -> list[tuple[str | None, int, Money]]:
    return [(line.variant_id, line.quantity, line.unit_price) for line in state.lines]


def wanted(wish: DraftWish) -> list[tuple[str | None, int, Money]]:
    return [(line.variant_id, line.quantity, line.unit_cost) for line in wish.lines]


def when_ready(store: Store, draft_id: str) -> DraftState:
    for _ in range(100):
        state = read_draft(store, draft_id)
        assert state is not None
        if state.ready:
            return state
        clock.sleep(0.1)
    raise AssertionError("the draft never became ready")


def test_a_draft_stands_as_wished_at_the_agreed_cost(partner: Store, wish: DraftWish) -> None:
    made = create_draft(partner, wish)
    state = when_ready(partner, made.id)
    assert lines(state) == wanted(wish)
    assert (state.status, state.order_id, set(state.tags)) == ("OPEN", None, {"hub", "t-abc"})
    assert state.subtotal == Money(1234 * 5, "USD")
    assert state.total == state.subtotal


def test_carriage_is_added_once(partner: Store, wish: DraftWish) -> None:
    made = create_draft(partner, replace(wish, shipping=ShippingLine("Courier", Money(900, "USD"))))
    state = when_ready(partner, made.id)
    assert state.shipping == Money(900, "USD")
    assert state.total == state.subtotal + state.shipping


def test_an_update_is_absolute(partner: Store, wish: DraftWish) -> None:
    made = create_draft(partner, wish)
    less = replace(wish, lines=(replace(wish.lines[0], quantity=4),))
    once, twice = update_draft(partner, made.id, less), update_draft(partner, made.id, less)
    assert lines(once) == lines(twice) == wanted(less)


def test_a_reservation_takes_the_units_off_the_shelf_and_gives_them_back(
    partner: Store, wish: DraftWish, standin: Any
) -> None:
    def on_shelf() -> int:
        products = standin.state(partner.shop)["products"]
        stocks = {v["gid"]: v["stock"] for product in products for v in product["variants"]}
        return sum(level["available"] for level in stocks[wish.lines[0].variant_id].values())

    before = on_shelf()
    until = clock.now() + timedelta(days=2)
    made = create_draft(partner, replace(wish, reserve_until=until))
    assert made.reserve_until is not None
    assert abs(made.reserve_until - until) < timedelta(seconds=1)
    assert on_shelf() == before - wish.lines[0].quantity
    update_draft(partner, made.id, wish)
    assert on_shelf() == before


def test_completing_makes_one_unpaid_order(partner: Store, wish: DraftWish, standin: Any) -> None:
    made = create_draft(partner, wish)
    when_ready(partner, made.id)
    first, second = complete_draft(partner, made.id), complete_draft(partner, made.id)
    assert first.status == second.status == "COMPLETED"
    assert first.order_id == second.order_id is not None
    assert len(standin.state(partner.shop)["orders"]) == 1
    order = read_placed_orders(partner, [first.order_id])[first.order_id]
    assert order is not None
    assert order.financial_status == "PENDING"
    assert (order.name, order.total) == (first.order_name, first.total)


def test_a_completion_whose_answer_was_lost_is_found_by_id(partner: Store, wish: DraftWish, standin: Any) -> None:
    made = create_draft(partner, wish)
    when_ready(partner, made.id)
    standin.break_down("lost", shop=partner.shop, operation="DraftComplete")
    with pytest.raises(Unavailable) as caught:
        complete_draft(partner, made.id)
    assert caught.value.outcome_unknown
    state = read_draft(partner, made.id)
    assert state is not None
    assert state.status == "COMPLETED"
    assert complete_draft(partner, made.id).order_id == state.order_id
    assert len(standin.state(partner.shop)["orders"]) == 1


def test_a_draft_whose_creation_was_lost_is_found_by_its_tag(partner: Store, wish: DraftWish, standin: Any) -> None:
    start = clock.now() - timedelta(minutes=1)
    standin.break_down("lost", shop=partner.shop, operation="DraftCreate")
    with pytest.raises(Unavailable) as caught:
        create_draft(partner, wish)
    assert caught.value.outcome_unknown
    (stamp,) = [draft for draft in recent_drafts(partner, start) if "t-abc" in draft.tags]
    state = read_draft(partner, stamp.id)
    assert state is not None
    assert lines(state) == wanted(wish)
    assert list(recent_drafts(partner, clock.now() + timedelta(minutes=1))) == []


def test_a_draft_of_hundreds_of_lines_is_read_whole(standin: Any, cast: Any, wish: DraftWish) -> None:
    shop = standin.open_shop(catalogue={"size": 150, "seed": 5})
    tokens.exchange(shop, standin.install(shop), clock.now())
    store = open_store(shop)
    every = [variant.id for product in list_products(store) for variant in product.variants][:400]
    assert len(every) > 250
    many = replace(wish, lines=tuple(WishLine(id_, 1, Money(500, "USD")) for id_ in every))
    made = create_draft(store, many)
    assert lines(made) == wanted(many)
    assert lines(update_draft(store, made.id, many)) == wanted(many)


def test_a_deleted_draft_is_gone_and_may_be_deleted_again(partner: Store, wish: DraftWish) -> None:
    made = create_draft(partner, wish)
    delete_draft(partner, made.id)
    assert read_draft(partner, made.id) is None
    delete_draft(partner, made.id)


def test_a_completed_draft_cannot_be_deleted_unnoticed(partner: Store, wish: DraftWish) -> None:
    made = create_draft(partner, wish)
    when_ready(partner, made.id)
    complete_draft(partner, made.id)
    with pytest.raises(Rejected):
        delete_draft(partner, made.id)


def test_an_empty_draft_is_refused(partner: Store, wish: DraftWish) -> None:
    with pytest.raises(Rejected):
        create_draft(partner, replace(wish, lines=()))


def test_updating_a_draft_that_is_gone_is_refused(partner: Store, wish: DraftWish) -> None:
    made = create_draft(partner, wish)
    delete_draft(partner, made.id)
    with pytest.raises(Rejected):
        update_draft(partner, made.id, wish)
