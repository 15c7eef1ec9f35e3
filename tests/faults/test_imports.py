"""Whatever dies or is answered wrongly on the way of a coffee to the hub: it is there once, and as it should be."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from occhub import clock
from occhub.catalog import applying, following, importing, imprinting, planning, publishing, refreshing, withdrawing
from occhub.catalog.models import CREATED, LIVE, WITHDRAWN, Change, Import, Imprint, Product, ProductMapping
from occhub.catalog.noticing import CUSTOMS, DESCRIPTION, DONE, IMAGES, ORIGIN, PRICE, TITLE
from occhub.partners import welcoming
from occhub.partners.models import Hub
from occhub.shopify import hub_listings, open_store
from tests.faults.conftest import Ledger, Stage
from tests.faults.test_once import ANSWERS
from tests.faults.victim import THE_STORE_TAKES, TIMEOUT

pytestmark = pytest.mark.slow

MARKUP = 4100  # by which ours are told from what the floor linked by hand


@pytest.fixture(autouse=True)
def open_hub(stage: Stage) -> None:
    """The hub knows its online store, and the partner's range has been read."""
    welcoming.welcome_hub(as_of=clock.now())
    refreshing.refresh(stage.floor.partner, as_of=clock.now(), trigger="person")
    # What the floor linked by hand is another story.
    Import.update(state=WITHDRAWN).execute()


def promised(stage: Stage, coffees: int = 1) -> None:
    """A coffee is promised for the first time; nothing of an earlier try is left."""
    for listing in _ours():
        if listing.hub_product_id:
            hub_listings.delete_product(open_store(stage.floor.hub.shop), listing.hub_product_id)
        listing.delete_instance(recursive=True)
    sold = Import.select(Import.product_remote_id)
    free = (Product.partner == stage.floor.partner) & (Product.obstacle == "") & Product.remote_id.not_in(sold)
    for product in Product.select().where(free).order_by(Product.id).limit(coffees):
        wish: dict[str, Any] = {"markup_bp": MARKUP, "publish": True, "as_of": clock.now(), "size_by": "name"}
        planning.plan_import(stage.floor.partner, product.remote_id, **wish)


def stocked(stage: Stage, coffees: int = 1) -> None:
    """A coffee is on the hub, and its stock is written."""
    promised(stage, coffees)
    for listing in importing.unfinished():
        importing.import_product(listing, as_of=clock.now())
    ProductMapping.update(stock_at=clock.now()).execute()


def two_stocked(stage: Stage) -> None:
    """Two coffees are on the hub, and go on sale together."""
    stocked(stage, 2)


def changed(stage: Stage) -> None:
    """Of a coffee on sale the partner changed texts, pictures, origin, customs facts and, a little, the price."""
    stocked(stage)
    publishing.publish_stocked(as_of=clock.now())
    shop, now = stage.floor.partner.shop, clock.now()
    for listing in _ours():
        path = f"/shops/{shop}/products/{listing.product_remote_id.rpartition('/')[2]}"
        facts = {
            "title": f"{listing.title[:20]} {now}",
            "description_html": f"<p>{now}</p>",
            "tags": [f"Harvest: {now}"],
        }
        stage.floor.standin.control("PATCH", path, facts)
        for mapping in listing.mappings:
            path = f"/shops/{shop}/variants/{mapping.partner_variant_id.rpartition('/')[2]}"
            price = f"{(mapping.retail_minor + 10) / 100:.2f}"
            stage.floor.standin.control("PATCH", path, {"price": price, "harmonized_system_code": f"{now:%f}"})
    # As if we had made them of other pictures.
    Imprint.update(image_urls=[]).execute()


def leaving(stage: Stage) -> None:
    """A coffee on sale is to be taken off the hub."""
    stocked(stage)
    publishing.publish_stocked(as_of=clock.now())
    for listing in _ours():
        withdrawing.ask_to_withdraw(listing, delete=False, as_of=clock.now())


# Scene -> (what is done, what was before, how it stands afterwards).
SCENES: dict[str, tuple[str, Callable[[Stage], None], str]] = {
    "import": ("import", promised, CREATED),
    "publish": ("publish", stocked, LIVE),
    "publish, several": ("publish", two_stocked, LIVE),
    "follow": ("follow", changed, LIVE),
    "withdraw": ("withdraw", leaving, WITHDRAWN),
}


@pytest.mark.parametrize("scene", SCENES)
def test_r16_killed_between_any_two_steps_a_coffee_is_there_once(scene: str, stage: Stage, ledger: Ledger) -> None:
    act, prepare, state = SCENES[scene]
    for at, step in enumerate(_steps(stage, scene)):
        prepare(stage)
        ended = stage.live(act, "kill", at)
        assert ended.killed, f"{step} was not reached: {ended}"
        _recover(stage)
        assert _troubles(stage, state) == [], f"killed before {step}"
        ledger.add(scene, step, "kill")


@pytest.mark.parametrize("scene", SCENES)
def test_r16_whatever_is_answered_a_coffee_is_there_once(scene: str, stage: Stage, ledger: Ledger) -> None:
    act, prepare, state = SCENES[scene]
    for at, step in enumerate(_steps(stage, scene)):
        for trouble in ANSWERS if step.startswith("call") else ():
            prepare(stage)
            stage.live(act, trouble, at)
            if trouble == TIMEOUT:
                time.sleep(THE_STORE_TAKES)  # our clock runs ahead of the store's; a minute later it would be done
            _recover(stage)
            assert _troubles(stage, state) == [], f"{trouble} at {step}"
            ledger.add(scene, step, trouble)


def test_following_was_tried_with_something_to_follow(stage: Stage) -> None:
    changed(stage)
    stage.live("follow")
    assert {change.field for change in Change.select()} == {TITLE, DESCRIPTION, IMAGES, PRICE, ORIGIN, CUSTOMS}
    assert {change.state for change in Change.select()} == {DONE}


def _steps(stage: Stage, scene: str) -> list[str]:
    act, prepare, state = SCENES[scene]
    steps: list[str] = []
    # The first time of all takes other steps: the hub learns our key.
    for _ in range(2):
        prepare(stage)
        steps = stage.live(act).steps
        assert _troubles(stage, state) == []
    return steps


def _recover(stage: Stage) -> None:
    """What the clock does of its own, a minute apart, until nothing is left to do."""
    stage.floor.standin.control("DELETE", "/faults")
    for _ in range(3):
        stage.pass_time(timedelta(minutes=1))
        now = clock.now()
        for listing in importing.unfinished():
            importing.import_product(listing, as_of=now)
        for listing in withdrawing.leaving():
            withdrawing.withdraw(listing, as_of=now)
        publishing.publish_stocked(as_of=now)
        sold = [listing.product_remote_id for listing in _ours()]
        following.look_again(stage.floor.partner.domain, sold, as_of=now)
        for listing in applying.unapplied():
            applying.apply_changes(listing, as_of=now)


def _troubles(stage: Stage, state: str) -> list[str]:
    """What is wrong, told by the hub itself beside our books."""
    ours = _ours()
    keys = {listing.key: listing for listing in ours}
    standing = [
        (listing, product)
        for product in stage.floor.standin.state(stage.floor.hub.shop)["products"]
        for field in product["metafields"]
        if field["key"] == "partner_product" and (listing := keys.get(field["value"]))
    ]
    found = [] if len(ours) == len(standing) else [f"{len(ours)} in our books, {len(standing)} on the hub"]
    return found + [trouble for listing, product in standing for trouble in _troubles_of(listing, product, state)]


def _troubles_of(listing: Import, product: dict[str, Any], state: str) -> list[str]:
    prices = {mapping.hub_variant_id: mapping.price.amount for mapping in listing.mappings}
    imprint = Imprint.get(Imprint.listing == listing)
    on_sale = product["status"] == "ACTIVE" and bool(product["published"])
    wrong = {
        f"state {listing.state}: {listing.error}": listing.state != state,
        "another product than in our books": listing.hub_product_id != product["gid"],
        "on sale": on_sale != (state == LIVE),
        "variants": prices != {variant["gid"]: variant["price"] for variant in product["variants"]},
        "title": not (listing.title == product["title"] == imprint.hub_title),
        "ours taken for the owner's": bool(imprinting.edited(imprint, _standing(listing))),
        "prices taken for the owner's": any(mapping.own_price for mapping in listing.mappings),
        **{
            f"{each.field} {each.state} {each.before} {each.after} {each.error}": each.state != DONE
            for each in listing.changes
        },
    }
    return [f"{listing.title}: {what}" for what, is_wrong in wrong.items() if is_wrong]


def _standing(listing: Import) -> hub_listings.HubListing:
    found = hub_listings.read_hub_listing(open_store(Hub.get_hub().shop), str(listing.hub_product_id))
    assert found is not None
    return found


def _ours() -> list[Import]:
    return list(Import.select().where(~Import.linked & (Import.markup_bp == MARKUP)).order_by(Import.id))
