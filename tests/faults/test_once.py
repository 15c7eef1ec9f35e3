"""Whatever dies or is answered wrongly on the way from a sale to the partner's order: the order is made once."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from occhub import clock
from occhub.backup import copy_database
from occhub.catalog.models import ProductMapping
from occhub.orders import accepting
from occhub.orders.drafting import unplaced_parts
from occhub.orders.standing import all_lines
from occhub.orders.wishing import wish_for
from occhub.shopify.drafts import create_draft, delete_draft
from occhub.shopify.errors import StoreError, Unavailable
from occhub.shopify.tokens import StoreToken
from tests.faults.calls import calls_of_the_room
from tests.faults.conftest import Ledger, Stage
from tests.orders.conftest import put_back
from tests.orders.test_claiming import change_by_hand

pytestmark = pytest.mark.slow

ANSWERS = ("error_500", "lost", "timeout", "throttle")


def bought(stage: Stage) -> None:
    """A mixed cart that nobody has told us of."""
    stage.floor.buy((stage.floor.coffee, 2), (stage.floor.others_coffee, 1))


def captured(stage: Stage) -> None:
    """A sale of which nothing is claimed."""
    stage.floor.sell(3)


def claimed_and_more_sold(stage: Stage) -> None:
    """An open draft that holds less than is wanted."""
    stage.floor.sell(3)
    stage.floor.claim()
    stage.floor.sell(2)


def claimed_and_cancelled(stage: Stage) -> None:
    """An open draft that nobody wants any more."""
    order = stage.floor.sell(3)
    stage.floor.claim()
    stage.floor.happen(order, "cancel")
    stage.floor.capture(order)


def created_unheard(stage: Stage) -> None:
    """A draft was created, but its answer was lost."""
    _create_badly(stage, "lost")


def never_created(stage: Stage) -> None:
    """A draft was asked for, and never made."""
    _create_badly(stage, "error_500")


def sold_what_is_gone(stage: Stage) -> None:
    """One of two coffees that were sold is not the partner's any more."""
    floor = stage.floor
    gone = floor.goods[floor.partner.id][2]
    floor.capture(floor.buy((floor.coffee, 2), (gone, 1)))
    unknown = "gid://shopify/ProductVariant/1"
    ProductMapping.update(partner_variant_id=unknown).where(ProductMapping.id == gone.id).execute()


def due(stage: Stage) -> None:
    """A claimed window whose cutoff has come."""
    captured(stage)
    stage.floor.claim()
    stage.until_cutoff()


def completed_unheard(stage: Stage) -> None:
    """A due window, the answer to whose completion will be lost."""
    due(stage)
    stage.floor.standin.break_down("lost", operation="DraftComplete")


def hopeless(stage: Stage) -> None:
    """A window that can't be placed, and whose grace is over."""
    due(stage)
    stage.pass_time(timedelta(hours=49))
    stage.floor.standin.break_down("error_500", operation="DraftComplete", times=99)


def placed_and_cancelled(stage: Stage) -> None:
    """The partner has cancelled our order."""
    _happen_at_partner(stage, "cancel")


def placed_and_shipped(stage: Stage) -> None:
    """The partner has sent our order."""
    _happen_at_partner(stage, "fulfil")


def strayed(stage: Stage) -> None:
    """A draft of ours that no row owns, old enough to be swept, beside one that is ours."""
    captured(stage)
    window = stage.floor.claim()
    assert window is not None
    (part,) = unplaced_parts(window)
    stray = wish_for(part, all_lines(part), stage.floor.hub)
    create_draft(stage.floor.store, stray)
    stage.pass_time(timedelta(minutes=20))


def restored(stage: Stage) -> None:
    """The database is one from before an order was placed and another draft was filled."""
    _put_back_after(stage, lambda: placed_and_another_filled(stage))


def placed_and_another_filled(stage: Stage) -> None:
    """One order was placed, and the next is being filled."""
    due(stage)
    stage.floor.place(stage.floor.window())
    stage.floor.sell(2)
    stage.floor.claim()


def _put_back_after(stage: Stage, happens: Callable[[], None]) -> None:
    copy = Path(stage.environ["DATA_DIR"]) / "copy.db"
    copy.unlink(missing_ok=True)
    copy_database(copy)
    happens()
    tokens = list(StoreToken.select().dicts())
    put_back(copy)
    # Otherwise every store would have to open the app first; that is another story.
    StoreToken.delete().execute()
    StoreToken.insert_many(tokens).execute()


def kept(stage: Stage) -> None:
    """A due window whose draft the partner has changed, and the owner keeps it so."""
    captured(stage)
    stage.floor.claim()
    change_by_hand(stage.floor, 2)
    master = stage.floor.claim()
    assert master is not None
    accepting.accept(master, as_of=clock.now())
    stage.until_cutoff()


def captured_more_than_a_draft_takes(stage: Stage) -> None:
    """Three coffees were sold, and a draft takes two lines."""
    stage.most_lines(2)
    floor = stage.floor
    floor.capture(floor.buy(*((coffee, 2) for coffee in floor.goods[floor.partner.id])))


def due_in_two_parts(stage: Stage) -> None:
    """A window of two drafts whose cutoff has come."""
    captured_more_than_a_draft_takes(stage)
    stage.floor.claim()
    stage.until_cutoff()


def given_up(stage: Stage) -> None:
    """A window that has failed while its draft could not be deleted."""
    hopeless(stage)
    with pytest.raises(StoreError):
        stage.floor.place(stage.floor.window(), after_cutoff=timedelta(hours=49))
    stage.floor.standin.control("DELETE", "/faults")


def still_computed(stage: Stage) -> None:
    """A due window whose draft Shopify takes a moment to compute after each change."""
    stage.speed = 5
    due(stage)
    stage.floor.standin.control("POST", "/rules", {"draft_ready_seconds": 0.9})


def deleted_on_the_draft(stage: Stage) -> None:
    """One of two coffees on the draft was deleted by the partner: its line is there and has no name."""
    floor = stage.floor
    gone = floor.goods[floor.partner.id][2]
    this = ProductMapping.id == gone.id
    ProductMapping.update(partner_variant_id=gone.partner_variant_id).where(this).execute()
    floor.capture(floor.buy((floor.coffee, 2), (gone, 1)))
    floor.claim()
    nameless = {"title": gone.title, "quantity": 1, "originalUnitPriceWithCurrency": price(7)}
    ours = {"variantId": floor.coffee.partner_variant_id, "quantity": 2, "priceOverride": price(7)}
    change = {"id": floor.part().draft_id, "input": {"lineItems": [ours, nameless]}, "after": None}
    floor.store.change("draft_update", change)
    ProductMapping.update(partner_variant_id="gid://shopify/ProductVariant/1").where(this).execute()


def price(dollars: int) -> dict[str, str]:
    return {"amount": f"{dollars}.00", "currencyCode": "USD"}


def restored_without_its_draft(stage: Stage) -> None:
    """The database is one from before the partner deleted our draft."""
    captured(stage)
    stage.floor.claim()
    _put_back_after(stage, lambda: delete_draft(stage.floor.store, str(stage.floor.part().draft_id)))


# Shopify keeps the draft of an order for a year, so that an order without one is known by its number only in theory.
NEVER_REACHED = {"placed_orders by finding.adopt_all"}
SCENES: dict[str, tuple[str, Callable[[Stage], None]]] = {
    "capture": ("capture", bought),
    "claim, first": ("claim", captured),
    "claim, more": ("claim", claimed_and_more_sold),
    "claim, nothing any more": ("claim", claimed_and_cancelled),
    "claim, creation unheard of": ("claim", created_unheard),
    "claim, creation failed": ("claim", never_created),
    "claim, refused": ("claim", sold_what_is_gone),
    "claim, two parts": ("claim", captured_more_than_a_draft_takes),
    "place": ("place", due),
    "place, two parts": ("place", due_in_two_parts),
    "place, given up": ("place", hopeless),
    "track, cancelled": ("track", placed_and_cancelled),
    "track, shipped": ("track", placed_and_shipped),
    "sweep": ("sweep", strayed),
    "claim, after a restore": ("claim", restored),
    "claim, after a restore and a deletion": ("claim", restored_without_its_draft),
    "claim, deleted on the draft": ("claim", deleted_on_the_draft),
    "claim, after giving up": ("claim", given_up),
    "place, still computed": ("place", still_computed),
    "place, completion unheard of": ("place", completed_unheard),
    "place, as the partner wrote it": ("place", kept),
}


@pytest.mark.parametrize("scene", SCENES)
def test_r11_killed_between_any_two_steps_it_is_done_once(scene: str, stage: Stage, ledger: Ledger) -> None:
    act, prepare = SCENES[scene]
    steps = stage.steps(act, prepare)
    for at, step in enumerate(steps):
        prepare(stage)
        ended = stage.live(act, "kill", at)
        assert ended.killed, f"{step} was not reached: {ended}"
        stage.recover()
        assert stage.troubles() == [], f"killed before {step}, after {steps[:at][-1:]}"
        ledger.add(scene, step, "kill")
    assert stage.stock_troubles() == []


@pytest.mark.parametrize("scene", SCENES)
def test_r11_whatever_is_answered_it_is_done_once(scene: str, stage: Stage, ledger: Ledger) -> None:
    act, prepare = SCENES[scene]
    for at, step in enumerate(stage.steps(act, prepare)):
        for trouble in ANSWERS if step.startswith("call") else ():
            prepare(stage)
            stage.live(act, trouble, at)
            stage.recover()
            assert stage.troubles() == [], f"{trouble} at {step}"
            ledger.add(scene, step, trouble)
    assert stage.stock_troubles() == []


def test_every_remote_call_of_the_room_has_its_faults(stage: Stage) -> None:
    tried = {
        step.removeprefix("call ")
        for act, prepare in SCENES.values()
        for step in stage.steps(act, prepare)
        if step.startswith("call ")
    }
    assert calls_of_the_room() - tried == NEVER_REACHED


def _create_badly(stage: Stage, trouble: str) -> None:
    stage.floor.sell(3)
    stage.floor.standin.break_down(trouble, operation="DraftCreate")
    with pytest.raises(Unavailable):
        stage.floor.claim()
    stage.pass_time(timedelta(minutes=30))


def _happen_at_partner(stage: Stage, what: str) -> None:
    due(stage)
    stage.floor.place(stage.floor.window())
    order = stage.floor.orders()[-1]
    stage.floor.standin.control("POST", f"/shops/{stage.floor.partner.shop}/orders/{order['id']}/{what}", {})
