"""What is asked under the privacy laws is done, within its deadline, and proved from the database itself."""

import json
from datetime import timedelta

from occhub import clock
from occhub.audit import REDACTED, AuditEntry
from occhub.catalog.models import ApiToken, Product, ProductMapping, Variant
from occhub.database import db
from occhub.inbox import InboxEvent
from occhub.orders import demand
from occhub.orders.models import MasterOrder, PartnerOrder, PartnerOrderLine, WindowEvent
from occhub.orders.viewing import show_window
from occhub.partners import leaving
from occhub.partners.models import DISCONNECTED, Hub, Partner
from occhub.privacy import fulfilling
from occhub.privacy.models import DATA_REQUEST, REDACT_CUSTOMER, REDACT_SHOP, PrivacyRequest
from occhub.settings import Settings
from occhub.shopify import tokens
from tests.orders.conftest import Floor
from tests.people import Person, open_app
from tests.privacy.conftest import Ask

CUSTOMER = 4711
ADDRESS = {
    "company": "Kaffeehof Lager",
    "address1": "Speicherweg 8",
    "city": "Altstadt",
    "postcode": "X9Y 8Z7",
    "phone": "+1 902 5550199",
    "email": "halle@kaffeehof.example",
    "country_code": "CA",
    "daily_hour": "18",
    "payment_rule": "paid",
}
TERMS = {
    "discount": "30",
    "markup": "40",
    "rounding": "none",
    "exchange_rate": "1",
    "safety_stock": "1",
    "cadence": "weekly",
    "cutoff_weekday": "3",
    "cutoff_hour": "18",
}


def number_of(order: dict[str, str]) -> int:
    return int(order["gid"].rpartition("/")[2])


def everything() -> str:
    """Every value of every table."""
    tables = [name for name in db.get_tables() if not name.startswith("sqlite_")]
    return "\n".join(repr(row) for name in tables for row in db.execute_sql(f'select * from "{name}"').fetchall())


def test_a_customers_request_makes_a_report_to_download(floor: Floor, ask: Ask, settings: Settings) -> None:
    order = floor.sell(3)
    request = ask(DATA_REQUEST, floor.hub.shop, customer=CUSTOMER, orders_requested=[number_of(order)])
    owner = Person(open_app(settings), floor.standin, floor.hub.shop)
    report = json.loads(owner.fetch(f"/activity/privacy/{request.id}/report"))
    assert [entry["order"] for entry in report["orders"]] == [order["name"]]
    assert report["orders"][0]["lines"][0]["quantity"] == 3
    assert "Download" in owner.see("/activity/privacy")


def test_nothing_is_held_of_a_partners_customers(floor: Floor, ask: Ask) -> None:
    for topic in (DATA_REQUEST, REDACT_CUSTOMER):
        request = ask(topic, floor.partner.domain, customer=CUSTOMER, orders_requested=[1], orders_to_redact=[1])
        assert request.outcome == fulfilling.OF_A_PARTNER


def test_a_redacted_order_keeps_its_quantities_and_loses_its_name(floor: Floor, ask: Ask) -> None:
    order = floor.sell(3)
    floor.claim()
    before = demand.wanted_units([floor.coffee.id])
    request = ask(REDACT_CUSTOMER, floor.hub.shop, customer=CUSTOMER, orders_to_redact=[number_of(order)])
    assert request.done_at is not None
    assert demand.wanted_units([floor.coffee.id]) == before
    assert PartnerOrder.get().hub_order_name == "redacted"
    assert PartnerOrderLine.get().quantity == 3
    window = show_window(floor.window(), as_of=clock.now())
    assert [(each.name, each.units) for each in window.lines[0].orders] == [("redacted", 3)]


def test_after_a_redaction_nothing_in_the_database_leads_to_the_order(floor: Floor, ask: Ask) -> None:
    order = floor.sell(3)
    line = PartnerOrderLine.get().hub_line_id
    InboxEvent.create(
        shop=floor.hub.shop,
        topic="orders/create",
        webhook_id="w1",
        subject=order["gid"],
        received_at=clock.now(),
        next_at=clock.now(),
    )
    ask(DATA_REQUEST, floor.hub.shop, customer=CUSTOMER, orders_requested=[number_of(order)])
    assert order["gid"] in everything()
    ask(REDACT_CUSTOMER, floor.hub.shop, customer=CUSTOMER, orders_to_redact=[number_of(order)])
    held = everything()
    for trace in (order["gid"], f"'{order['name']}'", line, str(CUSTOMER)):
        assert trace not in held, trace


def test_what_a_window_tells_of_the_order_is_retold(floor: Floor, ask: Ask) -> None:
    order = floor.sell(3)
    floor.claim()
    for name in (order["name"], f"{order['name']}7"):
        WindowEvent.create(master=floor.window(), at=clock.now(), sentence=f"2 x Sidamo, spare, went to {name}.")
    ask(REDACT_CUSTOMER, floor.hub.shop, customer=CUSTOMER, orders_to_redact=[number_of(order)])
    told = [event.sentence for event in WindowEvent.select() if "Sidamo" in event.sentence]
    assert told == ["2 x Sidamo, spare, went to redacted.", f"2 x Sidamo, spare, went to {order['name']}7."]


def test_a_redacted_order_is_not_captured_anew(floor: Floor, ask: Ask) -> None:
    order = floor.sell(3)
    ask(REDACT_CUSTOMER, floor.hub.shop, customer=CUSTOMER, orders_to_redact=[number_of(order)])
    floor.happen(order, "edit", line_id=order["lines"][0]["id"], quantity=5)
    floor.capture(order)
    floor.capture()
    assert PartnerOrder.select().count() == 1
    assert demand.wanted_units([floor.coffee.id]) == {floor.coffee.id: 3}


def test_a_redaction_done_twice_changes_nothing(floor: Floor, ask: Ask) -> None:
    order = floor.sell(3)
    ask(REDACT_CUSTOMER, floor.hub.shop, customer=CUSTOMER, orders_to_redact=[number_of(order)])
    again = ask(REDACT_CUSTOMER, floor.hub.shop, customer=CUSTOMER, orders_to_redact=[number_of(order)])
    assert again.outcome == fulfilling.HELD_NOTHING


def test_a_store_that_left_is_erased_and_our_own_orders_stay(floor: Floor, ask: Ask, settings: Settings) -> None:
    shop, now = floor.partner.domain, clock.now()
    floor.sell(3)
    floor.claim()
    floor.place()
    product = Product.create(
        partner=floor.partner,
        remote_id="gid://shopify/Product/1",
        title="His words",
        status="ACTIVE",
        remote_updated_at=now,
        first_seen_at=now,
        refreshed_at=now,
    )
    Variant.create(product=product, remote_id="v", item_id="i", title="250 g", price_minor=1)
    AuditEntry.create(at=now, shop=shop, user_id="97531", what="A partner pauses himself.", path="/own/pause")
    owner = Person(open_app(settings), floor.standin, floor.hub.shop)
    owner.click(
        f"/partners/{floor.partner.id}/terms", **TERMS, contact_name="Ines Abara", contact_email="ines@x.example"
    )
    leaving.uninstalled(floor.partner, as_of=now)
    assert "Ines Abara" in everything()
    request = ask(REDACT_SHOP, shop, shop_id=1)
    assert request.outcome == fulfilling.ERASED
    assert not tokens.StoreToken.select().where(tokens.StoreToken.shop == shop).exists()
    held = everything()
    assert [word for word in ("His words", "97531", "Ines Abara", "ines@x.example") if word in held] == []
    assert AuditEntry.get(AuditEntry.shop == shop).user_id == REDACTED
    assert Partner.find(floor.partner.id).state == DISCONNECTED
    assert MasterOrder.select().exists()
    assert ProductMapping.select().where(ProductMapping.partner == floor.partner).exists()


def test_the_hub_itself_is_erased_too_when_it_leaves(floor: Floor, ask: Ask, settings: Settings) -> None:
    order = floor.sell(3)
    owner = Person(open_app(settings), floor.standin, floor.hub.shop)
    owner.click("/settings", **ADDRESS)
    owner.click("/settings/keys", name="Till")
    ask(DATA_REQUEST, floor.hub.shop, customer=3131313131, orders_requested=[number_of(order)])
    said = [value for name, value in ADDRESS.items() if name not in ("daily_hour", "payment_rule", "country_code")]
    assert [word for word in (*said, "3131313131") if word not in everything()] == []
    leaving.uninstalled_hub(Hub.get_hub())
    request = ask(REDACT_SHOP, floor.hub.shop, shop_id=1)
    assert request.outcome == fulfilling.HUB_ERASED
    held = everything()
    assert [word for word in (*said, "3131313131") if word in held] == []
    assert not ApiToken.select().exists()
    assert PartnerOrder.select().exists()
    assert Hub.get_hub().zone == "America/New_York"


def test_a_store_that_came_back_before_is_not_wiped(floor: Floor, ask: Ask) -> None:
    request = ask(REDACT_SHOP, floor.partner.domain, ago=timedelta(hours=1), shop_id=1)
    assert request.outcome == fulfilling.CAME_BACK
    assert tokens.has_token(floor.partner.domain)
    assert Partner.find(floor.partner.id).is_connected


def test_a_request_that_fails_stays_open_says_why_and_is_tried_again(floor: Floor, ask: Ask) -> None:
    request = ask(REDACT_CUSTOMER, floor.hub.shop, customer=CUSTOMER, orders_to_redact=[])
    PrivacyRequest.update(done_at=None, detail="not JSON").execute()
    assert fulfilling.fulfil_due(as_of=clock.now()) == 0
    assert PrivacyRequest.find(request.id).error
    PrivacyRequest.update(detail="{}").execute()
    assert fulfilling.fulfil_due(as_of=clock.now()) == 1
    assert PrivacyRequest.find(request.id).error == ""


def test_each_request_has_thirty_days_shown_on_a_page(floor: Floor, ask: Ask, settings: Settings) -> None:
    request = ask(REDACT_SHOP, "stranger.myshopify.com", ago=timedelta(days=31), shop_id=1)
    assert request.due_at - request.sent_at == timedelta(days=30)
    PrivacyRequest.update(done_at=None).execute()
    owner = Person(open_app(settings), floor.standin, floor.hub.shop)
    assert "Overdue" in owner.see("/activity/privacy")


def test_what_is_open_comes_first_the_most_urgent_on_top(floor: Floor, ask: Ask, settings: Settings) -> None:
    for shop, days in (("done.myshopify.com", 1), ("later.myshopify.com", 5), ("sooner.myshopify.com", 20)):
        ask(REDACT_SHOP, shop, ago=timedelta(days=days), shop_id=1)
    PrivacyRequest.update(done_at=None).where(PrivacyRequest.shop != "done.myshopify.com").execute()
    page = Person(open_app(settings), floor.standin, floor.hub.shop).see("/activity/privacy")
    places = [page.index(shop) for shop in ("sooner.myshopify.com", "later.myshopify.com", "done.myshopify.com")]
    assert places == sorted(places)
