"""What may be promised, and what is refused before anything is changed."""

import pytest

from occhub.catalog import planning
from occhub.catalog.models import CREATED, FAILED, LIVE, PLANNED, Import, Product
from occhub.errors import Conflict, Invalid, NotFound
from occhub.partners.models import PAUSED, Hub, Partner
from tests.catalog.conftest import NOW, Trade


def _refused(trade: Trade, remote_id: str, **wish: object) -> Invalid:
    terms = {"markup_bp": 4000, "publish": True, "as_of": NOW} | wish
    with pytest.raises(Invalid) as refusal:
        planning.plan_import(trade.partner, remote_id, **terms)
    assert Import.select().count() == 0
    return refusal.value


def test_r16_asking_twice_is_one_promise(trade: Trade) -> None:
    product = trade.a_product()
    assert trade.planned(product).id == trade.planned(product).id
    assert Import.select().count() == 1


def test_there_is_no_silent_default_for_the_markup(trade: Trade) -> None:
    product = trade.a_product()
    assert _refused(trade, product.remote_id, markup_bp=None).field == "markup"


@pytest.mark.parametrize("markup_bp", [-1, 10**9])
def test_a_senseless_markup_is_refused(trade: Trade, markup_bp: int) -> None:
    product = trade.a_product()
    assert _refused(trade, product.remote_id, markup_bp=markup_bp).field == "markup"


def test_an_unknown_product_and_somebody_elses_are_refused(trade: Trade) -> None:
    assert _refused(trade, "gid://shopify/Product/1").field == "product"
    product = trade.a_product()
    with pytest.raises(Invalid):
        planning.plan_import(trade.other_partner, product.remote_id, markup_bp=1, publish=True, as_of=NOW)
    with pytest.raises(NotFound):
        Product.find(trade.other_partner, product.id)


def test_what_cannot_be_imported_is_refused_with_the_reason(trade: Trade) -> None:
    trade.a_product()
    card = Product.get((Product.partner == trade.partner) & (Product.obstacle == "gift card"))
    assert "gift card" in str(_refused(trade, card.remote_id))


def test_many_are_promised_and_refused_each_on_its_own(trade: Trade) -> None:
    trade.a_product()
    planning.agree_markup(trade.partner, 4000)
    good = Product.select().where((Product.partner == trade.partner) & (Product.obstacle == ""))
    card = Product.get((Product.partner == trade.partner) & (Product.obstacle == "gift card"))
    one_each = list({product.twin_key: product.id for product in good}.values())
    planned, refused = planning.plan_many(trade.partner, [card.id, *one_each], as_of=NOW)
    assert (len(planned), len(refused)) == (len(one_each), 1)


def test_of_one_coffees_listings_none_is_guessed(trade: Trade) -> None:
    product = trade.a_product()
    planning.agree_markup(trade.partner, 4000)
    facts = {name: value for name, value in product.__data__.items() if name != "id"}
    twin = Product.create(**facts | {"remote_id": "gid://shopify/Product/999", "wholesale": True})
    planned, refused = planning.plan_many(trade.partner, [product.id, twin.id], as_of=NOW)
    assert planned == []
    assert all("listed more than once" in str(refusal) for refusal in refused)
    planning.plan_product(trade.partner, product, as_of=NOW)
    assert planning.plan_many(trade.partner, [twin.id], as_of=NOW)[0] == []


def test_an_agreed_markup_is_kept(trade: Trade) -> None:
    planning.agree_markup(trade.partner, 4000)
    assert Partner.find(trade.partner.id).markup_bp == 4000


def test_a_failed_import_is_promised_again_a_running_one_is_left_alone(trade: Trade) -> None:
    listing = trade.planned()
    Import.update(state=FAILED, error="It rained.", tries=5).execute()
    assert planning.plan_again(listing, as_of=NOW).state == PLANNED
    again = Import.find(listing.id)
    assert (again.error, again.tries) == ("", 0)
    for state in (CREATED, LIVE):
        Import.update(state=state).execute()
        assert planning.plan_again(listing, as_of=NOW).state == state


def test_nothing_is_imported_from_a_partner_who_is_not_connected(trade: Trade) -> None:
    product = trade.a_product()
    trade.partner.state = PAUSED
    with pytest.raises(Conflict):
        trade.planned(product)


def test_nothing_is_imported_before_the_hub_knows_its_location(trade: Trade) -> None:
    product = trade.a_product()
    Hub.update(location_id=None).execute()
    with pytest.raises(Conflict):
        trade.planned(product)
