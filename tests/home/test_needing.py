"""What needs the owner: one card a cause, the worst first, each with a way on."""

from datetime import timedelta

from occhub import clock
from occhub.backup import mark_restored
from occhub.catalog.models import FAILED as IMPORT_FAILED
from occhub.catalog.models import Import
from occhub.catalog.terms import TradeTerms
from occhub.home.needing import CRITICAL, INFO, WARNING, Card, needs_you
from occhub.inventory.models import Shortage, Stockroom
from occhub.orders import tasks
from occhub.orders.models import FAILED, MasterOrder, PartnerOrder
from occhub.partners.models import ATTENTION, PAUSED, Partner
from occhub.privacy.models import REDACT_SHOP, PrivacyRequest
from occhub.shopify import tokens
from tests.orders.conftest import Floor
from tests.people import Person


def cards(floor: Floor, **later: float) -> list[Card]:
    Import.update(state="live").where(Import.state == "planned").execute()
    return needs_you(clock.now() + timedelta(**later))


def test_on_a_good_day_nothing_needs_the_owner(floor: Floor, owner: Person) -> None:
    assert cards(floor) == []
    assert "Needs you" in owner.see("/")


def test_a_roaster_who_ships_nothing_has_a_card(floor: Floor, owner: Person) -> None:
    floor.sell(3)
    floor.claim()
    master = floor.place()
    MasterOrder.update(placed_at=clock.now()).execute()
    assert cards(floor, days=6) == []
    (card,) = cards(floor, days=8)
    assert "Milk Road has shipped nothing of your order for 8 days" in card.sentence
    assert (card.path, card.tone) == (f"/windows/{master.id}", WARNING)
    MasterOrder.update(placed_at=clock.now() - timedelta(days=8)).execute()
    assert "has shipped nothing" in owner.see("/")


def test_an_order_in_trouble_is_told_and_an_old_failure_no_more(floor: Floor) -> None:
    floor.sell(3)
    floor.claim()
    MasterOrder.update(failure="The draft was deleted there.").execute()
    assert [(card.sentence, card.tone) for card in cards(floor)] == [
        ("Milk Road: The draft was deleted there.", CRITICAL)
    ]
    MasterOrder.update(state=FAILED).execute()
    assert len(cards(floor)) == 1
    assert cards(floor, days=30) == []


def test_customers_whose_coffee_cannot_be_ordered_are_told_until_dealt_with(floor: Floor) -> None:
    floor.sell(3)
    PartnerOrder.update(status=FAILED).execute()
    (card,) = cards(floor)
    assert card.sentence.startswith("1 customer order waits")
    assert card.path == "/orders?tab=failed"
    PartnerOrder.update(status="cancelled").execute()
    assert cards(floor) == []


def test_long_unpaid_orders_are_told(floor: Floor) -> None:
    order = floor.sell(3)
    PartnerOrder.update(financial_status="PENDING", status="pending").execute()
    assert order["name"]
    (card,) = cards(floor, days=4)
    assert "1 order is unpaid for 3 days" in card.sentence
    assert card.tone == INFO


def test_one_shortage_names_the_coffee_many_are_counted(floor: Floor) -> None:
    Shortage.create(mapping=floor.coffee, units=2, since=clock.now())
    (card,) = cards(floor)
    assert card.sentence.startswith(f"2 of {floor.coffee.title} were sold")
    Shortage.create(mapping=floor.second_coffee, units=1, since=clock.now())
    (card,) = cards(floor)
    assert card.sentence.startswith("2 coffees were sold beyond")


def test_a_store_that_does_not_answer_for_an_hour_is_told(floor: Floor) -> None:
    Stockroom.create(partner=floor.partner, silent_since=clock.now(), failure="The store answers 500.")
    assert cards(floor) == []
    (card,) = cards(floor, hours=3)
    assert "Milk Road's store does not answer for 3 h: The store answers 500." in card.sentence


def test_access_that_could_not_be_renewed_is_told_a_month_ahead(floor: Floor) -> None:
    assert cards(floor, days=59) == []
    shop = tokens.StoreToken.shop == floor.partner.shop
    tokens.StoreToken.update(refresh_expires_at=clock.now() + timedelta(days=20, hours=1)).where(shop).execute()
    (card,) = cards(floor)
    assert card.sentence.startswith("Our access to Milk Road ends in 20 days")


def test_failed_imports_are_one_card(floor: Floor) -> None:
    Import.update(state=IMPORT_FAILED, error="Can't be imported: gift card.").execute()
    (card,) = cards(floor)
    assert "products could not be imported" in card.sentence
    assert card.path == "/products?tab=failed"


def test_a_coffee_that_waits_for_a_word_on_its_size_has_a_card(floor: Floor, owner: Person) -> None:
    listing = Import.select().order_by(Import.id).first()
    Import.update(state="asking").where(Import.id == listing.id).execute()
    (card,) = cards(floor)
    assert card.sentence == "1 coffee waits for your word on the bags' size."
    assert listing.title in owner.see(card.path)
    assert f"/partners/{listing.partner_id}/products?q=" in owner.see(f"/products/{listing.id}")


def test_an_exchange_rate_that_is_old_or_was_never_dated_has_a_card(floor: Floor) -> None:
    Partner.update(currency="CAD", exchange_rate="0.73").where(Partner.id == floor.partner.id).execute()
    assert cards(floor) == []  # nothing is priced by it
    Partner.update(markup_bp=4000).where(Partner.id == floor.partner.id).execute()
    (card,) = cards(floor)
    assert card.sentence == "Milk Road: nobody has said when one CAD was worth 0.73 USD."
    assert card.path == f"/partners/{floor.partner.id}/pricing"
    TradeTerms.create(partner=floor.partner, rate_at=clock.now())
    assert cards(floor, days=29) == []
    assert [card.sentence for card in cards(floor, days=31)] == ["Milk Road: the exchange rate is 31 days old."]


def test_a_request_of_the_law_is_told_before_its_deadline(floor: Floor) -> None:
    now = clock.now()
    row = {"webhook_id": "p", "shop": "x.myshopify.com", "topic": REDACT_SHOP, "detail": "{}"}
    PrivacyRequest.create(**row, sent_at=now, asked_at=now, due_at=now + timedelta(days=30))
    assert cards(floor) == []
    (card,) = cards(floor, days=24)
    assert card.path == "/activity/privacy"


def test_the_worst_comes_first_and_only_a_handful_is_shown(floor: Floor, owner: Person) -> None:
    now = clock.now()
    for number in range(8):
        Partner.create(
            name=f"Roaster {number}", shop=f"r{number}.myshopify.com", state="waiting", created_at=now, asked_at=now
        )
    Partner.update(state=ATTENTION, attention="Gone.").where(Partner.id == floor.other.id).execute()
    found = cards(floor)
    assert found[0].tone == CRITICAL
    assert len(found) == 9
    page = owner.see("/")
    assert "3 more" in page
    assert page.index("Onda needs attention") < page.index("Roaster 0")


def test_a_paused_partner_whose_access_has_ended_is_told_too(floor: Floor, owner: Person) -> None:
    Partner.update(state=PAUSED, paused_by="hub", attention="Our access has ended.").where(
        Partner.id == floor.partner.id
    ).execute()
    (card,) = cards(floor)
    assert "Milk Road needs attention: Our access has ended." in card.sentence
    page = owner.see(f"/partners/{floor.partner.id}")
    assert "to open the app in their Shopify admin once" in page


def test_r15_a_database_that_was_put_back_is_told_until_every_store_was_compared(floor: Floor) -> None:
    mark_restored(clock.now())
    (card,) = needs_you(clock.now())
    assert (card.path, card.tone) == ("/restored", CRITICAL)
    assert floor.partner.name in card.sentence
    tasks.match_restored()
    assert needs_you(clock.now()) == []
